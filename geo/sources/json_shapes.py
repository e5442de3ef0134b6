"""Shapes out of the plain lists of a JSON text: GeoJSON's geometries, and ArcGIS's."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

_DEEPEST = 3  # collections within collections
_RING = 4  # places of the smallest ring, the first one twice


def shapes_of(raws: Sequence[object], first: int, file: str) -> list[shapely.Geometry | None]:
    """The shapes, in two dimensions; None where there is none.

    Parameters
    ----------
    raws
        Geometries as JSON has them.
    first
        The number of the first one's feature, for the error.
    file
        What to call the file.

    Raises
    ------
    InputDataError
        When one is no geometry.
    """
    shapes: list[shapely.Geometry | None] = [None] * len(raws)
    plain = [row for row, raw in enumerate(raws) if isinstance(raw, dict) and raw.get("type") == "Polygon"]
    made = _polygons([raws[row] for row in plain])
    if made is None:
        plain = []
    else:
        for row, shape in zip(plain, made, strict=True):
            shapes[row] = shape
    done = set(plain)
    for row, raw in enumerate(raws):
        if raw is not None and row not in done:
            shapes[row] = _told(raw, first + row, file)
    return shapes


def _told(raw: object, row: int, file: str) -> shapely.Geometry | None:
    try:
        return _shape(raw, 0)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, shapely.errors.GEOSException) as error:
        sentence = msg("{file}: the shape of feature {row} can't be understood.")
        raise InputDataError(sentence, file=file, row=row) from error


def _polygons(raws: Sequence[Any]) -> NDArray[np.object_] | None:
    """Many polygons at once, twenty times as quick as one by one; None where one of them needs a closer look."""
    try:
        rings = [ring for raw in raws for ring in raw["coordinates"]]
        owner = np.repeat(np.arange(len(raws)), [len(raw["coordinates"]) for raw in raws])
        size = np.array([len(ring) for ring in rings], dtype=np.int64)
        xy = np.array(list(chain.from_iterable(rings)))
    except (TypeError, ValueError, KeyError):
        return None
    begin = np.cumsum(size) - size
    whole = xy.ndim == 2 and xy.shape[1] == 2 and xy.dtype.kind in "if" and len(np.unique(owner)) == len(raws)  # noqa: PLR2004
    if not whole or size.min(initial=_RING) < _RING or not np.array_equal(xy[begin], xy[begin + size - 1]):
        return None
    made: Any = shapely.linearrings(xy.astype(np.float64), indices=np.repeat(np.arange(len(rings)), size))
    result: NDArray[np.object_] = np.asarray(shapely.polygons(made, indices=owner), dtype=object)
    return result


def _shape(raw: Any, depth: int) -> shapely.Geometry | None:  # noqa: ANN401  (a dictionary, if all is well)
    if "type" not in raw:
        return _arcgis(raw)
    sort, at = raw["type"], raw.get("coordinates")
    if sort == "GeometryCollection":
        if depth >= _DEEPEST:
            raise ValueError(sort)
        parts = [_shape(part, depth + 1) for part in raw["geometries"]]
        return shapely.GeometryCollection([part for part in parts if part is not None])
    return _MAKERS[sort](at) if at else None


def _arcgis(raw: Any) -> shapely.Geometry | None:  # noqa: ANN401  (a dictionary, if all is well)
    """ArcGIS's own writing: all rings in one list, holes turning the other way."""
    if "rings" in raw:
        rings = [ring for ring in map(_ring, raw["rings"]) if ring is not None]
        return shapely.build_area(shapely.GeometryCollection(rings)) if rings else None
    if "paths" in raw:
        return shapely.MultiLineString([line for line in map(_line, raw["paths"]) if line is not None])
    if "points" in raw:
        return shapely.MultiPoint(_places(raw["points"]))
    if "x" in raw:
        return None if raw["x"] in {None, "NaN"} else shapely.Point(float(raw["x"]), float(raw["y"]))
    return None


def _places(at: Any) -> NDArray[np.float64]:  # noqa: ANN401  (lists of numbers, if all is well)
    """Places as an array (n, 2); heights and what else follows are left away."""
    flat = list(chain.from_iterable(at))
    plain = len(flat) == 2 * len(at) and all(len(place) == 2 for place in at)  # noqa: PLR2004  (lon and lat)
    if plain and all(type(number) in {int, float} for number in flat):
        return np.array(flat, dtype=np.float64).reshape(-1, 2)
    return np.array([(_number(place[0]), _number(place[1])) for place in at], dtype=np.float64).reshape(-1, 2)


def _number(value: object) -> float:
    if value is None:
        return np.nan
    if type(value) not in {int, float}:
        raise ValueError(value)
    return float(value)  # type: ignore[arg-type]  # just looked at


def _line(at: Any) -> shapely.LineString | None:  # noqa: ANN401
    places = _places(at)
    return shapely.LineString(places) if len(places) > 1 else None


def _ring(at: Any) -> shapely.LinearRing | None:  # noqa: ANN401
    """A ring, closed where it was left open; None for one that holds no area."""
    places = _places(at)
    if len(places) and not np.array_equal(places[0], places[-1], equal_nan=True):
        places = np.vstack([places, places[:1]])
    return shapely.LinearRing(places) if len(places) >= _RING else None


def _polygon(at: Any) -> shapely.Polygon | None:  # noqa: ANN401
    rings = [_ring(ring) for ring in at]
    if not rings or rings[0] is None:
        return None
    return shapely.Polygon(rings[0], [ring for ring in rings[1:] if ring is not None])


_MAKERS: Mapping[str, Callable[[Any], shapely.Geometry | None]] = {
    "Point": lambda at: shapely.points(_number(at[0]), _number(at[1])),
    "MultiPoint": lambda at: shapely.MultiPoint(_places(at)),
    "LineString": _line,
    "MultiLineString": lambda at: shapely.MultiLineString([line for line in map(_line, at) if line is not None]),
    "Polygon": _polygon,
    "MultiPolygon": lambda at: shapely.MultiPolygon([part for part in map(_polygon, at) if part is not None]),
}
