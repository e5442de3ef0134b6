"""A figure says what it counts: at whose speed, of people or of homes, and with how many proposed facilities."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geo.core.gains import Comparison
from geo.core.planner import measure, prepare
from geo.export.fields import describe_fields, headings
from geo.maps.words import share_head, share_of_each
from geo.messages import Message
from geo.model import Coverage, Facilities, Finding, WalkProfile
from geo.sources.spreading import UNCOUNTED
from geo.ui import panel_html
from geo.ui.question import Question
from geo.ui.state import StudyRef
from tests.studies import study


def text_of(html: str) -> str:
    return re.sub("<[^>]*>", "|", html)


@pytest.fixture
def answer() -> Coverage:
    older = WalkProfile("older", 3.312, label_zh="老年人（65 岁及以上）", label_en="older people (65+)")
    town = study([(0, 0), (1500, 0)], [30, 70], [(0, 0), (1500, 0)])
    town = replace(town, standard=town.standard.with_profile(older))
    states = town.facilities.frame.assign(status=["existing", "proposed"])
    return measure(prepare(town), Facilities(states))


def uncounted(answer: Coverage) -> Coverage:
    return replace(answer, findings=(Finding("doubtful", "demand", Message(UNCOUNTED, {"spacing": 50})),))


def headline(answer: Coverage, lang: str, before: Coverage | None = None) -> str:
    asked = Question(StudyRef("sample", "x"), ("canteen",), answer.standard)
    return text_of(panel_html.headline(Comparison(before or answer, answer), asked, lang))


def test_the_headline_says_at_whose_speed(answer: Coverage):
    assert "按老年人（65 岁及以上）步速，全部 100 人中有 100 人步行 10 分钟内可达社区食堂。" in headline(answer, "zh")
    assert "At the walking speed of older people (65+), 100 of 100 people have" in headline(answer, "en")
    assert "全部 100 处居住点中有 100 处步行" in headline(uncounted(answer), "zh")


def test_a_latin_name_of_a_profile_keeps_its_distance(answer: Coverage):
    profile = WalkProfile("planning", 4.0, label_zh="GB 50180 反算")
    assert "按 GB 50180 反算步速，" in headline(replace(answer, standard=answer.standard.with_profile(profile)), "zh")


def test_proposed_facilities_in_the_baseline_are_told(answer: Coverage):
    assert "含拟建设施 1 处。" in headline(answer, "zh")
    assert "Proposed facilities counted in: 1." in headline(answer, "en")
    with_plan = replace(answer)
    assert "方案实施前（含拟建设施 1 处）：100 人（100%）" in headline(with_plan, "zh", before=answer)
    none = replace(answer, facilities=answer.facilities.assign(status="existing"))
    assert "拟建" not in headline(none, "zh")
    assert "方案实施前：100 人" in headline(with_plan, "zh", before=none)


def test_a_share_is_one_of_people_or_of_homes(answer: Coverage):
    assert (share_head(answer), share_head(uncounted(answer))) == ("Share of people served", "Share of homes served")
    assert share_of_each(uncounted(answer)) == "Share of homes served in each community"
    assert "人口覆盖率" in panel_html.communities(Comparison(answer, answer), "zh")
    assert "居住点覆盖率" in panel_html.communities(Comparison(uncounted(answer), uncounted(answer)), "zh")


@pytest.mark.parametrize("name", ["summary", "communities", "facilities", "service_areas", "gaps", "demand"])
def test_no_heading_calls_a_home_a_person(name: str):
    for field in describe_fields(name, "zh", people=False):
        assert not re.search("人口覆盖率|人数", field.heading + field.meaning.replace("人口口径", "")), field
    assert not any("eople" in heading for heading in headings(name, "en", people=False).values())


def test_headings_of_people_name_the_basis():
    assert headings("communities", "zh")["coverage_ratio"] == "人口覆盖率"
    assert headings("communities", "zh", people=False)["coverage_ratio"] == "居住点覆盖率"
    assert headings("service_areas", "zh")["served_weight"] == headings("facilities", "zh")["catchment_weight"] == "就近服务人数"
