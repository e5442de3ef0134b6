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
def longer(pile: Ints) -> Ints:
    """A copy with more than twice the places. To ask for it once a node and not once an arc saves a third of a search."""
    more = np.empty(2 * len(pile) + 64, dtype=np.int32)
    more[: len(pile)] = pile
    return more


@compiled
def room(pile: Ints, size: int) -> Ints:
    """The pile itself, or a longer copy when all its places are taken."""
    return pile if size < len(pile) else longer(pile)


@compiled
def due(
    far: Ints,
    waiting: int,
    near: Ints,
    cost: Floats,
    queued: NDArray[np.signedinteger],
    idle: int,
    first: int,
    settled: float,
    horizon: float,
) -> tuple[Ints, int, int, float]:
    """Sort through the pile of those that wait: nodes before the horizon come into ``near``, the others stay, in place.

    Gives ``near`` and how many it holds, how many still wait, and the least cost among them. A
    node below ``settled`` came nearer after it was put on the pile and has been worked off;
    one that is not ``idle`` but one more is in ``near`` already.
    """
    while waiting > len(near):
        near = longer(near)
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
        elif c >= settled and queued[x - first] == idle:
            queued[x - first] = idle + 1
            near[count] = x
            count += 1
    return near, count, kept, low


@compiled
def spread(
    indptr: Ints,
    head: Ints,
    arc: Floats,
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
    queued = np.zeros(beyond - first, dtype=np.int8)
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
        near, count, waiting, low = due(far, waiting, near, cost, queued, 0, first, settled, horizon)
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
                    prefetch(arc, z)
                x = near[i]
                queued[x - first] = 0
                here = cost[x]
                here_other = other[x]
                whose = label[x]
                crossing = False
                begin = indptr[x]
                end = indptr[x + 1]
                while waiting + end - begin > len(far):
                    far = longer(far)
                while following + end - begin > len(after):
                    after = longer(after)
                for a in range(begin, end):
                    y = head[a]
                    c = here + arc[a, 0]
                    if not c <= limit:
                        continue
                    if y < first or y >= beyond:
                        crossing = True
                        continue
                    if c > cost[y]:
                        continue
                    o = here_other + arc[a, 1]
                    if c == cost[y] and (whose > label[y] or (whose == label[y] and o >= other[y])):
                        continue
                    cost[y] = c
                    other[y] = o
                    label[y] = whose
                    if c >= horizon:
                        far[waiting] = y
                        waiting += 1
                        low = min(low, c)
                    elif not queued[y - first]:
                        queued[y - first] = 1
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
    arc: Floats,
    seed_start: Longs,
    seed_node: Ints,
    seed_cost: Floats,
    seed_other: Floats,
    order: Longs,
    limit: float,
    step: float,
    best: Floats,
    mark: Ints,
    used: int,
) -> tuple[Longs, Ints, Floats, Floats]:
    """A bounded search of its own from each facility of ``order``: CSR of (node, cost, other), in no order of meaning.

    The work for one facility depends on what lies within its limit, not on the size of the
    network: ``best`` (n, 2) and ``mark`` (n,) are room for notes that is never cleared. A mark is the
    number of the search, doubled, and one more for what is in a wave; those up to ``used`` mean
    nothing any more.
    """
    limit = min(limit, _FINITE)
    cost = best[:, 0]
    start = np.zeros(len(order) + 1, dtype=np.int64)
    found = np.empty(1024, dtype=np.int32)
    out_cost = np.empty(1024)
    out_other = np.empty(1024)
    near = np.empty(256, dtype=np.int32)
    after = np.empty(256, dtype=np.int32)
    far = np.empty(256, dtype=np.int32)
    total = 0
    for k in range(len(order)):
        idle = used + 2 * (k + 1)
        waiting = 0
        low = np.inf
        for i in range(seed_start[order[k]], seed_start[order[k] + 1]):
            x = seed_node[i]
            c = seed_cost[i]
            if not c <= limit:
                continue
            if mark[x] < idle:
                mark[x] = idle
                best[x, 0] = np.inf
                best[x, 1] = np.inf
                found = room(found, total)
                found[total] = x
                total += 1
            if c < best[x, 0] or (c == best[x, 0] and seed_other[i] < best[x, 1]):
                best[x, 0] = c
                best[x, 1] = seed_other[i]
                far = room(far, waiting)
                far[waiting] = x
                waiting += 1
                low = min(low, c)
        settled = -np.inf
        while waiting > 0:
            horizon = low + step
            near, count, waiting, low = due(far, waiting, near, cost, mark, idle, 0, settled, horizon)
            while count > 0:
                following = 0
                for i in range(count):
                    x = near[i]
                    mark[x] = idle
                    here = best[x, 0]
                    here_other = best[x, 1]
                    begin = indptr[x]
                    end = indptr[x + 1]
                    while total + end - begin > len(found):
                        found = longer(found)
                    while waiting + end - begin > len(far):
                        far = longer(far)
                    while following + end - begin > len(after):
                        after = longer(after)
                    for a in range(begin, end):
                        c = here + arc[a, 0]
                        if not c <= limit:
                            continue
                        y = head[a]
                        o = here_other + arc[a, 1]
                        seen = mark[y]
                        if seen < idle:
                            seen = idle
                            mark[y] = idle
                            found[total] = y
                            total += 1
                        elif c > best[y, 0] or (c == best[y, 0] and o >= best[y, 1]):
                            continue
                        best[y, 0] = c
                        best[y, 1] = o
                        if c >= horizon:
                            far[waiting] = y
                            waiting += 1
                            low = min(low, c)
                        elif seen == idle:
                            mark[y] = idle + 1
                            z = indptr[y]
                            prefetch(head, z)
                            prefetch(arc, z)
                            after[following] = y
                            following += 1
                near, after = after, near
                count = following
            settled = horizon
        if total > len(out_cost):
            more_cost = np.empty(len(found))
            more_other = np.empty(len(found))
            more_cost[: start[k]] = out_cost[: start[k]]
            more_other[: start[k]] = out_other[: start[k]]
            out_cost = more_cost
            out_other = more_other
        for i in range(start[k], total):
            out_cost[i] = best[found[i], 0]
            out_other[i] = best[found[i], 1]
        start[k + 1] = total
    return start, found[:total], out_cost[:total], out_other[:total]
