"""Which street is nearest where walls stand: the nearest that can be walked to straight, as for homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import compiled
from geo.core.fence import first_free, leg_is_free
from geo.core.homecost import foot
from geo.core.lattice import TILE, Lattice, Tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.cells import Cells
    from geo.core.snapping import SnapIndex


def around_walls(index: SnapIndex, lattice: Lattice, numbers: NDArray[np.int64], limit_m: float, tiles: Tiles) -> Tiles:
    """The tiles of those numbers, filled as if there were no walls, joined anew where walls part a point from its street."""
    if index.fence is None:
        return tiles
    changed = np.zeros(len(numbers), dtype=bool)
    _join_anew(index.cells, index.spare, index.fence, (lattice, numbers, limit_m), (tiles.segment, tiles.far_m, changed))
    return _with_members(tiles, changed)


def _with_members(tiles: Tiles, changed: NDArray[np.bool_]) -> Tiles:
    """The tiles with the lists of segments of those that changed made anew."""
    old = np.split(tiles.member, tiles.begin[1:])
    member = [
        np.unique(segment[segment >= 0]) if again else known
        for segment, again, known in zip(tiles.segment, changed, old, strict=True)
    ]
    size = np.array([len(part) for part in member], dtype=np.int64)
    return tiles._replace(begin=np.cumsum(size) - size, size=size, member=np.concatenate(member).astype(np.int32))


@compiled
def _join_anew(
    streets: Cells,
    spare: NDArray[np.int32],
    fence: Cells,
    where: tuple[Lattice, NDArray[np.int64], float],
    result: tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.bool_]],
) -> None:
    """Join anew, in place, the points that a wall parts from their nearest street, and those that have none."""
    lattice, tiles, limit = where
    segment, far, changed = result
    xy = streets.xy
    for a in range(len(tiles)):
        left = lattice.left + (tiles[a] % lattice.columns) * TILE * lattice.cell_m
        bottom = lattice.bottom + (tiles[a] // lattice.columns) * TILE * lattice.cell_m
        for p in range(TILE * TILE):
            j = p // TILE
            i = p % TILE
            place = (left + i * lattice.cell_m, bottom + j * lattice.cell_m)
            s = segment[a, j, i]
            if s < 0 and len(spare) == 0:
                continue
            if s >= 0:
                ax = xy[s, 0]
                ay = xy[s, 1]
                t, _ = foot(place[0] - ax, place[1] - ay, xy[s + 1, 0] - ax, xy[s + 1, 1] - ay)
                if leg_is_free(fence, xy, s, t, place):
                    continue
            segment[a, j, i], _, off = first_free(streets, spare, fence, place, limit)
            changed[a] = changed[a] or segment[a, j, i] != s
            far[a] = max(far[a], off)
