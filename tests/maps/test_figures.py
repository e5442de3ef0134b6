"""Figures never say more than they are: minutes beside a limit, shares beside all and none, gaps by name."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.maps import words
from geo.maps.gap_words import gap_figures, gap_name, gap_times
from geo.model import ServiceStandard
from tests.export.handmade import ADULT

LIMITS = st.one_of(st.sampled_from([300.0, 600.0, 900.0, 1200.0]), st.floats(30, 7200))


@given(st.floats(0, 20_000), LIMITS)
def test_a_time_stays_on_its_side_of_the_limit(seconds: float, limit: float) -> None:
    shown, said = float(words.minutes(seconds, limit).replace(",", "")), float(words.plain_number(limit / 60).replace(",", ""))
    assert (shown > said) == (seconds > limit)
    assert abs(shown - seconds / 60) <= 0.11


@given(st.floats(0, 20_000), st.floats(0, 20_000), LIMITS)
def test_a_longer_walk_never_reads_as_a_shorter_one(one: float, other: float, limit: float) -> None:
    assume(one <= other)
    assert float(words.minutes(one, limit).replace(",", "")) <= float(words.minutes(other, limit).replace(",", ""))


@pytest.mark.parametrize(
    ("seconds", "limit", "expected"),
    [
        (900.0, 900.0, "15"),
        (900.001, 900.0, "15.1"),
        (15.02 * 60, 900.0, "15.1"),
        (14.99 * 60, 900.0, "15"),
        (19.04 * 60, 900.0, "19"),
        (741.0, 740.4, "12.4"),
        (740.4, 740.4, "12.3"),
        (902.0, None, "15"),
        (61 * 6000.0, 900.0, "6,100"),
    ],
)
def test_minutes_by_hand(seconds: float, limit: float | None, expected: str) -> None:
    assert words.minutes(seconds, limit) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"), [(49_999 / 50_000, "99.9%"), (1 / 1_000_000, "0.1%"), (1.0, "100%"), (0.0, "0%"), (0.7349, "73.5%")]
)
def test_all_and_none_are_only_said_when_it_is_so(ratio: float, expected: str) -> None:
    assert words.percent(ratio, "zh") == expected


@given(st.integers(1, 10**7), st.data())
def test_a_share_of_people_is_never_all_or_none_by_rounding(total: int, data: st.DataObject) -> None:
    served = data.draw(st.integers(0, total))
    said = words.percent(served / total, "en")
    assert (said == "100%") == (served == total)
    assert (said == "0%") == (served == 0)


def test_a_gap_is_called_by_all_its_communities() -> None:
    assert gap_name(["机厂社区", "铁东社区"], "zh") == "机厂、铁东一带"
    assert gap_name(["Jichang Community", "Tiedong Community"], "en") == "Jichang and Tiedong"
    assert gap_name(["滨河社区"], "zh") == "滨河社区"
    assert gap_name(["清源社区上柳村", "机厂社区", "社区"], "zh") == "清源社区上柳村、机厂、社区一带"
    assert gap_name(["A", "B", "C", "D", "E"], "en") == "A, B, C and 2 more"
    assert gap_name(["甲社区", "乙社区", "丙社区", "丁社区"], "zh") == "甲社区、乙社区、丙社区及另外 1 个社区一带"


def test_the_times_of_a_gap_are_typical_and_longest() -> None:
    standard = ServiceStandard(ADULT, minutes=15)
    gap = {"typical_time_s": 1140.0, "max_time_s": 1860.0, "no_way_weight": 0.0, "nearest_time_s": 901.0}
    assert gap_times(gap, standard, "zh") == "典型 19 分钟 · 最远 31 分钟"
    assert gap_times(gap, standard, "en") == "typically 19 min · at most 31 min"
    assert gap_figures(gap, standard, "en") == ("19", "31")
    some = gap | {"no_way_weight": 0.2}
    assert gap_times(some, standard, "zh") == "典型 19 分钟 · 最远 31 分钟 · <1 人无路可达"
    assert gap_figures(some, standard, "zh") == ("19", "无路可达")
    none = gap | {"typical_time_s": math.nan, "max_time_s": math.nan, "no_way_weight": 5.0}
    assert gap_times(none, standard, "en") == "no way to any facility"
    near = gap | {"typical_time_s": 900.5, "max_time_s": 901.0}
    assert gap_times(near, standard, "zh") == "典型 15.1 分钟 · 最远 15.1 分钟"
    assert gap_times(near, standard.with_distance(1000), "zh") == "典型 15 分钟 · 最远 15 分钟"
