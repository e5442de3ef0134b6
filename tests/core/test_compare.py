from __future__ import annotations

import math
from dataclasses import replace

import pytest

from geo.core.compare import compare_bases, compare_profiles, official_tier, profile_table
from geo.core.planner import prepare
from tests.streets import ADULT, make_network, standard
from tests.studies import study

# Two streets 100 m apart that only meet 500 m further east: the river between them has one bridge.
RIVER = make_network(
    [(0, 0), (500, 0), (0, 100), (500, 100)],
    [(0, 1), (2, 3), (1, 3)],
)


def town(ask):
    return study(
        [(0, 100), (100, 0), (500, 50)],
        [10, 20, 40],
        [(0, 0)],
        network=RIVER,
        communities={"all": (-99, -99, 999, 999)},
        ask=ask,
    )


def test_like_is_compared_with_like_and_the_split_follows_the_question():
    # 400 s at 1 m/s are 400 m, and 6.7 minutes fall into the tier of 5 minutes: 300 m.
    got = compare_bases(prepare(town(standard(400 / 60))))
    assert (got.distance_m, got.official_m, got.official_minutes) == (pytest.approx(400), 300, 5)
    assert got.demand["served_time"].tolist() == got.demand["served_distance"].tolist() == [False, True, False]
    assert got.demand["served_circle"].tolist() == [True, True, False]
    assert got.demand["lacks"].tolist() == ["way", "", "facility"]
    assert (got.lacking("way"), got.lacking("facility")) == (10, 40)
    assert got.demand["served_official_distance"].tolist() == [False, True, False]
    assert got.demand["served_official_circle"].tolist() == [True, True, False]
    assert all(got.demand[name].dtype == bool for name in got.demand.columns if name.startswith("served"))
    assert got.ratio("served_distance") == pytest.approx(20 / 70)
    assert got.ratio("served_official_circle") == pytest.approx(30 / 70)
    walked = 10 * 1100 + 20 * 100 + 40 * 550
    straight = 10 * 100 + 20 * 100 + 40 * math.hypot(500, 50)
    assert got.detour_factor == pytest.approx(walked / straight)


def test_fifteen_minutes_are_set_beside_their_own_metres_and_the_official_thousand():
    got = compare_bases(prepare(town(standard(15))))  # 900 m at 1 m/s
    assert (got.distance_m, got.official_m, got.official_minutes) == (pytest.approx(900), 1000, 15)
    # 1,100 m round the river: neither 15 minutes nor 1,000 m; inside both circles.
    assert got.demand["served_time"].tolist() == [False, True, True]
    assert got.demand["served_official_distance"].tolist() == [False, True, True]
    assert got.demand["lacks"].tolist() == ["way", "", ""]


def test_under_a_rule_of_metres_the_split_follows_the_metres():
    got = compare_bases(prepare(town(standard(15).with_distance(520))))
    assert got.distance_m == 520
    assert got.minutes == pytest.approx(520 / 60)
    assert got.demand["lacks"].tolist() == ["way", "", "way"]  # 550 m on foot, 502 m straight
    assert got.official_m is None  # who asks in metres has said which


def test_the_official_metres_stand_apart_only_where_they_are_others():
    got = compare_bases(prepare(town(standard(300 / 60))))
    assert got.official_m is None
    assert not got.demand[["served_official_distance", "served_official_circle"]].any(axis=None)


def test_without_facilities_everyone_lacks_one():
    got = compare_bases(prepare(study([(0, 0)], [3], [])))
    assert got.demand["lacks"].tolist() == ["facility"]
    assert not got.demand["served_official_distance"].any()
    assert math.isnan(got.detour_factor)


@pytest.mark.parametrize(("minutes", "metres"), [(15, 1000), (20, 1000), (10, 500), (12, 500), (5, 300), (3, 300)])
def test_gb_50180_distances(minutes, metres):
    assert official_tier(minutes)[1] == metres


def test_profiles_stand_in_one_table_the_slowest_first():
    made = study([(100, 0), (700, 0), (1500, 0)], [1, 2, 4], [(0, 0)], groups={"elder": [1.0, 1.0, 0.0]}, ask=standard(15))
    slow, fast = replace(ADULT, name="slow", speed_kmh=1.8), replace(ADULT, name="fast", speed_kmh=7.2)
    table = profile_table(compare_profiles(prepare(made), [fast, slow, ADULT]))
    assert table["profile"].tolist() == ["slow", "adult", "fast"]
    assert table["served_weight"].tolist() == [1, 3, 7]
    assert table["elder_coverage_ratio"].tolist() == [0.5, 1, 1]
