"""Messages, findings and frames in a plain form, to pass between processes without running anything.

Numbers go as arrays into one file of bytes, everything else as JSON. What is read back is looked at first: the process
that wrote it had a stranger's file in its hands. No pickle, no template that reaches into a value, no array beyond
the file's end, no shape inside shapes without end.
"""

from __future__ import annotations

import math
from string import Formatter
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.messages import Message
from geo.model import Finding, InputFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

_DTYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool")
_MASKED = ("Int64", "Float64", "boolean")
_LEVELS = ("info", "mended", "doubtful", "error")
_LONGEST_TEMPLATE = 4_000
_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)
_MISSING = -1
_MOST_SHAPES = 10_000_000
# Types by number, as shapely counts them; a ring comes back as the line it is drawn as.
_SIMPLE = {
    0: shapely.GeometryType.POINT,
    1: shapely.GeometryType.LINESTRING,
    3: shapely.GeometryType.POLYGON,
    4: shapely.GeometryType.MULTIPOINT,
    5: shapely.GeometryType.MULTILINESTRING,
    6: shapely.GeometryType.MULTIPOLYGON,
}
_RING = 2


def plain_message(message: Message) -> dict[str, Any]:
    """A message as JSON values; a value that JSON doesn't know becomes text."""
    return {"template": message.template, "values": {key: _plain_value(value) for key, value in message.values.items()}}  # noqa: PD011  (a message, no frame)


def _plain_value(value: object) -> object:
    if isinstance(value, Message):
        return plain_message(value)
    if isinstance(value, list | tuple):
        return [_plain_value(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, str | int | float) else str(value)


def message_from_plain(raw: Mapping[str, Any]) -> Message:
    """The message again.

    Raises
    ------
    ValueError
        When its template does more than name gaps.
    """
    template = raw["template"]
    if not isinstance(template, str) or len(template) > _LONGEST_TEMPLATE:
        raise ValueError(template)
    for _, gap, form, turned in Formatter().parse(template):
        if gap is not None and (not gap.isidentifier() or form or turned):
            raise ValueError(template)
    return Message(template, {str(key): _value(value) for key, value in raw["values"].items()})


def _value(raw: object) -> object:
    if isinstance(raw, dict):
        return message_from_plain(raw)
    if isinstance(raw, list):
        return tuple(_value(item) for item in raw)
    return raw if isinstance(raw, str | int | float) else str(raw)


def plain_finding(found: Finding) -> list[Any]:
    """A finding as JSON values."""
    return [found.level, found.layer, plain_message(found.message), [int(row) for row in found.rows], int(found.count)]


def finding_from_plain(raw: list[Any]) -> Finding:
    """The finding again."""
    level, layer, message, rows, count = raw
    if level not in _LEVELS:
        raise ValueError(level)
    return Finding(level, str(layer), message_from_plain(message), tuple(int(row) for row in rows), int(count))


def plain_input(source: InputFile) -> list[Any]:
    """A file that went into the study, as JSON values."""
    return [source.layer, source.path, source.digest, int(source.rows), [plain_message(note) for note in source.notes]]


def input_from_plain(raw: list[Any]) -> InputFile:
    """The file again."""
    layer, path, digest, rows, notes = raw
    return InputFile(str(layer), str(path), str(digest), int(rows), tuple(message_from_plain(note) for note in notes))


class Packing:
    """Arrays on their way into one file of bytes."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self._end = 0

    def put(self, values: Array) -> dict[str, Any]:
        """Add an array; gives its place, as JSON values."""
        block = np.ascontiguousarray(values).tobytes()
        place = {"dtype": values.dtype.name, "shape": list(values.shape), "at": self._end}
        self.blocks.append(block)
        self._end += len(block)
        return place


class Unpacking:
    """Arrays out of such a file."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def get(self, place: Mapping[str, Any]) -> Array:
        """The array of a place.

        Raises
        ------
        ValueError
            When the place lies beyond the file, or the array is of no plain sort.
        """
        shape = tuple(int(length) for length in place["shape"])
        if place["dtype"] not in _DTYPES or len(shape) > 2 or min((*shape, int(place["at"]))) < 0:  # noqa: PLR2004  (a table at most)
            raise ValueError(place)
        count = math.prod(shape)
        sort = "uint8" if place["dtype"] == "bool" else place["dtype"]
        if not count:
            return np.zeros(shape, place["dtype"])
        values = np.frombuffer(self._content, sort, count, int(place["at"])).reshape(shape)
        return values != 0 if place["dtype"] == "bool" else values.copy()


def plain_frame(frame: gpd.GeoDataFrame, packing: Packing) -> dict[str, Any]:
    """A frame as JSON values and arrays; its coordinate system is told by whoever reads it."""
    shape = frame.geometry.name
    columns = [[str(name), _plain_column(frame[name], packing)] for name in frame.columns if name != shape]
    return {
        "index": _plain_index(frame.index, packing),
        "columns": columns,
        "shape": str(shape),
        "place": list(frame.columns).index(str(shape)),
        "shapes": plain_shapes(frame.geometry.to_numpy(), packing),
    }


def frame_from_plain(raw: Mapping[str, Any], arrays: Unpacking, crs: str | None) -> gpd.GeoDataFrame:
    """The frame again; columns of dates and the like come back as text.

    Raises
    ------
    ValueError, KeyError, TypeError, IndexError
        When it is not in the form that :func:`plain_frame` gives.
    """
    index = _index(raw["index"], arrays)
    data = {str(name): _column(column, index, arrays) for name, column in raw["columns"]}
    shapes = gpd.GeoSeries(shapes_from_plain(raw["shapes"], arrays), index=index, crs=crs)
    order = list(data)
    order.insert(int(raw["place"]), str(raw["shape"]))
    data[str(raw["shape"])] = shapes
    return gpd.GeoDataFrame(pd.DataFrame(data, index=index)[order], geometry=str(raw["shape"]), crs=crs)


def _plain_index(index: pd.Index, packing: Packing) -> dict[str, Any]:
    if isinstance(index, pd.RangeIndex):
        return {"range": [index.start, index.stop, index.step], "name": index.name}
    return {"column": _plain_column(index.to_series(), packing), "name": index.name}


def _index(raw: Mapping[str, Any], arrays: Unpacking) -> pd.Index:
    name = None if raw["name"] is None else str(raw["name"])
    if "range" in raw:
        start, stop, step = (int(end) for end in raw["range"])
        return pd.RangeIndex(start, stop, step, name=name)
    index: pd.Index = pd.Index(_column(raw["column"], None, arrays), name=name)
    return index


def _plain_column(column: pd.Series, packing: Packing) -> dict[str, Any]:
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.name in _DTYPES:
        return {"array": packing.put(column.to_numpy())}
    if dtype.name in _MASKED:
        there = column.notna().to_numpy()
        filled = column.to_numpy(getattr(dtype, "numpy_dtype"), na_value=0)  # noqa: B009  (only these have one)
        return {"masked": dtype.name, "values": packing.put(filled), "there": packing.put(there)}
    if dtype == np.dtype(object):
        return {"objects": [_plain_cell(value) for value in column]}
    return {"texts": [None if pd.isna(value) else str(value) for value in column]}


def _plain_cell(value: object) -> object:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _column(raw: Mapping[str, Any], index: pd.Index | None, arrays: Unpacking) -> pd.Series:
    if "array" in raw:
        return pd.Series(arrays.get(raw["array"]), index=index)
    if "masked" in raw:
        if raw["masked"] not in _MASKED:
            raise ValueError(raw["masked"])
        column = pd.Series(arrays.get(raw["values"]), index=index).astype(raw["masked"])
        return column.where(arrays.get(raw["there"]))
    if "objects" in raw:
        return pd.Series([_plain_cell(value) for value in raw["objects"]], index=index, dtype=object)
    return pd.Series(raw["texts"], index=index, dtype="str")


def plain_shapes(shapes: Array, packing: Packing) -> dict[str, Any]:
    """Flat shapes by their type, as coordinates and offsets; those inside a collection are laid out one after the other."""
    kind = shapely.get_type_id(shapes)
    if (kind == _RING).any():
        shapes = np.array([shapely.LineString(shape) if isinstance(shape, shapely.LinearRing) else shape for shape in shapes])
        kind = shapely.get_type_id(shapes)
    bare = (kind == 0) & shapely.is_empty(shapes)
    groups: list[dict[str, Any]] = []
    for sort in np.unique(kind[kind != _MISSING]).tolist():
        rows = np.flatnonzero((kind == sort) & ~bare)
        if sort == _COLLECTION:
            parts, of = _leaves(shapes[rows])
            groups.append({"rows": packing.put(rows), "parts": plain_shapes(parts, packing), "of": packing.put(of)})
        elif len(rows):
            _, xy, offsets = shapely.to_ragged_array(shapes[rows], include_z=False)
            ends = [packing.put(np.asarray(end, np.int64)) for end in offsets]
            groups.append({"rows": packing.put(rows), "sort": sort, "xy": packing.put(xy), "offsets": ends})
    return {"count": len(shapes), "groups": groups, "bare": packing.put(np.flatnonzero(bare))}


def _leaves(shapes: Array) -> tuple[Array, Array]:
    """The simple shapes of collections, whatever they are nested in, and the collection of each."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) == _COLLECTION).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        of = of[inner]
    return parts, of


def shapes_from_plain(raw: Mapping[str, Any], arrays: Unpacking, *, inside: bool = False) -> Array:
    """The shapes again, flat; ``inside`` a collection there is no other."""
    if int(raw["count"]) > _MOST_SHAPES:
        raise ValueError(raw["count"])
    shapes = np.full(int(raw["count"]), None, dtype=object)
    shapes[arrays.get(raw["bare"])] = shapely.Point()
    for group in raw["groups"]:
        rows = arrays.get(group["rows"])
        if "parts" in group:
            if inside:
                raise ValueError(group)
            parts = shapes_from_plain(group["parts"], arrays, inside=True)
            of = arrays.get(group["of"]).astype(np.int64)
            _check_rises(of, len(rows) - 1)
            made = np.full(len(rows), shapely.GeometryCollection(), dtype=object)
            shapely.geometrycollections(parts, indices=of, out=made)
        else:
            made = _ragged(group, arrays)
        shapes[rows] = made
    return shapes


def _ragged(group: Mapping[str, Any], arrays: Unpacking) -> Array:
    xy = arrays.get(group["xy"])
    offsets = tuple(arrays.get(end).astype(np.int64) for end in group["offsets"])
    inner = len(xy)
    for ends in offsets:
        _check_rises(ends, inner)
        if not len(ends) or ends[0] != 0 or ends[-1] != inner:
            raise ValueError(group["sort"])
        inner = len(ends) - 1
    made: Array = shapely.from_ragged_array(_SIMPLE[group["sort"]], xy.reshape(-1, 2), offsets or None)
    return made


def _check_rises(ends: Array, most: int) -> None:
    if len(ends) and (int(ends.min()) < 0 or int(ends.max()) > most or np.any(np.diff(ends) < 0)):
        raise ValueError(most)
