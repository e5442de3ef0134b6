"""Older plans stay within reach: listed by date, opened and left without losing the one on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.ui import cached, desk, kept
from geo.ui.history import Place
from geo.ui.server import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

    from geo.ui.state import Session


@pytest.fixture(autouse=True)
def map_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("geo.ui.workbench.show_map", lambda view, _key, _on_event: told.append(view))
    monkeypatch.setenv("LIFECIRCLE_LANG", "zh")
    monkeypatch.setenv("LIFECIRCLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("LIFECIRCLE_STUDY", raising=False)
    return told


def start() -> AppTest:
    page = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not page.exception
    return page


def session(page: AppTest) -> Session:
    one: Session = page.session_state["session"]
    return one


def place(page: AppTest, count: int) -> None:
    one = session(page)
    for _ in range(count):
        kept.change(one, lambda history: history.do(Place(history.new_id(), "canteen", "x", 500_000.0, 4_000_000.0)))
    page.run()


def listed(page: AppTest) -> list[str]:
    return [button.key for button in page.button if str(button.key).startswith("plan-")]


def test_plans_are_listed_opened_and_left(map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    assert listed(page) == []
    place(page, 2)
    first = session(page).token
    page.button(key="new-plan").click().run()
    assert map_drawn[-1]["sites"] == []
    assert listed(page) == [f"plan-{first}"]
    assert "2 处改动" in page.button(key=f"plan-{first}").label
    place(page, 1)
    second = session(page).token
    assert second != first

    page.button(key=f"plan-{first}").click().run()
    assert len(map_drawn[-1]["sites"]) == 2
    assert session(page).token == first
    assert listed(page) == [f"plan-{second}"]
    page.button(key=f"plan-{second}").click().run()
    assert len(map_drawn[-1]["sites"]) == 1
    left = kept.find(first)
    assert left is not None
    assert len(left.history.placed()) == 2


def test_a_plan_ignored_once_is_not_out_of_reach() -> None:
    page = start()
    place(page, 3)
    old = session(page).token
    fresh = start()
    place(fresh, 1)  # the offer ignored
    later = start()
    assert f"plan-{old}" in listed(later)


def test_another_study_leaves_the_plan_where_it_was(tmp_path: Path) -> None:
    page = start()
    place(page, 2)
    old = session(page).token
    from geo.sources.samples import qinghe_study

    path = qinghe_study(tmp_path / "town")
    page.text_input(key="study-path").set_value(str(path)).run()
    page.button(key="open-path").click().run()
    assert not page.exception
    assert session(page).token != old
    left = kept.find(old)
    assert left is not None
    assert len(left.history.in_force) == 2
    page.button(key="sample-qinghe").click().run()
    assert listed(page) == [f"plan-{old}"]


def test_a_plan_that_cant_be_kept_is_said_and_not_left(tmp_path: Path, map_drawn: list[dict[str, Any]]) -> None:
    page = start()
    place(page, 1)
    first = session(page).token
    page.button(key="new-plan").click().run()
    folder = tmp_path / "cache" / "desks"
    folder.rename(tmp_path / "aside")
    folder.write_text("in the way", encoding="utf-8")
    place(page, 1)
    assert "暂时无法保存" in page.error[0].value
    page.run()
    assert "暂时无法保存" in page.error[0].value
    page.button(key="new-plan").click().run()
    assert len(map_drawn[-1]["sites"]) == 1
    folder.unlink()
    (tmp_path / "aside").rename(folder)
    page.run()
    assert not page.error
    page.button(key=f"plan-{first}").click().run()
    assert session(page).token == first


def test_an_error_in_drawing_never_costs_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    from geo.errors import InputDataError

    page = start()
    one = session(page)
    study = cached.study(one.study)

    def broken(*_: object, **__: object) -> None:
        raise InputDataError("the drawing fails")

    monkeypatch.setattr("geo.ui.panel.show_plan", broken)
    desk.place(one, study, desk.Spot("canteen", 117.8, 32.6))
    page.run()
    assert "the drawing fails" in page.error[0].value
    left = kept.find(one.token)
    assert left is not None
    assert len(left.history.placed()) == 1
