import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.communities import assign
from geo.sources.findings import FindingLog
from geo.sources.network import read_network
from geo.sources.spreading import SPACING_M, largest_remainder, spread
from tests.sources.tiny import streets, told

shares = st.lists(st.floats(0, 1e6), min_size=1, max_size=40).map(np.array)


def test_by_hand():
    assert largest_remainder(10, np.array([1, 1, 1])).tolist() == [4, 3, 3]
    assert largest_remainder(7, np.array([5, 3, 2])).tolist() == [4, 2, 1]
    assert largest_remainder(0, np.array([1, 2])).tolist() == [0, 0]
    assert largest_remainder(5, np.array([0, 0])).tolist() == [3, 2]
    assert largest_remainder(2.5, np.array([1, 3])).tolist() == [1, 1.5]


@given(total=st.integers(0, 10_000_000), share=shares)
def test_whole_people_stay_whole_and_none_is_lost(total, share):
    parts = largest_remainder(total, share)
    assert parts.sum() == total
    assert (parts == np.floor(parts)).all()
    assert (parts >= 0).all()
    even = share if share.sum() > 0 else np.ones(len(share))
    assert np.abs(parts - total * even / even.sum()).max() < 1 + 1e-6


@given(total=st.floats(0, 1e6), share=shares)
def test_broken_totals_are_exact_too(total, share):
    assert largest_remainder(total, share).sum() == pytest.approx(total, rel=1e-15)


@given(people=st.integers(0, 5_000), share=shares, part=st.floats(0, 1))
def test_a_group_never_exceeds_the_people_of_its_home(people, share, part):
    weight = largest_remainder(people, share)
    group = largest_remainder(int(part * people), weight)
    assert (group <= weight).all()


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return read_network(streets(tmp_path_factory.mktemp("streets") / "streets.osm"))


@pytest.fixture
def communities(network):
    x, y = network.node_xy.min(axis=0)
    boxes = [
        shapely.box(x - 200, y - 200, x + 450, y + 200),
        shapely.box(x + 450, y - 200, x + 1500, y + 200),
        shapely.box(x, y + 5000, x + 100, y + 5100),
    ]
    return gpd.GeoDataFrame({"id": ["A", "B", "C"], "name": ["甲", "", "丙"]}, geometry=boxes, crs=network.crs)


def people(*rows):
    return pd.DataFrame(rows, columns=["weight", "elder"])


def test_along_streets_when_there_are_no_homes(network, communities):
    log = FindingLog("demand")
    made = spread(communities, people((101, 20), (60, 7), (0, 0)), None, network, log)
    row = assign(made.geometry, communities)
    assert np.bincount(row, made["weight"]).tolist() == [101, 60]
    assert np.bincount(row, made["elder"]).tolist() == [20, 7]
    assert len(made) >= network.length_m / SPACING_M
    gaps = np.diff(np.sort(made.geometry.x))
    assert gaps.max() < SPACING_M + 1
    assert (made["weight"] == np.floor(made["weight"])).all()
    (found,) = told(log.found, "spread along their streets: 甲, B")
    assert str(found.message).startswith("2 communities")


def test_people_without_homes_or_streets_are_not_lost(network, communities):
    log = FindingLog("demand")
    made = spread(communities, people((1, 0), (1, 0), (30, 5)), None, network, log)
    assert made["weight"].sum() == 32
    assert told(log.found, "1 communities have people but neither homes nor streets; they are all put in the middle: 丙")


def test_over_buildings_by_floor_area(network, communities):
    x, y = network.node_xy.min(axis=0)
    homes = gpd.GeoDataFrame(
        {"levels": [1.0, 6.0, np.nan]},
        geometry=[shapely.box(x + i * 100, y + 10, x + i * 100 + 10, y + 20) for i in range(3)],
        crs=network.crs,
    )
    log = FindingLog("demand")
    made = spread(communities, people((105, 21), (0, 0), (0, 0)), homes, network, log)
    # The building without known floors takes the median of 1 and 6.
    assert made["weight"].tolist()[:3] == [10, 60, 35]
    assert made["elder"].tolist()[:3] == [2, 12, 7]


def test_without_any_count_each_home_is_one(network, communities):
    log = FindingLog("demand")
    made = spread(communities, None, None, network, log)
    assert (made["weight"] == 1).all()
    assert told(log.found, "No population is given")


def test_a_border_belongs_to_the_first_and_outside_is_said(communities):
    x, y, _, _ = communities.total_bounds
    points = gpd.GeoSeries.from_xy([x + 650, x + 10, x - 500], [y + 100] * 3, crs=communities.crs)
    assert assign(points, communities).tolist() == [0, 0, -1]
