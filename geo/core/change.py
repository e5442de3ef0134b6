"""What is different when facilities are added, moved or closed: only what changes is walked again.

The answer is always the one that a whole recomputation would give, ties and all; if a
change can't be told from the old answer (the order of facilities was shuffled), it is
recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core import kernels, sharing, travel
from geo.core.doors import Doors, Seeds, join_seeds, seeds_of, seeds_over
from geo.core.travel import NodeField, PointTimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.core.impedance import WalkGraph
    from geo.core.snapping import Snapped


@dataclass(frozen=True, eq=False)
class Standing:
    """How things stand: the doors of f facilities (``ids``, in order), every node's and every point's best."""

    ids: tuple[str, ...]
    doors: Doors
    field: NodeField
    times: PointTimes


def stand(graph: WalkGraph, points: Snapped, ids: Sequence[str], doors: Doors) -> Standing:
    """The first answer, from nothing."""
    field = travel.nearest(graph, doors)
    return Standing(tuple(ids), doors, field, travel.at_points(graph, field, points, doors))


def change(graph: WalkGraph, points: Snapped, before: Standing, ids: Sequence[str], doors: Doors) -> Standing:
    """The answer for other facilities, found from the one before; ``before`` is unchanged.

    The work grows with what the changed facilities reach, not with the city, but for
    one copy of the node field.
    """
    kept = _kept(before, ids, doors)
    if kept is None:
        return stand(graph, points, ids, doors)
    survived, place = kept
    new_row = np.full(len(before.ids) + 1, -1, dtype=np.int32)  # the last entry is for nobody
    new_row[survived] = place
    cost, other, facility, region = kernels.forget(before.field.cost, before.field.other, before.field.facility, new_row)
    field = NodeField(cost, other, facility)
    seeds = join_seeds([seeds_of(graph, doors), _border(graph, field, region)])
    sharing.spread(graph, seeds, np.inf, field, threads=1)
    moved = np.concatenate([_edges_without(before.doors, survived), _edges_without(doors, place)])
    rows = _concerned(graph, points, (before.field, field), new_row, moved)
    fresh = travel.at_points(graph, field, points.take(rows), doors)
    cost, other, facility = before.times.cost.copy(), before.times.other.copy(), new_row[before.times.facility]
    cost[rows], other[rows], facility[rows] = fresh.cost, fresh.other, fresh.facility
    return Standing(tuple(ids), doors, field, PointTimes(cost, other, facility))


def _edges_without(doors: Doors, kept: NDArray[np.int64]) -> NDArray[np.int32]:
    """The edges with doors of other facilities than the kept ones."""
    return doors.snapped.edge[doors.snapped.ok & ~np.isin(doors.facility, kept)]


def _concerned(
    graph: WalkGraph,
    points: Snapped,
    fields: tuple[NodeField, NodeField],
    new_row: NDArray[np.int32],
    edges: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Rows of the points that must be read anew: those on the edges, and those between nodes whose answer changed."""
    before, now = fields
    on = np.flatnonzero(points.ok)
    edge = points.edge[on]
    near = np.zeros(len(graph.edge_u), dtype=bool)
    near[edges] = True
    concerned = near[edge]
    for node in (graph.edge_u[edge], graph.edge_v[edge]):
        was, here = new_row[np.minimum(before.facility[node], len(new_row) - 1)], now.facility[node]
        concerned |= (before.cost[node] != now.cost[node]) | (before.other[node] != now.other[node])
        concerned |= was != np.where(here == travel.NOBODY, -1, here)
    return on[concerned]


def _kept(before: Standing, ids: Sequence[str], doors: Doors) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Old and new rows of the facilities whose doors are where they were; None if their order changed."""
    place = {name: row for row, name in enumerate(ids)}
    if len(place) != len(ids) or len(set(before.ids)) != len(before.ids):
        return None
    pairs = [(old, place[name]) for old, name in enumerate(before.ids) if name in place]
    old, new = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    same = _same_doors(before.doors, doors, old, new, (len(before.ids), len(ids)))
    old, new = old[same], new[same]
    return None if (np.diff(new) < 0).any() else (old, new)


def _same_doors(
    a: Doors, b: Doors, old: NDArray[np.int64], new: NDArray[np.int64], facilities: tuple[int, int]
) -> NDArray[np.bool_]:
    """Which pairs of facilities, one of either side, have the same doors in the same order; shape (q,)."""
    (rows_a, start_a), (rows_b, start_b) = _by_facility(a, facilities[0]), _by_facility(b, facilities[1])
    size = np.diff(start_a)[old]
    same: NDArray[np.bool_] = size == np.diff(start_b)[new]
    pair = np.repeat(np.flatnonzero(same), size[same])
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(size[same]) - size[same], size[same])
    one = a.snapped.take(rows_a[start_a[old][pair] + offset])
    other = b.snapped.take(rows_b[start_b[new][pair] + offset])
    apart = (one.segment != other.segment) | (one.fraction != other.fraction) | (one.access_m != other.access_m)
    same[pair[apart]] = False
    return same


def _by_facility(doors: Doors, facilities: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the doors in the order of their facilities, and where each facility's begin."""
    rows = np.argsort(doors.facility, kind="stable")
    return rows, np.searchsorted(doors.facility[rows], np.arange(facilities + 1))


def _border(graph: WalkGraph, field: NodeField, region: NDArray[np.int64]) -> Seeds:
    """Seeds on the edge of the forgotten region: one step in from the nodes around it."""
    gone = np.zeros(graph.nodes, dtype=bool)
    gone[region] = True
    arcs, _ = graph.arcs_of(region)
    around = np.unique(graph.head[arcs]).astype(np.int64)
    around = around[~gone[around] & np.isfinite(field.cost[around])]
    arcs, nodes = graph.arcs_of(around)
    into = gone[graph.head[arcs]]
    return seeds_over(graph, field, arcs[into], nodes[into])
