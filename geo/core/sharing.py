"""Searches shared among threads: the same answer as one thread gives, to the last bit.

A search over the whole field is parted by nodes: each part spreads on its own nodes, then
what crosses a border is carried over, until nothing does. Sums are exact
(:mod:`geo.core.exact`), so the least is the least in whatever order it is found. Searches
of single facilities share nothing at all.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from geo.core import waves
from geo.core.doors import seeds_over
from geo.core.engine import COMPILED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.core.doors import Seeds
    from geo.core.impedance import WalkGraph
    from geo.core.travel import NodeField

    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Found = tuple[Longs, Longs, Floats, Floats]
    Part = tuple[Longs, Longs | NDArray[np.int32], Floats, Floats]

_WORTH_SHARING = 32  # seeds or facilities; fewer are done before threads are awake
_MANY_NODES = 50_000
_MOST_THREADS = 8
_PARTS_EACH = 2  # parts per thread: smaller ones fit the processor's cache better, and level the load


@lru_cache(1)
def _threads() -> int:
    """How many processors this process may use; one where nothing is compiled, for Python runs one at a time."""
    if not COMPILED:
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_THREADS)


@lru_cache(1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_threads(), thread_name_prefix="search")


def spread(graph: WalkGraph, seeds: Seeds, limit: float, field: NodeField, threads: int | None = None) -> None:
    """Carry seeds outward over a whole field, improving it in place; ``threads`` changes the time only."""
    threads = threads or (_threads() if graph.nodes >= _MANY_NODES and len(seeds.node) >= _WORTH_SHARING else 1)
    borders = _borders(graph.nodes, seeds, limit, _PARTS_EACH * threads if threads > 1 else 1)

    def part(at: int) -> NDArray[np.int32]:
        return waves.spread(
            graph.indptr, graph.head, graph.cost, graph.other,
            seeds.node, seeds.cost, seeds.other, seeds.facility, limit, graph.step, borders[at], borders[at + 1],
            field.cost, field.other, field.facility,
        )  # fmt: skip

    if threads == 1:
        part(0)
        return
    while len(seeds.node):
        crossed = np.unique(np.concatenate(list(_pool().map(part, range(len(borders) - 1)))))
        arcs, nodes = graph.arcs_of(crossed.astype(np.int64))
        out = np.searchsorted(borders, nodes, "right") != np.searchsorted(borders, graph.head[arcs], "right")
        over = seeds_over(graph, field, arcs[out], nodes[out])
        seeds = over.rows(np.flatnonzero((over.cost <= limit) & (over.cost <= field.cost[over.node])))


def _borders(nodes: int, seeds: Seeds, limit: float, parts: int) -> NDArray[np.int64]:
    """Where parts begin and end: with as many seeds each, as far as work stays near them, else with as many nodes."""
    inner = np.linspace(0, nodes, parts + 1)[1:-1]
    if np.isfinite(limit) and len(seeds.node):
        inner = np.quantile(seeds.node, np.linspace(0, 1, parts + 1)[1:-1])
    return np.unique(np.concatenate([[0], inner, [nodes]]).astype(np.int64))


def reach(graph: WalkGraph, start: NDArray[np.int64], seeds: Seeds, limit: float, threads: int | None = None) -> Found:
    """The search of each facility; facility ``f`` starts from the seeds ``start[f]:start[f + 1]``."""

    def part(first: int, beyond: int) -> Part:
        return waves.reach_nodes(
            graph.indptr, graph.head, graph.cost, graph.other,
            start[first : beyond + 1], seeds.node, seeds.cost, seeds.other, limit, graph.step,
        )  # fmt: skip

    return by_facility(part, len(start) - 1, threads)


def by_facility(part: Callable[[int, int], Part], facilities: int, threads: int | None = None) -> Found:
    """What ``part(first, beyond)`` finds for a run of facilities, as CSR; runs are shared out and joined in their order."""
    threads = threads or (_threads() if facilities >= _WORTH_SHARING else 1)
    cuts = np.linspace(0, facilities, threads + 1).astype(int)
    done = list((_pool().map if threads > 1 else map)(part, cuts[:-1], cuts[1:]))
    before = np.cumsum([0, *(len(member) for _, member, _, _ in done)])
    begins = [own[:-1] + shift for (own, _, _, _), shift in zip(done, before[:-1], strict=True)]
    member = np.concatenate([own for _, own, _, _ in done], dtype=np.int64)
    cost, other = (np.concatenate([found[column] for found in done]) for column in (2, 3))
    return np.concatenate([*begins, before[-1:]]), member, cost, other
