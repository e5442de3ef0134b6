"""Compile the loops once, so that the first question does not wait: ``python -m geo.core.warm``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.core import travel
from geo.core.brush import Brush
from geo.core.doors import Doors
from geo.core.engine import COMPILED
from geo.core.impedance import walk_graph
from geo.core.snapping import SnapIndex
from geo.model import ServiceStandard, WalkNetwork, WalkProfile


def warm() -> bool:
    """Ask one small question of every compiled loop; True when there was anything to compile."""
    if not COMPILED:
        return False
    network = _one_street()
    standard = ServiceStandard(WalkProfile("warm", 3.6), minutes=1.0)
    index, graph = SnapIndex.build(network), walk_graph(network, standard)
    points = index.snap(network.node_xy, standard.snap_limit_m)
    doors = Doors(points, np.arange(2, dtype=np.int32))
    travel.at_points(graph, travel.nearest(graph, doors), points, doors)
    nodes = travel.reach(graph, doors, 2, standard.cutoff)
    travel.reach_points(graph, nodes, points, doors, standard.cutoff)
    Brush.of(index, graph, standard.snap_limit_m, "quick").together(doors, [standard.cutoff])
    return True


def _one_street() -> WalkNetwork:
    xy = np.array([[0.0, 0.0], [10.0, 0.0]])
    return WalkNetwork(
        crs="EPSG:4547",
        node_id=np.arange(2),
        node_xy=xy,
        edge_u=np.zeros(1, dtype=np.int32),
        edge_v=np.ones(1, dtype=np.int32),
        edge_start=np.array([0, 2]),
        vertex_xy=xy,
        segment_m=np.array([10.0, 0.0]),
        segment_way=np.array([0, -1], dtype=np.int32),
        segment_crossing=np.zeros(2, dtype=np.uint8),
        ways=pd.DataFrame({"steps": [False]}),
    )


if __name__ == "__main__":
    warm()
