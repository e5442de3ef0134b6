"""Numbers and names as the screen shows them; text from files stays text."""

from __future__ import annotations

import math
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.gains import Comparison
from geo.core.planner import measure, prepare
from geo.messages import Message
from geo.model import Finding, ServiceStandard, WalkProfile
from geo.sources.spreading import UNCOUNTED
from geo.ui import panel_html, view, words
from geo.ui.kinds import first_question
from geo.ui.question import Question
from geo.ui.state import StudyRef
from tests.studies import facilities, study

HOSTILE = ["{{ 1 + 1 }}", "<img src=x onerror=alert(1)>", "${x}", "`", "</script><script>alert(1)</script>", "{% raw %}", '"><b>']


def test_numbers() -> None:
    assert words.people(31200.4) == "31,200"
    assert [words.signed(value) for value in (33.0, 0.2, -5.0)] == ["+33", "0", "−5"]


def test_percent_never_says_all_when_it_is_not() -> None:
    assert words.percent(0.693) == "69.3%"
    assert words.percent(0.99999) == "99.9%"
    assert words.percent(1.0) == "100%"
    assert words.percent(None) == words.percent(math.nan) == "–"


def test_phrases() -> None:
    assert words.either(["canteen"], "en") == "a canteen"
    assert words.either(["market", "activity centre", "clinic"], "en") == "a market, an activity centre or a clinic"
    assert words.either(["甲", "乙", "丙"], "zh") == "甲、乙或丙"
    assert words.either(list("abcd"), "en") == "one of the 4 chosen services"
    assert words.either([], "zh") == "任一类设施"


def test_names_in_english_where_the_study_has_them() -> None:
    frame = pd.DataFrame({"name": ["鼓楼", "站前", None], "name_en": ["Drum Tower", None, ""]})
    assert words.names(frame, "en") == ["Drum Tower", "站前", ""]
    assert words.names(frame, "zh") == ["鼓楼", "站前", ""]


@given(st.text())
def test_markdown_marks_become_letters(text: str) -> None:
    shown = words.plain(text)
    assert "\n" not in shown
    left = shown
    while "\\" in left:
        at = left.index("\\")
        left = left[:at] + left[at + 2 :]
    assert not any(mark in left for mark in "*_`[]<>$:|!#")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(not name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_in_every_piece_of_the_panel(name: str, lang) -> None:
    town = study([(0, 0), (1500, 0)], [5, 7], [(0, 0)], communities={name: (-500, -500, 2500, 500)}, groups={name: [1.0, 2.0]})
    plan = town.facilities.with_site("plan-1", 501_500.0, 3_400_000.0, kind="canteen", name=name)
    ready = prepare(town)
    comparison = Comparison(measure(ready), measure(ready, plan))
    asked = Question(StudyRef("sample", "x"), (name,), town.standard)
    pieces = [
        panel_html.headline(comparison, asked, lang),
        panel_html.groups(comparison, lang),
        panel_html.gains(comparison, lang),
        panel_html.communities(comparison, lang),
        panel_html.facts([(name, name)]),
        panel_html.title(name, name),
    ]
    for piece in pieces:
        page = Tags()
        page.feed(piece)
        page.close()
        assert name in page.text
        assert not page.tags & {"img", "script", "b"} - {"b"}


def test_headline_says_how_many_of_how_many_within_what() -> None:
    town = study([(0, 0), (1500, 0)], [31200, 13800], [(0, 0)])
    answer = measure(prepare(town))
    asked = Question(StudyRef("sample", "x"), ("canteen",), town.standard)
    text = panel_html.headline(Comparison(answer, answer), asked, "zh")
    assert "步速，全部 45,000 人中有 31,200 人步行 10 分钟内可达社区食堂" in text
    assert "69.3%" in text


def test_homes_are_not_called_people_where_nobody_was_counted() -> None:
    town = study([(0, 0), (100, 0), (1900, 0)], [1, 1, 1], [(0, 0)])
    counted = measure(prepare(town))
    uncounted = replace(counted, findings=(Finding("doubtful", "demand", Message(UNCOUNTED, {"spacing": 50})),))
    question = Question(StudyRef("sample", "x"), (), ServiceStandard(WalkProfile("adult", 4.0), minutes=15))
    said = panel_html.headline(Comparison(uncounted, uncounted), question, "en")
    assert "At the walking speed of adult, 2 of 3 homes have" in said
    assert "1 homes not served" in said
    assert "No population is given" in said
    assert "people" not in panel_html.communities(Comparison(uncounted, uncounted), "en").lower()
    assert "人" not in view.community_sentence(3, 2, "zh", people=False)
    assert "2 of 3 people have" in panel_html.headline(Comparison(counted, counted), question, "en")


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        (["park", "meal_point", "canteen"], ("canteen", "meal_point")),
        (["adult", "bank", "bank"], ("bank",)),
        (["adult", "adult", "park"], ("park",)),
        (["", ""], ()),
        ([], ()),
    ],
)
def test_the_first_question_is_about_meals_or_what_there_is_most_of(kinds: list[str], first: tuple[str, ...]) -> None:
    sites = facilities([(10 * n, 0) for n in range(len(kinds))], kinds=kinds or None)
    assert first_question(sites) == first
