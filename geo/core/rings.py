"""Crossings joined to rings, rings to polygons with their holes, and points left out that change nothing.

A straight border crosses many squares. Points that lie within a twenty-fifth of a cell of
the line through their neighbours are left out. That is decided within blocks of 8 × 8
squares, each for itself: where two areas share a border they lose the same points, and two
lines that never crossed never will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import shapely

from geo.core.contour import EAST, Crossings, crossing_on, find_crossings, link, place_crossings, positions
from geo.core.engine import compiled
from geo.core.homecost import OUTSIDE
from geo.core.states import Board, state_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.core.streetcost import Walk

Shape: TypeAlias = "shapely.Polygon | shapely.MultiPolygon"
_BLOCK = 8
# Of a cell. Twice this is less than √2 × contour.MARGIN, the least distance between two lines.
_TOLERANCE = 0.04


class Rings(NamedTuple):
    """Closed lines: ring r has the crossings ``order[start[r]:start[r + 1]]``; shells run anticlockwise."""

    order: NDArray[np.int64]
    start: NDArray[np.int64]  # (rings + 1,)
    shell: NDArray[np.int64]  # (rings,) for a hole the ring around it, for a shell itself


def outlines(board: Board, walk: Walk, cutoffs: Sequence[float], halvings: int) -> list[Shape]:
    """The area within each of the board's cutoffs, each inside the next."""
    found = [find_crossings(board, level) for level in range(len(cutoffs))]
    often = _crossed_often(found)
    key, before = np.zeros(0, dtype=np.int64), np.zeros(0)
    shapes: list[Shape] = []
    for level, (cutoff, crossings) in enumerate(zip(cutoffs, found, strict=True)):
        if not len(crossings.x):
            shapes.append(shapely.Polygon())
            continue
        edges, at = place_crossings(board, walk, crossings, (level, cutoff), halvings)
        if len(cutoffs) > 1:
            # Not inside the border of the last smaller cutoff, even where going on along an edge is cheaper again.
            order = np.argsort(crossings.key)
            at[order] = np.maximum(at[order], _look_up(key, before, crossings.key[order]))
            key, before = crossings.key[order], at[order]
        after = link(board, walk, crossings, (level, cutoff))
        fixed = np.where(crossings.way == EAST, crossings.y, crossings.x) % _BLOCK == 0
        if len(often):
            near = np.isin(crossings.key, often)
            fixed |= near | near[after]
            fixed[after[near]] = True
        xy = positions(board, crossings, edges, at)
        rings = trace(board, crossings, after, level)
        shapes.append(polygons_of(xy, thinned(xy, rings, fixed, _TOLERANCE * board.lattice.cell_m)))
    return shapes


def _crossed_often(found: Sequence[Crossings]) -> NDArray[np.int64]:
    """Lattice edges that the borders of several cutoffs cross: nothing near is left out, so that areas stay nested."""
    if len(found) == 1:
        return np.zeros(0, dtype=np.int64)
    keys, times = np.unique(np.concatenate([crossings.key for crossings in found]), return_counts=True)
    return np.asarray(keys[times > 1])


def _look_up(key: NDArray[np.int64], value: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """The values of wanted keys, 0 for those not there; keys are ascending."""
    if not len(key):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[at] == wanted, value[at], 0.0)


def trace(board: Board, crossings: Crossings, after: NDArray[np.int64], level: int) -> Rings:
    """Follow the lines until they close, and find the shell of every hole."""
    order, start, ring_of, west = _follow(after, crossings.x, crossings.way)
    by_west = np.argsort(crossings.x[west], kind="stable")
    return Rings(order, start, _shells(board, crossings, level, (ring_of, west, by_west)))


@compiled
def _follow(
    after: NDArray[np.int64], x: NDArray[np.int64], way: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Crossings ring by ring, where each ring starts, each crossing's ring, each ring's westernmost eastward crossing."""
    count = len(after)
    ring_of = np.full(count, -1, dtype=np.int64)
    order = np.empty(count, dtype=np.int64)
    start = np.zeros(count + 1, dtype=np.int64)
    west = np.empty(count, dtype=np.int64)
    rings = 0
    filled = 0
    for begin in range(count):
        if ring_of[begin] >= 0:
            continue
        at = begin
        first = -1
        while ring_of[at] < 0:
            ring_of[at] = rings
            order[filled] = at
            filled += 1
            if way[at] == EAST and (first < 0 or x[at] < x[first]):
                first = at
            at = after[at]
        west[rings] = first
        rings += 1
        start[rings] = filled
    return order, start[: rings + 1].copy(), ring_of, west[:rings].copy()


@compiled
def _shells(
    board: Board, crossings: Crossings, level: int, rings: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """The shell of every ring.

    The line next to the west of a hole's westernmost crossing bounds the same inside: it
    is the hole's shell, or another hole of it that begins farther west.
    """
    ring_of, west, by_west = rings
    shell = np.full(len(west), -1, dtype=np.int64)
    for r in by_west:
        x = crossings.x[west[r]]
        y = crossings.y[west[r]]
        if state_at(board, x, y, level) == OUTSIDE:
            shell[r] = r  # outside lies to the west: a shell
            continue
        while state_at(board, x, y, level) != OUTSIDE:
            x -= 1
        shell[r] = shell[ring_of[crossing_on(board, crossings, x, y, 0)]]
    return shell


def thinned(xy: NDArray[np.float64], rings: Rings, fixed: NDArray[np.bool_], tolerance_m: float) -> Rings:
    """The rings without points that are within the tolerance of the line through their neighbours.

    Points marked in ``fixed`` (c,) stay; what lies between two of them is thinned for itself.
    """
    keep = _kept(xy[rings.order], rings.start, fixed[rings.order], tolerance_m)
    start = np.concatenate([[0], np.cumsum(keep)])[rings.start]
    return Rings(rings.order[keep], start, rings.shell)


@compiled
def _kept(xy: NDArray[np.float64], start: NDArray[np.int64], fixed: NDArray[np.bool_], tolerance: float) -> NDArray[np.bool_]:
    """Which points of the rings stay."""
    keep = fixed.copy()
    for r in range(len(start) - 1):
        begin = start[r]
        count = start[r + 1] - begin
        first = 0
        while first < count and not fixed[begin + first]:
            first += 1
        if first == count:  # a ring within one block: small, kept as it is
            keep[begin : begin + count] = True
            continue
        low = first
        while low < first + count:
            high = low + 1
            while not fixed[begin + high % count]:
                high += 1
            _keep_between(xy, (begin, count), (low, high), tolerance, keep)
            low = high
    return keep


@compiled
def _keep_between(
    xy: NDArray[np.float64], ring: tuple[int, int], ends: tuple[int, int], tolerance: float, keep: NDArray[np.bool_]
) -> None:
    """Keep the farthest point while it is farther than the tolerance, on both its sides (Douglas and Peucker 1973)."""
    begin, count = ring
    open_spans = [ends]
    while len(open_spans) > 0:
        a, b = open_spans.pop()
        at, far = _farthest(xy, begin, count, (a, b))
        if far > tolerance:
            keep[begin + at % count] = True
            open_spans.append((a, at))
            open_spans.append((at, b))


@compiled
def _farthest(xy: NDArray[np.float64], begin: int, count: int, ends: tuple[int, int]) -> tuple[int, float]:
    """Of the points between two of a ring, the one farthest from the straight line between them, and the metres."""
    a, b = ends
    ax = xy[begin + a % count, 0]
    ay = xy[begin + a % count, 1]
    dx = xy[begin + b % count, 0] - ax
    dy = xy[begin + b % count, 1] - ay
    square = dx * dx + dy * dy
    best = -1.0
    at = a
    for i in range(a + 1, b):
        px = xy[begin + i % count, 0] - ax
        py = xy[begin + i % count, 1] - ay
        t = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square > 0.0 else 0.0
        far = (px - t * dx) ** 2 + (py - t * dy) ** 2
        if far > best:
            best = far
            at = i
    return at, np.sqrt(best) if best > 0.0 else 0.0


def polygons_of(xy: NDArray[np.float64], rings: Rings) -> Shape:
    """Rings as one shape, holes kept; an empty polygon when there are none."""
    count = len(rings.shell)
    if not count:
        return shapely.Polygon()
    # Shells with their holes behind them, and every ring closed by its own first point.
    is_hole = rings.shell != np.arange(count)
    order = np.lexsort((np.arange(count), is_hole, rings.shell))
    size = np.diff(rings.start)[order] + 1
    end = np.cumsum(size)
    step = np.arange(end[-1]) - np.repeat(end - size, size)
    step[end - 1] = 0
    points = xy[rings.order[np.repeat(rings.start[:-1][order], size) + step]]
    ring_at = np.concatenate([[0], end])
    shell_at = np.append(np.flatnonzero(~is_hole[order]), count)
    parts = np.asarray(shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (ring_at, shell_at)))
    result: Shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
    return result
