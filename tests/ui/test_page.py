"""The page as Streamlit runs it, without a browser: both languages, the question, errors in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.i18n import say
from geo.ui import kept
from geo.ui.history import Place
from geo.ui.server import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60
ANSWER = ("streets", "communities", "homes", "facilities", "areas", "gaps", "answer")
EXTRAS = ("water", "rings", "overlaps", "parts", "candidates", "requests", "suspects", "doubts")


@pytest.fixture(autouse=True)
def map_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """What the map is told, instead of a map."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("geo.ui.workbench.show_map", lambda view, _key, _on_event: told.append(view))
    monkeypatch.setenv("LIFECIRCLE_LANG", "zh")
    monkeypatch.setenv("LIFECIRCLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("LIFECIRCLE_STUDY", raising=False)
    return told


def start() -> AppTest:
    page = AppTest.from_file(str(SCRIPT), default_timeout=SECONDS).run()
    assert not page.exception
    return page


def text_of(page: AppTest) -> str:
    return " ".join(block.proto.body for block in page.get("html"))


def test_opens_with_the_embedded_town_and_says_what_it_means(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    text = text_of(page)
    assert "清河" in text
    assert "人步行 15 分钟内可达社区食堂或助餐点" in text
    assert "45,000" in text
    assert set(map_drawn[-1]["layers"]) == {*ANSWER, *EXTRAS}
    assert map_drawn[-1]["words"]["hint"] == "点击居住点或设施查看详情；要新增设施，请先在上方选择"
    assert map_drawn[-1]["tool"] is None


def test_placing_is_a_mode_that_is_entered_and_left(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    page.button_group(key="tool-zh").set_value("canteen").run()
    assert map_drawn[-1]["tool"] == {"glyph": "食", "kind": "canteen"}
    assert map_drawn[-1]["words"]["hint"] == "点击地图新增社区食堂；拖动可移动；按 Esc 结束新增"
    page.button_group(key="tool-zh").set_value(None).run()  # pressed again
    assert map_drawn[-1]["tool"] is None
    page.button_group(key="tool-zh").set_value("meal_point").run()
    page.segmented_control(key="language").set_value("en").run()
    assert map_drawn[-1]["tool"]["kind"] == "meal_point"
    page.multiselect[0].set_value(["canteen"]).run()  # no longer asked about
    assert map_drawn[-1]["tool"] is None


def test_switches_to_english(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    page.multiselect[0].set_value(["canteen", "love_station"]).run()
    page.button_group(key="tool-zh").set_value("canteen").run()
    page.segmented_control(key="language").set_value("en").run()
    assert not page.exception
    assert "of 45,000 people have a community canteen or a love station" in text_of(page)  # what was chosen stays chosen
    assert "Click the map" in map_drawn[-1]["words"]["hint"]
    assert map_drawn[-1]["lang"] == "en"


def test_the_question_changes_the_answer() -> None:
    page = start()
    before = text_of(page)
    page.multiselect[0].set_value([]).run()
    assert not page.exception
    assert text_of(page) != before
    assert "任一类设施" in text_of(page)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "no-such"), ("[studdy]\n", "studdy"), ('[study]\nname = "x"\n[network]\npath = "none.osm"\n', "none.osm")],
)
def test_a_bad_study_is_one_sentence_and_the_old_one_stays(tmp_path: Path, content: str | None, sentence: str) -> None:
    path = tmp_path / "no-such.toml"
    if content is not None:
        path = tmp_path / "study.toml"
        path.write_text(content, encoding="utf-8")
    page = start()
    page.text_input(key="study-path").set_value(str(path)).run()
    page.button(key="open-path").click().run()
    assert not page.exception
    assert len(page.error) == 1
    assert sentence in page.error[0].value.replace("\\", "")
    assert "Traceback" not in page.error[0].value
    assert "清河" in text_of(page)


def test_a_bad_study_from_the_command_line_falls_back_to_the_town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIFECIRCLE_STUDY", str(tmp_path / "gone.toml"))
    page = start()
    assert len(page.error) == 1
    assert "gone" in page.error[0].value
    assert "清河" in text_of(page)


def test_every_section_of_the_panel_runs() -> None:
    page = start()
    for section in ("gaps", "findings", "downloads", "communities"):
        page.segmented_control(key="section-zh").set_value(section).run()
        assert not page.exception


def test_a_click_is_worked_out_before_the_page_is_drawn(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    one = page.session_state["session"]
    from geo.ui import cached, desk

    study = cached.study(one.study)
    gap = cached.sketched(one.study, study.standard, ("canteen", "meal_point"), ()).gaps.geometry.iloc[0]
    (south, west), (north, east) = desk.bounds_of(study, gap.bounds)
    desk.place(one, study, desk.Spot("canteen", (west + east) / 2, (south + north) / 2))
    page.run()
    assert not page.exception
    assert "data-gained" in text_of(page)
    assert [site["id"] for site in map_drawn[-1]["sites"]] == ["plan-1"]
    assert say("Your plan", "zh") in text_of(page)
    page.button(key="undo").click().run()
    assert "data-gained" not in text_of(page)
    assert map_drawn[-1]["sites"] == []


def test_a_reload_finds_the_plan_and_a_new_page_is_offered_it(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    one = page.session_state["session"]
    kept.change(one, lambda history: history.do(Place("plan-1", "canteen", "x", 500_000.0, 4_000_000.0)))
    page.run()
    assert [site["id"] for site in map_drawn[-1]["sites"]] == ["plan-1"]

    again = AppTest.from_file(str(SCRIPT), default_timeout=SECONDS)
    again.query_params["desk"] = one.token
    again.run()
    assert not again.exception
    assert [site["id"] for site in map_drawn[-1]["sites"]] == ["plan-1"]
    assert again.session_state["session"].token == one.token

    fresh = start()
    assert map_drawn[-1]["sites"] == []
    assert fresh.session_state["session"].token != one.token
    fresh.button(key="bring-back").click().run()
    assert [site["id"] for site in map_drawn[-1]["sites"]] == ["plan-1"]


def test_the_plan_of_before_never_takes_the_place_of_one_just_begun(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    one = page.session_state["session"]
    kept.change(one, lambda history: history.do(Place("plan-1", "canteen", "x", 500_000.0, 4_000_000.0)))
    page.run()

    fresh = start()
    begun = fresh.session_state["session"]
    kept.change(begun, lambda history: history.do(Place("plan-7", "canteen", "y", 500_100.0, 4_000_000.0)))
    fresh.button(key="bring-back").click().run()
    assert [site["id"] for site in map_drawn[-1]["sites"]] == ["plan-7"]
