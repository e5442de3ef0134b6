"""How far points are from areas: along pieces of the areas' edges in a tree, so that an edge of any length costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ONCE = 256
_PIECE = 32  # segments of an edge that are looked at together


def within(points: NDArray[np.object_], areas: NDArray[np.object_], distance_m: float) -> NDArray[np.bool_]:
    """Which points lie in an area or at most so far from one; points and areas in metres, shape (n,)."""
    found = np.zeros(len(points), dtype=np.bool_)
    if not len(points) or not len(areas):
        return found
    near, _ = shapely.STRtree(_pieces(areas)).query_nearest(points, max_distance=distance_m, all_matches=False)
    found[near] = True
    rest = np.flatnonzero(~found)
    tree = shapely.STRtree(points[rest])
    for begin in range(0, len(areas), _AT_ONCE):  # deep inside a large one, far from its edge
        if found.all():
            break
        found[rest[tree.query(areas[begin : begin + _AT_ONCE], predicate="intersects")[1]]] = True
    return found


def _pieces(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """The edges of areas cut into pieces of some segments."""
    rings = shapely.get_rings(shapely.get_parts(areas))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    place = np.arange(len(xy)) - np.searchsorted(ring, ring)
    piece = ring * (len(xy) // _PIECE + 2) + place // _PIECE
    # A piece ends where the next one begins; a ring's last piece ends with the ring.
    shared = np.flatnonzero((place % _PIECE == 0) & (place > 0))
    corners = np.insert(xy, shared, xy[shared], axis=0)
    piece = np.insert(piece, shared, piece[shared - 1])
    _, number, count = np.unique(piece, return_inverse=True, return_counts=True)
    long = count[number] > 1
    _, number = np.unique(number[long], return_inverse=True)
    result: NDArray[np.object_] = np.asarray(shapely.linestrings(corners[long], indices=number), dtype=object)
    return result
