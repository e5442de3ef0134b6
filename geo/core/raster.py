"""Which street is nearest: a raster over the study, filled tile by tile when first asked.

Every home walks from the street that is nearest to it. So a service area is decided not
only by how far people walk but by *which* street they start from: a plain buffer around
the reached streets claims homes across a river that start from the other bank. The
raster answers that question once for all facilities and all cutoffs.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo.core.engine import COMPILED, compiled
from geo.core.homecost import foot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.snapping import SnapIndex

TILE = 32  # lattice points on a tile's side; a power of two
SHIFT = 5  # 2 ** SHIFT == TILE
_BLOCK = 8  # candidates are gathered for blocks of so many points on a side
_ASIDE = 0.381966  # of a cell: the lattice shuns round coordinates, where borders of hand-made plans like to lie
_MOST_TILES = 65_536  # 256 MB; the raster starts afresh beyond


class Lattice(NamedTuple):
    """Points ``(x, y) = (left + i * cell_m, bottom + j * cell_m)``, in tiles of 32 × 32."""

    left: float
    bottom: float
    cell_m: float
    columns: int  # tiles east
    rows: int  # tiles north


class Buckets(NamedTuple):
    """The cells of a snap index: the segments by their place."""

    xy: NDArray[np.float64]
    origin: NDArray[np.float64]
    cell_m: float
    columns: int
    rows: int
    start: NDArray[np.int64]
    member: NDArray[np.int32]


class StreetRaster:
    """The nearest street of every lattice point, filled on demand and kept.

    Parameters
    ----------
    index
        The segments' places.
    cell_m
        Metres between lattice points.
    limit_m
        Points farther than this from every street have none (-1).
    """

    def __init__(self, index: SnapIndex, cell_m: float, limit_m: float) -> None:
        self.limit_m = float(limit_m)
        self._index = index
        size = cell_m * TILE
        width = np.array(index.shape) * index.cell_m
        # One tile to spare all round: a contour needs a frame that is outside.
        low = np.floor((index.origin - limit_m) / size) - 1
        high = np.ceil((index.origin + width + limit_m) / size) + 1
        columns, rows = (high - low).astype(int)
        left, bottom = low * size + _ASIDE * cell_m
        self.lattice = Lattice(float(left), float(bottom), float(cell_m), int(columns), int(rows))
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._slot = np.full(self.lattice.columns * self.lattice.rows, -1, dtype=np.int32)
        self._pool = np.empty((64, TILE, TILE), dtype=np.int32)
        self._used = 0

    def __getstate__(self) -> dict[str, Any]:
        """Travel light between processes: tiles are cheap to fill again."""
        return {"index": self._index, "cell_m": self.lattice.cell_m, "limit_m": self.limit_m}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["index"], state["cell_m"], state["limit_m"])  # type: ignore[misc]

    def tiles(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Nearest segments: ``pool (?, 32, 32)`` and, for each wanted tile, its place in the pool.

        ``wanted`` are tile numbers, ``row * columns + column``.
        """
        with self._lock:
            new = wanted[self._slot[wanted] < 0]
            if len(new):
                if self._used + len(new) > _MOST_TILES:
                    self._forget()
                    new = wanted
                self._grow(len(new))
                self._pool[self._used : self._used + len(new)] = self._fill(new)
                self._slot[new] = np.arange(self._used, self._used + len(new), dtype=np.int32)
                self._used += len(new)
            return self._pool, self._slot[wanted]

    def _grow(self, more: int) -> None:
        if self._used + more > len(self._pool):
            pool = np.empty((max(2 * len(self._pool), self._used + more), TILE, TILE), dtype=np.int32)
            pool[: self._used] = self._pool[: self._used]
            self._pool = pool

    def _fill(self, tiles: NDArray[np.int64]) -> NDArray[np.int32]:
        """The nearest segment of every lattice point of some tiles, shape (t, 32, 32)."""
        index = self._index
        if not COMPILED:
            return _fill_plain(index, self.lattice, tiles, self.limit_m)
        buckets = Buckets(
            index.xy, index.origin, index.cell_m, index.shape[0], index.shape[1], index.cell_start, index.cell_segment
        )
        middle = _block_middles(self.lattice, tiles)
        near = index.snap(middle, self.limit_m).access_m
        return _fill_tiles(buckets, self.lattice, tiles, near, self.limit_m)


def _block_middles(lattice: Lattice, tiles: NDArray[np.int64]) -> NDArray[np.float64]:
    """The middle of every block of every tile, in the order of :func:`_fill_tiles`."""
    per = TILE // _BLOCK
    at = (np.arange(per) * _BLOCK + (_BLOCK - 1) / 2) * lattice.cell_m
    x = lattice.left + (tiles % lattice.columns)[:, None, None] * TILE * lattice.cell_m + at[None, None, :]
    y = lattice.bottom + (tiles // lattice.columns)[:, None, None] * TILE * lattice.cell_m + at[None, :, None]
    shape = (len(tiles), per, per)
    return np.column_stack([np.broadcast_to(x, shape).ravel(), np.broadcast_to(y, shape).ravel()])


@compiled
def _fill_tiles(
    buckets: Buckets, lattice: Lattice, tiles: NDArray[np.int64], near: NDArray[np.float64], limit: float
) -> NDArray[np.int32]:
    """Gather the few streets that can be nearest within a block, then ask each of its points.

    The nearest street of a block's middle is ``near`` metres away; the nearest of any of
    its points is at most twice the block's half diagonal farther from the middle.
    """
    h = lattice.cell_m
    half = (_BLOCK - 1) / 2 * h
    spare = np.sqrt(2.0) * half
    result = np.full((len(tiles), TILE, TILE), -1, dtype=np.int32)
    found = np.empty(256, dtype=np.int32)
    block = 0
    for a in range(len(tiles)):
        left = lattice.left + (tiles[a] % lattice.columns) * TILE * h
        bottom = lattice.bottom + (tiles[a] // lattice.columns) * TILE * h
        for j in range(0, TILE, _BLOCK):
            for i in range(0, TILE, _BLOCK):
                reach = near[block] + 2.0 * spare + 1e-6
                block += 1
                if reach > limit + 3.0 * spare + 1e-6:
                    continue
                found, count = _candidates(buckets, (left + i * h + half, bottom + j * h + half), reach, found)
                for y in range(j, j + _BLOCK):
                    for x in range(i, i + _BLOCK):
                        result[a, y, x] = _nearest_of(buckets.xy, found, count, (left + x * h, bottom + y * h), limit)
    return result


@compiled
def _candidates(
    buckets: Buckets, middle: tuple[float, float], reach: float, found: NDArray[np.int32]
) -> tuple[NDArray[np.int32], int]:
    """Segments within ``reach`` of a place, some more than once; the list grows when it must."""
    count = 0
    xy = buckets.xy
    size = buckets.cell_m
    first_x = max(int(np.floor((middle[0] - reach - buckets.origin[0]) / size)), 0)
    last_x = min(int(np.floor((middle[0] + reach - buckets.origin[0]) / size)), buckets.columns - 1)
    first_y = max(int(np.floor((middle[1] - reach - buckets.origin[1]) / size)), 0)
    last_y = min(int(np.floor((middle[1] + reach - buckets.origin[1]) / size)), buckets.rows - 1)
    for cy in range(first_y, last_y + 1):
        for cx in range(first_x, last_x + 1):
            cell = cy * buckets.columns + cx
            for at in range(buckets.start[cell], buckets.start[cell + 1]):
                segment = buckets.member[at]
                ax = xy[segment, 0]
                ay = xy[segment, 1]
                _, square = foot(middle[0] - ax, middle[1] - ay, xy[segment + 1, 0] - ax, xy[segment + 1, 1] - ay)
                if square <= reach * reach:
                    if count == len(found):
                        more = np.empty(2 * count, dtype=np.int32)
                        more[:count] = found
                        found = more
                    found[count] = segment
                    count += 1
    return found, count


@compiled
def _nearest_of(xy: NDArray[np.float64], found: NDArray[np.int32], count: int, place: tuple[float, float], limit: float) -> int:
    """The nearest of some segments, the first in the network among equals; -1 when all are beyond the limit."""
    best = np.inf
    nearest = -1
    for c in range(count):
        s = found[c]
        ax = xy[s, 0]
        ay = xy[s, 1]
        _, square = foot(place[0] - ax, place[1] - ay, xy[s + 1, 0] - ax, xy[s + 1, 1] - ay)
        if square < best or (square == best and found[c] < nearest):
            best = square
            nearest = found[c]
    return nearest if np.sqrt(best) <= limit else -1


def _fill_plain(index: SnapIndex, lattice: Lattice, tiles: NDArray[np.int64], limit: float) -> NDArray[np.int32]:
    """The same by the search tree of shapely, for machines without numba; slower by a factor of about 50."""
    import shapely

    begin = np.unique(index.cell_segment).astype(np.int64)
    result = np.full((len(tiles), TILE, TILE), -1, dtype=np.int32)
    if not len(begin):
        return result
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([index.xy[begin], index.xy[begin + 1]], axis=1))))
    step = np.arange(TILE) * lattice.cell_m
    for a, tile in enumerate(tiles):
        x = lattice.left + (tile % lattice.columns) * TILE * lattice.cell_m + step
        y = lattice.bottom + (tile // lattice.columns) * TILE * lattice.cell_m + step
        points = shapely.points(np.tile(x, TILE), np.repeat(y, TILE))
        row, line = tree.query_nearest(points, max_distance=limit, all_matches=True)
        flat = np.full(TILE * TILE, np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(flat, row, begin[line].astype(np.int32))
        flat[flat == np.iinfo(np.int32).max] = -1
        result[a] = flat.reshape(TILE, TILE)
    return result
