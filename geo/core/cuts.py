"""Cutting the streets where walls and closed paths meet them, but for open gates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import shapely

from geo.core import walls
from geo.core.snapping import SnapIndex
from geo.core.surgery import SAME_M, ends_at, part, split_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.core.walls import Line, Ray
    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

GATE_M = 15.0
"""How far a gate may stand from its wall, and a street from its gate."""

CLOSE_M = 15.0
"""How far a closed place may be from the street it closes."""

_TWICE_M = 2.0  # walls this near to each other at a gate are one wall, drawn twice


class Gate(NamedTuple):
    """An open gate: its barrier, its place on the wall, the walls it opens, and half the way through them."""

    row: int
    xy: Floats  # (2,) metres
    walls: frozenset[int]
    across: Floats  # (2,) from the middle to one end of the way through


@dataclass(frozen=True, eq=False)
class Cut:
    """The streets after cutting.

    ``passed``: barriers of the gates that a street goes through; ``places``: how many places were
    cut by walls and closed lines, ``shut``: which closed points found a street (their barriers).
    """

    network: WalkNetwork
    passed: frozenset[int]
    places: int
    shut: frozenset[int]


def gates_on(rows: Sequence[int], points: NDArray[np.object_], lines: Sequence[Line]) -> list[Gate]:
    """The gates that stand within 15 m of a wall; others open nothing."""
    pieces = walls.pieces_of(lines)
    shapes = pieces.drawn()
    if not len(shapes):
        return []
    tree = shapely.STRtree(shapes)
    found: list[Gate] = []
    for row, point in zip(rows, points, strict=True):
        near = np.sort(tree.query(point, predicate="dwithin", distance=GATE_M))
        if not len(near):
            continue
        first = int(near[np.argmin(shapely.distance(shapes[near], point))])
        ends = shapely.get_coordinates(shapely.shortest_line(shapes[first], point))
        near = tree.query(shapely.Point(ends[0]), predicate="dwithin", distance=_TWICE_M)
        run = pieces.end[first] - pieces.begin[first]
        right = np.array([run[1], -run[0]]) / np.hypot(*run)
        across = right * (1.0 + float(shapely.distance(shapes[near], shapely.Point(ends[0])).max(initial=0.0)))
        found.append(Gate(row, ends[0], frozenset(pieces.row[np.append(near, first)].tolist()), across))
    return found


def cut_streets(
    network: WalkNetwork, lines: Sequence[Line], blocks: NDArray[np.bool_], gates: Sequence[Gate], closed: tuple[Ints, Floats]
) -> Cut:
    """Cut the streets at fitted lines and at closed points.

    Parameters
    ----------
    lines
        Walls and closed lines, fitted to the streets.
    blocks
        Per barrier: whether it is a wall. Walls have gates, stop access legs, and leave bridges and tunnels alone.
    gates
        Those that are open.
    closed
        Barriers (c,) and places (c, 2) of closed points.
    """
    index = SnapIndex.build(network)
    shut = index.snap(closed[1], CLOSE_M)
    near = walls.streets_near(network, lines)
    segment, fraction = walls.meetings(lines, network, near)
    at_shut = _to_vertex(network, shut.segment[shut.ok], shut.fraction[shut.ok])
    wider, node = split_at(network, np.append(segment, shut.segment[shut.ok]), np.append(fraction, at_shut))
    at = np.unique(node)
    closes = np.isin(at, node[len(segment) :])
    ends, group, passed = _groups(wider, at, closes, _Around(walls.pieces_of(lines), blocks, gates))
    parted = part(wider, ends, group)
    only = [line for line in lines if blocks[line.row]]
    legs = walls.blocking(only)
    return Cut(
        network=replace(parted, walls=legs if len(legs) else network.walls),
        passed=frozenset(passed),
        places=int(np.count_nonzero(np.bincount(np.searchsorted(at, _nodes_of(wider, ends)), weights=group, minlength=len(at)))),
        shut=frozenset(closed[0][shut.ok].tolist()),
    )


def _to_vertex(network: WalkNetwork, segment: Ints, fraction: Floats) -> Floats:
    """Fractions with what lies within half a metre of a vertex moved there: who closes a junction closes all of it."""
    length = np.hypot(*(network.vertex_xy[segment + 1] - network.vertex_xy[segment]).T)
    low, high = fraction * length, (1 - fraction) * length
    result: Floats = np.where(np.minimum(low, high) > walls.TOUCH_M, fraction, np.where(low <= high, 0.0, 1.0))
    return result


@dataclass(frozen=True, eq=False)
class _Around:
    """What stands around the streets."""

    pieces: walls.Pieces
    blocks: NDArray[np.bool_]
    gates: Sequence[Gate]

    @cached_property
    def gate_xy(self) -> Floats:
        """Where the gates are, (g, 2)."""
        return np.array([gate.xy for gate in self.gates]).reshape(-1, 2)

    def kept(self, rays: list[Ray], xy: Floats, *, flies: bool) -> tuple[list[Ray], list[int]]:
        """The rays that stop a street here, and the gates that open others."""
        if flies:
            rays = [ray for ray in rays if not self.blocks[ray.row]]
        here = [self.gates[g] for g in np.flatnonzero(np.hypot(*(self.gate_xy - xy).T) <= GATE_M).tolist()]
        opened = {row for gate in here for row in gate.walls}
        kept = [ray for ray in rays if ray.row not in opened]
        return kept, [gate.row for gate in here if any(ray.row in gate.walls for ray in rays)]


def _nodes_of(network: WalkNetwork, ends: Ints) -> Ints:
    result: Ints = np.column_stack([network.edge_u, network.edge_v]).ravel()[ends].astype(np.int64)
    return result


def _groups(network: WalkNetwork, at: Ints, closes: NDArray[np.bool_], around: _Around) -> tuple[Ints, Ints, set[int]]:
    """The edge ends at some nodes, the group of each, and the gates that streets go through."""
    xy = network.node_xy[at]
    rays = walls.rays_at(around.pieces, shapely.STRtree(around.pieces.drawn()), xy)
    ends = ends_at(network, at)
    node = _nodes_of(network, ends)
    ends = ends[np.argsort(node, kind="stable")]
    bounds = np.searchsorted(np.sort(node), np.append(at, network.nodes))
    angle, flies = _leaving(network, ends)
    group = np.zeros(len(ends), dtype=np.int64)
    passed: set[int] = set()
    for i in range(len(at)):
        mine = slice(bounds[i], bounds[i + 1])
        stop, gates = around.kept(rays[i], xy[i], flies=bool(flies[mine].all()))
        group[mine] = walls.sectors(stop, angle[mine])
        if gates and len(set(walls.sectors(rays[i], angle[mine]).tolist())) > 1:
            passed.update(gates)
        if closes[i]:
            group[mine] = np.arange(bounds[i + 1] - bounds[i])
        group[mine] -= group[mine].min(initial=0)
    return ends, group, passed


def _leaving(network: WalkNetwork, ends: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """In which direction each edge end leaves its node, in radians, and whether it is on a bridge or in a tunnel."""
    edge, last = ends // 2, ends % 2 == 1
    first, beyond = network.edge_start[edge], network.edge_start[edge + 1]
    here = np.where(last, beyond - 1, first)
    step = np.where(last, -1, 1)
    there = here + step
    for i in range(len(ends)):  # past vertices that repeat the place
        while first[i] < there[i] < beyond[i] - 1 and _same(network, here[i], there[i]):
            there[i] += step[i]
    run = network.vertex_xy[there] - network.vertex_xy[here]
    above = np.zeros(len(network.ways), dtype=bool)
    for flag in ("bridge", "tunnel"):
        if flag in network.ways:
            above |= network.ways[flag].to_numpy(dtype=bool)
    return np.arctan2(run[:, 1], run[:, 0]), above[network.segment_way[np.where(last, beyond - 2, first)]]


def _same(network: WalkNetwork, a: int, b: int) -> bool:
    return bool(np.hypot(*(network.vertex_xy[a] - network.vertex_xy[b])) < SAME_M)
