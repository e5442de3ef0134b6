"""From ways to edges between junctions: OSMnx's simplified graph, without a loop in Python.

A node is kept where walkers can choose, turn back or start: everywhere but at nodes
with exactly two street ends that lead to two different neighbours (Boeing 2025,
https://doi.org/10.1111/tgis.70037, for a graph walked both ways). What lies between two
kept nodes is one edge with all its vertices. Parallel edges and loops stay. A ring
without any junction, which OSMnx drops, is kept: its node of lowest id becomes its junction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.sources.hilbert import hilbert_order
from geo.table import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """Edges as runs of places. Shapes: n nodes, m edges, k vertices; places are numbered as given."""

    node: Ints  # (n,) place of each node
    u: Ints  # (m,) node where the edge begins
    v: Ints  # (m,)
    start: Ints  # (m + 1,) first vertex of each edge
    place: Ints  # (k,) place of each vertex
    segment: Ints  # (k,) given segment that begins here; -1 at each edge's last vertex


def join_segments(a: Ints, b: Ints, way: Ints, xy: NDArray[np.float64]) -> Edges:
    """Join straight segments between places into edges between junctions.

    Parameters
    ----------
    a, b
        Places at the two ends of each segment, shape (s,); the segments of one way follow each other.
    way
        The way each segment belongs to, shape (s,).
    xy
        Where each place is, in metres, shape (p, 2); it decides the numbering of nodes only.

    Returns
    -------
    Edges
        Nodes numbered along a Hilbert curve, edges by their nodes: what is near on the
        ground is near in memory, and the same input gives the same numbers.
    """
    junction = _junctions(a, b, len(xy))
    first, last = _runs(a, b, way, junction)
    run_a, run_b = a[first], b[last]
    kept, chain, step = _chains(run_a, run_b, junction)
    return _lay_out(a, b, (first, last), (kept, chain, step), xy)


def _junctions(a: Ints, b: Ints, places: int) -> NDArray[np.bool_]:
    """Places that stay nodes, shape (p,)."""
    degree = np.bincount(a, minlength=places) + np.bincount(b, minlength=places)
    low = np.full(places, places, dtype=np.int64)
    high = np.full(places, -1, dtype=np.int64)
    for here, there in ((a, b), (b, a)):
        np.minimum.at(low, here, there)
        np.maximum.at(high, here, there)
    result: NDArray[np.bool_] = (degree > 0) & ~((degree == 2) & (low != high))  # noqa: PLR2004
    return result


def _runs(a: Ints, b: Ints, way: Ints, junction: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """First and last segment of every run of segments that one way makes between two junctions."""
    begins = np.ones(len(a), dtype=np.bool_)
    begins[1:] = (way[1:] != way[:-1]) | (a[1:] != b[:-1]) | junction[a[1:]]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(a))[: len(first)] - 1
    return first, last


def _chains(run_a: Ints, run_b: Ints, junction: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Follow runs through the places that are no junctions, all at once by pointer doubling.

    Directed run ``2 r`` is run ``r`` as its way goes, ``2 r + 1`` the way back.

    Returns
    -------
    kept, chain, step
        The directed runs that make up the edges, each run in one of its two directions;
        the first directed run of its edge; how many more runs follow on the edge.
    """
    begin = np.column_stack([run_a, run_b]).ravel()
    after = _followers(begin, junction)
    end, left = _ends(after)
    endless = np.flatnonzero(after[end] >= 0)
    if len(endless):
        end, left = _ends(_without_rings(after, begin, endless))
    back = np.arange(len(begin)) ^ 1
    chain = end[back] ^ 1
    kept = np.flatnonzero(chain < chain[back])
    return kept, chain[kept], left[kept]


def _ends(after: Ints) -> tuple[Ints, Ints]:
    """Where each directed run leads in the end and how many runs lie between; a run on a ring leads to another on it."""
    end = np.where(after < 0, np.arange(len(after)), after)
    left = (after >= 0).astype(np.int64)
    arrived = -1
    # Each round doubles the look ahead. While one run of a chain is still under way, another arrives.
    while (now := int(np.count_nonzero(after[end] < 0))) > arrived:
        arrived = now
        left = left + left[end]
        end = end[end]
    return end, left


def _followers(begin: Ints, junction: NDArray[np.bool_]) -> Ints:
    """The directed run that goes on where each one ends; -1 where it ends at a junction."""
    through = np.flatnonzero(~junction[begin])
    pair = through[np.argsort(begin[through], kind="stable")].reshape(-1, 2)
    other = np.full(len(begin), -1, dtype=np.int64)
    other[pair[:, 0]], other[pair[:, 1]] = pair[:, 1], pair[:, 0]
    result: Ints = other[np.arange(len(begin)) ^ 1]
    return result


def _without_rings(after: Ints, begin: Ints, endless: Ints) -> Ints:
    """Followers, with every ring that has no junction opened at its lowest place."""
    number = np.full(len(after), -1, dtype=np.int64)
    number[endless] = np.arange(len(endless))
    ahead = number[after[endless]]
    lowest = begin[endless]
    for _ in range(len(endless).bit_length()):
        lowest = np.minimum(lowest, lowest[ahead])
        ahead = ahead[ahead]
    result = after.copy()
    result[endless[begin[after[endless]] == lowest]] = -1
    return result


def _lay_out(a: Ints, b: Ints, runs: tuple[Ints, Ints], chains: tuple[Ints, Ints, Ints], xy: NDArray[np.float64]) -> Edges:
    """Number nodes and edges and write every edge's vertices one after the other."""
    first, last = runs
    kept, chain, left = chains
    run, back = kept >> 1, (kept & 1).astype(np.bool_)
    run_from = np.where(back, b[last[run]], a[first[run]])
    run_to = np.where(back, a[first[run]], b[last[run]])

    # Runs in the order of their chains, and in walking order within each.
    edge_of_run = distinct(chain)[1]
    runs_of = np.bincount(edge_of_run)
    tail = np.cumsum(runs_of) - 1
    order = np.empty(len(chain), dtype=np.int64)
    order[tail[edge_of_run] - left] = np.arange(len(chain))
    head = tail - runs_of + 1
    edge_from, edge_to = run_from[order[head]], run_to[order[tail]]

    node = distinct(np.concatenate([edge_from, edge_to]))[0]
    node = node[hilbert_order(xy[node])]
    number = np.full(len(xy), -1, dtype=np.int64)
    number[node] = np.arange(len(node))
    u, v = number[edge_from], number[edge_to]
    by_node = np.lexsort((v, u))

    # Runs in the order of the sorted edges, then the segments of each run in walking order.
    order = order[_walked(head[by_node], tail[by_node], np.zeros(len(head), dtype=np.bool_))[0]]
    edge_of_run = np.repeat(np.arange(len(head)), runs_of[by_node])
    size = (last - first + 1)[run[order]]
    segment, turned = _walked(first[run[order]], last[run[order]], back[order])
    edge = np.repeat(edge_of_run, size)

    count = np.bincount(edge, minlength=len(head)) + 1
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    at = np.arange(len(segment)) + edge
    place = np.empty(start[-1], dtype=np.int64)
    begins = np.full(start[-1], -1, dtype=np.int64)
    place[at], begins[at] = np.where(turned, b[segment], a[segment]), segment
    place[start[1:] - 1] = edge_to[by_node]
    return Edges(node, u[by_node], v[by_node], start, place, begins)


def _walked(first: Ints, last: Ints, back: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
    """The segments of runs in walking order, run after run, and whether each is walked backward."""
    size = last - first + 1
    ahead = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    turned = np.repeat(back, size)
    np.negative(ahead, out=ahead, where=turned)
    return np.repeat(np.where(back, last, first), size) + ahead, turned
