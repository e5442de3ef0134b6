"""Whether the arrays of a walk network fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.table import Words

if TYPE_CHECKING:
    from geo.model import WalkNetwork


def faults(network: WalkNetwork) -> list[str]:
    """What is wrong with a network's arrays, as names of the rules broken; empty when all is well.

    Kernels trust these arrays without looking, so whatever builds or opens a network asks here first.
    """
    n, m, k, w = network.nodes, network.edges, len(network.vertex_xy), len(network.way_table)
    start = network.edge_start
    lengths = {
        "nodes": len(network.node_xy) == n,
        "edges": len(network.edge_v) == m and len(start) == m + 1,
        "vertices": len(network.segment_m) == len(network.segment_way) == len(network.segment_crossing) == k,
        "heights": network.vertex_z is None or len(network.vertex_z) == k,
        "inclines": network.segment_incline is None or len(network.segment_incline) == k,
        "shares": network.segment_share is None or len(network.segment_share) == k,
        "directions": network.segment_oneway is None or len(network.segment_oneway) == k,
    }
    broken = [name for name, right in lengths.items() if not right]
    if broken:
        return broken
    rules = {
        "ends": _within(network.edge_u, 0, n) and _within(network.edge_v, 0, n),
        "starts": int(start[0]) == 0 and int(start[-1]) == k and bool(np.all(np.diff(start) > 1)),
        "places": _finite(network.vertex_xy) and _finite(network.node_xy),
        "lengths": _finite(network.segment_m) and float(network.segment_m.min(initial=0.0)) >= 0,
        "ways": _within(network.segment_way, -1, w),
        "finite shares": network.segment_share is None or _finite(network.segment_share),
        "walls": network.walls is None or _finite(network.walls),
        "points": _points_fit(network, k, n),
    }
    broken = [name for name, right in rules.items() if not right]
    if not broken and not _ends_marked(network):
        broken.append("last vertices")
    return broken


def _within(values: np.ndarray[tuple[int, ...], np.dtype[np.integer]], low: int, beyond: int) -> bool:
    return not len(values) or bool(values.min() >= low and values.max() < beyond)


def _finite(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> bool:
    # One sum is not finite as soon as one value is not: cheaper than a mask of a million rows.
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))


def _points_fit(network: WalkNetwork, k: int, n: int) -> bool:
    points = network.point_table
    if points is None:
        return True
    vertex, node = points.columns["vertex"], points.columns["node"]
    return not isinstance(vertex, Words) and not isinstance(node, Words) and _within(vertex, 0, k) and _within(node, -1, n)


def _ends_marked(network: WalkNetwork) -> bool:
    """Every edge's last vertex, and no other, begins no segment."""
    last = network.edge_start[1:] - 1
    return bool(
        np.all(network.segment_way[last] == -1)
        and np.count_nonzero(network.segment_way == -1) == len(last)
        and np.all(network.segment_m[last] == 0)
    )
