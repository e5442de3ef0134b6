"""The searches under :mod:`geo.core.travel`: outward from doors, wave by wave.

Every function here is compiled by numba; travel uses scipy in their place when numba is
missing. Ties are broken the same way everywhere: least cost, then the facility that
comes first, then the least of the other measure. Costs are whole multiples of a tiny
quantum (:mod:`geo.core.exact`), so that sums are exact in whatever order they are made:
the answer is one, whatever the order of search, and the searches below are free to take
the order that is fastest, and to share the work.

That order is the *near-far* one: nodes within the next step of cost are worked off wave
by wave, all others wait in one pile that is sorted through once a step. Without a heap
the processor's guesses come true, which is worth a factor of two to three; and what a
wave will need is known early enough to be fetched from memory ahead of it: another 1.7.
"""
# ruff: noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915  (flat loops for numba: arrays go in one by one)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import compiled, prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]

_FINITE = float(np.finfo(np.float64).max)


@compiled
def room(pile: Ints, size: int) -> Ints:
    """The pile itself, or a longer copy when all its places are taken."""
    if size < len(pile):
        return pile
    more = np.empty(2 * size + 64, dtype=np.int32)
    more[:size] = pile
    return more


@compiled
def due(
    far: Ints,
    waiting: int,
    near: Ints,
    cost: Floats,
    queued: NDArray[np.uint8],
    first: int,
    settled: float,
    horizon: float,
) -> tuple[Ints, int, int, float]:
    """Sort through the pile of those that wait: nodes before the horizon come into ``near``, the others stay, in place.

    Gives ``near`` and how many it holds, how many still wait, and the least cost among them. A
    node below ``settled`` came nearer after it was put on the pile and has been worked off.
    """
    count = 0
    kept = 0
    low = np.inf
    for i in range(waiting):
        x = far[i]
        c = cost[x]
        if c >= horizon:
            far[kept] = x
            kept += 1
            low = min(low, c)
        elif c >= settled and not queued[x - first]:
            queued[x - first] = 1
            near = room(near, count)
            near[count] = x
            count += 1
    return near, count, kept, low


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
    step: float,
    first: int,
    beyond: int,
    cost: Floats,
    other: Floats,
    label: Ints,
) -> Ints:
    """Carry seeds outward, improving ``cost``, ``other`` and ``label`` (all (n,)) in place; ``step`` only sets the pace.

    Only the nodes from ``first`` up to ``beyond`` are read and written, so that several
    searches can run at once, each on its own nodes. Gives the nodes that were improved and
    have neighbours outside, some of them more than once.
    """
    limit = min(limit, _FINITE)  # beyond that there is no way
    queued = np.zeros(beyond - first, dtype=np.uint8)
    near = np.empty(256, dtype=np.int32)
    after = np.empty(256, dtype=np.int32)
    far = np.empty(256, dtype=np.int32)
    border = np.empty(64, dtype=np.int32)
    waiting = 0
    bordering = 0
    low = np.inf
    for i in range(len(seed_node)):
        x = seed_node[i]
        c = seed_cost[i]
        if not c <= limit or x < first or x >= beyond:
            continue
        if c < cost[x] or (
            c == cost[x] and (seed_label[i] < label[x] or (seed_label[i] == label[x] and seed_other[i] < other[x]))
        ):
            cost[x] = c
            other[x] = seed_other[i]
            label[x] = seed_label[i]
            far = room(far, waiting)
            far[waiting] = x
            waiting += 1
            low = min(low, c)
    settled = -np.inf
    while waiting > 0:
        horizon = low + step
        near, count, waiting, low = due(far, waiting, near, cost, queued, first, settled, horizon)
        while count > 0:
            following = 0
            for i in range(count):
                if i + 8 < count:
                    z = near[i + 8]
                    prefetch(indptr, z)
                    prefetch(cost, z)
                    prefetch(other, z)
                    prefetch(label, z)
                if i + 4 < count:
                    z = indptr[near[i + 4]]
                    prefetch(head, z)
                    prefetch(arc_cost, z)
                    prefetch(arc_other, z)
                x = near[i]
                queued[x - first] = 0
                here = cost[x]
                here_other = other[x]
                whose = label[x]
                crossing = False
                for a in range(indptr[x], indptr[x + 1]):
                    y = head[a]
                    c = here + arc_cost[a]
                    if not c <= limit:
                        continue
                    if y < first or y >= beyond:
                        crossing = True
                        continue
                    if c > cost[y]:
                        continue
                    o = here_other + arc_other[a]
                    if c == cost[y] and (whose > label[y] or (whose == label[y] and o >= other[y])):
                        continue
                    cost[y] = c
                    other[y] = o
                    label[y] = whose
                    if c >= horizon:
                        far = room(far, waiting)
                        far[waiting] = y
                        waiting += 1
                        low = min(low, c)
                    elif not queued[y - first]:
                        queued[y - first] = 1
                        after = room(after, following)
                        after[following] = y
                        following += 1
                if crossing:
                    border = room(border, bordering)
                    border[bordering] = x
                    bordering += 1
            near, after = after, near
            count = following
        settled = horizon
    return border[:bordering].copy()


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
    step: float,
) -> tuple[Longs, Ints, Floats, Floats]:
    """A bounded search of its own from each facility: CSR of (node, cost, other), in no order of meaning.

    The work for one facility depends on what lies within its limit, not on the size of
    the network: marks are stamped with the facility's number, never cleared.
    """
    limit = min(limit, _FINITE)
    n = len(indptr) - 1
    facilities = len(seed_start) - 1
    cost = np.empty(n)
    other = np.empty(n)
    stamp = np.zeros(n, dtype=np.int32)
    queued = np.zeros(n, dtype=np.uint8)
    start = np.zeros(facilities + 1, dtype=np.int64)
    found = np.empty(1024, dtype=np.int32)
    out_cost = np.empty(1024)
    out_other = np.empty(1024)
    near = np.empty(256, dtype=np.int32)
    after = np.empty(256, dtype=np.int32)
    far = np.empty(256, dtype=np.int32)
    total = 0
    for f in range(facilities):
        mark = f + 1
        waiting = 0
        low = np.inf
        for i in range(seed_start[f], seed_start[f + 1]):
            x = seed_node[i]
            c = seed_cost[i]
            if not c <= limit:
                continue
            if stamp[x] != mark:
                stamp[x] = mark
                cost[x] = np.inf
                other[x] = np.inf
                found = room(found, total)
                found[total] = x
                total += 1
            if c < cost[x] or (c == cost[x] and seed_other[i] < other[x]):
                cost[x] = c
                other[x] = seed_other[i]
                far = room(far, waiting)
                far[waiting] = x
                waiting += 1
                low = min(low, c)
        settled = -np.inf
        while waiting > 0:
            horizon = low + step
            near, count, waiting, low = due(far, waiting, near, cost, queued, 0, settled, horizon)
            while count > 0:
                following = 0
                for i in range(count):
                    x = near[i]
                    queued[x] = 0
                    here = cost[x]
                    here_other = other[x]
                    for a in range(indptr[x], indptr[x + 1]):
                        c = here + arc_cost[a]
                        if not c <= limit:
                            continue
                        y = head[a]
                        o = here_other + arc_other[a]
                        if stamp[y] != mark:
                            stamp[y] = mark
                            found = room(found, total)
                            found[total] = y
                            total += 1
                        elif c > cost[y] or (c == cost[y] and o >= other[y]):
                            continue
                        cost[y] = c
                        other[y] = o
                        if c >= horizon:
                            far = room(far, waiting)
                            far[waiting] = y
                            waiting += 1
                            low = min(low, c)
                        elif not queued[y]:
                            queued[y] = 1
                            z = indptr[y]
                            prefetch(head, z)
                            prefetch(arc_cost, z)
                            prefetch(arc_other, z)
                            after = room(after, following)
                            after[following] = y
                            following += 1
                near, after = after, near
                count = following
            settled = horizon
        if total > len(out_cost):
            more_cost = np.empty(len(found))
            more_other = np.empty(len(found))
            more_cost[: start[f]] = out_cost[: start[f]]
            more_other[: start[f]] = out_other[: start[f]]
            out_cost = more_cost
            out_other = more_other
        for i in range(start[f], total):
            out_cost[i] = cost[found[i]]
            out_other[i] = other[found[i]]
        start[f + 1] = total
    return start, found[:total], out_cost[:total], out_other[:total]
