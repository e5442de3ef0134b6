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

from geo.core.contour import Board, Window
from geo.core.engine import COMPILED, compiled
from geo.core.homecost import LABEL, OUTSIDE, costs_between, write_costs
from geo.core.nearest_street import TILE, Lattice, Tiles
from geo.core.raster import StreetRaster
from geo.core.streetcost import DOOR, Marks, Sources, Streets, Walk, clean, clean_marks, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo.core.snapping import SnapIndex

    Costs = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Canvas:
    """What drawing on one network needs and keeps between questions: the raster and clean marks."""

    raster: StreetRaster
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


_KEPT: weakref.WeakKeyDictionary[SnapIndex, dict[tuple[float, float], Canvas]] = weakref.WeakKeyDictionary()


def canvas_of(index: SnapIndex, cell_m: float, limit_m: float) -> Canvas:
    """The canvas of a network at one fineness; kept as long as its index, because filling it is most of the work.

    Keeping it changes the time of an answer, never the answer.
    """
    mine = _KEPT.setdefault(index, {})
    key = (float(cell_m), float(limit_m))
    if key not in mine:
        # A copy of the index: a canvas that held the key itself would keep it alive for ever.
        mine[key] = Canvas(StreetRaster(replace(index), cell_m, limit_m))
    return mine[key]


_ASKED, _INSIDE, _OUTSIDE = 2, 1, 0


@contextmanager
def drawn(canvas: Canvas, streets: Streets, sources: Sources, cutoffs: Sequence[float]) -> Iterator[tuple[Board, Walk]]:
    """The board for some ascending cutoffs, valid inside the ``with`` block."""
    with canvas.marks(len(streets.xy)) as marks:
        touched = spread(streets, sources, cutoffs[-1], marks)
        walk = Walk(streets, sources, marks)
        yield _board(canvas.raster, walk, touched, (float(cutoffs[0]), float(cutoffs[-1]))), walk
        clean(marks, touched)


def _board(raster: StreetRaster, walk: Walk, touched: int, cutoffs: tuple[float, float]) -> Board:
    lattice = raster.lattice
    window = Window(*_extent(lattice, walk, touched, cutoffs[1]))
    near = np.flatnonzero(_near_tiles(lattice, window, walk, touched, cutoffs[1]))
    numbers = (near // window.columns + window.row) * lattice.columns + near % window.columns + window.column
    tiles, slot = raster.tiles(numbers)
    kind, label = (_kinds if COMPILED else _kinds_plain)(tiles, slot, walk, cutoffs)
    # A border may run along the side of a tile that is outside as a whole: such neighbours are stored too.
    inside = np.zeros((window.rows, window.columns), dtype=bool)
    inside.flat[near] = kind != _OUTSIDE
    stored = binary_dilation(inside, np.ones((3, 3), dtype=bool)).flat[near]
    near, numbers, slot, kind, label = near[stored], numbers[stored], slot[stored], kind[stored], label[stored]
    where = np.full(window.rows * window.columns, -1, dtype=np.int32)
    where[near] = np.arange(len(near), dtype=np.int32)
    fill = _costs if COMPILED else _costs_plain
    cost, whose, least, most = fill(lattice, numbers, (tiles.segment, slot), (kind, label), walk)
    return Board(lattice, window, where, numbers, tiles.segment, slot, cost, whose, least, most)


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
def _costs(
    lattice: Lattice,
    numbers: NDArray[np.int64],
    nearest: tuple[NDArray[np.int32], NDArray[np.int32]],
    whole: tuple[NDArray[np.int8], NDArray[np.int32]],
    walk: Walk,
) -> Costs:
    """Cost and label at every lattice point of t tiles, (t, 32, 32), and each tile's least and largest cost, (t,)."""
    segment, slot = nearest
    kind, owner = whole
    cost = np.empty((len(numbers), TILE, TILE))
    label = np.empty((len(numbers), TILE, TILE), dtype=np.int32)
    least = np.empty(len(numbers))
    most = np.empty(len(numbers))
    x = np.empty(TILE * TILE)
    y = np.empty(TILE * TILE)
    for a in range(len(numbers)):
        if kind[a] != _ASKED:
            cost[a] = 0.0 if kind[a] == _INSIDE else np.inf
            label[a] = owner[a] if kind[a] == _INSIDE else OUTSIDE
            least[a] = most[a] = cost[a, 0, 0]
            continue
        left = lattice.left + (numbers[a] % lattice.columns) * TILE * lattice.cell_m
        bottom = lattice.bottom + (numbers[a] // lattice.columns) * TILE * lattice.cell_m
        for p in range(TILE * TILE):
            x[p] = left + (p % TILE) * lattice.cell_m
            y[p] = bottom + (p // TILE) * lattice.cell_m
        here = cost[a].ravel()
        whose = label[a].ravel()
        street = segment[slot[a]].ravel()
        write_costs(walk, (street, street), x, y, (here, whose))
        low = np.inf
        high = 0.0
        for p in range(TILE * TILE):
            low = min(low, here[p])
            high = max(high, here[p] if whose[p] == whose[0] else np.inf)
        least[a] = low
        most[a] = high
    return cost, label, least, most


def _costs_plain(
    lattice: Lattice,
    numbers: NDArray[np.int64],
    nearest: tuple[NDArray[np.int32], NDArray[np.int32]],
    whole: tuple[NDArray[np.int8], NDArray[np.int32]],
    walk: Walk,
) -> Costs:
    """The same in numpy, tile by tile."""
    segment, slot = nearest
    step = np.arange(TILE) * lattice.cell_m
    cost = np.full((len(numbers), TILE, TILE), np.inf)
    label = np.full((len(numbers), TILE, TILE), OUTSIDE, dtype=np.int32)
    for a in np.flatnonzero(whole[0] == _ASKED):
        x = np.tile(lattice.left + (numbers[a] % lattice.columns) * TILE * lattice.cell_m + step, TILE)
        y = np.repeat(lattice.bottom + (numbers[a] // lattice.columns) * TILE * lattice.cell_m + step, TILE)
        street = segment[slot[a]].ravel()
        here, whose = costs_between(walk, street, street, x, y)
        cost[a], label[a] = here.reshape(TILE, TILE), whose.reshape(TILE, TILE)
    flat, who = cost.reshape(len(numbers), -1), label.reshape(len(numbers), -1)
    most = np.where((who == who[:, :1]).all(axis=1), flat.max(axis=1, initial=0.0), np.inf)
    return cost, label, flat.min(axis=1, initial=np.inf), most
