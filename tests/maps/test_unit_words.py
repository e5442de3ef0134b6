"""A capacity bears its unit."""

from __future__ import annotations

import pytest

from geo.maps.unit_words import capacity_words
from geo.sources.kinds import load_kinds


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("canteen", "供餐能力 1,320 份/日", "1,320 meals a day"),
        ("社区食堂", "供餐能力 1,320 份/日", "1,320 meals a day"),
        ("elder_activity", "建筑面积 1,320 平方米", "1,320 m² of floor"),
        ("happiness_home", "床位 1,320 张", "1,320 beds"),
        ("nursery", "托位 1,320 个", "1,320 nursery places"),
        ("pharmacy", "1,320", "1,320"),
        ("我的类别", "1,320", "1,320"),
    ],
)
def test_what_a_capacity_counts(kind: str, zh: str, en: str):
    assert (capacity_words(kind, 1320.0, "zh"), capacity_words(kind, 1320.0, "en")) == (zh, en)


@pytest.mark.parametrize("kind", load_kinds())
def test_every_unit_of_a_kind_has_its_words(kind: str):
    unit = load_kinds()[kind].unit
    assert capacity_words(kind, 5.0, "zh") != "5" if unit else capacity_words(kind, 5.0, "zh") == "5"
