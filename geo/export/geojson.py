"""GeoJSON as RFC 7946 wants it: degrees with six decimals, right-handed rings, finite numbers only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo import crs
from geo.export.plain import column, text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo.export.plain import Plain

GRID_DEGREES = 1e-6
_POINT, _LINE, _POLYGON = 0, 1, 2
_EDGE = 180.0


def to_geojson(frame: gpd.GeoDataFrame) -> bytes:
    """A frame as a FeatureCollection in UTF-8, one feature a line.

    Geometries are valid after rounding; one that is empty, or smaller than the grid of a
    millionth of a degree (about 0.1 m), becomes null, and its properties stay. Missing and
    non-finite numbers are null. Text stays text.
    """
    whole = _running_on(frame)
    shapes = cut_at_180(whole)
    parts = ['{"type":"FeatureCollection"']
    boxes = shapely.bounds(whole[~shapely.is_missing(whole)])
    if len(boxes):
        (west, south), (east, north) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
        parts.append(f',"bbox":{json.dumps([_wrapped(west), south, _wrapped(east), north])}')
    parts.append(',"features":[\n')
    parts.append(",\n".join(_features(frame, shapes)))
    parts.append("\n]}\n" if len(frame) else "]}\n")
    return "".join(parts).encode()


def degrees(frame: gpd.GeoDataFrame) -> NDArray[Any]:
    """The frame's geometries as they are written: WGS-84, on the grid, valid, right-handed, cut at 180°; None where empty."""
    return cut_at_180(_running_on(frame))


def _running_on(frame: gpd.GeoDataFrame) -> NDArray[Any]:
    """The same, not yet cut: what lies across 180° runs on beyond it."""
    shapes = np.array(crs.to_wgs84(frame).geometry.to_numpy(), dtype=object)
    if frame.crs is not None and frame.crs.is_projected:
        code = frame.crs.to_string()
        shapes = shapely.transform(shapes, lambda lonlat: np.column_stack([crs.running_on(lonlat[:, 0], code), lonlat[:, 1]]))
    shapes = snap(shapes, GRID_DEGREES)
    return np.asarray(shapely.orient_polygons(shapes, exterior_cw=False), dtype=object)


def cut_at_180(shapes: NDArray[Any]) -> NDArray[Any]:
    """Geometries between -180° and 180°: what runs on beyond is cut there and its parts brought back (RFC 7946, 3.1.9)."""
    low, high = shapely.bounds(shapes)[:, [0, 2]].T
    result = np.array(shapes, dtype=object)
    for row in np.flatnonzero((low < -_EDGE) | (high > _EDGE)):
        result[row] = _whole_again([_brought_back(_between(result[row], turns), turns) for turns in (-1, 0, 1)])
    return result


def _brought_back(part: shapely.Geometry, turns: int) -> shapely.Geometry:
    """A part moved by so many turns of the globe."""
    return shapely.transform(part, lambda lonlat: np.column_stack([lonlat[:, 0] - 360.0 * turns, lonlat[:, 1]]))


def _whole_again(parts: list[shapely.Geometry]) -> shapely.Geometry:
    """One geometry of the parts, of the dimension that they have."""
    pieces = shapely.get_parts(np.array(parts, dtype=object))
    dimension = int(shapely.get_dimensions(pieces).max(initial=_POINT))
    same = pieces[(shapely.get_dimensions(pieces) == dimension) & ~shapely.is_empty(pieces)]
    if len(same) == 1:
        single: shapely.Geometry = same[0]
        return single
    make = {_POINT: shapely.MultiPoint, _LINE: shapely.MultiLineString, _POLYGON: shapely.MultiPolygon}[dimension]
    return make(same.tolist())


def _between(shape: shapely.Geometry, turns: int) -> shapely.Geometry:
    """What lies in one turn of the globe: -1 west of -180°, 0 between, 1 east of 180°."""
    if shapely.get_dimensions(shape) == _POINT:
        east = shapely.get_x(shape) if shapely.get_type_id(shape) == _POINT else shapely.bounds(shape)[2]
        return shape if turns == int(np.floor((east + _EDGE) / 360.0)) else shapely.Point()
    return shapely.intersection(shape, shapely.box(360.0 * turns - _EDGE, -90.0, 360.0 * turns + _EDGE, 90.0))


def _wrapped(lon: float) -> float:
    """A longitude between -180° and 180°."""
    return lon if abs(lon) <= _EDGE else round((lon + _EDGE) % 360.0 - _EDGE, 6)


def snap(shapes: NDArray[Any], grid: float) -> NDArray[Any]:
    """Geometries on a grid, valid afterwards and of the dimension they had; None where nothing is left."""
    flat: NDArray[Any] = np.array(shapely.force_2d(shapes), dtype=object)
    flat[~np.isfinite(shapely.bounds(flat)).all(axis=1)] = None
    dimension = shapely.get_dimensions(flat)
    flat = _whole(shapely.set_precision(_whole(flat, dimension), grid), dimension)
    flat[shapely.is_empty(flat)] = None
    return flat


def _whole(shapes: NDArray[Any], dimension: NDArray[np.int32]) -> NDArray[Any]:
    """Made valid where needed, keeping only the parts of the given dimension (areas of areas)."""
    result: NDArray[Any] = np.array(shapes, dtype=object)
    for row in np.flatnonzero(~shapely.is_valid(result) & ~shapely.is_missing(result)):
        parts = shapely.get_parts(shapely.make_valid(result[row]))
        keep = parts[shapely.get_dimensions(parts) == dimension[row]]
        result[row] = shapely.union_all(keep) if len(keep) else None
    return result


def _features(frame: gpd.GeoDataFrame, shapes: NDArray[Any]) -> list[str]:
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    columns = [_cells(frame[name]) for name in frame.columns if name != frame.geometry.name]
    keys = [f"{json.dumps(text(name), ensure_ascii=False)}:" for name in names]
    drawn = shapely.to_geojson(shapes)
    return [
        f'{{"type":"Feature","properties":{_properties(keys, row)},"geometry":{shape or "null"}}}'
        for row, shape in zip(zip(*columns, strict=True) if columns else [()] * len(frame), drawn, strict=True)
    ]


def _cells(values: pd.Series[Any]) -> list[Plain | list[str]]:
    """A column as plain values; a tuple of ours, such as the names of a gap's communities, as a list of texts."""
    cells: list[Plain | list[str]] = [*column(values)]
    if values.dtype == object:
        for row, value in enumerate(values):
            if isinstance(value, tuple):
                cells[row] = [text(str(part)) for part in value]
    return cells


def _properties(keys: list[str], row: tuple[Plain | list[str], ...]) -> str:
    return "{" + ",".join(f"{key}{_json(value)}" for key, value in zip(keys, row, strict=True)) + "}"


def _json(value: Plain | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
