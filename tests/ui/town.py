"""A little town made by hand: streets on a grid, homes between them, a few canteens and stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from geo import crs
from geo.model import Facilities, ServiceStandard, Study, WalkNetwork, WalkProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 3_400_000.0
STEP_M = 150.0
ADULT = WalkProfile("adult", 4.32, label_zh="成年人", label_en="adult", source="MUTCD 4 ft/s", confidence="A")


def grid_network(columns: int = 24, rows: int = 16) -> WalkNetwork:
    """Streets on a grid, each edge straight and ``STEP_M`` long in projected metres."""
    x, y = np.meshgrid(np.arange(columns) * STEP_M + EAST, np.arange(rows) * STEP_M + NORTH)
    xy = np.column_stack([x.ravel(), y.ravel()])
    number = np.arange(columns * rows).reshape(rows, columns)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1, :].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:, :].ravel()])
    m = len(u)
    vertex = np.column_stack([u, v]).ravel()
    lonlat = crs.unproject(xy[vertex], CRS)
    length = np.zeros(2 * m)
    length[:-1] = crs.great_circle_m(lonlat)
    length[1::2] = 0.0
    way = np.full(2 * m, -1, dtype=np.int32)
    way[::2] = np.arange(m) % 3
    ways = pd.DataFrame(
        {"way_id": [1, 2, 3], "highway": ["secondary", "residential", "footway"], "name": "", "steps": [False, False, False]}
    )
    return WalkNetwork(
        crs=CRS,
        node_id=np.arange(len(xy), dtype=np.int64),
        node_xy=xy,
        edge_u=u.astype(np.int32),
        edge_v=v.astype(np.int32),
        edge_start=np.arange(0, 2 * m + 1, 2, dtype=np.int64),
        vertex_xy=xy[vertex],
        segment_m=length,
        segment_way=way,
        segment_crossing=np.zeros(2 * m, dtype=np.uint8),
        ways=ways,
        source="grid",
        source_date="2026-01-01",
        digest="grid",
    )


def points(xy: np.ndarray) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy(xy[:, 0], xy[:, 1], crs=CRS)


def little_town(names: Sequence[str] = ("红旗食堂", "东门食堂", "北站驿站")) -> Study:
    """Four communities, 600 homes, three facilities with the given names."""
    rng = np.random.default_rng(7)
    size = np.array([23 * STEP_M, 15 * STEP_M])
    xy = rng.uniform((0, 0), size, (600, 2)) + (EAST, NORTH)
    column, row = ((xy[:, 0] - EAST) > size[0] / 2).astype(int), ((xy[:, 1] - NORTH) > size[1] / 2).astype(int)
    weight = rng.integers(3, 30, 600).astype(float)
    demand = gpd.GeoDataFrame(
        {
            "id": [f"h{i}" for i in range(600)],
            "weight": weight,
            "age60plus": np.round(weight * 0.2, 2),
            "community_id": [f"c{c + 2 * r}" for c, r in zip(column, row, strict=True)],
        },
        geometry=points(xy),
    )
    half = size / 2
    communities = gpd.GeoDataFrame(
        {"id": ["c0", "c1", "c2", "c3"], "name": ["西南社区", "东南社区", "西北社区", "东北社区"]},
        geometry=[
            box(
                EAST + c * half[0],
                NORTH + r * half[1],
                EAST + (c + 1) * half[0],
                NORTH + (r + 1) * half[1],
            )
            for r in (0, 1)
            for c in (0, 1)
        ],
        crs=CRS,
    )
    sites = np.array([[400.0, 300.0], [3000.0, 460.0], [600.0, 2000.0]]) + (EAST, NORTH)
    facilities = gpd.GeoDataFrame(
        {
            "id": ["f1", "f2", "f3"],
            "name": list(names),
            "kind": ["canteen", "canteen", "love_station"],
            "status": ["existing", "existing", "existing"],
            "capacity": [100.0, 80.0, 12.0],
            "hours": ["", "Mo-Su 10:00-13:00", ""],
        },
        geometry=points(sites),
    )
    return Study(
        name="小镇",
        crs=CRS,
        communities=communities,
        facilities=Facilities(facilities),
        demand=demand,
        network=grid_network(),
        standard=ServiceStandard(ADULT, minutes=10),
        groups=("age60plus",),
        profiles={"adult": ADULT, "frail": WalkProfile("frail", 2.88, label_zh="体弱老人", label_en="frail older person", source="practice", confidence="C")},
    )
