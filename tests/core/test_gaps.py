from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.gaps import LINK_M, clusters, empty_gaps, find_gaps, label_gaps, linking_distance
from geo.core.planner import measure, prepare
from tests.streets import make_network, random_network, standard
from tests.studies import ORIGIN, study


def gaps_of(made):
    prepared = prepare(made)
    answer = measure(prepared)
    return find_gaps(prepared, answer, made.facilities.open), answer


def test_two_gaps_by_hand():
    # Served up to x = 600. Homes 100 m apart belong together; 300 m part the two gaps.
    made = study(
        [(100, 0), (900, 0), (1000, 0), (1300, 0), (1400, 0), (1450, 0), (1900, 0)],
        [50, 1, 2, 4, 8, 16, 0],
        [(0, 0)],
    )
    got, _ = gaps_of(made)
    assert got["gap_id"].tolist() == [1, 2]
    assert got["unserved_weight"].tolist() == [28, 3]
    assert got["nearest_facility_id"].tolist() == ["f0", "f0"]
    assert got["nearest_time_s"].tolist() == [1300, 900]
    assert got.geometry.is_valid.all()
    # Discs of half the linking distance: two that overlap, by the lens formula.
    r, d = LINK_M / 2, 100
    lens = 2 * r * r * math.acos(d / (2 * r)) - d / 2 * math.sqrt(4 * r * r - d * d)
    assert got["area_m2"].iloc[1] == pytest.approx(2 * math.pi * r * r - lens, rel=0.03)
    assert got["area_m2"].tolist() == got.geometry.area.tolist()


def test_nobody_unserved_is_no_gap():
    got, answer = gaps_of(study([(100, 0), (1900, 0)], [5, 0], [(0, 0)]))
    assert not len(got)
    assert list(got.columns) == list(empty_gaps(answer.crs).columns)
    assert got.crs == empty_gaps(answer.crs).crs


def test_people_without_any_way_are_a_gap_with_no_nearest_facility():
    streets = make_network([(0, 0), (100, 0), (0, 90), (100, 90)], [(0, 1), (2, 3)])
    made = study([(50, 0), (50, 90), (5000, 5000)], [1, 2, 3], [(0, 0)], network=streets)
    got, _ = gaps_of(made)
    assert got["unserved_weight"].tolist() == [3, 2]
    assert got["nearest_facility_id"].tolist() == ["", ""]
    assert np.isnan(got["nearest_time_s"]).all()


def test_the_served_area_is_cut_out():
    made = study([(590, 0), (640, 0)], [5, 7], [(0, 0)])
    got, _ = gaps_of(made)
    shape = got.geometry.iloc[0]
    # 40 m beyond the cutoff: the disc of 75 m loses what people on the street's nearer part can walk from.
    assert shape.bounds[2] == pytest.approx(ORIGIN[0] + 640 + 75)
    assert not shape.covers(shapely.Point(ORIGIN[0] + 570, ORIGIN[1]))
    assert shape.covers(shapely.Point(ORIGIN[0] + 640, ORIGIN[1]))


def test_residential_buildings_are_the_gap_where_they_are_known():
    made = study([(100, 0), (900, 10), (940, 10), (1500, 0)], [9, 1, 2, 4], [(0, 0)])
    x, y = ORIGIN
    houses = [shapely.box(x + a, y + 5, x + a + 20, y + 15) for a in (90, 890, 930)]
    houses += [shapely.Point(x + 2100, y), shapely.Point(x + 1500, y), shapely.Polygon()]
    got, _ = gaps_of(replace(made, residential=gpd.GeoDataFrame(geometry=houses, crs=made.crs)))
    assert got["unserved_weight"].tolist() == [4, 3]
    lone, block = got.geometry
    assert block.bounds == pytest.approx((x + 890, y + 5, x + 950, y + 15), abs=1.0)  # the yard between two houses belongs to it
    assert block.area == pytest.approx(60 * 10, rel=0.05)
    assert lone.centroid.distance(shapely.Point(x + 1500, y)) < 1  # the house at 2100 belongs to nobody


def test_coarse_demand_is_linked_to_its_neighbours():
    fine = [(i * 20.0, 0.0) for i in range(50)]
    coarse = [(i * 300.0, j * 300.0) for i in range(6) for j in range(6)]
    assert linking_distance(np.array(fine)) == LINK_M
    assert linking_distance(np.array(coarse)) == 450
    assert linking_distance(np.zeros((0, 2))) == linking_distance(np.zeros((3, 2))) == LINK_M
    assert len(set(clusters(np.array(coarse), 450.0))) == 1


def test_a_new_facility_does_not_change_what_is_near():
    homes = [(i * 300.0, 0.0) for i in range(7)]
    before, _ = gaps_of(study(homes, np.ones(7), [(5000, 5000)]))
    after, _ = gaps_of(study(homes, np.ones(7), [(900, 0)], ask=standard(6)))
    assert before["unserved_weight"].tolist() == [7]
    assert after["unserved_weight"].tolist() == [2, 2]


def brute_force(xy, link):
    label = np.arange(len(xy))
    for i in range(len(xy)):
        for j in range(i):
            if np.hypot(*(xy[i] - xy[j])) <= link:
                label[label == label[i]] = label[j]
    return label


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["plane", "line", "copies", "grid", "few"]))
def test_clusters_are_those_of_all_pairs(seed, kind):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 4)) if kind == "few" else int(rng.integers(1, 90))
    xy = rng.uniform(0, 1500, (count, 2)) + ORIGIN
    if kind == "line":
        xy[:, 1] = xy[:, 0]
    if kind == "copies":
        xy = xy[rng.integers(0, count, count)] + rng.choice([0.0, 1e-9], (count, 1))
    if kind == "grid":
        xy = np.round(xy / 100) * 100
    link = float(rng.uniform(50, 250)) if kind != "grid" else 100.0
    got, want = clusters(xy, link), brute_force(xy, link)
    assert ((got[:, None] == got[None, :]) == (want[:, None] == want[None, :])).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_laws(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 120))
    homes, weight = rng.uniform(-100, 1100, (count, 2)), rng.integers(0, 30, count).astype(float)
    made = study(homes, weight, rng.uniform(0, 1000, (3, 2)), network=random_network(rng), ask=standard(float(rng.uniform(1, 9))))
    got, answer = gaps_of(made)
    total = answer.totals
    assert got["unserved_weight"].sum() == total.demand_weight - total.served_weight
    assert (np.diff(got["unserved_weight"]) <= 0).all()
    assert got["gap_id"].tolist() == list(range(1, len(got) + 1))
    assert got.geometry.is_valid.all()
    assert not got.geometry.is_empty.any()
    label = label_gaps(answer.demand)
    lost = ~answer.demand["served"].to_numpy() & (weight > 0)
    assert ((label > 0) == lost).all()
    # Rows in another order give the same clusters.
    turn = rng.permutation(count)
    other = label_gaps(answer.demand.iloc[turn].reset_index(drop=True))
    same = label[turn]
    assert ((same[:, None] == same[None, :]) == (other[:, None] == other[None, :])).all()
