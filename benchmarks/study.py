"""A study on a city's streets, made up in memory: people, communities, facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.city import STANDARD, City
from geo.model import Facilities, Study

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCKS = 4  # communities a side of each tile


def study_in(town: City, sites: NDArray[np.int64], homes: int) -> Study:
    """Facilities at those junctions, and ``homes`` demand points a few metres off others."""
    network = town.network
    rng = np.random.default_rng(3)
    low, high = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    side = _BLOCKS * town.across
    edge_x, edge_y = (np.linspace(low[axis] - 100, high[axis] + 100, side + 1) for axis in (0, 1))
    boxes = shapely.box(*(grid.ravel() for grid in np.meshgrid(edge_x[:-1], edge_y[:-1])), *_far(edge_x, edge_y))
    names = np.array([f"c{c}" for c in range(side * side)], dtype=object)
    place = network.node_xy[rng.choice(network.nodes, homes, replace=homes > network.nodes)] + rng.uniform(-20, 20, (homes, 2))
    cell = np.clip(((place - [edge_x[0], edge_y[0]]) // [edge_x[1] - edge_x[0], edge_y[1] - edge_y[0]]).astype(int), 0, side - 1)
    demand = gpd.GeoDataFrame(
        {
            "id": [f"h{h}" for h in range(homes)],
            "weight": rng.integers(1, 40, homes).astype(float),
            "community_id": names[cell[:, 1] * side + cell[:, 0]],
        },
        geometry=shapely.points(place),
        crs=network.crs,
    )
    count = len(sites)
    frame = gpd.GeoDataFrame(
        {
            "id": [f"f{f}" for f in range(count)],
            "name": [f"Canteen {f}" for f in range(count)],
            "kind": "canteen",
            "status": "existing",
            "capacity": np.nan,
            "hours": "",
        },
        geometry=shapely.points(network.node_xy[sites]),
        crs=network.crs,
    )
    communities = gpd.GeoDataFrame({"id": names, "name": names}, geometry=boxes, crs=network.crs)
    return Study("Benchmark", network.crs, communities, Facilities(frame), demand, network, STANDARD)


def _far(edge_x: NDArray[np.float64], edge_y: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [grid.ravel() for grid in np.meshgrid(edge_x[1:], edge_y[1:])]
