"""Who lives in a gap: its communities, its typical and its longest walk, and those without any way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.gap_people import _medians, people_of_gaps
from geo.core.gaps import label_gaps
from geo.core.planner import measure, prepare
from tests.streets import make_network, random_network, standard
from tests.studies import study

TOWN = {"west": (-99, -99, 950, 99), "east": (950, -99, 9999, 99)}


def test_a_gap_through_two_communities_by_hand():
    # Served up to x = 600; one cluster from 900 on, whose larger half lives in the east.
    made = study([(100, 0), (900, 0), (1000, 0), (1100, 0)], [50, 10, 20, 9], [(0, 0)], communities=TOWN)
    answer = measure(prepare(made))
    got = people_of_gaps(answer, label_gaps(answer.demand))
    assert got["community_ids"].tolist() == [("east", "west")]
    assert got["unserved_weight"].tolist() == [39]
    assert got["no_way_weight"].tolist() == [0]
    assert got["typical_time_s"].tolist() == [1000]  # 10 of 39 walk 900 s, 30 of 39 no more than 1,000 s
    assert got["max_time_s"].tolist() == [1100]
    assert got["nearest_time_s"].tolist() == [900]
    # No single community of that name has as many people as the gap.
    assert answer.communities.set_index("id")["total_weight"]["east"] < got["unserved_weight"].iloc[0]


def test_those_without_a_way_are_told_apart():
    streets = make_network([(0, 0), (800, 0), (700, 90), (800, 90)], [(0, 1), (2, 3)])
    made = study([(750, 0), (750, 90), (5000, 5000)], [1, 2, 3], [(0, 0)], network=streets, communities={"a": (-9, -9, 999, 999)})
    answer = measure(prepare(made))
    got = people_of_gaps(answer, label_gaps(answer.demand))
    assert got["unserved_weight"].tolist() == [3, 3]
    assert got["community_ids"].tolist() == [("a",), ("outside",)]
    assert got["community_names"].tolist()[1] == ("",)
    assert got["no_way_weight"].tolist() == [2, 3]
    assert got["typical_time_s"].iloc[0] == got["max_time_s"].iloc[0] == 750
    assert got.loc[1, ["typical_time_s", "max_time_s"]].isna().all()


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [([5.0], [1.0], 5.0), ([1.0, 9.0], [1.0, 1.0], 1.0), ([1.0, 9.0], [1.0, 1.1], 9.0), ([3.0, 1.0, 2.0], [1.0, 5.0, 1.0], 1.0)],
)
def test_the_median_goes_by_people(values, weights, expected):
    got = _medians(np.ones(len(values), dtype=np.int64), np.array(values), np.array(weights), 2)
    assert got[0] == expected
    assert math.isnan(got[1])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_laws(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 120))
    homes, weight = rng.uniform(-100, 1100, (count, 2)), rng.integers(0, 30, count).astype(float)
    town = {f"c{i}": (i * 300 - 100, -200, i * 300 + 200, 1200) for i in range(3)}
    made = study(
        homes,
        weight,
        rng.uniform(0, 1000, (3, 2)),
        network=random_network(rng),
        ask=standard(float(rng.uniform(1, 9))),
        communities=town,
    )
    answer = measure(prepare(made))
    label = label_gaps(answer.demand)
    got = people_of_gaps(answer, label)
    demand = answer.demand.assign(gap=label)
    total = answer.communities.set_index("id")["total_weight"]
    for number, row in enumerate(got.to_dict("records"), start=1):
        mine = demand[demand["gap"] == number]
        where = mine["community_id"].replace("", "outside")
        by = mine.groupby(where)["weight"].sum().sort_values(ascending=False)
        assert set(row["community_ids"]) == set(by.index)
        assert [by[one] for one in row["community_ids"]] == by.tolist()
        # Together its communities are never smaller than the gap.
        assert sum(total[one] for one in row["community_ids"]) >= row["unserved_weight"]
        way = mine[mine["time_s"].notna()]
        assert row["no_way_weight"] == mine["weight"].sum() - way["weight"].sum()
        if len(way):
            assert row["nearest_time_s"] <= row["typical_time_s"] <= row["max_time_s"] == way["time_s"].max()
            near = way.loc[way["time_s"] <= row["typical_time_s"], "weight"].sum()
            assert near >= way["weight"].sum() / 2 > near - way.loc[way["time_s"] == row["typical_time_s"], "weight"].sum()
