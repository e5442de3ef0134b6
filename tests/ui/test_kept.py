"""A plan outlives a reload of the page and a restart; what was written by another hand is never believed blindly."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from geo.ui import kept, upload_folders
from geo.ui.history import History, Move, Place, Remove, Reopen
from geo.ui.layers import new_token
from geo.ui.state import Session, StudyRef
from tests.studies import study

if TYPE_CHECKING:
    from pathlib import Path

    from geo.ui.history import Edit

TOWN = study([(0, 0), (100, 0)], [5, 20], [(0, 0)])
REF = StudyRef("sample", "qinghe")
EDITS = (
    Place("plan-1", "canteen", "新建社区食堂 1", 10.5, 20.25, "C1"),
    Move("plan-1", 1.0, 2.0),
    Remove("f0"),
    Reopen("f0"),
    Remove("plan-1"),
)
NEW = Place("plan-9", "canteen", "x", 0.0, 0.0)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIFECIRCLE_CACHE_DIR", str(tmp_path))
    return tmp_path


def page(edits: tuple[Edit, ...] = (), undone: int = 0, ref: StudyRef = REF, token: str = "") -> Session:
    """A page on which these edits were made, or that was opened on a plan that another page has."""
    one = Session("zh", study=ref, crs=TOWN.crs)
    one.choices = {"kinds": ["canteen"], "minutes": 20.0, "step": "own", "tool": None}
    left = kept.find(token) if token else None
    if left is not None:
        one.begin(token, left.history, left.version)
    for edit in edits:
        do(one, edit)
    for _ in range(undone):
        kept.change(one, History.undo, blind=False)
    return one


def do(one: Session, edit: Edit) -> None:
    kept.change(one, lambda history: history.do(edit))


def place(one: Session) -> None:
    kept.change(one, lambda history: history.do(Place(history.new_id(), "canteen", "x", 0.0, 0.0)))


def stored(one: Session) -> History:
    left = kept.find(one.token)
    assert left is not None
    return left.history


def test_a_desk_comes_back_as_it_was() -> None:
    one = page(EDITS, undone=2)
    left = kept.find(one.token)
    assert left is not None
    assert (left.study, left.crs, left.history, left.choices, left.lang) == (REF, TOWN.crs, one.history, one.choices, "zh")
    assert left.history.edits == EDITS
    assert left.history.done == 3


def test_an_edit_is_written_before_anything_else_happens() -> None:
    one = page()
    for edit in EDITS:
        do(one, edit)
        assert stored(one) == one.history
        assert stored(one).edits[-1] == edit


def test_nothing_is_written_twice(cache: Path) -> None:
    one = page(EDITS)
    file = cache / "desks" / f"{one.token}.json"
    before = file.stat().st_mtime_ns, file.stat().st_ino
    kept.settle(one)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    one.choices["step"] = "metres"
    kept.settle(one)
    assert file.stat().st_ino != before[1]
    file.unlink()
    kept.settle(one)
    assert stored(one) == one.history  # gone is gone only until the next look


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 31, "G" * 32])
def test_only_a_secret_names_a_desk(name: str) -> None:
    assert kept.find(name) is None


@pytest.mark.parametrize(
    "edit",
    [
        {"type": "resize_site", "site_id": "a"},
        {"type": "close_site", "site_id": "a", "hours": "08:00-18:00"},
        {"site_id": "a", "hours": "08:00-18:00"},
    ],
)
def test_an_edit_of_a_later_version_is_never_read_as_another(cache: Path, edit: dict[str, str]) -> None:
    one = page(EDITS[:1])
    file = cache / "desks" / f"{one.token}.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["history"]["edits"].append(edit)
    file.write_text(json.dumps(told), encoding="utf-8")
    assert kept.find(one.token) is None


def test_a_desk_of_the_version_before_is_read(cache: Path) -> None:
    token = new_token()
    edits = [{"site_id": "plan-1", "kind": "canteen", "name": "x", "x": 1.0, "y": 2.0}, {"site_id": "plan-1", "x": 3, "y": 4}]
    told = {"study": {"source": "sample", "name": "qinghe", "stamp": 0}, "crs": TOWN.crs, "choices": {}, "lang": "zh"}
    told["history"] = {"edits": [*edits, {"site_id": "f0"}], "done": 3}
    (cache / "desks").mkdir()
    (cache / "desks" / f"{token}.json").write_text(json.dumps(told), encoding="utf-8")
    left = kept.find(token)
    assert left is not None
    assert [type(edit) for edit in left.history.edits] == [Place, Move, Remove]
    assert left.history.new_id() == "plan-2"


def test_a_file_of_another_version_is_no_desk(cache: Path) -> None:
    token = new_token()
    (cache / "desks").mkdir()
    (cache / "desks" / f"{token}.json").write_text('{"study":{"source":"nowhere"}}', encoding="utf-8")
    assert kept.find(token) is None
    assert kept.last_plan(REF, TOWN.crs, "", "") is None


def test_a_folder_among_the_files_hurts_nobody(cache: Path) -> None:
    token = new_token()
    (cache / "desks" / f"{token}.json").mkdir(parents=True)
    (cache / "desks" / f"{new_token()}.json").symlink_to(cache / "nowhere")
    assert kept.find(token) is None
    one = page(EDITS)
    assert one.unkept is None
    assert [plan.token for plan in kept.plans(REF, TOWN.crs, "", "")] == [one.token]


def test_plans_of_a_study_the_newest_first() -> None:
    old, new, _bare, _elsewhere = page(EDITS[:1]), page(EDITS[:2]), page(()), page(EDITS[:2], ref=StudyRef("file", "x"))
    found = list(kept.plans(REF, TOWN.crs, "", ""))
    assert [(plan.token, len(plan.desk.history.in_force)) for plan in found] == [(new.token, 2), (old.token, 1)]
    assert kept.last_plan(REF, TOWN.crs, "", new.token) == found[1]
    assert kept.last_plan(REF, "EPSG:32650", "", "") is None


def test_an_upload_is_the_same_study_when_its_files_are() -> None:
    one = page(ref=StudyRef("upload", "one/study.toml", 1))
    one.uploads = upload_folders.UploadFolder()
    (one.uploads.path / "a.csv").write_bytes(b"x")
    one.uploads.seal()
    place(one)
    again = StudyRef("upload", "two/study.toml", 2)
    assert kept.last_plan(again, TOWN.crs, "", "") is None
    found = kept.last_plan(again, TOWN.crs, one.files, "")
    assert found is not None
    assert found.token == one.token


def test_many_visits_cost_no_plan(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_BARE_KEPT", 3)
    monkeypatch.setattr(kept, "_PLANS_KEPT", 5)
    plans = [page(EDITS) for _ in range(4)]
    for _ in range(10):
        kept.settle(page())
    assert all(kept.find(one.token) for one in plans)
    assert len(list((cache / "desks").glob("*.json"))) == 4 + 3 + 1
    for _ in range(4):
        page(EDITS)
    assert kept.find(plans[0].token) is None


def test_edits_of_what_is_gone_are_left_out() -> None:
    history = History((Remove("gone"), *EDITS), 3, given=7)
    assert kept.fitting(history, TOWN) == History(EDITS, 2, given=7)


def test_two_pages_on_one_plan_keep_all_that_both_do() -> None:
    one = page(EDITS[:1])
    two = page(token=one.token)
    for _ in range(20):
        place(one)
        place(two)
    kept.settle(one)
    assert one.history == two.history == stored(one)
    assert len(one.history.placed()) == 41
    assert one.notice is not None
    assert "another window" in str(one.notice)


def test_what_another_page_did_is_not_undone_unseen() -> None:
    one = page(EDITS[:1])
    two = page(token=one.token)
    place(two)
    kept.change(one, History.undo, blind=False)
    assert len(one.history.in_force) == 2
    assert "was not taken" in str(one.notice)
    kept.change(one, History.undo, blind=False)  # now it has been seen
    assert len(stored(one).in_force) == 1


def test_a_step_that_no_longer_fits_is_told() -> None:
    one = page(EDITS[:1])
    two = page(token=one.token)
    do(two, Remove("plan-1"))
    kept.change(one, lambda history: history.do(NEW) if "plan-1" in history.placed() else history)
    assert "was not taken" in str(one.notice)


def test_pages_that_write_at_once_lose_nothing() -> None:
    one = page(EDITS[:1])
    pages = [page(token=one.token) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: [place(each) for _ in range(5)], pages))
    assert len(stored(one).placed()) == 41


_ANOTHER = """
import sys
from geo.ui import kept
from geo.ui.history import Place
from geo.ui.state import Session, StudyRef
left = kept.find(sys.argv[1])
one = Session("zh", study=left.study, crs=left.crs)
one.begin(sys.argv[1], left.history, left.version)
for _ in range(20):
    kept.change(one, lambda history: history.do(Place(history.new_id(), "canteen", "x", 0.0, 0.0)))
"""


def test_two_programs_on_one_cache_folder_lose_nothing() -> None:
    one = page(EDITS[:1])
    programs = [subprocess.Popen([sys.executable, "-c", _ANOTHER, one.token]) for _ in range(2)]
    for _ in range(20):
        place(one)
    assert [program.wait(60) for program in programs] == [0, 0]
    assert len(stored(one).placed()) == 61


def test_what_cant_be_kept_is_said_while_it_lasts_and_kept_afterwards(cache: Path) -> None:
    one = page(EDITS[:1])
    folder = cache / "desks"
    folder.rename(cache / "aside")
    folder.write_text("in the way", encoding="utf-8")
    for _ in range(3):
        place(one)
        assert one.unkept is not None
        assert "can't be written down" in str(one.unkept)
    assert len(one.history.placed()) == 4
    folder.unlink()
    (cache / "aside").rename(folder)
    kept.settle(one)
    assert one.unkept is None
    assert stored(one) == one.history
    assert len(stored(one).placed()) == 4


def test_what_waited_for_room_is_laid_on_what_another_page_kept(cache: Path) -> None:
    one = page(EDITS[:1])
    two = page(token=one.token)
    folder = cache / "desks"
    folder.rename(cache / "aside")
    folder.write_text("in the way", encoding="utf-8")
    place(one)
    folder.unlink()
    (cache / "aside").rename(folder)
    place(two)
    kept.settle(one)
    assert len(stored(one).placed()) == 3
    assert one.history == stored(one)


def test_what_is_sent_again_after_a_reload_is_done_once() -> None:
    """The page that took it wrote it down and was gone before it could answer; the next one is told again, and of one more."""
    one = page()
    one.acting = (7, False)
    place(one)
    other = page(token=one.token)
    for number in (7, 8, 8):
        other.acting = (number, True)
        place(other)
    assert [edit.site_id for edit in stored(other).edits] == ["plan-1", "plan-2"]
    assert other.notice is None
    one.acting = (8, False)  # of another window, in the same millisecond: no repetition
    place(one)
    assert len(stored(one).edits) == 3
