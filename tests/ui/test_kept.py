"""A plan outlives a reload of the page and a restart; what was written by another hand is never believed blindly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo.errors import OutputError
from geo.ui import kept
from geo.ui.history import History, Move, Place, Remove
from geo.ui.layers import new_token
from geo.ui.state import Session, StudyRef
from tests.studies import study

if TYPE_CHECKING:
    from pathlib import Path

TOWN = study([(0, 0), (100, 0)], [5, 20], [(0, 0)])
REF = StudyRef("sample", "qinghe")
EDITS = (Place("plan-1", "canteen", "新建社区食堂 1", 10.5, 20.25), Move("plan-1", 1.0, 2.0), Remove("f0"), Remove("plan-1"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIFECIRCLE_CACHE_DIR", str(tmp_path))
    return tmp_path


def page(edits: tuple[Place | Move | Remove, ...], done: int | None = None, ref: StudyRef = REF) -> Session:
    one = Session("zh", study=ref)
    one.history = History(edits, len(edits) if done is None else done)
    one.choices = {"kinds": ["canteen"], "minutes": 20.0, "step": "own", "tool": None}
    return one


def test_a_desk_comes_back_as_it_was() -> None:
    one = page(EDITS, done=3)
    kept.keep(one, TOWN.crs)
    left = kept.find(one.token)
    assert left is not None
    assert (left.study, left.crs, left.history, left.choices, left.lang) == (REF, TOWN.crs, one.history, one.choices, "zh")
    assert [type(edit) for edit in left.history.edits] == [Place, Move, Remove, Remove]


def test_nothing_is_written_twice(cache: Path) -> None:
    one = page(EDITS)
    kept.keep(one, TOWN.crs)
    file = cache / "desks" / f"{one.token}.json"
    file.unlink()
    kept.keep(one, TOWN.crs)
    assert not file.exists()
    one.history = one.history.undo()
    kept.keep(one, TOWN.crs)
    assert file.exists()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 31, "G" * 32])
def test_only_a_secret_names_a_desk(name: str) -> None:
    assert kept.find(name) is None


def test_a_file_of_another_version_is_no_desk(cache: Path) -> None:
    token = new_token()
    (cache / "desks").mkdir()
    (cache / "desks" / f"{token}.json").write_text('{"study":{"source":"nowhere"}}', encoding="utf-8")
    assert kept.find(token) is None
    assert kept.last_plan(REF, TOWN.crs, "") is None


def test_the_last_plan_for_a_study_is_of_another_page_and_has_edits() -> None:
    old, bare, elsewhere = page(EDITS[:1]), page(()), page(EDITS[:2], ref=StudyRef("file", "x"))
    for one in (old, bare, elsewhere):
        kept.keep(one, TOWN.crs)
    found = kept.last_plan(REF, TOWN.crs, new_token())
    assert found is not None
    assert found.history == old.history
    assert kept.last_plan(REF, TOWN.crs, old.token) is None
    assert kept.last_plan(REF, "EPSG:32650", new_token()) is None


def test_desks_are_bounded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_DESKS_KEPT", 3)
    for _ in range(6):
        kept.keep(page(EDITS), TOWN.crs)
    assert len(list((cache / "desks").iterdir())) <= 4


def test_edits_of_what_is_gone_are_left_out() -> None:
    history = History((Remove("gone"), *EDITS), 3)
    assert kept.fitting(history, TOWN) == History(EDITS, 2)


def test_a_folder_that_is_none_is_said(cache: Path) -> None:
    (cache / "desks").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match="can't be written"):
        kept.keep(page(EDITS), TOWN.crs)
