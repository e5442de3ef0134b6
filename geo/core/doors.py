"""Doors and first legs: how points off the graph's nodes get onto it, access legs included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from geo.core import kernels
from geo.core.exact import exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.impedance import WalkGraph
    from geo.core.snapping import Snapped
    from geo.core.travel import NodeField


@dataclass(frozen=True, eq=False)
class Doors:
    """Where facilities meet the streets: d doors, each of the facility in row ``facility`` (d,)."""

    snapped: Snapped
    facility: NDArray[np.int32]

    def of(self, facility: int) -> Doors:
        """The doors of one facility."""
        rows = np.flatnonzero(self.facility == facility)
        return Doors(self.snapped.take(rows), self.facility[rows])


@dataclass(frozen=True, eq=False)
class Legs:
    """Between points and the two ends of their edges, access leg included, in both measures; shape (p,) each."""

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    u_other: NDArray[np.float64]
    v_other: NDArray[np.float64]


def legs_of(graph: WalkGraph, points: Snapped, *, leaving: bool) -> Legs:
    """The first leg of people leaving home, or the last of people arriving at a door."""
    where = (points.segment, points.fraction, points.edge, leaving)
    u, v = kernels.legs(graph.edge_start, graph.forward, graph.backward, *where)
    u_other, v_other = kernels.legs(graph.edge_start, graph.forward_other, graph.backward_other, *where)
    off = np.where(points.ok, points.access_m, 0.0)
    return Legs(
        exact(u + off * graph.access),
        exact(v + off * graph.access),
        exact(u_other + off * graph.access_other),
        exact(v_other + off * graph.access_other),
    )


@dataclass(frozen=True, eq=False)
class Footing:
    """How points hang on a graph: from node ``x`` the legs ``start[x]:start[x + 1]`` lead to ``point``, two a point."""

    start: NDArray[np.int32]  # (n + 1,)
    point: NDArray[np.int32]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]


_KEPT: WeakKeyDictionary[Snapped, WeakKeyDictionary[WalkGraph, Footing]] = WeakKeyDictionary()


def footing(graph: WalkGraph, points: Snapped) -> Footing:
    """The legs of people leaving, by node; kept with both, because a planner asks about the same homes again and again."""
    mine = _KEPT.setdefault(points, WeakKeyDictionary())
    if graph not in mine:
        first = legs_of(graph, points, leaving=True)
        on = np.flatnonzero(points.ok)
        node = np.concatenate([graph.edge_u[points.edge[on]], graph.edge_v[points.edge[on]]])
        order = np.argsort(node, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=graph.nodes))])
        cost, other = np.concatenate([first.u[on], first.v[on]]), np.concatenate([first.u_other[on], first.v_other[on]])
        point = np.concatenate([on, on])[order].astype(np.int32)
        mine[graph] = Footing(start.astype(np.int32), point, cost[order], other[order])
    return mine[graph]


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where a search starts: node, cost and other measure there, and the facility's row; shape (s,) each."""

    node: NDArray[np.int32]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]
    facility: NDArray[np.int32]

    def rows(self, rows: slice | NDArray[np.int64]) -> Seeds:
        """Those seeds only."""
        return Seeds(self.node[rows], self.cost[rows], self.other[rows], self.facility[rows])


def join_seeds(parts: list[Seeds]) -> Seeds:
    """Several sets of seeds as one."""
    return Seeds(
        np.concatenate([part.node for part in parts]).astype(np.int32),
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.other for part in parts]),
        np.concatenate([part.facility for part in parts]).astype(np.int32),
    )


def seeds_over(graph: WalkGraph, field: NodeField, arcs: NDArray[np.int64], nodes: NDArray[np.int64]) -> Seeds:
    """What some arcs would carry over from their nodes, as a field has them."""
    return Seeds(
        graph.head[arcs], field.cost[nodes] + graph.cost[arcs], field.other[nodes] + graph.other[arcs], field.facility[nodes]
    )


def seeds_of(graph: WalkGraph, doors: Doors) -> Seeds:
    """Both ends of every door's edge with the cost of the last leg, in the order of facilities."""
    ok = np.flatnonzero(doors.snapped.ok)
    at = doors.snapped.take(ok)
    last = legs_of(graph, at, leaving=False)
    node = np.concatenate([graph.edge_u[at.edge], graph.edge_v[at.edge]])
    facility = np.concatenate([doors.facility[ok], doors.facility[ok]])
    order = np.argsort(facility, kind="stable")
    return Seeds(
        node[order].astype(np.int32),
        np.concatenate([last.u, last.v])[order],
        np.concatenate([last.u_other, last.v_other])[order],
        facility[order].astype(np.int32),
    )
