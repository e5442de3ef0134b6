"""The lattice points near the reached streets, and what it costs to walk from each."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.core.contour import Board
from geo.core.engine import COMPILED, compiled
from geo.core.homecost import costs_between, write_costs
from geo.core.raster import TILE, Lattice, StreetRaster
from geo.core.streetcost import DOOR, Marks, Sources, Streets, Walk, clean, clean_marks, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def drawn(canvas: Canvas, streets: Streets, sources: Sources, cutoff: float) -> Iterator[tuple[Board, Walk]]:
    """The board of everything within ``cutoff``, valid inside the ``with`` block."""
    with canvas.marks(len(streets.xy)) as marks:
        touched = spread(streets, sources, cutoff, marks)
        walk = Walk(streets, sources, marks)
        lattice = canvas.raster.lattice
        tiles = np.flatnonzero(near_tiles(lattice, walk, touched, cutoff)).astype(np.int64)
        pool, slot = canvas.raster.tiles(tiles)
        where = np.full(lattice.columns * lattice.rows, -1, dtype=np.int32)
        where[tiles] = np.arange(len(tiles), dtype=np.int32)
        segment = pool[slot]
        cost, label, least, most = (_cost_tiles if COMPILED else _cost_tiles_plain)(lattice, tiles, segment, walk)
        yield Board(lattice, where, tiles, segment, cost, label, least, most), walk
        clean(marks, touched)


@compiled
def near_tiles(lattice: Lattice, walk: Walk, touched: int, cutoff: float) -> NDArray[np.bool_]:
    """Which tiles can hold a place within the cutoff: those near the segments at touched vertices."""
    result = np.zeros(lattice.columns * lattice.rows, dtype=np.bool_)
    for i in range(touched):
        v = walk.marks.touched[i]
        for s in range(max(v - 1, 0), v + 1):
            if walk.streets.begins[s]:
                _mark(lattice, walk, s, cutoff, result)
    return result


@compiled
def _mark(lattice: Lattice, walk: Walk, segment: int, cutoff: float, result: NDArray[np.bool_]) -> None:
    """Mark the tiles within reach of a segment's bounding box, and one lattice point more."""
    best = min(walk.marks.cost[segment], walk.marks.cost[segment + 1])
    if walk.marks.label[segment] >= DOOR:
        best = 0.0
    if best == np.inf:
        return
    h = lattice.cell_m
    reach = min((cutoff - best) / walk.streets.access, walk.streets.snap_limit_m) + h
    xy = walk.streets.xy
    size = h * TILE
    first_x = int((min(xy[segment, 0], xy[segment + 1, 0]) - reach - lattice.left) // size)
    last_x = int((max(xy[segment, 0], xy[segment + 1, 0]) + reach - lattice.left) // size)
    first_y = int((min(xy[segment, 1], xy[segment + 1, 1]) - reach - lattice.bottom) // size)
    last_y = int((max(xy[segment, 1], xy[segment + 1, 1]) + reach - lattice.bottom) // size)
    for ty in range(max(first_y, 0), min(last_y, lattice.rows - 1) + 1):
        for tx in range(max(first_x, 0), min(last_x, lattice.columns - 1) + 1):
            result[ty * lattice.columns + tx] = True


@compiled
def _cost_tiles(lattice: Lattice, tiles: NDArray[np.int64], segment: NDArray[np.int32], walk: Walk) -> Costs:
    """Cost and label at every lattice point of the tiles, (t, 32, 32), and each tile's least and largest cost, (t,)."""
    cost = np.empty(segment.shape)
    label = np.empty(segment.shape, dtype=np.int32)
    least = np.empty(len(tiles))
    most = np.empty(len(tiles))
    x = np.empty(TILE * TILE)
    y = np.empty(TILE * TILE)
    for a in range(len(tiles)):
        left = lattice.left + (tiles[a] % lattice.columns) * TILE * lattice.cell_m
        bottom = lattice.bottom + (tiles[a] // lattice.columns) * TILE * lattice.cell_m
        for p in range(TILE * TILE):
            x[p] = left + (p % TILE) * lattice.cell_m
            y[p] = bottom + (p // TILE) * lattice.cell_m
        here = cost[a].ravel()
        whose = label[a].ravel()
        nearest = segment[a].ravel()
        write_costs(walk, (nearest, nearest), x, y, (here, whose))
        low = np.inf
        high = 0.0
        for p in range(TILE * TILE):
            low = min(low, here[p])
            high = max(high, here[p] if whose[p] == whose[0] else np.inf)
        least[a] = low
        most[a] = high
    return cost, label, least, most


def _cost_tiles_plain(lattice: Lattice, tiles: NDArray[np.int64], segment: NDArray[np.int32], walk: Walk) -> Costs:
    """The same in numpy, tile by tile."""
    step = np.arange(TILE) * lattice.cell_m
    cost = np.empty(segment.shape)
    label = np.empty(segment.shape, dtype=np.int32)
    for a, tile in enumerate(tiles):
        x = np.tile(lattice.left + (tile % lattice.columns) * TILE * lattice.cell_m + step, TILE)
        y = np.repeat(lattice.bottom + (tile // lattice.columns) * TILE * lattice.cell_m + step, TILE)
        nearest = segment[a].ravel()
        here, whose = costs_between(walk, nearest, nearest, x, y)
        cost[a], label[a] = here.reshape(TILE, TILE), whose.reshape(TILE, TILE)
    flat, who = cost.reshape(len(tiles), -1), label.reshape(len(tiles), -1)
    most = np.where((who == who[:, :1]).all(axis=1), flat.max(axis=1, initial=0.0), np.inf)
    return cost, label, flat.min(axis=1, initial=np.inf), most
