"""Where names and numbers stand on a map: well inside their area and beside what is drawn on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID = 15
_WIDER = 2.2  # a name is about so many times wider than high
_SEARCHED = 300


def anchors(shapes: NDArray[Any], occupied: NDArray[np.float64], *, wider: float = _WIDER) -> NDArray[np.float64]:
    """A place for a label in each area, shape (n, 2); NaN where there is nothing to label.

    Of a grid of places inside the area, the one with most room to the edge and to what is
    occupied. Beyond the 300 largest areas, which is more than a map can name, any place inside.

    Parameters
    ----------
    shapes
        Areas, shape (n,), in metres.
    occupied
        Places that a label should not cover, shape (k, 2), in metres.
    wider
        How many times wider than high a label is.
    """
    narrow = np.array([1.0 / wider, 1.0])
    result = np.full((len(shapes), 2), np.nan)
    area = np.nan_to_num(shapely.area(shapes))
    for place, row in enumerate(np.argsort(-area, kind="stable")):
        if area[row] <= 0:
            continue
        inside = shapely.point_on_surface(shapes[row])
        if place >= _SEARCHED:
            result[row] = inside.x, inside.y
            continue
        pressed = shapely.transform(shapes[row], lambda xy: xy * narrow)
        result[row] = _roomiest(pressed, np.array([inside.x, inside.y]) * narrow, occupied * narrow) / narrow
    return result


def _roomiest(shape: Any, inside: NDArray[np.float64], occupied: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ANN401
    west, south, east, north = shape.bounds
    x, y = np.meshgrid(np.linspace(west, east, _GRID + 2)[1:-1], np.linspace(south, north, _GRID + 2)[1:-1])
    places = np.vstack([inside, np.column_stack([x.ravel(), y.ravel()])])
    shapely.prepare(shape)
    places = places[np.r_[True, shapely.contains_xy(shape, places[1:])]]
    room = shapely.distance(shapely.boundary(shape), shapely.points(places))
    near = occupied[((occupied >= (west, south)) & (occupied <= (east, north))).all(axis=1)] if len(occupied) else occupied
    for other in near:
        room = np.minimum(room, np.hypot(*(places - other).T))
    best: NDArray[np.float64] = places[int(np.argmax(room))]
    return best
