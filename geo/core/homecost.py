"""The cost of walking to a facility from places beside the streets, many at a time.

A place walks to the nearest point of its nearest street and on over whichever end of
that segment is better, or straight to a door on it. Compiled where numba is installed,
else in numpy, with the same sums in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import COMPILED, compiled
from geo.core.fence import leg_is_free
from geo.core.streetcost import DOOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.streetcost import Sources, Streets, Walk

OUTSIDE = -1  # the label of a place from which no facility is reached
LABEL = DOOR - 1  # takes the door's flag off


def costs_between(
    walk: Walk, one: NDArray[np.int32], two: NDArray[np.int32], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Cost and facility label of p places whose nearest street is one of two segments, the nearer.

    Parameters
    ----------
    walk
        With marks written up to some cutoff.
    one, two
        Segments, shape (p,); -1 for none. Of equally near ones the first is taken. If a wall
        stands before the nearer, it is the other.
    x, y
        Metres, shape (p,).

    Returns
    -------
    tuple
        Costs, infinite beyond the snap limit or out of reach, and labels, then -1. Costs
        above the cutoff that was spread are upper bounds.
    """
    cost = np.empty(len(x))
    label = np.empty(len(x), dtype=np.int32)
    if COMPILED:
        write_costs(walk, (one, two), x, y, (cost, label))
    else:
        cost[:], label[:] = _costs_plain(walk, (one, two), x, y)
    return cost, label


@compiled
def foot(ax: float, ay: float, dx: float, dy: float) -> tuple[float, float]:
    """The nearest point of a segment ``d`` to a place ``a``, both seen from its beginning: fraction, squared metres."""
    square = dx * dx + dy * dy
    t = 0.0
    if square > 0.0:
        t = min(max((ax * dx + ay * dy) / square, 0.0), 1.0)
    ex = ax - t * dx
    ey = ay - t * dy
    return t, ex * ex + ey * ey


@compiled
def write_costs(  # noqa: C901  (one flat loop that numba compiles)
    walk: Walk,
    choice: tuple[NDArray[np.int32], NDArray[np.int32]],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    result: tuple[NDArray[np.float64], NDArray[np.int32]],
) -> None:
    """The loop of :func:`costs_between`, writing into ``result``."""
    xy = walk.streets.xy
    at_vertex = walk.marks.cost
    flag = walk.marks.label
    limit = walk.streets.snap_limit_m
    walled = walk.fence.columns > 0
    one, two = choice
    cost, label = result
    for p in range(len(x)):
        cost[p] = np.inf
        label[p] = OUTSIDE
        s = one[p] if one[p] >= 0 else two[p]
        other = two[p] if one[p] >= 0 else -1
        if s < 0 or (other == s and at_vertex[s] == np.inf and at_vertex[s + 1] == np.inf and flag[s] < DOOR):
            continue
        t, square = foot(x[p] - xy[s, 0], y[p] - xy[s, 1], xy[s + 1, 0] - xy[s, 0], xy[s + 1, 1] - xy[s, 1])
        if other != s:
            # A place between two streets: walls may part it from either. (One street on both sides has been asked.)
            if walled and not leg_is_free(walk.fence, xy, s, t, (x[p], y[p])):
                square = np.inf
            if other >= 0:
                t2, square2 = foot(
                    x[p] - xy[other, 0], y[p] - xy[other, 1], xy[other + 1, 0] - xy[other, 0], xy[other + 1, 1] - xy[other, 1]
                )
                if square2 < square and (not walled or leg_is_free(walk.fence, xy, other, t2, (x[p], y[p]))):
                    s, t, square = other, t2, square2
        off = np.sqrt(square)
        if off > limit:
            continue
        best = at_vertex[s]
        if t > 0.0:
            best += t * walk.streets.backward[s]
        who = flag[s] & LABEL
        over = at_vertex[s + 1]
        if t < 1.0:
            over += (1.0 - t) * walk.streets.forward[s]
        if over < best or (over == best and (flag[s + 1] & LABEL) < who):
            best = over
            who = flag[s + 1] & LABEL
        if flag[s] >= DOOR:
            best, who = _over_doors(walk.streets, walk.sources, (s, t), (best, who))
        if best < np.inf:
            cost[p] = best + off * walk.streets.access
            label[p] = who


@compiled
def _over_doors(streets: Streets, sources: Sources, place: tuple[int, float], known: tuple[float, int]) -> tuple[float, int]:
    """The better of what is known and the straight way to a door on the same segment."""
    best, label = known
    segment, t = place
    d = np.searchsorted(sources.door_segment, segment)
    while d < len(sources.door_segment) and sources.door_segment[d] == segment:
        cost = sources.door_cost[d]
        ahead = sources.door_fraction[d] - t
        if ahead > 0.0:
            cost += ahead * streets.forward[segment]
        elif ahead < 0.0:
            cost -= ahead * streets.backward[segment]
        if cost < best or (cost == best and sources.door_label[d] < label):
            best = cost
            label = sources.door_label[d]
        d += 1
    return best, label


def _costs_plain(
    walk: Walk, choice: tuple[NDArray[np.int32], NDArray[np.int32]], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """The same in numpy; infinite costs times nothing are nothing, as in the loop."""
    streets, marks = walk.streets, walk.marks
    one = np.where(choice[0] >= 0, choice[0], choice[1])
    two = np.where(choice[1] >= 0, choice[1], one)
    known = one >= 0
    first, second = np.where(known, one, 0), np.where(known, two, 0)
    t, square = feet(streets.xy, first, x, y)
    t2, square2 = feet(streets.xy, second, x, y)
    if walk.fence.columns:
        between = known & (choice[0] != choice[1])
        square = _free_plain(walk, between, first, (t, square), (x, y))
        square2 = _free_plain(walk, between & (first != second), second, (t2, square2), (x, y))
        square2[first == second] = np.inf
    nearer = square2 < square
    s, t, square = np.where(nearer, second, first), np.where(nearer, t2, t), np.where(nearer, square2, square)
    off = np.sqrt(square)
    with np.errstate(invalid="ignore"):
        best = marks.cost[s] + np.where(t > 0, t * streets.backward[s], 0.0)
        over = marks.cost[s + 1] + np.where(t < 1, (1.0 - t) * streets.forward[s], 0.0)
    who, who2 = marks.label[s] & LABEL, marks.label[s + 1] & LABEL
    swap = (over < best) | ((over == best) & (who2 < who))
    best, who = np.where(swap, over, best), np.where(swap, who2, who)
    for p in np.flatnonzero(marks.label[s] >= DOOR):
        best[p], who[p] = _over_doors(streets, walk.sources, (int(s[p]), float(t[p])), (float(best[p]), int(who[p])))
    ok = known & (off <= streets.snap_limit_m) & np.isfinite(best)
    return np.where(ok, best + off * streets.access, np.inf), np.where(ok, who, OUTSIDE).astype(np.int32)


def _free_plain(
    walk: Walk,
    which: NDArray[np.bool_],
    segment: NDArray[np.int32],
    foot: tuple[NDArray[np.float64], NDArray[np.float64]],
    place: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Squared metres, made infinite where a wall stands on the way from one of ``which`` places to its foot."""
    fraction, square = foot[0], foot[1].copy()
    for p in np.flatnonzero(which):
        here = (float(place[0][p]), float(place[1][p]))
        if not leg_is_free(walk.fence, walk.streets.xy, int(segment[p]), float(fraction[p]), here):
            square[p] = np.inf
    return square


def feet(
    xy: NDArray[np.float64], segment: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The nearest points of p segments to p places: fractions and squared metres, shape (p,) each."""
    a, d = xy[segment], xy[segment + 1] - xy[segment]
    ax, ay = x - a[:, 0], y - a[:, 1]
    square = d[:, 0] * d[:, 0] + d[:, 1] * d[:, 1]
    t = np.zeros(len(x))
    np.divide(ax * d[:, 0] + ay * d[:, 1], square, out=t, where=square > 0)
    t = np.minimum(np.maximum(t, 0.0), 1.0)
    ex, ey = ax - t * d[:, 0], ay - t * d[:, 1]
    return t, ex * ex + ey * ey
