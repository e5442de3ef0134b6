"""The lattice points near the reached streets, and what it costs to walk from each.

A tile knows the streets that are nearest somewhere in it. If all of them are out of reach
it is outside as a whole; if even the farthest point of the dearest is within the cutoff, it
is inside as a whole. Only the tiles between are asked point by point.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import binary_dilation

from geo.core.cells import Cells
from geo.core.engine import COMPILED, compiled
from geo.core.homecost import LABEL, OUTSIDE, costs_between, write_costs
from geo.core.lattice import TILE, Lattice, Tiles
from geo.core.raster import StreetRaster
from geo.core.states import Board, Window
from geo.core.streetcost import DOOR, Marks, Sources, Streets, Walk, clean, clean_marks, segment_begins, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo.core.snapping import SnapIndex


@dataclass(frozen=True, eq=False)
class Canvas:
    """What drawing on one network needs and keeps between questions: the raster and clean marks."""

    raster: StreetRaster
    begins: NDArray[np.bool_]  # per vertex, whether it begins a segment
    fence: Cells
    spare: list[Marks] = field(default_factory=list)

    @contextmanager
    def marks(self, vertices: int) -> Iterator[Marks]:
        """Clean marks for one question; the borrower cleans them before giving them back."""
        try:
            mine = self.spare.pop()
        except IndexError:
            mine = clean_marks(vertices)
        yield mine
        self.spare.append(mine)  # not after an error: marks that may be dirty are dropped


_NO_FENCE = Cells(np.zeros((0, 2)), np.zeros(2), 1.0, 0, 0, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32))
_KEPT: weakref.WeakKeyDictionary[SnapIndex, dict[tuple[float, float], Canvas]] = weakref.WeakKeyDictionary()


def canvas_of(index: SnapIndex, cell_m: float, limit_m: float) -> Canvas:
    """The canvas of a network at one fineness; kept as long as its index, because filling it is most of the work.

    Keeping it changes the time of an answer, never the answer.
    """
    mine = _KEPT.setdefault(index, {})
    key = (float(cell_m), float(limit_m))
    if key not in mine:
        # A copy of the index: a canvas that held the key itself would keep it alive for ever.
        begins = segment_begins(index.edge_start, len(index.xy))
        mine[key] = Canvas(StreetRaster(replace(index), cell_m, limit_m), begins, index.fence or _NO_FENCE)
    return mine[key]


_ASKED, _INSIDE, _OUTSIDE = 2, 1, 0


@contextmanager
def drawn(
    canvas: Canvas, streets: Streets, sources: Sources, cutoffs: Sequence[float], *, labelled: bool = False
) -> Iterator[tuple[Board, Walk]]:
    """The board for some ascending cutoffs, valid inside the ``with`` block; with labels only if there are several."""
    with canvas.marks(len(streets.xy)) as marks:
        touched = spread(streets, sources, cutoffs[-1], marks)
        walk = Walk(streets, sources, marks, canvas.fence)
        yield _board(canvas.raster, walk, touched, np.array(cutoffs, dtype=np.float64), labelled=labelled), walk
        clean(marks, touched)


def _board(raster: StreetRaster, walk: Walk, touched: int, cutoffs: NDArray[np.float64], *, labelled: bool) -> Board:
    lattice = raster.lattice
    window = Window(*_extent(lattice, walk, touched, cutoffs[-1]))
    near = np.flatnonzero(_near_tiles(lattice, window, walk, touched, cutoffs[-1]))
    numbers = (near // window.columns + window.row) * lattice.columns + near % window.columns + window.column
    tiles, slot = raster.tiles(numbers)
    kind, owner = (_kinds if COMPILED else _kinds_plain)(tiles, slot, walk, (cutoffs[0], cutoffs[-1]))
    # A border may run along the side of a tile that is outside as a whole: such neighbours are there too.
    inside = np.zeros((window.rows, window.columns), dtype=bool)
    inside.flat[near] = kind != _OUTSIDE
    there = binary_dilation(inside, np.ones((3, 3), dtype=bool)).flat[near]
    near, numbers, slot, kind, owner = near[there], numbers[there], slot[there], kind[there], owner[there]
    where = np.full(window.rows * window.columns, -1, dtype=np.int32)
    where[near] = np.arange(len(near), dtype=np.int32)
    low = np.where(kind == _OUTSIDE, len(cutoffs), 0).astype(np.uint8)
    high = low.copy()
    asked = np.flatnonzero(kind == _ASKED)
    block = np.full(len(near), -1, dtype=np.int32)
    block[asked] = np.arange(len(asked), dtype=np.int32)
    band = np.empty((len(asked), TILE, TILE), dtype=np.uint8)
    label = np.empty((len(asked) if labelled else 0, TILE, TILE), dtype=np.int32)
    write = _write_bands if COMPILED else _write_bands_plain
    low[asked], high[asked] = write(lattice, (numbers[asked], tiles.segment, slot[asked]), walk, cutoffs, (band, label))
    if not labelled:
        owner = np.zeros_like(owner)
    return Board(lattice, window, where, numbers, tiles.segment, slot, low, high, owner, block, band, label, labelled)


@compiled
def _extent(lattice: Lattice, walk: Walk, touched: int, cutoff: float) -> tuple[int, int, int, int]:
    """The window of tiles around the touched vertices: first column, first row, columns, rows; with a frame to spare."""
    streets = walk.streets
    xy = streets.xy
    west = south = np.inf
    east = north = -np.inf
    for i in range(touched):
        v = walk.marks.touched[i]
        first_w = v - 1 if v > 0 and streets.begins[v - 1] else v  # its neighbours on the edge
        last_w = v + 1 if streets.begins[v] else v
        for w in range(first_w, last_w + 1):
            west = min(west, xy[w, 0])
            east = max(east, xy[w, 0])
            south = min(south, xy[w, 1])
            north = max(north, xy[w, 1])
    if touched == 0:
        return 0, 0, 1, 1
    size = lattice.cell_m * TILE
    reach = min(cutoff / streets.access, streets.snap_limit_m) + size
    first = max(int((west - reach - lattice.left) // size), 0)
    last = min(int((east + reach - lattice.left) // size), lattice.columns - 1)
    bottom = max(int((south - reach - lattice.bottom) // size), 0)
    top = min(int((north + reach - lattice.bottom) // size), lattice.rows - 1)
    return first, bottom, last - first + 1, top - bottom + 1


@compiled
def _near_tiles(lattice: Lattice, window: Window, walk: Walk, touched: int, cutoff: float) -> NDArray[np.bool_]:
    """Which tiles of the window can hold a place within the cutoff, or one lattice point from it."""
    xy = walk.streets.xy
    begins = walk.streets.begins
    at_vertex = walk.marks.cost
    flag = walk.marks.label
    result = np.zeros(window.rows * window.columns, dtype=np.bool_)
    size = lattice.cell_m * TILE
    left = lattice.left + window.column * size
    bottom = lattice.bottom + window.row * size
    for i in range(touched):
        v = walk.marks.touched[i]
        for s in range(max(v - 1, 0), v + 1):
            if not begins[s] or (s < v and at_vertex[s] < np.inf):  # the latter is met from its own vertex
                continue
            best = 0.0 if flag[s] >= DOOR else min(at_vertex[s], at_vertex[s + 1])
            if best == np.inf:
                continue
            reach = min((cutoff - best) / walk.streets.access, walk.streets.snap_limit_m) + lattice.cell_m
            first_x = max(int((min(xy[s, 0], xy[s + 1, 0]) - reach - left) // size), 0)
            last_x = min(int((max(xy[s, 0], xy[s + 1, 0]) + reach - left) // size), window.columns - 1)
            first_y = max(int((min(xy[s, 1], xy[s + 1, 1]) - reach - bottom) // size), 0)
            last_y = min(int((max(xy[s, 1], xy[s + 1, 1]) + reach - bottom) // size), window.rows - 1)
            for y in range(first_y, last_y + 1):
                for x in range(first_x, last_x + 1):
                    result[y * window.columns + x] = True
    return result


@compiled
def _kinds(
    tiles: Tiles, slot: NDArray[np.int32], walk: Walk, cutoffs: tuple[float, float]
) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Each tile as a whole: outside the largest cutoff, inside the smallest (with the label of its facility), or to be asked."""
    at_vertex = walk.marks.cost
    flag = walk.marks.label
    kind = np.empty(len(slot), dtype=np.int8)
    label = np.full(len(slot), OUTSIDE, dtype=np.int32)
    for a in range(len(slot)):
        least = np.inf
        most = 0.0
        one = True
        for m in range(tiles.begin[slot[a]], tiles.begin[slot[a]] + tiles.size[slot[a]]):
            s = tiles.member[m]
            low = at_vertex[s]
            high = at_vertex[s + 1]
            if flag[s] >= DOOR:
                least = 0.0
                one = False
            least = min(least, low, high)
            # Nowhere on the segment is it dearer than from the far end of it.
            most = max(most, min(low + walk.streets.backward[s], high + walk.streets.forward[s]))
            if label[a] == OUTSIDE:
                label[a] = flag[s] & LABEL
            one = one and (flag[s] & LABEL) == label[a] and (flag[s + 1] & LABEL) == label[a]
        kind[a] = _ASKED
        if least > cutoffs[1]:
            kind[a] = _OUTSIDE
        elif one and most + tiles.far_m[slot[a]] * walk.streets.access <= cutoffs[0]:
            kind[a] = _INSIDE
    return kind, label


def _kinds_plain(
    tiles: Tiles, slot: NDArray[np.int32], walk: Walk, cutoffs: tuple[float, float]
) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """The same without the short cut for whole insides: in numpy a tile costs the same either way."""
    kind = np.full(len(slot), _ASKED, dtype=np.int8)
    for a, at in enumerate(slot):
        s = tiles.member[tiles.begin[at] : tiles.begin[at] + tiles.size[at]]
        reached = (walk.marks.cost[s] <= cutoffs[1]) | (walk.marks.cost[s + 1] <= cutoffs[1]) | (walk.marks.label[s] >= DOOR)
        if not reached.any():
            kind[a] = _OUTSIDE
    return kind, np.full(len(slot), OUTSIDE, dtype=np.int32)


@compiled
def _write_bands(
    lattice: Lattice,
    tiles: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    walk: Walk,
    cutoffs: NDArray[np.float64],
    result: tuple[NDArray[np.uint8], NDArray[np.int32]],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Ask every point of some tiles (numbers, the raster's segments, slots there); each tile's smallest and largest band."""
    numbers, segment, slot = tiles
    band, label = result
    lowest = np.empty(len(numbers), dtype=np.uint8)
    highest = np.empty(len(numbers), dtype=np.uint8)
    x = np.empty(TILE * TILE)
    y = np.empty(TILE * TILE)
    cost = np.empty(TILE * TILE)
    whose = np.empty(TILE * TILE, dtype=np.int32)
    for a in range(len(numbers)):
        left = lattice.left + (numbers[a] % lattice.columns) * TILE * lattice.cell_m
        bottom = lattice.bottom + (numbers[a] // lattice.columns) * TILE * lattice.cell_m
        for p in range(TILE * TILE):
            x[p] = left + (p % TILE) * lattice.cell_m
            y[p] = bottom + (p // TILE) * lattice.cell_m
        street = segment[slot[a]].ravel()
        write_costs(walk, (street, street), x, y, (cost, whose))
        bands = band[a].ravel()
        least = 255
        most = 0
        several = False
        for p in range(TILE * TILE):
            b = 0
            while b < len(cutoffs) and cost[p] > cutoffs[b]:
                b += 1
            bands[p] = b
            least = min(least, b)
            most = max(most, b)
            several = several or whose[p] != whose[0]
        if len(label) > 0:
            owners = label[a].ravel()
            for p in range(TILE * TILE):
                owners[p] = whose[p]
            if several:
                most = 255
        lowest[a] = least
        highest[a] = most
    return lowest, highest


def _write_bands_plain(
    lattice: Lattice,
    tiles: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    walk: Walk,
    cutoffs: NDArray[np.float64],
    result: tuple[NDArray[np.uint8], NDArray[np.int32]],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The same in numpy, tile by tile."""
    numbers, segment, slot = tiles
    band, label = result
    step = np.arange(TILE) * lattice.cell_m
    differ = np.zeros(len(numbers), dtype=bool)
    for a, number in enumerate(numbers):
        x = np.tile(lattice.left + (number % lattice.columns) * TILE * lattice.cell_m + step, TILE)
        y = np.repeat(lattice.bottom + (number // lattice.columns) * TILE * lattice.cell_m + step, TILE)
        street = segment[slot[a]].ravel()
        cost, whose = costs_between(walk, street, street, x, y)
        band[a] = np.searchsorted(cutoffs, cost).reshape(TILE, TILE)
        if len(label):
            label[a] = whose.reshape(TILE, TILE)
            differ[a] = (whose != whose[0]).any()
    flat = band.reshape(-1, TILE * TILE)
    return flat.min(axis=1, initial=255), np.where(differ, 255, flat.max(axis=1, initial=0)).astype(np.uint8)
