"""Shapes that would keep a geometry library busy for hours: found by linear looks before anything is computed with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

MOST_CORNERS = 200_000
_FEW = 500  # corners of a shape that any number of crossings mends at once
_MEETINGS_PER_CORNER, _MEETINGS = 20, 50_000
_AT_ONCE = 64  # segments


def check_corners(frame: gpd.GeoDataFrame, file: str) -> None:
    """Refuse a shape with more corners than any that is drawn for a town.

    Raises
    ------
    InputDataError
        When there is one; the first is named.
    """
    corners = shapely.get_num_coordinates(frame.geometry.to_numpy())
    many = np.flatnonzero(corners > MOST_CORNERS)
    if len(many):
        sentence = msg("{file}: feature {row} has {count} corners; at most {limit} are read. Simplify its shape.")
        row, count = frame.index[many[0]], f"{corners[many[0]]:,}"
        raise InputDataError(sentence, file=file, row=row, count=count, limit=f"{MOST_CORNERS:,}")


def mendable(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which invalid shapes cross themselves seldom enough to be mended, shape (n,).

    Mending lays a corner at every crossing, and a scribble of 5,000 lines has six million.
    Counted are segments whose boxes meet, which are never fewer than the crossings.
    """
    return np.array([_meets_seldom(shape) for shape in shapes], dtype=np.bool_)


def _meets_seldom(shape: shapely.Geometry) -> bool:
    corners = shapely.get_num_coordinates(shape)
    if corners <= _FEW:
        return True
    lines = np.concatenate([_segments(ring) for ring in shapely.get_rings(shapely.get_parts(shape))] or [np.zeros((0, 2, 2))])
    boxes: NDArray[np.object_] = np.asarray(shapely.linestrings(lines), dtype=object)
    tree = shapely.STRtree(boxes)
    left = _MEETINGS + _MEETINGS_PER_CORNER * corners
    for begin in range(0, len(boxes), _AT_ONCE):
        left -= len(tree.query(boxes[begin : begin + _AT_ONCE])[0])
        if left < 0:
            return False
    return True


def _segments(ring: shapely.Geometry) -> NDArray[np.float64]:
    xy = shapely.get_coordinates(ring)
    return np.stack([xy[:-1], xy[1:]], axis=1)
