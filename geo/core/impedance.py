"""The streets as a graph with costs for a walker.

The rule of the standard decides whether seconds (see :mod:`geo.core.pace`) or metres are
minimised; the other measure rides along the same path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import compiled
from geo.core.exact import exact
from geo.core.pace import segment_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import ServiceStandard, WalkNetwork


@dataclass(frozen=True, eq=False)
class WalkGraph:
    """A network as one group of walkers meets it, as arcs toward the facility.

    Per segment (k,): ``forward``/``backward`` is the cost of walking it from its first
    vertex to the next and back, ``*_other`` the other measure (metres beside seconds, or
    seconds beside metres); infinite where this walker can't go. When both ways cost the
    same, they are one array.

    Per arc, sorted by node (CSR, 2m): from node ``x`` the arcs ``indptr[x]:indptr[x+1]``
    lead to ``head``; ``arc`` has the cost of walking *from head to x*, because people walk to
    the facility and the search runs away from it, and beside it (for it is always wanted
    with it, and memory is read by the line) the other measure.
    """

    edge_start: NDArray[np.int64]
    edge_u: NDArray[np.int32]
    edge_v: NDArray[np.int32]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    forward_other: NDArray[np.float64]
    backward_other: NDArray[np.float64]
    indptr: NDArray[np.int32]
    head: NDArray[np.int32]
    arc_edge: NDArray[np.int32]
    arc: NDArray[np.float64]  # (2m, 2)
    access: float  # cost of one metre off the streets
    access_other: float  # its other measure
    step: float  # the pace of searches: about the cost of three edges

    @property
    def cost(self) -> NDArray[np.float64]:
        """The cost of each arc, shape (2m,)."""
        return self.arc[:, 0]

    @property
    def other(self) -> NDArray[np.float64]:
        """The other measure of each arc, shape (2m,)."""
        return self.arc[:, 1]

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.indptr) - 1

    def arcs_of(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The arcs of some nodes, and the node that each belongs to."""
        size = self.indptr[nodes + 1] - self.indptr[nodes]
        ends = np.cumsum(size)
        arcs = np.repeat(self.indptr[nodes] - (ends - size), size) + np.arange(ends[-1] if len(ends) else 0)
        return arcs, np.repeat(nodes, size)


def walk_graph(network: WalkNetwork, standard: ServiceStandard) -> WalkGraph:
    """The network with costs for the standard's walkers, under its rule.

    Memory is about 50 bytes an edge and 16 to 32 a segment; time grows with their number.
    """
    seconds_f, seconds_b = segment_seconds(network, standard.profile)
    metres_f = _where_open(network, seconds_f)
    metres_b = metres_f if seconds_b is seconds_f else _where_open(network, seconds_b)
    by_time = standard.rule == "time"
    cost_f, cost_b, other_f, other_b = (
        (seconds_f, seconds_b, metres_f, metres_b) if by_time else (metres_f, metres_b, seconds_f, seconds_b)
    )
    pace = 1.0 / standard.profile.speed_m_s
    indptr, head, arc_edge, arc = _arcs(
        network.nodes, network.edge_u, network.edge_v, network.edge_start, (cost_f, cost_b, other_f, other_b)
    )
    return WalkGraph(
        edge_start=network.edge_start,
        edge_u=network.edge_u,
        edge_v=network.edge_v,
        forward=cost_f,
        backward=cost_b,
        forward_other=other_f,
        backward_other=other_b,
        indptr=indptr,
        head=head,
        arc_edge=arc_edge,
        arc=arc,
        access=pace if by_time else 1.0,
        access_other=1.0 if by_time else pace,
        step=_pace_of_search(arc[:, 0]),
    )


def _where_open(network: WalkNetwork, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of each segment, shape (k,), infinite where this walker can't go."""
    metres = exact(network.segment_m)
    metres[~np.isfinite(seconds)] = np.inf
    return metres


def _pace_of_search(cost: NDArray[np.float64]) -> float:
    """Three times the mean arc: measured best on city networks, and anything above zero is right."""
    usable = cost[np.isfinite(cost) & (cost > 0)]
    return float(usable.mean()) * 3 if len(usable) else 1.0


def _arcs(
    nodes: int,
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    edge_start: NDArray[np.int64],
    segment: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Both arcs of every edge in CSR order, the cost being that of walking toward the row's node."""
    if not len(u):
        none = np.zeros(0, dtype=np.int32)
        return np.zeros(nodes + 1, dtype=np.int32), none, none, np.zeros((0, 2))
    forward, backward, forward_other, backward_other = (np.add.reduceat(part, edge_start[:-1]) for part in segment)
    return _sort_arcs(nodes, u, v, forward, backward, forward_other, backward_other)


@compiled
def _sort_arcs(  # noqa: PLR0913, PLR0917  (flat arrays for numba)
    nodes: int,
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
    forward_other: NDArray[np.float64],
    backward_other: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Counting sort of the 2m arcs by their row; within a row in edge order, so always the same."""
    m = len(u)
    indptr = np.zeros(nodes + 1, dtype=np.int32)
    for e in range(m):
        indptr[u[e] + 1] += 1
        indptr[v[e] + 1] += 1
    for x in range(nodes):
        indptr[x + 1] += indptr[x]
    fill = indptr[:-1].copy()
    head = np.empty(2 * m, dtype=np.int32)
    edge = np.empty(2 * m, dtype=np.int32)
    arc = np.empty((2 * m, 2))
    for e in range(m):
        at = fill[u[e]]  # row u: someone walks from v to u, backward along the edge
        fill[u[e]] += 1
        head[at] = v[e]
        edge[at] = e
        arc[at, 0] = backward[e]
        arc[at, 1] = backward_other[e]
        at = fill[v[e]]
        fill[v[e]] += 1
        head[at] = u[e]
        edge[at] = e
        arc[at, 0] = forward[e]
        arc[at, 1] = forward_other[e]
    return indptr, head, edge, arc
