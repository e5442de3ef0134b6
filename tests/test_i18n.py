"""A sentence is set as its language sets it: commas of lists, distances of Latin letters."""

from __future__ import annotations

import pytest

from geo.i18n import joined, listed, say
from geo.messages import Habits, Message, fill

ZH = Habits(comma="、", spaced=True)


@pytest.mark.parametrize(
    ("template", "values", "said"),
    [
        ("共 {count} 行", {"count": 3}, "共 3 行"),
        ("按{name}步速", {"name": "GB 50180"}, "按 GB 50180 步速"),
        ("按{name}步速", {"name": "老年人"}, "按老年人步速"),
        ("占{share}。", {"share": "12%"}, "占 12%。"),
        ("占{share}以上", {"share": "12%"}, "占 12% 以上"),
        ("“{name}”列", {"name": "id"}, "“id”列"),
        ("{a}{b}", {"a": "第", "b": "2"}, "第 2"),
        ("第 {rows} 行", {"rows": [3, 5, 9]}, "第 3、5、9 行"),
        ("{{x}} {name}", {"name": "{y}"}, "{x} {y}"),
        ("", {}, ""),
        ("{empty}行", {"empty": ""}, "行"),
    ],
)
def test_chinese_keeps_its_distance_and_its_commas(template: str, values: dict[str, object], said: str):
    assert fill(template, values, ZH) == said


def test_a_list_is_joined_by_the_language_that_says_it():
    message = Message('{file} holds several layers ({layers}); name the one you mean with layer = "…".', {})
    values = {"file": "a.gpkg", "layers": ("甲", "乙", "…")}
    assert "（甲、乙、…）" in say(message, "zh", **values)
    assert "(甲, 乙, …)" in say(message, "en", **values)
    assert "(甲, 乙, …)" in str(Message(message.template, values))


def test_sentences_in_one_cell():
    assert joined(["甲。", "乙。"], "zh") == "甲；乙"
    assert joined(["One.", "Two."], "en") == "One; Two"


def test_names_in_one_cell():
    assert listed(("甲", "乙"), "zh") == "甲、乙"
    assert listed(("a", "b"), "en") == "a, b"
