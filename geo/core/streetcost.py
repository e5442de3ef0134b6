"""The cost of walking to a facility from *any* position on the streets, not only from nodes and homes.

Along a segment the cost is the least of three straight lines: over its first vertex, over
its next vertex, or directly to a door on the segment itself. So it is enough to know the
cost at every vertex within the cutoff, and the doors. :func:`spread` carries node costs to
the vertices; :mod:`geo.core.homecost` reads them at places beside the streets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.core.engine import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.cells import Cells
    from geo.core.doors import Doors
    from geo.core.impedance import WalkGraph

DOOR = 1 << 30  # set in a vertex's label when a door lies on the segment that it begins
Start = tuple[float, int, float]  # cost, label, cutoff


class Streets(NamedTuple):
    """What the loops need of the network and its walkers; k vertices, m edges, n nodes."""

    xy: NDArray[np.float64]  # (k, 2)
    begins: NDArray[np.bool_]  # (k,) whether a vertex begins a segment; not so the last of an edge
    forward: NDArray[np.float64]  # (k,) cost of walking each segment toward its next vertex
    backward: NDArray[np.float64]  # (k,) and back
    edge_u: NDArray[np.int32]
    edge_v: NDArray[np.int32]
    edge_start: NDArray[np.int64]
    indptr: NDArray[np.int32]
    arc_edge: NDArray[np.int32]
    access: float  # cost of one metre between street and home
    snap_limit_m: float


class Sources(NamedTuple):
    """Reached nodes with their costs, and the doors themselves, each with the label of its facility."""

    node: NDArray[np.int64]  # (r,)
    cost: NDArray[np.float64]  # (r,)
    label: NDArray[np.int32]  # (r,)
    door_segment: NDArray[np.int64]  # (d,) ascending
    door_fraction: NDArray[np.float64]  # (d,)
    door_cost: NDArray[np.float64]  # (d,) the door's own access leg
    door_edge: NDArray[np.int32]  # (d,)
    door_label: NDArray[np.int32]  # (d,)


class Marks(NamedTuple):
    """Per vertex (k,), clean outside one question: infinite costs, labels 0; ``touched`` lists what to clean."""

    cost: NDArray[np.float64]
    label: NDArray[np.int32]
    touched: NDArray[np.int32]


class Walk(NamedTuple):
    """Everything that tells what it costs to walk from a place; the marks are written."""

    streets: Streets
    sources: Sources
    marks: Marks
    fence: Cells  # walls that nobody's way to the street crosses


def clean_marks(vertices: int) -> Marks:
    """Marks on which nothing is written yet."""
    return Marks(np.full(vertices, np.inf), np.zeros(vertices, dtype=np.int32), np.empty(vertices, dtype=np.int32))


def segment_begins(edge_start: NDArray[np.int64], vertices: int) -> NDArray[np.bool_]:
    """Which vertices begin a segment: all but the last of each edge."""
    begins = np.ones(vertices, dtype=bool)
    begins[edge_start[1:] - 1] = False
    return begins


def streets_of(graph: WalkGraph, xy: NDArray[np.float64], begins: NDArray[np.bool_], snap_limit_m: float) -> Streets:
    """Gather the arrays; ``xy`` and ``begins`` are those of the network's vertices."""
    return Streets(
        xy=xy,
        begins=begins,
        forward=graph.forward,
        backward=graph.backward,
        edge_u=graph.edge_u,
        edge_v=graph.edge_v,
        edge_start=graph.edge_start,
        indptr=graph.indptr,
        arc_edge=graph.arc_edge,
        access=float(graph.access),
        snap_limit_m=float(snap_limit_m),
    )


def sources_of(
    graph: WalkGraph, doors: Doors, node: NDArray[np.int64], cost: NDArray[np.float64], label: NDArray[np.int32]
) -> Sources:
    """Reached nodes (r,) and the doors that lie on the network, sorted by segment."""
    at = doors.snapped
    ok = np.flatnonzero(at.ok)
    rows = ok[np.lexsort((doors.facility[ok], at.segment[ok]))]
    return Sources(
        node=np.asarray(node, dtype=np.int64),
        cost=np.asarray(cost, dtype=np.float64),
        label=np.asarray(label, dtype=np.int32),
        door_segment=at.segment[rows],
        door_fraction=at.fraction[rows],
        door_cost=at.access_m[rows] * graph.access,
        door_edge=at.edge[rows],
        door_label=doors.facility[rows].astype(np.int32),
    )


@compiled
def run_down(
    marks: Marks, forward: NDArray[np.float64], count: int, span: tuple[int, int], start: tuple[float, int, float]
) -> int:
    """Carry a cost from the vertex ``span[0]`` of an edge down to ``span[1]`` while it betters what is there.

    The number of touched vertices goes in and comes out.
    """
    at_vertex = marks.cost
    whose = marks.label
    cost, label, cutoff = start
    vertex, last = span
    while cost <= cutoff:
        known = at_vertex[vertex]
        if cost > known or (cost == known and label >= whose[vertex]):
            break
        if known == np.inf:
            marks.touched[count] = vertex
            count += 1
        at_vertex[vertex] = cost
        whose[vertex] = label
        if vertex == last:
            break
        vertex -= 1
        cost += forward[vertex]  # people walk up, from there to here
    return count


@compiled
def run_up(
    marks: Marks, backward: NDArray[np.float64], count: int, span: tuple[int, int], start: tuple[float, int, float]
) -> int:
    """The same from a vertex up."""
    at_vertex = marks.cost
    whose = marks.label
    cost, label, cutoff = start
    vertex, last = span
    while cost <= cutoff:
        known = at_vertex[vertex]
        if cost > known or (cost == known and label >= whose[vertex]):
            break
        if known == np.inf:
            marks.touched[count] = vertex
            count += 1
        at_vertex[vertex] = cost
        whose[vertex] = label
        if vertex == last:
            break
        cost += backward[vertex]
        vertex += 1
    return count


@compiled
def spread(streets: Streets, sources: Sources, cutoff: float, marks: Marks) -> int:
    """Cost at every vertex within ``cutoff`` (inclusive), written on clean marks; how many were touched."""
    count = 0
    edge_start = streets.edge_start
    forward = streets.forward
    backward = streets.backward
    for r in range(len(sources.node)):
        x = sources.node[r]
        start = (sources.cost[r], sources.label[r], cutoff)
        for a in range(streets.indptr[x], streets.indptr[x + 1]):
            e = streets.arc_edge[a]
            ends = (edge_start[e], edge_start[e + 1] - 1)
            if streets.edge_u[e] == x:
                count = run_up(marks, backward, count, ends, start)
            if streets.edge_v[e] == x:
                count = run_down(marks, forward, count, (ends[1], ends[0]), start)
    for d in range(len(sources.door_segment)):
        s = sources.door_segment[d]
        t = sources.door_fraction[d]
        cost = sources.door_cost[d]
        label = sources.door_label[d]
        e = sources.door_edge[d]
        below = cost + (t * forward[s] if t > 0.0 else 0.0)
        above = cost + ((1.0 - t) * backward[s] if t < 1.0 else 0.0)
        count = run_down(marks, forward, count, (s, edge_start[e]), (below, label, cutoff))
        count = run_up(marks, backward, count, (s + 1, edge_start[e + 1] - 1), (above, label, cutoff))
    for d in range(len(sources.door_segment)):
        s = sources.door_segment[d]
        if marks.label[s] < DOOR:
            if marks.cost[s] == np.inf:
                marks.touched[count] = s
                count += 1
            marks.label[s] += DOOR
    return count


@compiled
def clean(marks: Marks, count: int) -> None:
    """Make the marks clean again after a question that touched ``count`` vertices."""
    for i in range(count):
        v = marks.touched[i]
        marks.cost[v] = np.inf
        marks.label[v] = 0
