from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.planner import evaluate, measure, prepare, walk
from geo.errors import InputDataError
from geo.model import Facilities
from tests.streets import make_network, random_network, standard
from tests.studies import facilities, points, study


def answer(made, **more):
    return measure(prepare(made), **more)


def test_street_by_hand():
    # Ten minutes at one metre a second reach 600 m, access legs included.
    made = study([(100, 10), (650, 0), (1200, 20), (1900, 0), (500, 300)], [10, 20, 30, 40, 50], [(50, 0)])
    got = answer(made)
    assert got.demand["time_s"].tolist()[:4] == [60, 600, 1170, 1850]
    assert got.demand["served"].tolist() == [True, True, False, False, False]
    assert got.demand["reason"].tolist() == ["", "", "too_far", "too_far", "off_network"]
    assert got.demand["facility_id"].tolist() == ["f0", "f0", "f0", "f0", ""]
    assert math.isnan(got.demand["time_s"].iloc[4])
    assert got.totals.demand_weight == 150
    assert got.totals.served_weight == 30
    assert got.totals.unsnapped_demand_weight == 50
    assert got.communities["served_weight"].tolist() == [30, 0]
    assert got.communities["unserved_weight"].tolist() == [50, 70]
    assert got.communities["mean_time_s"].tolist() == [420, round((30 * 1170 + 40 * 1850) / 70, 3)]
    assert got.communities["max_time_s"].tolist() == [600, 1850]
    assert got.facilities["catchment_weight"].tolist() == [30]


def test_the_cutoff_is_inclusive_to_the_millisecond():
    made = study([(600, 0), (600.0004, 0), (600.002, 0)], [1, 1, 1], [(0, 0)])
    assert answer(made).demand["served"].tolist() == [True, True, False]


def test_island_is_cut_off():
    streets = make_network([(0, 0), (100, 0), (0, 90), (100, 90)], [(0, 1), (2, 3)])
    made = study([(50, 0), (50, 90)], [1, 2], [(0, 0)], network=streets, communities={"all": (-50, -50, 200, 200)})
    got = answer(made)
    assert got.demand["reason"].tolist() == ["", "cut_off"]
    assert any("no way to any facility" in str(finding.message) for finding in got.findings)


@pytest.mark.parametrize("made", [study([(100, 0)], [5], []), study([(100, 0)], [5], [(100, 0)], status=["closed"])])
def test_without_facilities_nobody_is_served_and_it_is_said(made):
    got = answer(made)
    assert got.totals.coverage_ratio == 0
    assert got.demand["reason"].tolist() == ["too_far"]
    assert any("no open facility" in str(finding.message) for finding in got.findings)


@pytest.mark.parametrize("made", [study([], [], [(0, 0)]), study([(0, 0)], [0], [(0, 0)])])
def test_without_people_there_is_no_ratio_and_it_is_said(made):
    got = answer(made)
    assert got.totals.coverage_ratio is None
    assert got.communities["coverage_ratio"].isna().all()
    assert any("no people" in str(finding.message) for finding in got.findings)


def test_a_facility_far_from_any_street_serves_nobody_and_is_named():
    got = answer(study([(100, 0)], [5], [(100, 0), (100, 5000)]))
    assert got.facilities["snapped"].tolist() == [True, False]
    assert got.facilities["access_m"].tolist() == [0, 5000]
    assert got.totals.unsnapped_facilities == 1
    assert any("Site 1" in str(finding.message) for finding in got.findings)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_impossible_weights_are_refused_with_their_row(weight):
    with pytest.raises(InputDataError, match="row 2"):
        prepare(study([(0, 0), (1, 0)], [1, weight], [(0, 0)]))


def test_kinds_and_status_choose_who_serves():
    made = study(
        [(0, 0), (2000, 0)],
        [1, 2],
        [(0, 0), (2000, 0), (2000, 0)],
        kinds=["canteen", "day_care", "canteen"],
        status=["existing", "proposed", "candidate"],
    )
    assert answer(made).totals.served_weight == 3
    assert answer(made, kinds=["canteen"]).totals.served_weight == 1


def test_people_in_no_community_stand_in_a_row_of_their_own():
    got = answer(study([(100, 0), (400, 0)], [1, 2], [(0, 0)], communities={"a": (50, -50, 200, 50)}))
    assert got.communities["id"].tolist() == ["a", "outside"]
    assert got.communities["total_weight"].sum() == got.totals.demand_weight
    assert got.communities.geometry.iloc[1].is_empty


def test_a_facility_is_entered_at_its_entrances():
    made = study([(1900, 0)], [1], [(0, 0)])
    doors = gpd.GeoDataFrame(
        {"facility_id": ["f0", "f0", "gone"]}, geometry=points([(1000, 0), (1800, 0), (1900, 0)]), crs=made.crs
    )
    got = answer(made, facilities=Facilities(made.facilities.frame, doors))
    assert got.demand["time_s"].tolist() == [100]


def test_groups_have_their_own_coverage():
    got = answer(study([(0, 0), (1900, 0)], [10, 10], [(0, 0)], groups={"elder": [4.0, 1.0], "nobody": [0.0, 0.0]}))
    assert got.groups["elder"] == {"total_weight": 5, "served_weight": 4, "coverage_ratio": 0.8}
    assert got.groups["nobody"]["coverage_ratio"] is None


def world(seed: int):
    rng = np.random.default_rng(seed)
    streets = random_network(rng, n=25, m=40)
    made = study(
        rng.uniform(-100, 1100, (50, 2)), rng.integers(0, 9, 50), rng.uniform(0, 1000, (4, 2)),
        network=streets, communities={"a": (-50, -50, 500, 1050), "b": (500, -50, 1000, 1050)}, ask=standard(8),
    )  # fmt: skip
    return rng, made


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(1, 30), st.floats(0, 30))
def test_laws(seed, minutes, more):
    rng, made = world(seed)
    before = made.demand.copy(), made.communities.copy(), made.facilities.frame.copy()
    base = made.standard.with_minutes(minutes)
    got = measure(prepare(made, base))
    # served + unserved = total, in every table
    assert got.communities["served_weight"].sum() + got.communities["unserved_weight"].sum() == got.totals.demand_weight
    assert got.facilities["catchment_weight"].sum() == got.totals.served_weight == got.communities["served_weight"].sum()
    assert (got.demand["served"] == (got.demand["reason"] == "")).all()
    # more minutes never lower anybody's service
    longer = measure(prepare(made, base.with_minutes(minutes + more)))
    assert (longer.demand["served"] | ~got.demand["served"]).all()
    # a facility more never lengthens anybody's way
    x, y = rng.uniform(0, 1000, 2) + np.array([500_000.0, 3_400_000.0])
    richer = measure(prepare(made, base), made.facilities.with_site("new", x, y, kind="canteen"))
    assert (richer.demand["time_s"].fillna(np.inf) <= got.demand["time_s"].fillna(np.inf)).all()
    # the order of rows does not matter
    order = rng.permutation(len(made.demand))
    from dataclasses import replace

    shuffled = measure(prepare(replace(made, demand=made.demand.iloc[order].reset_index(drop=True)), base))
    assert_geodataframe_equal(shuffled.communities, got.communities)
    # inputs are unchanged
    for now, was in zip((made.demand, made.communities, made.facilities.frame), before, strict=True):
        assert_geodataframe_equal(now, was)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_walking_only_what_changed_gives_the_same_tables(seed):
    rng, made = world(seed)
    ready = prepare(made)
    standing, sites = walk(ready), made.facilities
    for step in range(4):
        if rng.random() < 0.6 or not len(sites):
            x, y = rng.uniform(0, 1000, 2) + np.array([500_000.0, 3_400_000.0])
            if rng.random() < 0.6 or not len(sites):
                sites = sites.with_site(f"n{step}", x, y, kind="canteen")
            else:
                sites = sites.move(str(sites.frame["id"].iloc[0]), x, y)
        else:
            sites = sites.without(str(sites.frame["id"].iloc[int(rng.integers(len(sites)))]))
        standing = walk(ready, sites, before=standing)
        quick, slow = measure(ready, sites, standing=standing), measure(ready, sites)
        assert_geodataframe_equal(quick.demand, slow.demand)
        assert_geodataframe_equal(quick.communities, slow.communities)


def test_evaluate_draws_areas_and_gaps():
    made = study([(100, 10), (1900, 0), (1850, 0)], [10, 40, 2], [(50, 0)])
    got = evaluate(made)
    assert got.gaps["unserved_weight"].sum() == 42
    assert len(got.service_areas) == 1
    assert got.service_areas.geometry.is_valid.all()


def test_moving_a_site_keeps_the_others():
    sites = facilities([(0, 0), (100, 0)])
    moved = sites.move("f0", 1.0, 2.0)
    assert moved.frame["id"].tolist() == ["f0", "f1"]
    assert moved.frame.geometry.iloc[0].coords[0] == (1.0, 2.0)
    assert moved.frame["kind"].iloc[0] == "canteen"
    assert sites.frame.geometry.iloc[0].coords[0] != (1.0, 2.0)
