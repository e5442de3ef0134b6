"""Searches shared among threads: the same answer as one thread gives, to the last bit.

A search over the whole field is parted by nodes: each part spreads on its own nodes, then
what crosses a border is carried over, until nothing does. Sums are exact
(:mod:`geo.core.exact`), so the least is the least in whatever order it is found. Searches
of single facilities share nothing at all.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from geo.core import kernels, waves
from geo.core.doors import seeds_over
from geo.core.engine import COMPILED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
_RUNS_EACH = 2  # runs of facilities per thread, to level the load
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
            graph.indptr, graph.head, graph.arc,
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

    def part(order: Longs) -> Part:
        with _notes(graph, len(order)) as room:
            return waves.reach_nodes(
                graph.indptr, graph.head, graph.arc, start, seeds.node, seeds.cost, seeds.other, order, limit, graph.step, *room
            )

    return by_facility(part, neighbours(start, seeds.node), threads)


@dataclass
class _Notes:
    """Room for the notes of searches on a graph: see ``waves.reach_nodes``."""

    best: Floats  # (n, 2)
    mark: NDArray[np.int32]  # (n,)
    used: int = 0


_FREE: WeakKeyDictionary[WalkGraph, list[_Notes]] = WeakKeyDictionary()
_MOST_MARKS = int(np.iinfo(np.int32).max)


@contextmanager
def _notes(graph: WalkGraph, searches: int) -> Iterator[tuple[Floats, NDArray[np.int32], int]]:
    """Room for so many searches that no other thread has; kept with the graph, for clearing it would cost more than they do."""
    free = _FREE.setdefault(graph, [])
    try:
        mine = free.pop()
    except IndexError:
        mine = _Notes(np.empty((graph.nodes, 2)), np.zeros(graph.nodes, dtype=np.int32))
    if mine.used > _MOST_MARKS - 2 * searches - 2:
        mine.mark[:] = mine.used = 0
    used = mine.used
    mine.used += 2 * searches + 2
    yield mine.best, mine.mark, used
    free.append(mine)


def neighbours(start: Longs, node: NDArray[np.integer]) -> Longs:
    """Facilities in an order in which neighbours follow each other, shape (f,).

    Those of ``node`` from ``start[f]`` on are theirs. Nodes are numbered along a curve through the
    city, so what one search has brought near to the processor, the next one finds there.
    """
    first = np.full(len(start) - 1, -1, dtype=np.int64)
    some = np.diff(start) > 0
    first[some] = node[start[:-1][some]]
    return np.argsort(first, kind="stable")


def by_facility(part: Callable[[Longs], Part], order: Longs, threads: int | None = None) -> Found:
    """What ``part`` finds for the facilities of ``order``, run by run, as CSR of all of them by their number."""
    threads = threads or (_threads() if len(order) >= _WORTH_SHARING else 1)
    share = _pool().map if threads > 1 else map
    runs = np.array_split(order, _RUNS_EACH * threads if threads > 1 else 1)
    done = list(share(part, runs))
    size = np.zeros(len(order) + 1, dtype=np.int64)
    size[np.concatenate(runs) + 1] = np.concatenate([np.diff(own) for own, *_ in done])
    start = np.cumsum(size)
    member = np.empty(start[-1], dtype=np.int64)
    cost, other = np.empty(start[-1]), np.empty(start[-1])

    def lay_out(found: Part, run: Longs) -> None:
        for own, laid in zip(found[1:], (member, cost, other), strict=True):
            kernels.lay_out(found[0], own, run, start, laid)

    list(share(lay_out, done, runs))
    return start, member, cost, other
