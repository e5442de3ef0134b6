"""Short walks: how far it is from a place to others close by, and that it is far when it is not close.

For questions asked at thousands of places of which each looks at a few streets only; for
questions about a whole town see :mod:`geo.core.travel`.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from geo.core.effort import Effort
    from geo.model import WalkNetwork

Position = tuple[int, float]  # an edge, and metres from its beginning


class Nearby:
    """Walking metres between positions on the streets, up to a limit."""

    def __init__(self, network: WalkNetwork) -> None:
        self._ends = (network.edge_u.tolist(), network.edge_v.tolist())
        self._length = network.edge_length_m.tolist()
        low, high = np.minimum(network.edge_u, network.edge_v), np.maximum(network.edge_u, network.edge_v)
        order = np.lexsort((network.edge_length_m, high, low))
        new = (np.diff(low[order], prepend=-1) != 0) | (np.diff(high[order], prepend=-1) != 0)
        short = order[new]  # of the streets between the same two nodes one is walked through
        ends = np.concatenate([network.edge_u[short], network.edge_v[short]])
        order = np.argsort(ends, kind="stable")
        self._start = np.searchsorted(ends[order], np.arange(network.nodes + 1)).tolist()
        self._edge = np.concatenate([short, short])[order].tolist()

    def walk_m(self, begin: Position, end: Position, limit_m: float, effort: Effort | None = None) -> float:
        """Metres of the shortest way between two positions; infinite beyond ``limit_m``.

        Raises
        ------
        CrowdedError
            When the effort, a step for each street looked along, is at its end.
        """
        (edge, at), (goal, goal_at) = begin, end
        best = abs(at - goal_at) if edge == goal else np.inf
        u, v = self._ends
        length = self._length
        queue = [(at, u[edge]), (length[edge] - at, v[edge])]
        queue.sort()
        last = {u[goal]: goal_at}
        last[v[goal]] = min(last.get(v[goal], np.inf), length[goal] - goal_at)
        done: set[int] = set()
        while queue:
            metres, node = heappop(queue)
            if metres >= min(best, limit_m):
                break
            if node in done:
                continue
            done.add(node)
            if node in last:
                best = min(best, metres + last[node])
            if effort is not None:
                effort.spend(self._start[node + 1] - self._start[node])
            for k in range(self._start[node], self._start[node + 1]):
                e = self._edge[k]
                other = v[e] if u[e] == node else u[e]
                if other not in done:
                    heappush(queue, (metres + length[e], other))
        return float(best) if best <= limit_m else float("inf")
