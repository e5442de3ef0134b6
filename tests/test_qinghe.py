"""The embedded study: the committed files are what the generator makes, and the town is as hard to walk as it claims."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest

from geo.core.barriers import applied, edited
from geo.core.planner import evaluate, measure, prepare
from geo.crs import project
from geo.sources.study import check_study, load_study

ROOT = Path(__file__).parent.parent
QINGHE = ROOT / "data" / "qinghe"
FILES = (
    "README.md",
    "barriers.geojson",
    "candidates.csv",
    "communities.geojson",
    "facilities.csv",
    "homes.csv",
    "requests.csv",
    "streets.osm.pbf",
    "study-barriers.toml",
    "study.toml",
)
KINDS = {"love_station", "canteen", "meal_point", "day_care", "elder_activity", "service_station", "health_station"}
VILLAGES = {"V01", "V02", "V03"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qinghe")
    subprocess.run([sys.executable, "-m", "data.generator", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def study():
    return load_study(QINGHE / "study.toml")


@pytest.fixture(scope="module")
def homes():
    return pd.read_csv(QINGHE / "homes.csv")


@pytest.fixture(scope="module")
def communities():
    return gpd.read_file(QINGHE / "communities.geojson")


@pytest.fixture(scope="module")
def town():
    return osm_content(QINGHE / "streets.osm.pbf")


@pytest.fixture(scope="module")
def canteens(study):
    return evaluate(study, kinds=("canteen",))


def osm_content(path):
    """Everything in an OSM file: when it says it was made, nodes, ways."""
    header = osmium.io.Reader(str(path)).header()
    nodes, ways = [], []
    for item in osmium.FileProcessor(str(path)):
        if item.is_node():
            nodes.append((item.id, item.location.x, item.location.y, dict(item.tags)))
        elif item.is_way():
            ways.append((item.id, [node.ref for node in item.nodes], dict(item.tags)))
    return header.get("osmosis_replication_timestamp"), nodes, ways


def ways_with(town, **wanted):
    return [tags for _, _, tags in town[2] if all(tags.get(key) == value for key, value in wanted.items())]


# --- the files and the program ---------------------------------------------------------------


def test_the_folder_holds_these_files_and_no_others(made):
    assert sorted(path.name for path in QINGHE.iterdir()) == sorted(FILES)
    assert sorted(path.name for path in made.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".pbf")])
def test_the_committed_files_are_what_the_generator_makes(made, name):
    assert (made / name).read_bytes() == (QINGHE / name).read_bytes(), f"run: python -m data.generator ({name} differs)"


def test_the_committed_streets_are_what_the_generator_makes(made):
    # Content, not bytes: another zlib packs the same blocks differently.
    assert osm_content(made / "streets.osm.pbf") == osm_content(QINGHE / "streets.osm.pbf")


def test_the_study_is_small():
    sizes = [path.stat().st_size for path in QINGHE.iterdir()]
    assert sum(sizes) < 2_500_000
    assert max(sizes) < 2_000_000
    assert (QINGHE / "streets.osm.pbf").stat().st_size < 1_200_000


def test_it_says_plainly_that_it_is_invented(study):
    readme = (QINGHE / "README.md").read_text(encoding="utf-8")
    assert "虚构" in readme
    assert "synthetic" in readme.lower()
    assert "虚构" in study.name
    assert "invented" in study.name_en
    assert "synthetic" in osmium.io.Reader(str(QINGHE / "streets.osm.pbf")).header().get("generator")


def test_the_check_finds_nothing_wrong():
    assert [str(finding.message) for finding in check_study(QINGHE / "study.toml") if finding.level != "info"] == []


# --- people ------------------------------------------------------------------------------------


def test_forty_five_thousand_people_in_about_three_thousand_buildings(homes):
    assert homes["population"].sum() == 45_000
    assert 2_700 <= len(homes) <= 3_300
    assert homes["id"].is_unique
    assert homes["name"].notna().all()


def test_the_ages_fit_into_the_people(homes):
    assert (homes["population"] >= 1).all()
    assert homes["households"].between(1, homes["population"]).all()
    assert (homes["age80plus"] <= homes["age60plus"]).all()
    assert (homes["age60plus"] + homes["age0_14"] <= homes["population"]).all()
    assert 0.18 < homes["age60plus"].sum() / 45_000 < 0.30
    old = homes.groupby(homes["community_id"].isin(VILLAGES))[["age60plus", "population"]].sum()
    share = old["age60plus"] / old["population"]
    assert share[True] > share[False] + 0.08  # the villages are older


def test_every_home_lies_in_the_community_it_names(homes, communities):
    points = gpd.GeoDataFrame(homes, geometry=gpd.points_from_xy(homes["lon"], homes["lat"]), crs=4326)
    found = points.sjoin(communities[["id", "geometry"]].rename(columns={"id": "in_id"}), predicate="within")
    assert len(found) == len(homes)
    assert (found["in_id"] == found["community_id"]).all()


# --- communities ---------------------------------------------------------------------------------


def test_twelve_urban_communities_and_three_villages(communities):
    assert (communities["type"] == "urban").sum() == 12
    assert set(communities.loc[communities["type"] == "rural", "id"]) == VILLAGES
    assert communities["name"].str.contains("社区|村").all()
    assert communities["name_en"].str.isascii().all()


def test_communities_tile_the_town_and_share_their_borders(communities):
    assert communities.geometry.is_valid.all()
    overlap = [a.intersection(b).area for a, b in combinations(communities.geometry, 2)]
    assert max(overlap) == pytest.approx(0, abs=1e-15)
    joined = communities.union_all()
    assert joined.geom_type == "Polygon"
    assert len(joined.interiors) == 0


def test_the_communities_follow_rfc_7946():
    layer = json.loads((QINGHE / "communities.geojson").read_text(encoding="utf-8"))
    assert "crs" not in layer
    for feature in layer["features"]:
        ring = np.array(feature["geometry"]["coordinates"][0])
        shifted = ring - ring[0]
        assert (shifted[:-1, 0] * shifted[1:, 1] - shifted[1:, 0] * shifted[:-1, 1]).sum() > 0  # anticlockwise
        assert (ring == ring.round(6)).all()


# --- facilities, candidates, requests ----------------------------------------------------------


def test_about_sixty_facilities_of_seven_kinds(study):
    rows = pd.read_csv(QINGHE / "facilities.csv")
    assert 55 <= len(rows) <= 70
    assert set(rows["kind"]) == KINDS
    assert rows["kind"].value_counts().min() >= 6
    assert set(rows["status"]) == {"existing", "proposed", "closed"}
    assert (rows["capacity"] > 0).all()
    spans = r"(24/7|((Mo|Tu|We|Th|Fr|Sa|Su)-(Mo|Tu|We|Th|Fr|Sa|Su) \d\d:\d\d-\d\d:\d\d(,\d\d:\d\d-\d\d:\d\d)*))"
    assert rows["hours"].map(lambda hours: re.fullmatch(spans, hours) is not None).all()
    assert len(study.facilities) == len(rows)


def test_candidates_have_floor_and_cost(study):
    rows = pd.read_csv(QINGHE / "candidates.csv")
    assert set(rows["kind"]) == {"idle_ground_floor", "idle_house", "merchant"}
    assert rows["floor_area_m2"].between(20, 1_000).all()
    assert rows["cost_yuan"].between(10_000, 2_000_000).all()
    assert study.candidates is not None
    assert len(study.candidates) == len(rows)


def test_requests_are_of_2026_in_order(study):
    rows = pd.read_csv(QINGHE / "requests.csv")
    assert rows["date"].str.startswith("2026-").all()
    assert rows["date"].is_monotonic_increasing
    assert pd.to_datetime(rows["date"]).notna().all()
    assert set(rows["state"]) == {"open", "in_progress", "done", "declined"}
    assert set(rows["kind"]) <= KINDS | {"way"}
    assert study.requests is not None
    assert len(study.requests) == len(rows)


# --- the streets -----------------------------------------------------------------------------------


def test_about_six_thousand_edges(study):
    assert 5_700 <= study.network.edges <= 6_300


def test_the_islet_is_the_only_island(study, homes):
    sizes = np.bincount(study.network.component)
    assert len(sizes) == 2
    assert 5 <= sizes[1] <= 30
    isle = study.network.node_xy[study.network.component == 1]
    living = project(homes["lon"].to_numpy(), homes["lat"].to_numpy(), study.crs)
    near = np.hypot(*(living[:, None] - isle[None]).transpose(2, 0, 1)).min(axis=1) < 60
    assert homes.loc[near, "population"].sum() > 100


def test_the_streets_hold_what_makes_them_hard(study):
    network = study.network
    pairs = np.sort(np.column_stack([network.edge_u, network.edge_v]), axis=1)
    degree = np.bincount(np.r_[network.edge_u, network.edge_v], minlength=network.nodes)
    assert (network.edge_u == network.edge_v).sum() >= 3  # loops
    assert len(pairs) - len(np.unique(pairs, axis=0)) >= 3  # parallel edges
    assert (degree == 1).sum() > 300  # dead ends
    assert {"footway", "steps", "pedestrian", "service", "living_street", "track", "path"} <= set(network.ways["highway"])
    assert (network.segment_crossing & 0x0F).any()  # crossings without signals
    assert (network.segment_crossing >> 4).any()  # and with
    assert network.edge_length_m.min() > 0


def test_no_walker_is_on_the_expressway(study, town):
    assert ways_with(town, highway="motorway")
    assert ways_with(town, highway="motorway_link")
    assert not study.network.ways["highway"].str.startswith("motorway").any()


def test_one_way_streets_a_square_walls_and_gates_are_there(town):
    assert len(ways_with(town, oneway="yes")) > 10
    assert len(ways_with(town, highway="pedestrian", area="yes")) == 1
    assert len(ways_with(town, barrier="wall")) > 40
    assert sum(tags.get("barrier") == "gate" for _, _, _, tags in town[1]) > 60
    assert sum(tags.get("railway") == "level_crossing" for _, _, _, tags in town[1]) == 1
    assert ways_with(town, waterway="river", name="清河")
    assert len(ways_with(town, natural="water", water="river")) == 4
    assert len(ways_with(town, railway="rail")) >= 2
    assert len(ways_with(town, leisure="park")) > 5


def test_four_bridges_cross_the_river(town):
    bridges = {tags["name"] for tags in ways_with(town, bridge="yes") if "name" in tags and tags["highway"] != "motorway"}
    assert bridges == {"西环路", "清河老石桥", "人民路", "东环路"}


def test_four_ways_lead_under_or_over_the_railway(town):
    under = {tags["name"] for tags in ways_with(town, tunnel="yes") if "name" in tags}
    # the others pass below the expressway
    assert under - {"西环路", "人民路", "东环路"} == {"解放路", "清河大道", "南环路"}


def test_homes_stand_as_buildings_in_the_street_file(town, homes):
    dwellings = {"apartments", "house", "residential"}
    assert sum(tags.get("building") in dwellings for _, _, tags in town[2]) == len(homes)


def test_streets_are_named_in_both_languages(town):
    named = [tags for _, _, tags in town[2] if "highway" in tags and "name" in tags]
    assert len(named) > 200
    assert sum("name:en" in tags for tags in named) / len(named) > 0.95


# --- the question ------------------------------------------------------------------------------------


def test_canteens_leave_clear_gaps(canteens):
    ratio = canteens.communities.set_index("id")["coverage_ratio"]
    assert 0.60 <= canteens.groups["elder"]["coverage_ratio"] <= 0.75
    assert ratio["C03"] > 0.95  # the old town
    for far in ("C09", "C10", "V01", "V02", "V03"):  # behind the railway; the villages
        assert ratio[far] == 0
    assert ratio["C01"] < 0.5  # the hill
    assert ratio["C11"] < 0.2  # beyond the river
    cut_off = canteens.demand.loc[canteens.demand["reason"] == "cut_off", "weight"].sum()
    assert cut_off > 100


def test_a_canteen_behind_the_railway_helps_at_once(study, canteens):
    site = study.candidates.set_index("id").geometry["K02"]
    more = study.facilities.with_site("new", site.x, site.y, kind="canteen")
    after = evaluate(study, more, kinds=("canteen",))
    assert after.totals.served_weight - canteens.totals.served_weight > 2_000


# --- the second study: barriers ------------------------------------------------------------------


def test_a_shut_gate_costs_and_a_footbridge_gains():
    kinds = ("canteen", "meal_point")
    town = applied(load_study(QINGHE / "study-barriers.toml"))
    assert sorted(town.barriers["kind"]) == ["bridge", "gate", "gate", "wall"]
    assert not [finding for finding in town.findings if finding.level in {"doubtful", "error"}]
    plain = measure(prepare(load_study(QINGHE / "study.toml")), kinds=kinds).totals.served_weight
    is_bridge = town.barriers["kind"] == "bridge"
    bridge, gate = (
        measure(prepare(edited(town, town.barriers[rows])), kinds=kinds).totals.served_weight for rows in (is_bridge, ~is_bridge)
    )
    assert gate < plain < bridge
