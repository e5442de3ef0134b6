"""The loops under :mod:`geo.core.travel` besides the searches (:mod:`geo.core.waves`): legs, and reading at points.

Every function here is compiled by numba where it is installed. Ties are broken as in the
searches: least cost, then the facility that comes first, then the least of the other measure.
"""
# ruff: noqa: PLR0913, PLR0917, C901  (flat loops for numba: arrays go in one by one)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.core.engine import compiled
from geo.core.waves import room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]

NOBODY = int(np.iinfo(np.int32).max)  # a facility that comes after all others in a tie


@compiled
def forget(cost: Floats, other: Floats, facility: Ints, new_row: Ints) -> tuple[Floats, Floats, Ints, Longs]:
    """A copy of a node field in new rows of facilities; what belonged to those without one (-1) is forgotten.

    Also gives the nodes that lost theirs. ``new_row`` has one entry more, for nobody.
    """
    n = len(cost)
    nobody = len(new_row) - 1
    cost = cost.copy()
    other = other.copy()
    facility = facility.copy()
    lost = np.empty(64, dtype=np.int32)
    count = 0
    for x in range(n):
        f = facility[x]
        if f >= nobody:
            continue
        row = new_row[f]
        if row >= 0:
            facility[x] = row
            continue
        cost[x] = np.inf
        other[x] = np.inf
        facility[x] = NOBODY
        lost = room(lost, count)
        lost[count] = x
        count += 1
    return cost, other, facility, lost[:count].astype(np.int64)


@compiled
def legs(
    edge_start: Longs,
    forward: Floats,
    backward: Floats,
    segment: Longs,
    fraction: Floats,
    edge: Ints,
    outbound: bool,  # noqa: FBT001
) -> tuple[Floats, Floats]:
    """Cost between p positions and the two ends of their edges: (to or from u, to or from v).

    Outbound walks from the position to the nodes (people leaving home), else from the
    nodes to the position (people arriving). Refused positions get infinity.
    """
    count = len(segment)
    at_u = np.full(count, np.inf)
    at_v = np.full(count, np.inf)
    for p in range(count):
        s = segment[p]
        if s < 0:
            continue
        begin = edge_start[edge[p]]
        end = edge_start[edge[p] + 1] - 1
        u = 0.0
        v = 0.0
        for i in range(begin, s):
            u += backward[i] if outbound else forward[i]
        if fraction[p] > 0.0:
            u += fraction[p] * (backward[s] if outbound else forward[s])
        if fraction[p] < 1.0:
            v += (1.0 - fraction[p]) * (forward[s] if outbound else backward[s])
        for i in range(s + 1, end):
            v += forward[i] if outbound else backward[i]
        at_u[p] = u
        at_v[p] = v
    return at_u, at_v


@compiled
def along(
    forward: Floats,
    backward: Floats,
    from_segment: int,
    from_fraction: float,
    to_segment: int,
    to_fraction: float,
) -> float:
    """Cost of walking along one edge from a position on it to another, without leaving it."""
    total = 0.0
    if from_segment == to_segment:
        if to_fraction > from_fraction:
            total += (to_fraction - from_fraction) * forward[from_segment]
        elif to_fraction < from_fraction:
            total += (from_fraction - to_fraction) * backward[from_segment]
        return total
    if to_segment > from_segment:
        if from_fraction < 1.0:
            total += (1.0 - from_fraction) * forward[from_segment]
        for i in range(from_segment + 1, to_segment):
            total += forward[i]
        if to_fraction > 0.0:
            total += to_fraction * forward[to_segment]
        return total
    if from_fraction > 0.0:
        total += from_fraction * backward[from_segment]
    for i in range(to_segment + 1, from_segment):
        total += backward[i]
    if to_fraction < 1.0:
        total += (1.0 - to_fraction) * backward[to_segment]
    return total


@compiled
def straight(
    forward: Floats,
    backward: Floats,
    from_segment: Longs,
    from_fraction: Floats,
    to_segment: Longs,
    to_fraction: Floats,
) -> Floats:
    """:func:`along` for q pairs of positions, each on one edge."""
    cost = np.empty(len(from_segment))
    for i in range(len(from_segment)):
        cost[i] = along(forward, backward, from_segment[i], from_fraction[i], to_segment[i], to_fraction[i])
    return cost


@compiled
def improve(
    point: Longs,
    facility: Ints,
    cost: Floats,
    other: Floats,
    best: Floats,
    best_other: Floats,
    best_facility: Ints,
) -> None:
    """Write into the best of p points what is better among q further ways."""
    for i in range(len(point)):
        p = point[i]
        f = facility[i]
        if (
            best_facility[p] < 0
            or cost[i] < best[p]
            or (cost[i] == best[p] and (f < best_facility[p] or (f == best_facility[p] and other[i] < best_other[p])))
        ):
            best[p] = cost[i]
            best_other[p] = other[i]
            best_facility[p] = f


@compiled
def read_points(
    edge_u: Ints,
    edge_v: Ints,
    edge: Ints,
    at_u: Floats,
    at_v: Floats,
    other_u: Floats,
    other_v: Floats,
    cost: Floats,
    other: Floats,
    label: Ints,
) -> tuple[Floats, Floats, Ints]:
    """Read a node field at p positions: over either end of their edge, whichever is better."""
    count = len(edge)
    best = np.full(count, np.inf)
    best_other = np.full(count, np.inf)
    best_label = np.full(count, -1, dtype=np.int32)
    for p in range(count):
        if edge[p] < 0:
            continue
        u = edge_u[edge[p]]
        v = edge_v[edge[p]]
        c = at_u[p] + cost[u]
        if np.isfinite(c):
            best[p] = c
            best_other[p] = other_u[p] + other[u]
            best_label[p] = label[u]
        c = at_v[p] + cost[v]
        if np.isfinite(c):
            o = other_v[p] + other[v]
            if c < best[p] or (c == best[p] and (label[v] < best_label[p] or (label[v] == best_label[p] and o < best_other[p]))):
                best[p] = c
                best_other[p] = o
                best_label[p] = label[v]
    return best, best_other, best_label


@compiled
def reach_points(
    reach_start: Longs,
    reach_node: Longs,
    reach_cost: Floats,
    reach_other: Floats,
    leg_start: Ints,
    leg_point: Ints,
    leg_cost: Floats,
    leg_other: Floats,
    direct_start: Longs,
    direct_point: Longs,
    direct_cost: Floats,
    direct_other: Floats,
    points: int,
    order: Longs,
    limit: float,
) -> tuple[Longs, Longs, Floats, Floats]:
    """Which of ``points`` can walk to each facility of ``order``: CSR of (point ascending, cost, other).

    From node ``x`` the legs ``leg_start[x]:leg_start[x + 1]`` lead to points beside the
    node; ways that touch no node are given as ``direct``.
    """
    cost = np.empty(points)
    other = np.empty(points)
    stamp = np.full(points, -1, dtype=np.int32)
    found = np.empty(points, dtype=np.int64)
    start = np.zeros(len(order) + 1, dtype=np.int64)
    out_point = np.empty(1024, dtype=np.int64)
    out_cost = np.empty(1024)
    out_other = np.empty(1024)
    total = 0
    for k in range(len(order)):
        f = order[k]
        count = 0
        for i in range(direct_start[f], direct_start[f + 1]):
            c = direct_cost[i]
            if c <= limit:
                count = _note(f, direct_point[i], c, direct_other[i], stamp, cost, other, found, count)
        for i in range(reach_start[f], reach_start[f + 1]):
            x = reach_node[i]
            for j in range(leg_start[x], leg_start[x + 1]):
                c = reach_cost[i] + leg_cost[j]
                if c <= limit:
                    count = _note(f, leg_point[j], c, reach_other[i] + leg_other[j], stamp, cost, other, found, count)
        members = np.sort(found[:count])
        while total + count > len(out_point):
            more_point = np.empty(2 * len(out_point), dtype=np.int64)
            more_cost = np.empty(2 * len(out_cost))
            more_other = np.empty(2 * len(out_other))
            more_point[:total] = out_point[:total]
            more_cost[:total] = out_cost[:total]
            more_other[:total] = out_other[:total]
            out_point = more_point
            out_cost = more_cost
            out_other = more_other
        for i in range(count):
            p = members[i]
            out_point[total + i] = p
            out_cost[total + i] = cost[p]
            out_other[total + i] = other[p]
        total += count
        start[k + 1] = total
    return start, out_point[:total], out_cost[:total], out_other[:total]


@compiled
def _note(f: int, p: int, c: float, o: float, stamp: Ints, cost: Floats, other: Floats, found: Longs, count: int) -> int:
    """Keep the better way from point ``p`` to facility ``f``; the number of points found."""
    if stamp[p] != f:
        stamp[p] = f
        found[count] = p
        count += 1
    elif c > cost[p] or (c == cost[p] and o >= other[p]):
        return count
    cost[p] = c
    other[p] = o
    return count


@compiled
def lay_out(own_start: Longs, own: NDArray[Any], order: Longs, start: Longs, laid: NDArray[Any]) -> None:
    """Put the rows of each facility of ``order`` where ``start`` wants them."""
    for k in range(len(order)):
        at = start[order[k]]
        for i in range(own_start[k], own_start[k + 1]):
            laid[at] = own[i]
            at += 1
