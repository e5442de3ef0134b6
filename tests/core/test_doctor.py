from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.doctor import diagnose, suggested
from geo.core.mending import apply_mends
from geo.core.nearby import Nearby
from geo.core.surgery import split_at
from geo.sources.network import describe, read_network
from geo.sources.network_check import faults
from tests.core.test_mending import distances
from tests.sources.real_data import NETWORKS, needs_data
from tests.streets import CRS, make_network, random_network


def on_levels(network, *levels):
    """Gives every edge a way of its own with a layer."""
    way = network.segment_way.copy()
    way[network.segment_way >= 0] = np.repeat(np.arange(network.edges), np.diff(network.edge_start) - 1)
    ways = pd.DataFrame({"way_id": range(network.edges), "highway": "residential", "name": "", "steps": False, "layer": levels})
    return replace(network, segment_way=way, ways=ways)


def kinds(network, **more):
    return diagnose(network, **more).suspects["kind"].value_counts().to_dict()


def test_two_streets_that_cross_without_a_junction():
    """A ring road of 1 km a side, and two streets across it that miss each other in the middle."""
    ring = [(0, 0), (500, 0), (1000, 0), (1000, 500), (1000, 1000), (500, 1000), (0, 1000), (0, 500)]
    network = make_network(ring, [(i, (i + 1) % 8) for i in range(8)] + [(1, 5), (3, 7)])
    diagnosis = diagnose(network)
    (suspect,) = diagnosis.suspects.itertuples()
    assert (suspect.kind, suspect.confidence, suspect.length_m) == ("crossing", "high", 0)
    assert shapely.get_coordinates(suspect.geometry)[0] == pytest.approx([500_500, 3_400_500])
    assert [str(f.message) for f in diagnosis.findings] == ["1 places where streets cross on one level have no junction."]
    mended = apply_mends(network, suggested(diagnosis.suspects))
    assert distances(mended, 8)[1, 3] == pytest.approx(1000)
    assert kinds(mended) == {}
    assert kinds(on_levels(network, *[""] * 9, "1")) == {}


def test_a_crossing_with_a_short_way_round_is_no_suspect():
    network = make_network([(0, 0), (20, 20), (0, 20), (20, 0)], [(0, 1), (2, 3), (0, 2)])
    assert "crossing" not in kinds(network)


def test_an_end_that_stops_short():
    """A street stops 5 m before another; on foot it is 305 m round."""
    nodes = [(0, 0), (300, 0), (100, 100), (100, 5), (0, 100)]
    network = make_network(nodes, [(0, 1), (2, 3), (4, 2), (0, 4)])
    diagnosis = diagnose(network)
    (suspect,) = diagnosis.suspects.itertuples()
    assert (suspect.kind, suspect.confidence) == ("near_miss", "medium")
    assert suspect.length_m == pytest.approx(5)
    assert suspect.walk_m == pytest.approx(95 + 100 + 100 + 100)
    assert "near_miss" not in kinds(network, reach_m=4)
    mended = apply_mends(network, suggested(diagnosis.suspects, ["near_miss-1"]))
    assert distances(mended, 5)[3, 0] == pytest.approx(105)
    assert kinds(on_levels(network, "", "1", "", "")) == {}
    assert suggested(diagnosis.suspects, []) == []


def test_islands_are_joined_in_a_chain():
    """Three islands in a row: each is linked to the next, not all to the main land."""
    nodes = [(0, 0), (1000, 0), (0, 80), (100, 80), (0, 120), (50, 120), (0, 2000), (10, 2000)]
    network = make_network(nodes, [(0, 1), (2, 3), (4, 5), (6, 7)])
    diagnosis = diagnose(network)
    found = diagnosis.suspects.query("kind == 'island'")
    assert sorted(found["length_m"].round(1)) == [40.0, 80.0, 1880.0]
    assert sorted(found["gain_m"].round(1)) == [10, 50, 150]
    assert diagnosis.islands == 3
    assert diagnosis.off_main_ratio == pytest.approx(160 / 1160)
    assert set(found["confidence"]) == {"medium", "low"}
    assert apply_mends(network, suggested(found)).component.max() == 0
    assert network.component.max() == 3


def test_an_island_that_lies_across_a_street():
    network = make_network([(0, 0), (100, 0), (50, -50), (50, 50)], [(0, 1), (2, 3)])
    (island,) = diagnose(network).suspects.query("kind == 'island'").itertuples()
    assert (island.geometry.geom_type, island.confidence) == ("Point", "high")
    assert apply_mends(network, suggested(diagnose(network).suspects)).component.max() == 0
    (island,) = diagnose(on_levels(network, "", "1")).suspects.itertuples()
    assert (island.kind, island.confidence) == ("island", "low")


def test_a_missing_bridge():
    """Two straight streets stop at either bank; the next bridge is far."""
    nodes = [(0, 0), (400, 0), (480, 0), (900, 0), (0, 900), (900, 900)]
    network = make_network(nodes, [(0, 1), (2, 3), (0, 4), (4, 5), (5, 3)])
    assert kinds(network) == {"gap": 1}
    river = gpd.GeoDataFrame(geometry=[shapely.box(500_420, 3_399_000, 500_460, 3_400_500)], crs=CRS)
    diagnosis = diagnose(network, water=river.to_crs("EPSG:4326"))
    (suspect,) = diagnosis.suspects.itertuples()
    assert (suspect.kind, suspect.confidence) == ("bridge_gap", "medium")
    assert suspect.length_m == pytest.approx(80)
    turned = make_network([*nodes[:2], (400, 80), *nodes[3:]], [(0, 1), (2, 3), (0, 4), (4, 5), (5, 3)])
    assert kinds(turned) == {}


def test_main_roads_without_a_word_on_footways():
    network = make_network([(0, 0), (100, 0), (300, 0)], [(0, 1), (1, 2)])
    assert diagnose(network).unknown_sidewalk_ratio is None
    network = on_levels(network, "", "")
    ways = network.ways.assign(highway="primary", sidewalk=["both", ""])
    diagnosis = diagnose(replace(network, ways=ways))
    assert diagnosis.unknown_sidewalk_ratio == pytest.approx(2 / 3)
    assert "For 67 % of the length" in str(diagnosis.findings[0].message)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(50, 3000))
def test_short_walks_are_those_of_the_whole_network(seed, limit_m):
    rng = np.random.default_rng(seed)
    network = random_network(rng, n=12, m=18)
    edge = rng.choice(np.flatnonzero(network.edge_length_m > 0), 2)
    along = rng.uniform(0, 1, 2) * network.edge_length_m[edge]
    walk = Nearby(network).walk_m((int(edge[0]), float(along[0])), (int(edge[1]), float(along[1])), limit_m)
    begins = np.concatenate([[0], np.cumsum(network.segment_m)])
    at = begins[network.edge_start[edge]] + along
    segment = np.searchsorted(begins, at, side="right") - 1
    whole, node = split_at(network, segment, (at - begins[segment]) / network.segment_m[segment])
    true = distances(whole, whole.nodes)[node[0], node[1]]
    assert walk == pytest.approx(true, abs=0.01) if true <= limit_m - 0.01 else walk > limit_m - 0.02


@needs_data
def test_shanghai_is_joined_and_nobody_walks_farther():
    """Roads only, without footways: about a fifth of the edges is off the largest component."""
    network = read_network(NETWORKS / "shanghai_centre_roads_2026.osm.bz2")
    off = network.component[network.edge_u] > 0
    assert 0.18 < off.mean() < 0.25
    before = network.segment_m.copy()
    diagnosis = diagnose(network)
    assert np.array_equal(network.segment_m, before)
    assert diagnosis.islands == describe(network).components - 1
    found = diagnosis.suspects
    assert (found["kind"] == "island").sum() == diagnosis.islands
    assert found["suspect_id"].is_unique
    assert found.loc[found["kind"] == "island", "gain_m"].sum() >= network.edge_length_m[off].sum()
    mended = apply_mends(network, suggested(found))
    assert faults(mended) == []
    assert describe(mended).components == 1
    assert (distances(mended, network.nodes) <= distances(network, network.nodes) + 1e-6).all()
    sure = apply_mends(network, suggested(found[found["confidence"] == "high"]))
    assert describe(network).components > describe(sure).components > 1
    assert diagnose(mended).islands == 0


@needs_data
@pytest.mark.parametrize("name", ["monaco_2023.osm.pbf", "beijing_cau_2026.osm", "guixi_jiangxi_2024.osm.bz2"])
def test_real_places(name):
    network = read_network(NETWORKS / name)
    diagnosis = diagnose(network)
    assert diagnosis.islands == describe(network).components - 1
    assert diagnosis.suspects.geometry.is_valid.all()
    mended = apply_mends(network, suggested(diagnosis.suspects))
    assert faults(mended) == []
    assert describe(mended).components == 1


def _crowded(network):
    return [str(f.message) for f in diagnose(network).findings if "on top of each other" in str(f.message)]


def parallel(rng, count):
    return [(0, 0), (200, 0)], [(0, 1, [(100, y)]) for y in rng.uniform(-50, 50, count)]


def star(rng, count):
    turn = rng.uniform(0, 2 * np.pi, count)
    return [(0, 0), *np.column_stack([10 * np.cos(turn), 10 * np.sin(turn)])], [(0, i + 1) for i in range(count)]


def dashes(rng, count):
    begin = rng.uniform(0, 30, (count, 2))
    return np.vstack([begin, begin + rng.uniform(-20, 20, (count, 2))]), [(i, count + i) for i in range(count)]


@pytest.mark.parametrize("drawn", [parallel, star, dashes])
def test_a_search_among_streets_that_all_lie_together_has_an_end_and_says_so(drawn):
    """Each would look at four million pairs."""
    rng = np.random.default_rng(1)
    assert len(_crowded(make_network(*drawn(rng, 2000)))) == 1
    assert not _crowded(make_network(*drawn(rng, 50)))


def test_thousands_of_islands_are_joined_at_once():
    rng = np.random.default_rng(1)
    count = 5000
    begin = rng.uniform(0, 100_000, (count, 2))
    network = make_network(np.vstack([begin, begin + 5]), [(i, count + i) for i in range(count)])
    found = diagnose(network)
    assert (found.suspects["kind"] == "island").sum() == found.islands == count - 1
