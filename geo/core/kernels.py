"""The loops under :mod:`geo.core.travel`: bounded searches on flat arrays.

Every function here is compiled by numba; travel uses scipy in their place when numba is
missing. Ties are broken the same way everywhere: least cost, then the facility that
comes first, then the least of the other measure. So the answer is one, whatever the
order of search.
"""
# ruff: noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915  (flat loops for numba: arrays go in one by one)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]


@compiled
def push(keys: Floats, nodes: Ints, size: int, key: float, node: int) -> tuple[Floats, Ints]:
    """Add to a binary heap of ``size`` entries; gives back the arrays, grown when full."""
    if size == len(keys):
        more_keys = np.empty(2 * size + 16)
        more_nodes = np.empty(2 * size + 16, dtype=np.int32)
        more_keys[:size] = keys
        more_nodes[:size] = nodes
        keys = more_keys
        nodes = more_nodes
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if keys[up] <= key:
            break
        keys[at] = keys[up]
        nodes[at] = nodes[up]
        at = up
    keys[at] = key
    nodes[at] = node
    return keys, nodes


@compiled
def pop(keys: Floats, nodes: Ints, size: int) -> None:
    """Take the least entry off a heap of ``size`` entries; the caller has read it at place 0."""
    last = size - 1
    key = keys[last]
    node = nodes[last]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= last:
            break
        if down + 1 < last and keys[down + 1] < keys[down]:
            down += 1
        if keys[down] >= key:
            break
        keys[at] = keys[down]
        nodes[at] = nodes[down]
        at = down
    keys[at] = key
    nodes[at] = node


@compiled
def spread(
    indptr: Ints,
    head: Ints,
    arc_cost: Floats,
    arc_other: Floats,
    seed_node: Ints,
    seed_cost: Floats,
    seed_other: Floats,
    seed_label: Ints,
    limit: float,
    cost: Floats,
    other: Floats,
    label: Ints,
) -> Ints:
    """Carry seeds outward, improving ``cost``, ``other`` and ``label`` (all (n,)) in place; give the changed nodes.

    A node that changes more than once is listed once, in the order of first change.
    """
    keys = np.empty(max(2 * len(seed_node), 64))
    nodes = np.empty(max(2 * len(seed_node), 64), dtype=np.int32)
    touched = np.empty(64, dtype=np.int32)
    count = 0
    size = 0
    for i in range(len(seed_node)):
        x = seed_node[i]
        c = seed_cost[i]
        if c > limit or not np.isfinite(c):
            continue
        if c < cost[x] or (
            c == cost[x] and (seed_label[i] < label[x] or (seed_label[i] == label[x] and seed_other[i] < other[x]))
        ):
            cost[x] = c
            other[x] = seed_other[i]
            label[x] = seed_label[i]
            keys, nodes = push(keys, nodes, size, c, x)
            size += 1
            touched, count = _note(touched, count, x)
    while size > 0:
        key = keys[0]
        x = nodes[0]
        pop(keys, nodes, size)
        size -= 1
        if key > cost[x]:
            continue
        for a in range(indptr[x], indptr[x + 1]):
            c = key + arc_cost[a]
            if c > limit:
                continue
            y = head[a]
            if c > cost[y]:
                continue
            o = other[x] + arc_other[a]
            if c == cost[y] and (label[x] > label[y] or (label[x] == label[y] and o >= other[y])):
                continue
            if not np.isfinite(c):
                continue
            cost[y] = c
            other[y] = o
            label[y] = label[x]
            keys, nodes = push(keys, nodes, size, c, y)
            size += 1
            touched, count = _note(touched, count, y)
    return np.unique(touched[:count])


@compiled
def _note(touched: Ints, count: int, node: int) -> tuple[Ints, int]:
    if count == len(touched):
        more = np.empty(2 * count, dtype=np.int32)
        more[:count] = touched
        touched = more
    touched[count] = node
    return touched, count + 1


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
def by_edge(edge: Ints, edges: int) -> tuple[Longs, Longs]:
    """Positions grouped by edge: (start (m + 1,), rows in their own order); refused ones left out."""
    start = np.zeros(edges + 1, dtype=np.int64)
    for p in range(len(edge)):
        if edge[p] >= 0:
            start[edge[p] + 1] += 1
    for e in range(edges):
        start[e + 1] += start[e]
    rows = np.empty(start[edges], dtype=np.int64)
    fill = start[:-1].copy()
    for p in range(len(edge)):
        if edge[p] >= 0:
            rows[fill[edge[p]]] = p
            fill[edge[p]] += 1
    return start, rows


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
def reach_nodes(
    indptr: Ints,
    head: Ints,
    arc_cost: Floats,
    arc_other: Floats,
    seed_start: Longs,
    seed_node: Ints,
    seed_cost: Floats,
    seed_other: Floats,
    limit: float,
) -> tuple[Longs, Ints, Floats, Floats]:
    """A bounded search of its own from each facility: CSR of (node, cost, other), nodes in order of cost.

    The work for one facility depends on what lies within its limit, not on the size of
    the network: marks are stamped, never cleared.
    """
    n = len(indptr) - 1
    facilities = len(seed_start) - 1
    cost = np.empty(n)
    other = np.empty(n)
    stamp = np.full(n, -1, dtype=np.int32)
    done = np.full(n, -1, dtype=np.int32)
    start = np.zeros(facilities + 1, dtype=np.int64)
    out_node = np.empty(1024, dtype=np.int32)
    out_cost = np.empty(1024)
    out_other = np.empty(1024)
    keys = np.empty(256)
    nodes = np.empty(256, dtype=np.int32)
    total = 0
    for f in range(facilities):
        size = 0
        for i in range(seed_start[f], seed_start[f + 1]):
            x = seed_node[i]
            c = seed_cost[i]
            if not c <= limit:
                continue
            if stamp[x] != f or c < cost[x] or (c == cost[x] and seed_other[i] < other[x]):
                stamp[x] = f
                cost[x] = c
                other[x] = seed_other[i]
                keys, nodes = push(keys, nodes, size, c, x)
                size += 1
        while size > 0:
            key = keys[0]
            x = nodes[0]
            pop(keys, nodes, size)
            size -= 1
            if done[x] == f or key > cost[x]:
                continue
            done[x] = f
            if total == len(out_node):
                more_node = np.empty(2 * total, dtype=np.int32)
                more_cost = np.empty(2 * total)
                more_other = np.empty(2 * total)
                more_node[:total] = out_node
                more_cost[:total] = out_cost
                more_other[:total] = out_other
                out_node = more_node
                out_cost = more_cost
                out_other = more_other
            out_node[total] = x
            out_cost[total] = key
            total += 1
            for a in range(indptr[x], indptr[x + 1]):
                c = key + arc_cost[a]
                if not c <= limit:
                    continue
                y = head[a]
                o = other[x] + arc_other[a]
                if stamp[y] != f or c < cost[y] or (c == cost[y] and o < other[y]):
                    fresh = stamp[y] != f or c < cost[y]
                    stamp[y] = f
                    cost[y] = c
                    other[y] = o
                    if fresh:
                        keys, nodes = push(keys, nodes, size, c, y)
                        size += 1
        # The other measure is final only now: a tie may have bettered it after its node was listed.
        for i in range(start[f], total):
            out_other[i] = other[out_node[i]]
        start[f + 1] = total
    return start, out_node[:total].copy(), out_cost[:total].copy(), out_other[:total].copy()


@compiled
def reach_points(
    indptr: Ints,
    arc_edge: Ints,
    edge_u: Ints,
    edge_v: Ints,
    reach_start: Longs,
    reach_node: Ints,
    reach_cost: Floats,
    reach_other: Floats,
    point_start: Longs,
    point_row: Longs,
    at_u: Floats,
    at_v: Floats,
    other_u: Floats,
    other_v: Floats,
    direct_start: Longs,
    direct_point: Longs,
    direct_cost: Floats,
    direct_other: Floats,
    limit: float,
) -> tuple[Longs, Longs, Floats, Floats]:
    """Which of p points can walk to each facility: CSR of (point ascending, cost, other)."""
    points = len(at_u)
    facilities = len(reach_start) - 1
    cost = np.empty(points)
    other = np.empty(points)
    stamp = np.full(points, -1, dtype=np.int32)
    found = np.empty(points, dtype=np.int64)
    start = np.zeros(facilities + 1, dtype=np.int64)
    out_point = np.empty(1024, dtype=np.int64)
    out_cost = np.empty(1024)
    out_other = np.empty(1024)
    total = 0
    for f in range(facilities):
        count = 0
        for i in range(direct_start[f], direct_start[f + 1]):
            p = direct_point[i]
            c = direct_cost[i]
            o = direct_other[i]
            if c <= limit and (stamp[p] != f or c < cost[p] or (c == cost[p] and o < other[p])):
                if stamp[p] != f:
                    found[count] = p
                    count += 1
                stamp[p] = f
                cost[p] = c
                other[p] = o
        for i in range(reach_start[f], reach_start[f + 1]):
            x = reach_node[i]
            for a in range(indptr[x], indptr[x + 1]):
                e = arc_edge[a]
                for j in range(point_start[e], point_start[e + 1]):
                    p = point_row[j]
                    for end in range(2):  # a loop has both its ends here
                        if (edge_u[e] if end == 0 else edge_v[e]) != x:
                            continue
                        c = reach_cost[i] + (at_u[p] if end == 0 else at_v[p])
                        o = reach_other[i] + (other_u[p] if end == 0 else other_v[p])
                        if c <= limit and (stamp[p] != f or c < cost[p] or (c == cost[p] and o < other[p])):
                            if stamp[p] != f:
                                found[count] = p
                                count += 1
                            stamp[p] = f
                            cost[p] = c
                            other[p] = o
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
        start[f + 1] = total
    return start, out_point[:total].copy(), out_cost[:total].copy(), out_other[:total].copy()
