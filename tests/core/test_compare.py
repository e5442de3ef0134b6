from __future__ import annotations

import math
from dataclasses import replace

import pytest

from geo.core.compare import compare_bases, compare_profiles, profile_table, tier_distance_m
from geo.core.planner import prepare
from tests.streets import ADULT, make_network, standard
from tests.studies import study

# Two streets 100 m apart that only meet 500 m further east: the river between them has one bridge.
RIVER = make_network(
    [(0, 0), (500, 0), (0, 100), (500, 100)],
    [(0, 1), (2, 3), (1, 3)],
)


def test_a_home_across_the_river_lacks_a_way_and_a_far_one_lacks_a_facility():
    made = study(
        [(0, 100), (100, 0), (500, 50)],
        [10, 20, 40],
        [(0, 0)],
        network=RIVER,
        communities={"all": (-99, -99, 999, 999)},
        ask=standard(15),
    )
    got = compare_bases(prepare(made), distance_m=400)
    assert got.demand["lacks"].tolist() == ["way", "", "facility"]
    assert got.lacking("way") == 10
    assert got.lacking("facility") == 40
    assert got.demand["served_circle"].tolist() == [True, True, False]
    assert got.demand["served_time"].tolist() == [False, True, True]  # 900 m in 15 minutes at 1 m/s; 1,100 m is too far
    assert got.ratio("served_distance") == pytest.approx(20 / 70)
    walked = 10 * 1100 + 20 * 100 + 40 * 550
    straight = 10 * 100 + 20 * 100 + 40 * math.hypot(500, 50)
    assert got.detour_factor == pytest.approx(walked / straight)


def test_without_facilities_everyone_lacks_one():
    got = compare_bases(prepare(study([(0, 0)], [3], [])))
    assert got.demand["lacks"].tolist() == ["facility"]
    assert math.isnan(got.detour_factor)


@pytest.mark.parametrize(("minutes", "metres"), [(15, 1000), (20, 1000), (10, 500), (12, 500), (5, 300), (3, 300)])
def test_gb_50180_distances(minutes, metres):
    assert tier_distance_m(minutes) == metres


def test_profiles_stand_in_one_table_the_slowest_first():
    made = study([(100, 0), (700, 0), (1500, 0)], [1, 2, 4], [(0, 0)], groups={"elder": [1.0, 1.0, 0.0]}, ask=standard(15))
    slow, fast = replace(ADULT, name="slow", speed_kmh=1.8), replace(ADULT, name="fast", speed_kmh=7.2)
    table = profile_table(compare_profiles(prepare(made), [fast, slow, ADULT]))
    assert table["profile"].tolist() == ["slow", "adult", "fast"]
    assert table["served_weight"].tolist() == [1, 3, 7]
    assert table["elder_coverage_ratio"].tolist() == [0.5, 1, 1]
