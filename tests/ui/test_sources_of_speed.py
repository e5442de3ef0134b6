"""Every walking profile says in both languages where its speed comes from and how sure that is."""

from __future__ import annotations

import re

import pytest

from geo.model import WalkProfile
from geo.sources.profiles import load_profiles, merged, plain_profile
from geo.sources.study_file import ProfileTable
from geo.ui.sidebar import profile_note, profile_source


@pytest.mark.parametrize("name", load_profiles())
def test_each_profile_has_its_source_in_chinese(name: str):
    profile = load_profiles()[name]
    assert re.search("[\u4e00-\u9fff]", profile_source(profile, "zh"))
    assert not re.search("[\u4e00-\u9fff]", profile_source(profile, "en"))


def test_how_sure_a_speed_is():
    known = load_profiles()
    assert profile_note(known["older"], "zh") == "3.31 千米/时（0.92 米/秒），已核对原文"
    assert "转引" in profile_note(known["plan60"], "zh")
    assert "转引" in profile_note(known["plan80"], "zh")
    assert "推算" in profile_note(known["planning"], "zh")
    assert "未核实" in profile_note(known["frail"], "zh")
    assert profile_note(WalkProfile("own", 4.0), "zh") == "4 千米/时（1.11 米/秒）"


def test_no_label_claims_a_standard_that_sets_no_speed():
    known = load_profiles()
    assert known["planning"].label_zh == "GB 50180 反算（1.11 米/秒）"
    assert all("口径" not in profile.label_zh for profile in known.values())


def test_the_chinese_of_another_source_does_not_speak_for_an_own_one():
    own = merged(
        {"slow": ProfileTable(like="older", speed_kmh=2.0), "told": ProfileTable(like="older", source="a count of 2025")}
    )
    assert own["slow"].source_zh == own["told"].source_zh == ""
    assert profile_source(own["told"], "zh") == "a count of 2025"
    assert profile_source(plain_profile(4.0), "zh") == "由用户给出"


def test_a_source_from_a_file_is_text():
    assert profile_source(WalkProfile("x", 4.0, source="<img src=x>"), "en") == "&lt;img src=x&gt;"
