"""Small studies in memory, and where the real test data is."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.model import Facilities, Study
from geo.settings import Settings
from tests.streets import CRS, make_network, standard

ORIGIN = (500_000.0, 3_400_000.0)


def test_data(name: str) -> Path:
    """A file of the real test data; the test is skipped where it is absent."""
    path = Path(__file__).parent.parent / Settings().test_data / name
    if not path.exists():
        pytest.skip(f"real test data is absent ({name}); point LIFECIRCLE_TEST_DATA to it")
    return path


def points(xy) -> np.ndarray:
    return shapely.points(np.asarray(xy, dtype=float).reshape(-1, 2) + ORIGIN)


def facilities(xy, kinds=None, status=None, names=None) -> Facilities:
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    n = len(xy)
    frame = gpd.GeoDataFrame(
        {
            "id": [f"f{i}" for i in range(n)],
            "name": names or [f"Site {i}" for i in range(n)],
            "kind": kinds or ["canteen"] * n,
            "status": status or ["existing"] * n,
            "capacity": np.full(n, np.nan),
            "hours": [""] * n,
        },
        geometry=points(xy),
        crs=CRS,
    )
    return Facilities(frame)


def study(homes, weights, sites, *, network=None, communities=None, groups=None, ask=None, **site_options) -> Study:
    """A straight street of 2 km with two communities, unless told otherwise; metres from an origin."""
    network = network or make_network([(i * 100, 0) for i in range(21)], [(i, i + 1) for i in range(20)])
    if communities is None:
        communities = {"west": (-500, -500, 1000, 500), "east": (1000, -500, 2500, 500)}
    boxes = [shapely.box(*(np.array(box) + np.tile(ORIGIN, 2))) for box in communities.values()]
    areas = gpd.GeoDataFrame({"id": list(communities), "name": list(communities)}, geometry=boxes, crs=CRS)
    homes = np.asarray(homes, dtype=float).reshape(-1, 2)
    at = points(homes)
    where = [next((name for name, box in zip(communities, boxes, strict=True) if box.covers(p)), "") for p in at]
    demand = gpd.GeoDataFrame(
        {
            "id": [f"h{i}" for i in range(len(homes))],
            "weight": np.asarray(weights, dtype=float),
            **(groups or {}),
            "community_id": np.array(where, dtype=object),
        },
        geometry=at,
        crs=CRS,
    )
    return Study(
        name="Street",
        crs=CRS,
        communities=areas,
        facilities=facilities(sites, **site_options),
        demand=demand,
        network=network,
        standard=ask or standard(10),
        groups=tuple(groups or {}),
    )
