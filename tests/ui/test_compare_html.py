"""The same plan asked in other ways: every group of walkers and every basis is told, in plain words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geo.core.compare import compare_bases, compare_profiles
from geo.core.planner import prepare
from geo.model import ServiceStandard, WalkProfile
from geo.ui import compare_html
from tests.studies import study

SLOW = WalkProfile("frail", 2.0, label_zh="体弱", label_en="<b>frail</b>", confidence="C")
QUICK = WalkProfile("adult", 4.8, label_zh="成年人", label_en="adult", confidence="A")
TOWN = study([(0, 0), (100, 0), (1900, 0)], [5, 10, 20], [(0, 0)])
STANDARD = ServiceStandard(QUICK, minutes=15)


def test_walkers_slowest_first_and_the_one_shown_stands_out() -> None:
    answers = compare_profiles(prepare(TOWN, STANDARD), [QUICK, SLOW])
    said = compare_html.walkers(answers, STANDARD, "en")
    assert said.index("frail") < said.index("adult · now shown")
    assert "&lt;b&gt;frail" in said
    assert said.count("unverified") == 1
    assert "speed plays no part" not in said
    assert "speed plays no part" in compare_html.walkers(answers, STANDARD.with_distance(500), "en")


def test_bases_over_the_same_metres_and_what_people_lack() -> None:
    found = compare_bases(prepare(TOWN, STANDARD))  # 4.8 km/h: 1,200 m
    said = compare_html.bases(found, "zh")
    shares = re.findall(r"([\d.]+)%</span>", said)
    columns = ("served_time", "served_distance", "served_circle", "served_official_distance", "served_official_circle")
    assert len(shares) == len(columns)
    for share, column in zip(shares, columns, strict=True):
        assert float(share) == pytest.approx(100 * found.ratio(column), abs=0.06)
    for words in (
        "步行 15 分钟内",
        "路网口径：沿路 1,200 米内",
        "直线口径：半径 1,200 米内",
        "半径 1,000 米内",
        "GB 50180 十五分钟对应值",
    ):
        assert words in said
    assert said.count("GB 50180") == 2
    assert f"缺设施：{found.lacking('facility'):,.0f} 人直线 1,200 米内无设施。" in said
    assert f"绕行系数 {found.detour_factor:.2f}" in said


def test_the_official_metres_are_not_told_twice() -> None:
    said = compare_html.bases(compare_bases(prepare(TOWN, STANDARD.with_distance(1000))), "en")
    assert "GB 50180" not in said
    assert said.count("%</span>") == 3


def test_nobody_to_count() -> None:
    town = replace(TOWN, demand=TOWN.demand.assign(weight=0.0))
    said = compare_html.bases(compare_bases(prepare(town, STANDARD)), "en")
    assert "Detour" not in said
    assert said.count("–") == 5
