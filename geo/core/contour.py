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
from geo.core.homecost import OUTSIDE, costs_between, feet, write_costs
from geo.core.lattice import SHIFT, TILE
from geo.core.states import MASK, Board, place_of, segments, state_at, states

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.streetcost import Walk

MARGIN = 0.06  # of a cell: how near a border may come to a lattice point; lines stay √2 times this apart
EAST, NORTH = 0, 1


class Crossings(NamedTuple):
    """Lattice edges (c,) between two states, from point ``x, y`` to the east or to the north, tile by tile."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    way: NDArray[np.int64]
    start: NDArray[np.int64]  # (t + 1,) where those of each tile begin
    code: NDArray[np.int64]  # (c,) place within the tile, ascending

    @property
    def key(self) -> NDArray[np.int64]:
        """A number for each lattice edge, the same for every cutoff."""
        return (self.y << 32 | self.x) << 1 | self.way


def find_crossings(board: Board, level: int) -> Crossings:
    """Every lattice edge whose ends differ within the cutoff of that place: by tile, then south to north, west to east."""
    code, start = (_crossings if COMPILED else _crossings_plain)(board, level)
    tile = np.repeat(board.tiles, np.diff(start))
    x = ((tile % board.lattice.columns) << SHIFT) + (code >> 1) % TILE
    y = ((tile // board.lattice.columns) << SHIFT) + (code >> 1) // TILE
    return Crossings(x, y, code & 1, start, code)


@compiled
def _crossings(board: Board, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The codes, ``2 * (row * 32 + column) + way`` within the tile, and where those of each tile begin."""
    count = 0
    code = np.empty(1024, dtype=np.int64)
    start = np.zeros(len(board.tiles) + 1, dtype=np.int64)
    state = np.empty((TILE + 1, TILE + 1), dtype=np.int32)  # a tile with the first row and column of the tiles beyond
    for a in range(len(board.tiles)):
        # A tile all inside or all outside can only have crossings toward the next tiles.
        first = 0 if board.low[a] <= level < board.high[a] else TILE - 1
        _write_states(board, a, level, state, first)
        if len(code) < count + 2 * TILE * TILE:
            more = np.empty(2 * len(code) + 2 * TILE * TILE, dtype=np.int64)
            more[:count] = code[:count]
            code = more
        for j in range(TILE):
            for i in range(0 if j == TILE - 1 else first, TILE):
                for way in range(2):
                    if state[j, i] != state[j + way, i + 1 - way]:
                        code[count] = (j * TILE + i) * 2 + way
                        count += 1
        start[a + 1] = count
    return code[:count].copy(), start


@compiled
def _write_states(board: Board, a: int, level: int, state: NDArray[np.int32], first: int) -> None:
    """The states of a tile from column ``first`` on, and its whole last row, and of the row and column beyond it."""
    b = board.block[a]
    whole = board.owner[a] if board.low[a] <= level else OUTSIDE
    for j in range(TILE):
        for i in range(0 if j == TILE - 1 else first, TILE):
            if b < 0:
                state[j, i] = whole
            elif board.band[b, j, i] <= level:
                state[j, i] = board.label[b, j, i] if board.labelled else 0
            else:
                state[j, i] = OUTSIDE
    x = ((board.tiles[a] % board.lattice.columns) + 1) << SHIFT
    y = ((board.tiles[a] // board.lattice.columns) + 1) << SHIFT
    for k in range(TILE):
        state[k, TILE] = state_at(board, x, y - TILE + k, level)
        state[TILE, k] = state_at(board, x - TILE + k, y, level)


def _crossings_plain(board: Board, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same in numpy: each tile with the first row and column of the tiles beyond."""
    step = np.arange(TILE + 1)
    x = ((board.tiles % board.lattice.columns) << SHIFT)[:, None, None] + step[None, None, :]
    y = ((board.tiles // board.lattice.columns) << SHIFT)[:, None, None] + step[None, :, None]
    x, y = np.broadcast_arrays(x, y)
    state = states(board, x, y, level)
    inner = state[:, :TILE, :TILE]
    differ = np.stack([inner != state[:, :TILE, 1:], inner != state[:, 1:, :TILE]], axis=3)
    a, j, i, way = np.nonzero(differ)
    return (j * TILE + i) * 2 + way, np.searchsorted(a, np.arange(len(board.tiles) + 1))


class Edges(NamedTuple):
    """The edges of crossings, each seen from its inner end (a metres) toward its outer one (d metres farther)."""

    ax: NDArray[np.float64]
    ay: NDArray[np.float64]
    dx: NDArray[np.float64]
    dy: NDArray[np.float64]
    near: NDArray[np.int32]  # nearest street of the inner end
    far: NDArray[np.int32]  # and of the outer one
    state: NDArray[np.int32]  # of the inner end
    turned: NDArray[np.bool_]  # whether the inner end is the eastern or northern one


def place_crossings(
    board: Board, walk: Walk, crossings: Crossings, cutoff: tuple[int, float], halvings: int
) -> tuple[Edges, NDArray[np.float64]]:
    """Where on each edge the border lies, as a share of it from the inner end, shape (c,); ``cutoff`` is place and value."""
    edges = _edges(board, crossings, cutoff[0])
    at = (_halve if COMPILED else _halve_plain)(walk, edges, cutoff[1], halvings)
    return edges, np.clip(at, MARGIN, 1.0 - MARGIN)


def _edges(board: Board, crossings: Crossings, level: int) -> Edges:
    h = board.lattice.cell_m
    x, y, way = crossings.x, crossings.y, crossings.way
    x2, y2 = x + (way == EAST), y + (way == NORTH)
    state = states(board, x, y, level)
    turned = state == OUTSIDE
    here, there = segments(board, x, y), segments(board, x2, y2)
    return Edges(
        board.lattice.left + np.where(turned, x2, x) * h,
        board.lattice.bottom + np.where(turned, y2, y) * h,
        np.where(turned, x - x2, x2 - x) * h,
        np.where(turned, y - y2, y2 - y) * h,
        np.where(turned, there, here),
        np.where(turned, here, there),
        np.where(turned, states(board, x2, y2, level), state),
        turned,
    )


@compiled
def _halve(walk: Walk, edges: Edges, cutoff: float, halvings: int) -> NDArray[np.float64]:
    """Halve each edge toward the place where its inner end's state ends, asking the nearer of its two streets."""
    count = len(edges.ax)
    low = np.zeros(count)
    high = np.ones(count)
    x = np.empty(count)
    y = np.empty(count)
    cost = np.empty(count)
    label = np.empty(count, dtype=np.int32)
    for _ in range(halvings):
        for c in range(count):
            middle = (low[c] + high[c]) / 2
            x[c] = edges.ax[c] + middle * edges.dx[c]
            y[c] = edges.ay[c] + middle * edges.dy[c]
        write_costs(walk, (edges.near, edges.far), x, y, (cost, label))
        for c in range(count):
            state = label[c] if cost[c] <= cutoff else OUTSIDE
            if state == edges.state[c]:
                low[c] = (low[c] + high[c]) / 2
            else:
                high[c] = (low[c] + high[c]) / 2
    return (low + high) / 2


def _halve_plain(walk: Walk, edges: Edges, cutoff: float, halvings: int) -> NDArray[np.float64]:
    """The same in numpy."""
    low, high = np.zeros(len(edges.ax)), np.ones(len(edges.ax))
    for _ in range(halvings):
        middle = (low + high) / 2
        x, y = edges.ax + middle * edges.dx, edges.ay + middle * edges.dy
        cost, label = costs_between(walk, edges.near, edges.far, x, y)
        same = np.where(cost <= cutoff, label, OUTSIDE) == edges.state
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return (low + high) / 2


def positions(board: Board, crossings: Crossings, edges: Edges, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Crossings in metres, shape (c, 2), counted from the edge's own beginning: equal crossings are equal numbers."""
    h = board.lattice.cell_m
    result = np.column_stack([board.lattice.left + crossings.x * h, board.lattice.bottom + crossings.y * h])
    result[np.arange(len(at)), crossings.way] += np.where(edges.turned, 1.0 - at, at) * h
    return result


def link(board: Board, walk: Walk, crossings: Crossings, cutoff: tuple[int, float]) -> NDArray[np.int64]:
    """The crossing that follows each crossing, with the inside to the left of the way; shape (c,)."""
    after, x, y = _links(board, crossings, cutoff[0])
    saddle = np.flatnonzero(after < 0)
    entry = -1 - after[saddle]
    # Turn left round the inner corner, or right round the outer one when the middle is inside.
    side = (entry + np.where(_middles_inside(board, walk, x[saddle], y[saddle], cutoff[1]), 1, 3)) % 4
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
def _links(board: Board, crossings: Crossings, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The next crossings, or -1 less the side of entry in saddles; and the squares (lower left corners) that are entered."""
    after = np.empty(len(crossings.x), dtype=np.int64)
    square_x = np.empty(len(crossings.x), dtype=np.int64)
    square_y = np.empty(len(crossings.x), dtype=np.int64)
    for c in range(len(crossings.x)):
        x = crossings.x[c]
        y = crossings.y[c]
        first_inside = state_at(board, x, y, level) != OUTSIDE
        # Sides: 0 south, 1 east, 2 north, 3 west.
        if crossings.way[c] == EAST:
            entry = 0 if first_inside else 2
            y -= 0 if first_inside else 1
        else:
            entry = 1 if first_inside else 3
            x -= 1 if first_inside else 0
        inside = (
            state_at(board, x, y, level) != OUTSIDE,
            state_at(board, x + 1, y, level) != OUTSIDE,
            state_at(board, x + 1, y + 1, level) != OUTSIDE,
            state_at(board, x, y + 1, level) != OUTSIDE,
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
    wanted = ((y & MASK) * TILE + (x & MASK)) * 2 + way
    low = crossings.start[a]
    high = crossings.start[a + 1]
    while low < high:
        middle = (low + high) >> 1
        if crossings.code[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return int(low)
