"""The loops under :mod:`geo.core.raster`: the nearest street of every point of a tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import COMPILED, compiled
from geo.core.fence import slack
from geo.core.homecost import feet
from geo.core.lattice import TILE, Lattice, Tiles, no_tiles
from geo.core.walled import around_walls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.cells import Cells
    from geo.core.snapping import SnapIndex

_LARGE, _SMALL = 8, 4  # candidates are gathered for tiles, then for blocks of so many points on a side


def fill(index: SnapIndex, lattice: Lattice, tiles: NDArray[np.int64], limit_m: float) -> Tiles:
    """Tiles by their numbers, ``row * columns + column``, in that order."""
    if COMPILED:
        middle = (TILE - 1) / 2 * lattice.cell_m
        x = lattice.left + (tiles % lattice.columns) * TILE * lattice.cell_m + middle
        y = lattice.bottom + (tiles // lattice.columns) * TILE * lattice.cell_m + middle
        near = index.distance(np.column_stack([x, y]), limit_m)
        result = Tiles(*_fill_tiles(index.cells, lattice, tiles, near, limit_m))
    else:
        result = _fill_plain(index, lattice, tiles, limit_m)
    return result if index.fence is None else around_walls(index, lattice, tiles, limit_m, result)


@compiled
def _fill_tiles(
    streets: Cells, lattice: Lattice, tiles: NDArray[np.int64], near: NDArray[np.float64], limit: float
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Gather the few streets that can be nearest within a tile, then within a block, then ask each point.

    The nearest street of a tile's middle is ``near`` metres away; the nearest of any of its
    points is at most twice the tile's half diagonal farther from the middle.
    """
    h = lattice.cell_m
    half = (TILE - 1) / 2 * h
    spare = np.sqrt(2.0) * half
    result = np.full((len(tiles), TILE, TILE), -1, dtype=np.int32)
    far = np.full(len(tiles), np.inf)
    begin = np.zeros(len(tiles), dtype=np.int64)
    count = np.zeros(len(tiles), dtype=np.int64)
    member = np.empty(1024, dtype=np.int32)
    filled = 0
    for a in range(len(tiles)):
        begin[a] = filled
        if near[a] - spare > limit + 1e-6:
            continue
        left = lattice.left + (tiles[a] % lattice.columns) * TILE * h
        bottom = lattice.bottom + (tiles[a] // lattice.columns) * TILE * h
        found, shape = _candidates(streets, (left + half, bottom + half), near[a] + 2.0 * spare + 1e-6)
        used = np.zeros(len(found), dtype=np.bool_)
        far[a] = _fill_tile((found, shape), used, (left, bottom, h, limit), result[a])
        for c in range(len(found)):
            if used[c]:
                if filled == len(member):
                    more = np.empty(2 * filled, dtype=np.int32)
                    more[:filled] = member
                    member = more
                member[filled] = found[c]
                filled += 1
        count[a] = filled - begin[a]
    return result, far, begin, count, member[:filled].copy()


@compiled
def _candidates(streets: Cells, middle: tuple[float, float], reach: float) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Segments within ``reach`` of a place, each once, and side by side what their distances need: x, y, dx, dy, 1 / length²."""
    xy = streets.xy
    size = streets.cell_m
    first_x = max(int((middle[0] - reach - streets.origin[0]) // size), 0)
    last_x = min(int((middle[0] + reach - streets.origin[0]) // size), streets.columns - 1)
    first_y = max(int((middle[1] - reach - streets.origin[1]) // size), 0)
    last_y = min(int((middle[1] + reach - streets.origin[1]) // size), streets.rows - 1)
    most = 0
    for cy in range(first_y, last_y + 1):
        row = cy * streets.columns
        most += max(streets.start[row + last_x + 1] - streets.start[row + first_x], 0)
    found = np.empty(most, dtype=np.int32)
    shape = np.empty((most, 5))
    count = 0
    for cy in range(first_y, last_y + 1):
        for cx in range(first_x, last_x + 1):
            cell = cy * streets.columns + cx
            for at in range(streets.start[cell], streets.start[cell + 1]):
                s = streets.member[at]
                ax = xy[s, 0]
                ay = xy[s, 1]
                bx = xy[s + 1, 0]
                by = xy[s + 1, 1]
                # A segment is in every cell that its bounding box touches: take it in the first of those looked at.
                if max(int((min(ax, bx) - streets.origin[0]) // size), first_x) != cx:
                    continue
                if max(int((min(ay, by) - streets.origin[1]) // size), first_y) != cy:
                    continue
                square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
                shape[count, 0] = ax
                shape[count, 1] = ay
                shape[count, 2] = bx - ax
                shape[count, 3] = by - ay
                shape[count, 4] = 1.0 / square if square > 0.0 else 0.0
                if _square_to(shape, count, middle[0], middle[1]) <= reach * reach:
                    found[count] = s
                    count += 1
    return found[:count].copy(), shape


@compiled
def _square_to(shape: NDArray[np.float64], c: int, x: float, y: float) -> float:
    """Squared metres from a place to a segment."""
    px = x - shape[c, 0]
    py = y - shape[c, 1]
    t = min(max((px * shape[c, 2] + py * shape[c, 3]) * shape[c, 4], 0.0), 1.0)
    px -= t * shape[c, 2]
    py -= t * shape[c, 3]
    return float(px * px + py * py)


@compiled
def _fill_tile(
    found: tuple[NDArray[np.int32], NDArray[np.float64]],
    used: NDArray[np.bool_],
    place: tuple[float, float, float, float],
    result: NDArray[np.int32],
) -> float:
    """Write the nearest of ``found`` for each point of a tile; note which are used; metres where the nearest is farthest."""
    ids, shape = found
    left, bottom, h, limit = place
    everyone = np.arange(len(ids))
    large = np.empty(len(ids), dtype=np.int64)
    small = np.empty(len(ids), dtype=np.int64)
    farthest = 0.0
    for j in range(0, TILE, _LARGE):
        for i in range(0, TILE, _LARGE):
            count = _near_ones(shape, everyone, (left + i * h, bottom + j * h, (_LARGE - 1) * h), large)
            for y in range(j, j + _LARGE, _SMALL):
                for x in range(i, i + _LARGE, _SMALL):
                    few = _near_ones(shape, large[:count], (left + x * h, bottom + y * h, (_SMALL - 1) * h), small)
                    far = _fill_block(ids, shape, small[:few], (left, bottom, h, limit), (x, y), used, result)
                    farthest = max(farthest, far)
    return farthest


@compiled
def _near_ones(
    shape: NDArray[np.float64], among: NDArray[np.int64], square: tuple[float, float, float], result: NDArray[np.int64]
) -> int:
    """Of some segments, those that can be nearest somewhere in a square (lower left corner, side); how many they are."""
    half = square[2] / 2
    x = square[0] + half
    y = square[1] + half
    least = np.inf
    for c in among:
        least = min(least, _square_to(shape, c, x, y))
    # A point of the square is at most the half diagonal from its middle, and so is what is nearest to it from that.
    reach = np.sqrt(least) + 2.0 * np.sqrt(2.0) * half + 1e-6
    count = 0
    for c in among:
        if _square_to(shape, c, x, y) <= reach * reach:
            result[count] = c
            count += 1
    return count


@compiled
def _fill_block(  # noqa: PLR0913, PLR0917  (flat arrays for numba)
    ids: NDArray[np.int32],
    shape: NDArray[np.float64],
    among: NDArray[np.int64],
    place: tuple[float, float, float, float],
    corner: tuple[int, int],
    used: NDArray[np.bool_],
    result: NDArray[np.int32],
) -> float:
    left, bottom, h, limit = place
    farthest = 0.0
    for y in range(corner[1], corner[1] + _SMALL):
        for x in range(corner[0], corner[0] + _SMALL):
            best = np.inf
            nearest = -1
            for c in among:
                square = _square_to(shape, c, left + x * h, bottom + y * h)
                # The first in the network among equals, as homes are joined.
                if square < best - slack(best) or (square <= best + slack(best) and (nearest < 0 or ids[c] < ids[nearest])):
                    nearest = c
                best = min(best, square)
            off = np.sqrt(best)
            if nearest >= 0 and off <= limit:
                result[y, x] = ids[nearest]
                used[nearest] = True
            else:
                off = np.inf
            farthest = max(farthest, off)
    return farthest


def _fill_plain(index: SnapIndex, lattice: Lattice, tiles: NDArray[np.int64], limit: float) -> Tiles:
    """The same by the search tree of shapely, for machines without numba; slower by a factor of about 50."""
    import shapely

    begin = np.unique(index.cell_segment).astype(np.int64)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([index.xy[begin], index.xy[begin + 1]], axis=1))))
    step = np.arange(TILE) * lattice.cell_m
    result = no_tiles(len(tiles), 0)
    members = []
    for a, tile in enumerate(tiles):
        x = np.tile(lattice.left + (tile % lattice.columns) * TILE * lattice.cell_m + step, TILE)
        y = np.repeat(lattice.bottom + (tile // lattice.columns) * TILE * lattice.cell_m + step, TILE)
        nearest = np.full(TILE * TILE, np.iinfo(np.int32).max, dtype=np.int32)
        places = np.asarray(shapely.points(x, y))
        (point, _), near = tree.query_nearest(places, max_distance=limit + 1e-6, return_distance=True, all_matches=False)
        within = np.sqrt([d * d + slack(d * d) for d in near])  # all that count as equally near
        equal, line = tree.query(places[point], predicate="dwithin", distance=within)
        np.minimum.at(nearest, point[equal], begin[line].astype(np.int32))
        known = nearest < np.iinfo(np.int32).max
        off = np.full(TILE * TILE, np.inf)
        off[known] = np.sqrt(feet(index.xy, nearest[known].astype(np.int64), x[known], y[known])[1])
        nearest[off > limit] = -1
        result.segment[a] = nearest.reshape(TILE, TILE)
        result.far_m[a] = np.where(off <= limit, off, np.inf).max()
        members.append(np.unique(nearest[nearest >= 0]))
    count = np.array([len(part) for part in members], dtype=np.int64)
    return result._replace(begin=np.cumsum(count) - count, size=count, member=np.concatenate(members, dtype=np.int32))
