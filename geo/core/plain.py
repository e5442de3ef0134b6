"""The same searches through scipy, for machines without numba; the numbers are the same.

scipy finds the costs; who they belong to and the other measure are then settled by the
same rule for ties as in the compiled kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.doors import Seeds
    from geo.core.impedance import WalkGraph

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]

_NOBODY = np.iinfo(np.int32).max


def nearest(graph: WalkGraph, seeds: Seeds, limit: float) -> tuple[Floats, Floats, Ints]:
    """As ``waves.spread`` from an empty field: (cost, other, label), shape (n,) each."""
    cost = _costs(graph, seeds.node, seeds.cost, limit)
    other, label = _settle(graph, cost, seeds)
    return cost, other, label


def reach(graph: WalkGraph, seed_start: Longs, seeds: Seeds, limit: float) -> tuple[Longs, Longs, Floats, Floats]:
    """As ``waves.reach_nodes``: CSR of (node, cost, other)."""
    start, nodes, costs, others = [0], [], [], []
    for f in range(len(seed_start) - 1):
        cost, other, _ = nearest(graph, seeds.rows(slice(int(seed_start[f]), int(seed_start[f + 1]))), limit)
        found = np.flatnonzero(np.isfinite(cost))
        found = found[np.argsort(cost[found], kind="stable")]
        nodes.append(found)
        costs.append(cost[found])
        others.append(other[found])
        start.append(start[-1] + len(found))
    if not nodes:
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    return np.array(start), np.concatenate(nodes), np.concatenate(costs), np.concatenate(others)


def _costs(graph: WalkGraph, seed_node: Ints, seed_cost: Floats, limit: float) -> Floats:
    """Least cost from any seed: one node more, joined to each seed by an arc of the seed's cost."""
    n = graph.nodes
    tail = np.repeat(np.arange(n), np.diff(graph.indptr))
    start = np.isfinite(seed_cost) & (seed_cost <= limit)
    row = np.concatenate([tail, np.full(start.sum(), n)])
    column = np.concatenate([graph.head, seed_node[start]])
    cost = np.concatenate([graph.cost, seed_cost[start]])
    usable = np.isfinite(cost)
    row, column, cost = row[usable], column[usable], cost[usable]
    # scipy adds parallel arcs up, so only the cheapest of each pair goes in.
    order = np.lexsort((cost, column, row))
    row, column, cost = row[order], column[order], cost[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    links = csr_array((cost[first], (row[first], column[first])), shape=(n + 1, n + 1))
    found: Floats = dijkstra(links, directed=True, indices=n, limit=limit)[:n]
    return found


def _settle(graph: WalkGraph, cost: Floats, seeds: Seeds) -> tuple[Floats, Ints]:
    """Who each cost belongs to: least label, then least other measure, over all ways that cost the same."""
    label = np.full(graph.nodes, _NOBODY, dtype=np.int32)
    other = np.full(graph.nodes, np.inf)
    tail = np.repeat(np.arange(graph.nodes), np.diff(graph.indptr))
    with np.errstate(invalid="ignore"):
        tight = np.flatnonzero(np.isfinite(cost[tail]) & (cost[tail] + graph.cost == cost[graph.head]))
    tail, head, step = tail[tight], graph.head[tight], graph.other[tight]
    first = np.flatnonzero(seeds.cost == cost[seeds.node])
    np.minimum.at(label, seeds.node[first], seeds.facility[first])
    while True:
        before = label.copy()
        np.minimum.at(label, head, label[tail])
        if np.array_equal(before, label):
            break
    mine = first[seeds.facility[first] == label[seeds.node[first]]]
    np.minimum.at(other, seeds.node[mine], seeds.other[mine])
    same = label[tail] == label[head]
    tail, head, step = tail[same], head[same], step[same]
    while True:
        earlier = other.copy()
        np.minimum.at(other, head, other[tail] + step)
        if np.array_equal(earlier, other):
            return other, label
