"""What is different when facilities are added, moved or closed: only what changes is walked again.

The answer is always the one that a whole recomputation would give, ties and all; if a
change can't be told from the old answer (the order of facilities was shuffled), it is
recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core import kernels, travel
from geo.core.doors import Doors, Seeds, join_seeds, seeds_of
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
    new_row = np.full(len(before.ids) + 1, -1, dtype=np.int32)
    new_row[list(kept)] = list(kept.values())
    field, region = _without(before.field, new_row)
    gone = np.zeros(graph.nodes, dtype=bool)
    gone[region] = True
    seeds = join_seeds([seeds_of(graph, doors), _border(graph, field, region, gone)])
    start = field.cost.copy(), field.facility.copy()
    kernels.spread(
        graph.indptr, graph.head, graph.cost, graph.other,
        seeds.node, seeds.cost, seeds.other, seeds.facility, np.inf, graph.step,
        field.cost, field.other, field.facility,
    )  # fmt: skip
    gone |= (field.cost != start[0]) | (field.facility != start[1])
    edges_hit = gone[graph.edge_u] | gone[graph.edge_v]
    for side, survivors in ((before.doors, list(kept)), (doors, list(kept.values()))):
        changed = side.snapped.ok & ~np.isin(side.facility, survivors)
        edges_hit[side.snapped.edge[changed]] = True
    rows = np.flatnonzero(points.ok & edges_hit[points.edge])
    fresh = travel.at_points(graph, field, points.take(rows), doors)
    facility = new_row[before.times.facility]  # -1 reads the last entry, which is -1
    cost, other = before.times.cost.copy(), before.times.other.copy()
    cost[rows], other[rows], facility[rows] = fresh.cost, fresh.other, fresh.facility
    return Standing(tuple(ids), doors, field, PointTimes(cost, other, facility))


def _kept(before: Standing, ids: Sequence[str], doors: Doors) -> dict[int, int] | None:
    """Old row to new row of the facilities whose doors are where they were; None if their order changed."""
    place = {name: row for row, name in enumerate(ids)}
    if len(place) != len(ids) or len(set(before.ids)) != len(before.ids):
        return None
    kept: dict[int, int] = {}
    last = -1
    for old, name in enumerate(before.ids):
        new = place.get(name)
        if new is None or not _same_doors(before.doors.of(old), doors.of(new)):
            continue
        if new < last:
            return None
        kept[old] = last = new
    return kept


def _same_doors(a: Doors, b: Doors) -> bool:
    return (
        np.array_equal(a.snapped.segment, b.snapped.segment)
        and np.array_equal(a.snapped.fraction, b.snapped.fraction)
        and np.array_equal(a.snapped.access_m, b.snapped.access_m)
    )


def _without(field: NodeField, new_row: NDArray[np.int32]) -> tuple[NodeField, NDArray[np.int64]]:
    """A copy of the field in new rows, with everything forgotten that belonged to facilities no longer there."""
    nobody = travel.NOBODY
    old = np.where(field.facility == nobody, len(new_row) - 1, field.facility)
    facility = new_row[old]
    region = np.flatnonzero((facility < 0) & (field.facility != nobody))
    cost, other = field.cost.copy(), field.other.copy()
    cost[region] = np.inf
    other[region] = np.inf
    facility[facility < 0] = nobody
    return NodeField(cost, other, facility), region


def _border(graph: WalkGraph, field: NodeField, region: NDArray[np.int64], gone: NDArray[np.bool_]) -> Seeds:
    """Seeds on the edge of the forgotten region: one step in from the nodes around it."""
    around = np.unique(graph.head[_arcs_of(graph, region)]).astype(np.int64)
    around = around[~gone[around] & np.isfinite(field.cost[around])]
    arcs = _arcs_of(graph, around)
    tail = np.repeat(around, graph.indptr[around + 1] - graph.indptr[around])
    into = gone[graph.head[arcs]]
    arcs, tail = arcs[into], tail[into]
    return Seeds(
        graph.head[arcs], field.cost[tail] + graph.cost[arcs], field.other[tail] + graph.other[arcs], field.facility[tail]
    )


def _arcs_of(graph: WalkGraph, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    size = graph.indptr[nodes + 1] - graph.indptr[nodes]
    ends = np.cumsum(size)
    return np.repeat(graph.indptr[nodes] - (ends - size), size) + np.arange(ends[-1] if len(ends) else 0)
