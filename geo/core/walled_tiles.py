"""Tiles of nearest streets where walls stand: ground that a wall parts from its nearest street walks to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.nearest_street import TILE, Lattice, Tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.snapping import SnapIndex


def behind_walls(index: SnapIndex, lattice: Lattice, tiles: NDArray[np.int64], limit_m: float, filled: Tiles) -> Tiles:
    """The tiles, filled anew where a wall is within the limit; as they are when there are no walls.

    Parameters
    ----------
    tiles
        Their numbers, ``row * columns + column``, in the order in which they were filled.
    limit_m
        Points farther than this from every street that they can walk to straight have none.
    """
    segment, far = filled.segment.copy(), filled.far_m.copy()
    begin, size, member = filled.begin.copy(), filled.size.copy(), [filled.member]
    step = np.arange(TILE) * lattice.cell_m
    end = len(filled.member)
    for a in np.flatnonzero(_near_walls(index, lattice, tiles, limit_m)):
        x = lattice.left + (tiles[a] % lattice.columns) * TILE * lattice.cell_m + step
        y = lattice.bottom + (tiles[a] // lattice.columns) * TILE * lattice.cell_m + step
        at = index.snap(np.column_stack([np.tile(x, TILE), np.repeat(y, TILE)]), limit_m)
        segment[a] = at.segment.reshape(TILE, TILE)
        far[a] = at.access_m.max() if at.ok.all() else np.inf
        used = np.unique(at.segment[at.ok]).astype(np.int32)
        begin[a], size[a] = end, len(used)
        member.append(used)
        end += len(used)
    return Tiles(segment, far, begin, size, np.concatenate(member, dtype=np.int32))


def _near_walls(index: SnapIndex, lattice: Lattice, tiles: NDArray[np.int64], limit_m: float) -> NDArray[np.bool_]:
    """Which tiles a wall comes near, by their boxes."""
    near = np.zeros(len(tiles), dtype=bool)
    if index.fence is None:
        return near
    side = TILE * lattice.cell_m
    left = lattice.left + (tiles % lattice.columns) * side
    bottom = lattice.bottom + (tiles // lattice.columns) * side
    a, b = index.fence.xy[::2], index.fence.xy[1::2]
    low, high = np.minimum(a, b) - limit_m, np.maximum(a, b) + limit_m
    for t in range(len(tiles)):
        over = (low <= (left[t] + side, bottom[t] + side)) & (high >= (left[t], bottom[t]))
        near[t] = over.all(axis=1).any()
    return near
