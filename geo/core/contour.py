"""The outline of everything within the cutoff, drawn over the street raster.

At every lattice point the cost of walking to the facility is known exactly, so inside and
outside are never guessed. Between an inside and an outside neighbour the border is found
by halving: on the way from one to the other each trial place is asked what it costs *from
the nearer of the two streets*. So a border between two streets (the far bank of a river)
lies where homes change from one street to the other, and a border on one street lies where
the budget ends: the area tapers to nothing at the cutoff, as walked.

The lines join these points within each square of the lattice (marching squares). Two lines
never cross, so every polygon is valid; and with a larger cutoff every point moves outwards
only, so areas are nested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.core.engine import COMPILED, compiled
from geo.core.homecost import OUTSIDE, costs_between, feet
from geo.core.nearest_street import SHIFT, TILE, Lattice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.streetcost import Walk

_MASK = TILE - 1
MARGIN = 0.06  # of a cell: how near a border may come to a lattice point; lines stay √2 times this apart
EAST, NORTH = 0, 1


class Window(NamedTuple):
    """The part of the lattice that a question is about, in tiles."""

    column: int
    row: int
    columns: int
    rows: int


class Board(NamedTuple):
    """The lattice points that may be inside, in t tiles; all others are outside."""

    lattice: Lattice
    window: Window
    where: NDArray[np.int32]  # per tile of the window its place in the arrays below, or -1
    tiles: NDArray[np.int64]  # (t,) tile numbers in the lattice, ascending
    segment: NDArray[np.int32]  # (s, 32, 32) nearest streets of the raster ...
    slot: NDArray[np.int32]  # (t,) ... and the place of each tile there
    cost: NDArray[np.float64]  # (t, 32, 32); in tiles that are inside or outside as a whole only a sign of it
    label: NDArray[np.int32]  # (t, 32, 32)
    least: NDArray[np.float64]  # (t,) smallest cost of a tile
    most: NDArray[np.float64]  # (t,) largest cost of a tile; infinite when its labels differ


class Crossings(NamedTuple):
    """Lattice edges (c,) between two states, from point ``x, y`` to the east or to the north."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    way: NDArray[np.int64]
    number: NDArray[np.int32]  # (t, 32, 32, 2) which crossing lies on an edge; only valid where there is one

    def edge(self, board: Board) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Where the edges lie in arrays of the shape of ``number``."""
        return places(board, self.x, self.y), self.y & _MASK, self.x & _MASK, self.way


@compiled
def place_of(board: Board, x: int, y: int) -> int:
    """Where the tile of a lattice point lies in the board's arrays, -1 if it is not there."""
    column = (x >> SHIFT) - board.window.column
    row = (y >> SHIFT) - board.window.row
    if column < 0 or row < 0 or column >= board.window.columns or row >= board.window.rows:
        return -1
    return int(board.where[row * board.window.columns + column])


def places(board: Board, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int32]:
    """The same for many points at once."""
    column, row = (x >> SHIFT) - board.window.column, (y >> SHIFT) - board.window.row
    known = (column >= 0) & (row >= 0) & (column < board.window.columns) & (row < board.window.rows)
    return np.where(known, board.where[np.where(known, row * board.window.columns + column, 0)], -1)


@compiled
def state_at(board: Board, x: int, y: int, cutoff: float) -> int:
    """The label of the facility that a lattice point belongs to, -1 outside the cutoff."""
    a = place_of(board, x, y)
    if a < 0 or board.cost[a, y & _MASK, x & _MASK] > cutoff:
        return OUTSIDE
    return int(board.label[a, y & _MASK, x & _MASK])


def states(board: Board, x: NDArray[np.int64], y: NDArray[np.int64], cutoff: float) -> NDArray[np.int32]:
    """The same for many points at once."""
    a = places(board, x, y)
    j, i = y & _MASK, x & _MASK
    inside = (a >= 0) & (board.cost[a, j, i] <= cutoff)
    return np.where(inside, board.label[a, j, i], OUTSIDE)


def segments(board: Board, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int32]:
    """The nearest street of lattice points, -1 where there is none."""
    a = places(board, x, y)
    return np.where(a >= 0, board.segment[board.slot[a], y & _MASK, x & _MASK], -1)


def find_crossings(board: Board, cutoff: float) -> Crossings:
    """Every lattice edge whose ends differ, tile by tile, from south to north and west to east."""
    number = np.empty((*board.cost.shape, 2), dtype=np.int32)
    x, y, way = (_crossings if COMPILED else _crossings_plain)(board, cutoff, number)
    return Crossings(x, y, way, number)


@compiled
def _crossings(
    board: Board, cutoff: float, number: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    count = 0
    found = np.empty((3, 1024), dtype=np.int64)
    state = np.empty((TILE + 1, TILE + 1), dtype=np.int32)  # a tile with the first row and column of the tiles beyond
    for a in range(len(board.tiles)):
        left = (board.tiles[a] % board.lattice.columns) << SHIFT
        bottom = (board.tiles[a] // board.lattice.columns) << SHIFT
        # A tile all inside or all outside can only have crossings toward the next tiles.
        first = 0 if board.least[a] <= cutoff < board.most[a] else TILE - 1
        _write_states(board, a, cutoff, state, first)
        for j in range(TILE):
            for i in range(0 if j == TILE - 1 else first, TILE):
                for way in range(2):
                    if state[j, i] == state[j + way, i + 1 - way]:
                        continue
                    if count == found.shape[1]:
                        more = np.empty((3, 2 * count), dtype=np.int64)
                        more[:, :count] = found
                        found = more
                    found[0, count] = left + i
                    found[1, count] = bottom + j
                    found[2, count] = way
                    number[a, j, i, way] = count
                    count += 1
    return found[0, :count].copy(), found[1, :count].copy(), found[2, :count].copy()


@compiled
def _write_states(board: Board, a: int, cutoff: float, state: NDArray[np.int32], first: int) -> None:
    """The states of a tile from column ``first`` on, and its whole last row, and of the row and column beyond it."""
    cost = board.cost[a]
    label = board.label[a]
    for j in range(TILE):
        for i in range(0 if j == TILE - 1 else first, TILE):
            state[j, i] = label[j, i] if cost[j, i] <= cutoff else OUTSIDE
    x = ((board.tiles[a] % board.lattice.columns) + 1) << SHIFT
    y = ((board.tiles[a] // board.lattice.columns) + 1) << SHIFT
    east = place_of(board, x, y - 1)
    north = place_of(board, x - 1, y)
    for k in range(TILE):
        state[k, TILE] = board.label[east, k, 0] if east >= 0 and board.cost[east, k, 0] <= cutoff else OUTSIDE
        state[TILE, k] = board.label[north, 0, k] if north >= 0 and board.cost[north, 0, k] <= cutoff else OUTSIDE


def _crossings_plain(
    board: Board, cutoff: float, number: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The same in numpy: each tile with the first row and column of the tiles beyond."""
    step = np.arange(TILE + 1)
    x = ((board.tiles % board.lattice.columns) << SHIFT)[:, None, None] + step[None, None, :]
    y = ((board.tiles // board.lattice.columns) << SHIFT)[:, None, None] + step[None, :, None]
    x, y = np.broadcast_arrays(x, y)
    state = states(board, x, y, cutoff)
    inner = state[:, :TILE, :TILE]
    differ = np.stack([inner != state[:, :TILE, 1:], inner != state[:, 1:, :TILE]], axis=3)
    a, j, i, way = np.nonzero(differ)
    number[a, j, i, way] = np.arange(len(a), dtype=np.int32)
    return x[a, j, i], y[a, j, i], way


def place_crossings(
    board: Board, walk: Walk, crossings: Crossings, cutoff: float, rule: tuple[int, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Where on each edge the border lies: metres, shape (c, 2).

    ``rule`` is the number of halvings and, per lattice edge, how far from its inner end
    the border of the last smaller cutoff lay (zero if none): it is not drawn inside that,
    and is noted there for the next.
    """
    halvings, before = rule
    h = board.lattice.cell_m
    x, y, way = crossings.x, crossings.y, crossings.way
    x2, y2 = x + (way == EAST), y + (way == NORTH)
    state, state2 = states(board, x, y, cutoff), states(board, x2, y2, cutoff)
    turned = state == OUTSIDE
    state = np.where(turned, state2, state)
    here, there = segments(board, x, y), segments(board, x2, y2)
    near, far = np.where(turned, there, here), np.where(turned, here, there)
    ax = board.lattice.left + np.where(turned, x2, x) * h
    ay = board.lattice.bottom + np.where(turned, y2, y) * h
    dx, dy = np.where(turned, x - x2, x2 - x) * h, np.where(turned, y - y2, y2 - y) * h
    low, high = np.zeros(len(x)), np.ones(len(x))
    for _ in range(halvings):
        middle = (low + high) / 2
        cost, label = costs_between(walk, near, far, ax + middle * dx, ay + middle * dy)
        same = np.where(cost <= cutoff, label, OUTSIDE) == state
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    edge = crossings.edge(board)
    at = np.maximum(np.clip((low + high) / 2, MARGIN, 1.0 - MARGIN), before[edge])
    before[edge] = at
    # Counted from the edge's own beginning, so that equal crossings are equal numbers.
    along = np.where(turned, 1.0 - at, at) * h
    result = np.column_stack([board.lattice.left + x * h, board.lattice.bottom + y * h])
    result[np.arange(len(x)), way] += along
    return result


def link(board: Board, walk: Walk, crossings: Crossings, cutoff: float) -> NDArray[np.int32]:
    """The crossing that follows each crossing, with the inside to the left of the way; shape (c,)."""
    after, x, y = _links(board, crossings, cutoff)
    saddle = np.flatnonzero(after < 0)
    entry = -1 - after[saddle]
    # Turn left round the inner corner, or right round the outer one when the middle is inside.
    side = (entry + np.where(_middles_inside(board, walk, x[saddle], y[saddle], cutoff), 1, 3)) % 4
    for c, s in zip(saddle, side, strict=True):
        after[c] = crossing_on(board, crossings, x[c], y[c], s)
    return after


def _middles_inside(board: Board, walk: Walk, x: NDArray[np.int64], y: NDArray[np.int64], cutoff: float) -> NDArray[np.bool_]:
    """Whether the middles of squares, asked from the nearest of their corners' streets, are inside."""
    px = np.asarray(board.lattice.left + (x + 0.5) * board.lattice.cell_m, dtype=np.float64)
    py = np.asarray(board.lattice.bottom + (y + 0.5) * board.lattice.cell_m, dtype=np.float64)
    nearest = np.full(len(x), -1, dtype=np.int32)
    best = np.full(len(x), np.inf)
    for dy in range(2):
        for dx in range(2):
            segment = segments(board, x + dx, y + dy)
            _, square = feet(walk.streets.xy, np.maximum(segment, 0), px, py)
            nearer = (segment >= 0) & (square < best)
            best, nearest = np.where(nearer, square, best), np.where(nearer, segment, nearest)
    cost, _ = costs_between(walk, nearest, nearest, px, py)
    return cost <= cutoff


@compiled
def _links(board: Board, crossings: Crossings, cutoff: float) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """The next crossings, or -1 less the side of entry in saddles; and the squares (lower left corners) that are entered."""
    after = np.empty(len(crossings.x), dtype=np.int32)
    square_x = np.empty(len(crossings.x), dtype=np.int64)
    square_y = np.empty(len(crossings.x), dtype=np.int64)
    for c in range(len(crossings.x)):
        x = crossings.x[c]
        y = crossings.y[c]
        first_inside = state_at(board, x, y, cutoff) != OUTSIDE
        # Sides: 0 south, 1 east, 2 north, 3 west.
        if crossings.way[c] == EAST:
            entry = 0 if first_inside else 2
            y -= 0 if first_inside else 1
        else:
            entry = 1 if first_inside else 3
            x -= 1 if first_inside else 0
        inside = (
            state_at(board, x, y, cutoff) != OUTSIDE,
            state_at(board, x + 1, y, cutoff) != OUTSIDE,
            state_at(board, x + 1, y + 1, cutoff) != OUTSIDE,
            state_at(board, x, y + 1, cutoff) != OUTSIDE,
        )
        side = _exit(inside, entry)
        after[c] = crossing_on(board, crossings, x, y, side) if side >= 0 else -1 - entry
        square_x[c] = x
        square_y[c] = y
    return after, square_x, square_y


@compiled
def _exit(inside: tuple[bool, bool, bool, bool], entry: int) -> int:
    """The only other side of a square that is crossed, -1 when all four are."""
    result = -1
    others = 0
    for side in range(4):
        if side != entry and inside[side] != inside[(side + 1) % 4]:
            result = side
            others += 1
    return result if others == 1 else -1


@compiled
def crossing_on(board: Board, crossings: Crossings, x: int, y: int, side: int) -> int:
    """The crossing on a side of the square whose lower left corner is ``x, y``."""
    way = NORTH if side % 2 == 1 else EAST
    if side == 1:
        x += 1
    elif side == 2:  # noqa: PLR2004  (north)
        y += 1
    a = place_of(board, x, y)
    return int(crossings.number[a, y & _MASK, x & _MASK, way])
