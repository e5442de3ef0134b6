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

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from geo.core.engine import compiled
from geo.core.raster import SHIFT, TILE, Lattice
from geo.core.streetcost import OUTSIDE, Marks, Sources, Streets, cost_at, foot

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Int = TypeVar("_Int", np.int64, np.int8)
_MASK = TILE - 1
_MARGIN = 0.05  # of a cell: how near a border may come to a lattice point, so that rounding never makes it touch itself
EAST, NORTH = 0, 1


class Board(NamedTuple):
    """The lattice points that may be inside, in t tiles."""

    lattice: Lattice
    where: NDArray[np.int32]  # per tile of the lattice its place in the arrays below, or -1
    tiles: NDArray[np.int64]  # (t,) tile numbers, ascending
    segment: NDArray[np.int32]  # (t, 32, 32) nearest street
    cost: NDArray[np.float64]  # (t, 32, 32)
    label: NDArray[np.int32]  # (t, 32, 32)


class Walk(NamedTuple):
    """Everything that tells what a place costs."""

    streets: Streets
    sources: Sources
    marks: Marks


class Crossings(NamedTuple):
    """Lattice edges (c,) between two states, from point ``x, y`` to the east or to the north."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    way: NDArray[np.int8]
    number: NDArray[np.int32]  # (t, 32, 32, 2) which crossing lies on an edge; only valid where there is one


class Rings(NamedTuple):
    """Closed lines: ring r has the crossings ``order[start[r]:start[r + 1]]``; shells run anticlockwise."""

    order: NDArray[np.int32]
    start: NDArray[np.int64]
    shell: NDArray[np.int32]  # (rings,) for a hole the ring around it, for a shell itself


@compiled
def state_at(board: Board, x: int, y: int, cutoff: float) -> int:
    """The label of the facility that a lattice point belongs to, -1 outside the cutoff."""
    a = board.where[(y >> SHIFT) * board.lattice.columns + (x >> SHIFT)]
    if a < 0 or board.cost[a, y & _MASK, x & _MASK] > cutoff:
        return OUTSIDE
    return int(board.label[a, y & _MASK, x & _MASK])


@compiled
def find_crossings(board: Board, cutoff: float) -> Crossings:
    """Every lattice edge whose ends differ, tile by tile."""
    count = 0
    size = 1024
    xs: NDArray[np.int64] = np.empty(size, dtype=np.int64)
    ys: NDArray[np.int64] = np.empty(size, dtype=np.int64)
    ways: NDArray[np.int8] = np.empty(size, dtype=np.int8)
    number = np.empty((len(board.tiles), TILE, TILE, 2), dtype=np.int32)
    for a in range(len(board.tiles)):
        left = (board.tiles[a] % board.lattice.columns) << SHIFT
        bottom = (board.tiles[a] // board.lattice.columns) << SHIFT
        for j in range(TILE):
            for i in range(TILE):
                here = board.label[a, j, i] if board.cost[a, j, i] <= cutoff else OUTSIDE
                for way in range(2):
                    i2 = i + 1 - way
                    j2 = j + way
                    if i2 < TILE and j2 < TILE:
                        there = board.label[a, j2, i2] if board.cost[a, j2, i2] <= cutoff else OUTSIDE
                    else:
                        there = state_at(board, left + i2, bottom + j2, cutoff)
                    if here == there:
                        continue
                    if count == size:
                        xs, ys, ways = _longer(xs), _longer(ys), _longer(ways)
                        size *= 2
                    xs[count] = left + i
                    ys[count] = bottom + j
                    ways[count] = way
                    number[a, j, i, way] = count
                    count += 1
    return Crossings(xs[:count].copy(), ys[:count].copy(), ways[:count].copy(), number)


@compiled
def _longer(old: NDArray[_Int]) -> NDArray[_Int]:
    new: NDArray[_Int] = np.empty(2 * len(old), dtype=old.dtype)
    new[: len(old)] = old
    return new


@compiled
def place_crossings(
    board: Board, walk: Walk, crossings: Crossings, cutoff: float, rule: tuple[int, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Where on each edge the border lies: metres, shape (c, 2).

    ``rule`` is the number of halvings and, per lattice edge, how far from its inner end
    the border of the last smaller cutoff lay (zero if none): it is not drawn inside that,
    and is noted there for the next.
    """
    steps, before = rule
    h = board.lattice.cell_m
    result = np.empty((len(crossings.x), 2))
    for c in range(len(crossings.x)):
        x = crossings.x[c]
        y = crossings.y[c]
        way = crossings.way[c]
        x2 = x + 1 - way
        y2 = y + way
        state = state_at(board, x, y, cutoff)
        if state == OUTSIDE:
            x, y, x2, y2 = x2, y2, x, y
            state = state_at(board, x, y, cutoff)
        streets = (_segment_at(board, x, y), _segment_at(board, x2, y2))
        ax = board.lattice.left + x * h
        ay = board.lattice.bottom + y * h
        low = 0.0
        high = 1.0
        for _ in range(steps):
            middle = (low + high) / 2
            place = (ax + middle * (x2 - x) * h, ay + middle * (y2 - y) * h)
            if _state_between(walk, streets, place, cutoff) == state:
                low = middle
            else:
                high = middle
        at = min(max((low + high) / 2, _MARGIN), 1.0 - _MARGIN)
        a = board.where[(crossings.y[c] >> SHIFT) * board.lattice.columns + (crossings.x[c] >> SHIFT)]
        j = crossings.y[c] & _MASK
        i = crossings.x[c] & _MASK
        at = max(at, before[a, j, i, way])
        before[a, j, i, way] = at
        # Counted from the edge's own beginning, so that equal crossings are equal numbers.
        result[c, 0] = board.lattice.left + crossings.x[c] * h
        result[c, 1] = board.lattice.bottom + crossings.y[c] * h
        result[c, way] += (at if x2 - x + y2 - y > 0 else 1.0 - at) * h
    return result


@compiled
def _segment_at(board: Board, x: int, y: int) -> int:
    a = board.where[(y >> SHIFT) * board.lattice.columns + (x >> SHIFT)]
    return int(board.segment[a, y & _MASK, x & _MASK]) if a >= 0 else -1


@compiled
def _state_between(walk: Walk, streets: tuple[int, int], place: tuple[float, float], cutoff: float) -> int:
    """The state of a place whose nearest street is one of two; either may be -1 for none."""
    near, far = streets
    if near < 0:
        near = far
    elif far >= 0 and far != near:
        _, d_near = foot(walk.streets.xy, near, place)
        _, d_far = foot(walk.streets.xy, far, place)
        if d_far < d_near:
            near = far
    cost, label = cost_at(walk.streets, walk.sources, walk.marks, near, place)
    return label if cost <= cutoff else OUTSIDE


@compiled
def _middle_inside(board: Board, walk: Walk, x: int, y: int, cutoff: float) -> bool:
    """Whether the middle of a square, asked from the nearest of its corners' streets, is inside."""
    h = board.lattice.cell_m
    place = (board.lattice.left + (x + 0.5) * h, board.lattice.bottom + (y + 0.5) * h)
    best = np.inf
    nearest = -1
    for dy in range(2):
        for dx in range(2):
            segment = _segment_at(board, x + dx, y + dy)
            if segment >= 0:
                _, square = foot(walk.streets.xy, segment, place)
                if square < best:
                    best = square
                    nearest = segment
    if nearest < 0:
        return False
    cost, _ = cost_at(walk.streets, walk.sources, walk.marks, nearest, place)
    return bool(cost <= cutoff)


@compiled
def link(board: Board, walk: Walk, crossings: Crossings, cutoff: float) -> NDArray[np.int32]:
    """The crossing that follows each crossing, with the inside to the left of the way; shape (c,)."""
    result = np.empty(len(crossings.x), dtype=np.int32)
    for c in range(len(crossings.x)):
        x = crossings.x[c]
        y = crossings.y[c]
        first_inside = state_at(board, x, y, cutoff) != OUTSIDE
        # The square that the line enters, and the side (0 south, 1 east, 2 north, 3 west) it enters by.
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
        exit_side = _exit(inside, entry)
        if exit_side < 0:
            # A saddle: turn left round the inner corner, or right round the outer one when the middle is inside.
            right = _middle_inside(board, walk, x, y, cutoff)
            exit_side = (entry + (1 if right else 3)) % 4
        result[c] = _crossing_on(board, crossings, x, y, exit_side)
    return result


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
def _crossing_on(board: Board, crossings: Crossings, x: int, y: int, side: int) -> int:
    """The crossing on a side of the square whose lower left corner is ``x, y``."""
    way = NORTH if side % 2 == 1 else EAST
    if side == 1:
        x += 1
    elif side == 2:  # noqa: PLR2004  (north)
        y += 1
    a = board.where[(y >> SHIFT) * board.lattice.columns + (x >> SHIFT)]
    return int(crossings.number[a, y & _MASK, x & _MASK, way])


@compiled
def trace(board: Board, crossings: Crossings, after: NDArray[np.int32], cutoff: float) -> Rings:
    """Follow the lines until they close, and find the shell of every hole.

    The line next to the west of a hole's westernmost crossing bounds the same inside: it
    is the hole's shell, or another hole of it that begins farther west.
    """
    count = len(after)
    ring_of = np.full(count, -1, dtype=np.int32)
    order = np.empty(count, dtype=np.int32)
    start = np.empty(count + 1, dtype=np.int64)
    first = np.empty(count, dtype=np.int32)  # westernmost crossing on an eastward edge
    start[0] = 0
    rings = 0
    filled = 0
    for begin in range(count):
        if ring_of[begin] >= 0:
            continue
        at = begin
        west = -1
        while ring_of[at] < 0:
            ring_of[at] = rings
            order[filled] = at
            filled += 1
            if crossings.way[at] == EAST and (west < 0 or crossings.x[at] < crossings.x[west]):
                west = at
            at = after[at]
        first[rings] = west
        rings += 1
        start[rings] = filled
    shell = _shells(board, crossings, (ring_of, first[:rings].copy()), cutoff)
    return Rings(order, start[: rings + 1].copy(), shell)


@compiled
def _shells(
    board: Board, crossings: Crossings, rings: tuple[NDArray[np.int32], NDArray[np.int32]], cutoff: float
) -> NDArray[np.int32]:
    ring_of, first = rings
    shell = np.full(len(first), -1, dtype=np.int32)
    for r in np.argsort(crossings.x[first], kind="mergesort"):
        x = crossings.x[first[r]]
        y = crossings.y[first[r]]
        if state_at(board, x, y, cutoff) == OUTSIDE:
            shell[r] = r  # outside lies to the west: a shell
            continue
        while state_at(board, x, y, cutoff) != OUTSIDE:
            x -= 1
        shell[r] = shell[ring_of[_crossing_on(board, crossings, x, y, 0)]]
    return shell
