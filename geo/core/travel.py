"""The one reach function, asked three ways.

* :func:`nearest`: everyone's nearest facility, over the whole network or up to a cutoff.
* :func:`reach`: for each facility, who can walk to it, and in what time.
* :mod:`geo.core.change`: what is different when one is added, moved or closed.

People walk *to* the facility: the searches run from the facility against the direction
of walking, so one-way costs (slopes) count the right way. Access legs are part of every
cost at both ends, and partly walked edges count to the metre. All costs are in the
graph's own measure (seconds or metres), the other measure rides along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core import kernels, plain, sharing
from geo.core.doors import Doors, footing, legs_of, seeds_of
from geo.core.engine import COMPILED
from geo.core.exact import exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.impedance import WalkGraph
    from geo.core.snapping import Snapped


NOBODY = kernels.NOBODY


@dataclass(frozen=True, eq=False)
class NodeField:
    """Per node (n,): ``cost`` to the best facility, the ``other`` measure of that way, and its row ``facility``.

    Unreached nodes have infinite costs and the facility ``NOBODY``, which comes after all others in a tie.
    """

    cost: NDArray[np.float64]
    other: NDArray[np.float64]
    facility: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PointTimes:
    """The same per point (p,); the facility of unreached points is -1."""

    cost: NDArray[np.float64]
    other: NDArray[np.float64]
    facility: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Reach:
    """Rows ``start[f]:start[f + 1]`` hold what facility ``f`` is reached from: nodes or points, with both measures."""

    start: NDArray[np.int64]
    member: NDArray[np.int64]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]

    def of(self, facility: int) -> slice:
        """The rows of one facility."""
        return slice(int(self.start[facility]), int(self.start[facility + 1]))


def nearest(graph: WalkGraph, doors: Doors, limit: float = np.inf) -> NodeField:
    """Every node's best facility within ``limit`` (inclusive); ties go to the facility that comes first."""
    seeds = seeds_of(graph, doors)
    if not COMPILED:
        return NodeField(*plain.nearest(graph, seeds, limit))
    field = empty_field(graph)
    sharing.spread(graph, seeds, limit, field)
    return field


def empty_field(graph: WalkGraph) -> NodeField:
    """Nobody reaches anything yet."""
    return NodeField(np.full(graph.nodes, np.inf), np.full(graph.nodes, np.inf), np.full(graph.nodes, NOBODY, dtype=np.int32))


def at_points(graph: WalkGraph, field: NodeField, points: Snapped, doors: Doors) -> PointTimes:
    """Read a field at points, first leg included; a door on the point's own edge is met without leaving it."""
    first = legs_of(graph, points, leaving=True)
    cost, other, facility = kernels.read_points(
        graph.edge_u, graph.edge_v, points.edge, first.u, first.v, first.u_other, first.v_other,
        field.cost, field.other, field.facility,
    )  # fmt: skip
    near = direct(graph, points, doors)
    kernels.improve(near.point, near.facility, near.cost, near.other, cost, other, facility)
    return PointTimes(cost, other, facility)


@dataclass(frozen=True, eq=False)
class Direct:
    """Point and door on one edge: q pairs, in the order of facilities, then points."""

    point: NDArray[np.int64]
    facility: NDArray[np.int32]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]


def direct(graph: WalkGraph, points: Snapped, doors: Doors) -> Direct:
    """All ways from a point to a door that never leave their common edge, access legs included."""
    rows = np.argsort(points.edge, kind="stable")
    edge = points.edge[rows]
    on = np.flatnonzero(doors.snapped.ok)
    first, last = (np.searchsorted(edge, doors.snapped.edge[on], side) for side in ("left", "right"))
    size = last - first
    door = np.repeat(on, size)
    offset = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    point = rows[np.repeat(first, size) + offset]
    here, there = points.take(point), doors.snapped.take(door)
    way = (here.segment, here.fraction, there.segment, there.fraction)
    off = here.access_m + there.access_m
    cost = kernels.straight(graph.forward, graph.backward, *way) + off * graph.access
    other = kernels.straight(graph.forward_other, graph.backward_other, *way) + off * graph.access_other
    order = np.lexsort((point, doors.facility[door]))
    keep = order[np.isfinite(cost[order])]
    return Direct(point[keep], doors.facility[door][keep], exact(cost[keep]), exact(other[keep]))


def reach(graph: WalkGraph, doors: Doors, facilities: int, limit: float) -> Reach:
    """From which nodes each of ``facilities`` can be walked to within ``limit`` (inclusive).

    The cost of one facility depends on what lies within its limit, not on the city.
    """
    seeds = seeds_of(graph, doors)
    start = np.searchsorted(seeds.facility, np.arange(facilities + 1)).astype(np.int64)
    if not COMPILED:
        return Reach(*plain.reach(graph, start, seeds, limit))
    return Reach(*sharing.reach(graph, start, seeds, limit))


def reach_points(graph: WalkGraph, nodes: Reach, points: Snapped, doors: Doors, limit: float) -> Reach:
    """Which points can walk to each facility, from the :func:`reach` of its nodes; members ascending."""
    legs = footing(graph, points)
    near = direct(graph, points, doors)
    near_start = np.searchsorted(near.facility, np.arange(len(nodes.start))).astype(np.int64)

    def part(order: NDArray[np.int64]) -> sharing.Part:
        return kernels.reach_points(
            nodes.start, nodes.member, nodes.cost, nodes.other, legs.start, legs.point, legs.cost, legs.other,
            near_start, near.point, near.cost, near.other, len(points), order, limit,
        )  # fmt: skip

    return Reach(*sharing.by_facility(part, sharing.neighbours(nodes.start, nodes.member)))
