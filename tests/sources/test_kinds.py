"""Kinds are told from the names that offices write; what only looks like one is none."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from geo.sources.kinds import kind_label, load_kinds, recognise_kind

NAMES = tomllib.loads((Path(__file__).parent / "kind_names.toml").read_text(encoding="utf-8"))
NONE = NAMES.pop("none")


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind, names in NAMES.items() for name in names])
def test_a_facility_is_known_by_its_name(name: str, kind: str):
    assert recognise_kind(name) == kind


@pytest.mark.parametrize("name", [*NONE, "", "  ", "什么都不是"])
def test_what_only_looks_like_a_public_service_is_none(name: str):
    assert recognise_kind(name) is None


def test_the_names_are_many_and_of_every_kind():
    assert sum(len(names) for names in NAMES.values()) >= 100
    assert set(load_kinds()) - set(NAMES) == {"group_point", "tutor_station", "merchant", "idle_space"}


def test_no_word_tells_of_two_kinds():
    words = [word for kind in load_kinds().values() for word in kind.keywords]
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def test_every_kind_is_known_by_each_of_its_own_names_and_words():
    for kind in load_kinds().values():
        assert kind.confidence in {"A", "B", "C"}
        for name in (kind.id, kind.label_zh, kind.label_en, kind.official_zh or kind.id, *kind.keywords):
            assert recognise_kind(name) == kind.id, name


def test_full_names_stand_in_tables_and_short_ones_in_sentences():
    assert kind_label("love_station", "zh") == "爱心驿站"
    assert kind_label("love_station", "zh", full=True) == "户外劳动者服务站点（爱心驿站）"
    assert kind_label("day_care", "zh", full=True) == "老年人日间照料中心"
    assert kind_label("canteen", "zh", full=True) == "社区食堂"
    assert kind_label("love_station", "en", full=True) == kind_label("love_station", "en")
    assert kind_label("我的类别", "zh", full=True) == "我的类别"
