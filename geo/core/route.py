"""The walk of one home to its nearest facility, street by street: what an answer's time and distance are made of.

The searches keep only how far every node is (:class:`geo.core.travel.NodeField`). The way itself is found backwards from
that: from a node on, the walk goes along any street whose cost is just the difference of its two ends. All costs are
exact (:mod:`geo.core.exact`), so such a street is there to the last bit, and the way's length is the answer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.core.doors import Doors, legs_of
from geo.core.travel import direct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.core.change import Standing
    from geo.core.impedance import WalkGraph
    from geo.core.snapping import Snapped

_Pair = tuple[float, float]  # a cost in the graph's measure, and the other measure of the same way


@dataclass(frozen=True, eq=False)
class Route:
    """The way from a point to the door of a facility.

    ``xy`` (k, 2): metres, from where the point meets the streets to where the door does. ``door``: row of the door.
    ``cost`` in the graph's own measure and ``other`` in the other one, added up street by street, access legs included.
    """

    xy: NDArray[np.float64]
    door: int
    cost: float
    other: float


class _Step(NamedTuple):
    """One edge walked whole, from its first end to its last or back."""

    edge: int
    ahead: bool


class _Walk(NamedTuple):
    """What one search for a way is about: the graph, how everybody stands, and the facility that is walked to."""

    graph: WalkGraph
    standing: Standing
    facility: int

    def left(self, node: int) -> _Pair:
        """What is left to walk from a node."""
        return float(self.standing.field.cost[node]), float(self.standing.field.other[node])

    def leads_there(self, node: int) -> bool:
        """Whether the node's best facility is this one."""
        return int(self.standing.field.facility[node]) == self.facility

    def price(self, step: _Step) -> _Pair:
        """The cost of walking an edge whole."""
        graph = self.graph
        part = slice(int(graph.edge_start[step.edge]), int(graph.edge_start[step.edge + 1]))
        cost, other = (graph.forward, graph.forward_other) if step.ahead else (graph.backward, graph.backward_other)
        return float(cost[part].sum()), float(other[part].sum())

    def end(self, step: _Step) -> int:
        """The node where an edge is left."""
        return int((self.graph.edge_v if step.ahead else self.graph.edge_u)[step.edge])

    def steps_from(self, node: int) -> list[_Step]:
        """The edges that can be walked from a node; one that ends where it begins never shortens a way."""
        graph = self.graph
        edges = graph.arc_edge[int(graph.indptr[node]) : int(graph.indptr[node + 1])]
        return [_Step(edge, ahead) for edge, ahead in zip(edges.tolist(), (graph.edge_u[edges] == node).tolist(), strict=True)]


def route(graph: WalkGraph, standing: Standing, homes: Snapped, row: int, xy: NDArray[np.float64]) -> Route | None:
    """The walk of the point in ``row``; None where it reaches nothing. Of ways that are equally good, any one.

    Parameters
    ----------
    standing
        Everyone's walk on this graph, of these points.
    xy
        The vertices of the network, metres (k, 2).
    """
    facility = int(standing.times.facility[row])
    if facility < 0:
        return None
    home = homes.take(np.array([row]))
    goal = (float(standing.times.cost[row]), float(standing.times.other[row]))
    walk = _Walk(graph, standing, facility)
    return _along_own_street(walk, home, goal, xy) or _over_nodes(walk, home, goal, xy)


def _along_own_street(walk: _Walk, home: Snapped, goal: _Pair, xy: NDArray[np.float64]) -> Route | None:
    """The way to a door on the home's own edge, where that is the best."""
    for door, there in _doors(walk):
        if there.edge[0] != home.edge[0]:
            continue
        one = direct(walk.graph, home, Doors(there, np.zeros(1, dtype=np.int32)))
        if len(one.cost) and _pair(one.cost[0], one.other[0]) == goal:
            return Route(_between(xy, home, there), door, *goal)
    return None


def _over_nodes(walk: _Walk, home: Snapped, goal: _Pair, xy: NDArray[np.float64]) -> Route | None:
    """The way that leaves the home's edge at one of its ends and comes to the door over one end of the door's."""
    first = legs_of(walk.graph, home, leaving=True)
    lasts = _last_legs(walk)
    legs = ((walk.graph.edge_u, first.u, first.u_other), (walk.graph.edge_v, first.v, first.v_other))
    for ahead, (ends, cost, other) in enumerate(legs):
        begin, leg = int(ends[home.edge[0]]), _pair(cost[0], other[0])
        if not walk.leads_there(begin) or _plus(leg, walk.left(begin)) != goal:
            continue
        steps, node = _descend(walk, begin, lasts)
        door, there, comes_ahead, last = lasts[node]
        total = leg
        for step in steps:
            total = _plus(total, walk.price(step))
        line = [
            _to_end(walk.graph, xy, home, ahead=bool(ahead)),
            *(_whole(walk.graph, xy, step) for step in steps),
            _to_end(walk.graph, xy, there, ahead=not comes_ahead)[::-1],
        ]
        return Route(_joined(line), door, *_plus(total, last))
    return None


def _descend(walk: _Walk, begin: int, lasts: Mapping[int, _Last]) -> tuple[list[_Step], int]:
    """From a node on, along edges that cost just what is then less to walk, to the first node that has a last leg.

    A node is looked at once, so that edges which cost nothing lead round no ring. There is a way: the search that made the
    field came along it.
    """
    came: dict[int, _Step | None] = {begin: None}
    waiting = [begin]
    while waiting:
        node = waiting.pop()
        if node in lasts:
            return _back(walk, came, node), node
        for step in walk.steps_from(node):
            end = walk.end(step)
            if end not in came and walk.leads_there(end) and _plus(walk.price(step), walk.left(end)) == walk.left(node):
                came[end] = step
                waiting.append(end)
    raise AssertionError("a node's cost comes from nowhere")  # pragma: no cover


def _back(walk: _Walk, came: Mapping[int, _Step | None], node: int) -> list[_Step]:
    """The steps that led to a node, the first first."""
    steps: list[_Step] = []
    while (step := came[node]) is not None:
        steps.append(step)
        node = walk.end(_Step(step.edge, not step.ahead))
    return steps[::-1]


class _Last(NamedTuple):
    """The last leg to a door: from the first end of its edge ahead, or from the last end back."""

    door: int
    there: Snapped
    ahead: bool
    cost: _Pair


def _last_legs(walk: _Walk) -> dict[int, _Last]:
    """The nodes from which the way goes straight to a door, because that is what is left to walk there."""
    found: dict[int, _Last] = {}
    for door, there in _doors(walk):
        last = legs_of(walk.graph, there, leaving=False)
        u, v = int(walk.graph.edge_u[there.edge[0]]), int(walk.graph.edge_v[there.edge[0]])
        for node, ahead, cost in (
            (u, True, _pair(last.u[0], last.u_other[0])),
            (v, False, _pair(last.v[0], last.v_other[0])),
        ):
            if cost == walk.left(node):
                found.setdefault(node, _Last(door, there, ahead, cost))
    return found


def _doors(walk: _Walk) -> list[tuple[int, Snapped]]:
    """The facility's doors that are on the streets, each by its row."""
    doors = walk.standing.doors
    rows = np.flatnonzero((doors.facility == walk.facility) & doors.snapped.ok)
    return [(row, doors.snapped.take(np.array([row]))) for row in rows.tolist()]


def _pair(cost: np.float64, other: np.float64) -> _Pair:
    return float(cost), float(other)


def _plus(one: _Pair, two: _Pair) -> _Pair:
    return one[0] + two[0], one[1] + two[1]


def _place(xy: NDArray[np.float64], at: Snapped) -> NDArray[np.float64]:
    """Where a point meets the streets, (1, 2)."""
    begin = int(at.segment[0])
    return np.atleast_2d(xy[begin] + (xy[begin + 1] - xy[begin]) * at.fraction[0])


def _to_end(graph: WalkGraph, xy: NDArray[np.float64], at: Snapped, *, ahead: bool) -> NDArray[np.float64]:
    """From a point on an edge to the edge's last end, or back to its first."""
    edge, segment = int(at.edge[0]), int(at.segment[0])
    rest = xy[segment + 1 : int(graph.edge_start[edge + 1])] if ahead else xy[int(graph.edge_start[edge]) : segment + 1][::-1]
    return np.vstack([_place(xy, at), rest])


def _whole(graph: WalkGraph, xy: NDArray[np.float64], step: _Step) -> NDArray[np.float64]:
    start, end = int(graph.edge_start[step.edge]), int(graph.edge_start[step.edge + 1])
    return xy[start:end] if step.ahead else xy[start:end][::-1]


def _between(xy: NDArray[np.float64], home: Snapped, there: Snapped) -> NDArray[np.float64]:
    """Between two points on one edge."""
    a, b = (int(at.segment[0]) for at in (home, there))
    inner = xy[a + 1 : b + 1] if b >= a else xy[b + 1 : a + 1][::-1]
    return _joined([_place(xy, home), inner, _place(xy, there)])


def _joined(lines: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Lines one after the other; where two meet, the point stands once."""
    line = np.vstack(lines)
    fresh = np.ones(len(line), dtype=bool)
    fresh[1:] = (np.diff(line, axis=0) != 0).any(axis=1)
    return line[fresh]
