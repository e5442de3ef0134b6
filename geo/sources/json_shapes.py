"""Shapes out of the plain lists of a JSON text: GeoJSON's geometries, and ArcGIS's."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_DEEPEST = 3  # collections within collections
_RING = 4  # places of the smallest ring, the first one twice


def shape_of(raw: object, row: int, file: str) -> shapely.Geometry | None:
    """The shape, in two dimensions; None where there is none.

    Raises
    ------
    InputDataError
        When it is no geometry.
    """
    if raw is None:
        return None
    try:
        return _shape(raw, 0)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, shapely.errors.GEOSException) as error:
        sentence = msg("{file}: the shape of feature {row} can't be understood.")
        raise InputDataError(sentence, file=file, row=row) from error


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
