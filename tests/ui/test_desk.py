"""The planner's hand on the session, without any browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest

from geo import crs
from geo.ui import desk
from geo.ui.desk import Spot
from geo.ui.history import Move, Place
from geo.ui.state import Session, StudyRef
from tests.studies import ORIGIN, study

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("canteen", "meal_point")
TOWN = study([(0, 0), (1500, 0)], [5, 7], [(0, 0)])


def at(x: float, y: float = 0.0) -> dict[str, float]:
    lon, lat = crs.unproject(np.array([[ORIGIN[0] + x, ORIGIN[1] + y]]), TOWN.crs)[0]
    return {"lon": float(lon), "lat": float(lat)}


def sent(*events: dict[str, object]) -> dict[str, object]:
    return {"events": [{"number": number, **event} for number, event in enumerate(events, start=1)]}


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("LIFECIRCLE_CACHE_DIR", str(tmp_path))
    return Session("zh", study=StudyRef("sample", "qinghe"), crs=TOWN.crs)


def test_place_and_drag(one: Session) -> None:
    desk.handle_events(
        one, TOWN, sent({"type": "place", "kind": "canteen", **at(1500)}, {"type": "move", "id": "plan-1", **at(1400)}), KINDS
    )
    placed, moved = one.history.in_force
    assert isinstance(placed, Place)
    assert (placed.kind, placed.name) == ("canteen", "新建社区食堂 1")
    assert (placed.x - ORIGIN[0], placed.y - ORIGIN[1]) == pytest.approx((1500, 0), abs=1e-3)
    assert isinstance(moved, Move)
    assert moved.x - ORIGIN[0] == pytest.approx(1400, abs=1e-3)
    assert one.selected == "plan-1"


def test_new_sites_change_their_names_with_the_language(one: Session) -> None:
    acts = (
        {"type": "place", "kind": "canteen", **at(1500)},
        {"type": "remove", "id": "plan-1"},
        {"type": "place", "kind": "canteen", **at(900)},
        {"type": "undo"},
    )
    desk.handle_events(one, TOWN, sent(*acts), KINDS)
    before = one.history
    desk.speak(one, "en")
    assert one.lang == "en"
    assert [edit.name for edit in one.history.edits if isinstance(edit, Place)] == [
        "New community canteen 1",
        "New community canteen 2",
    ]
    assert one.history.done == before.done
    desk.speak(one, "zh")
    assert one.history == before


def test_a_candidate_that_is_tried_keeps_its_name(one: Session) -> None:
    here = gpd.GeoDataFrame({"id": ["C7"], "name": ["老粮站"], "kind": ["idle_house"]}, geometry=TOWN.demand.geometry[:1])
    town = replace(TOWN, candidates=here)
    tried = ({"type": "place", "kind": "canteen", "id": name, **at(900)} for name in ("C7", "nobody"))
    desk.handle_events(one, town, sent(*tried), KINDS)
    desk.speak(one, "en")
    first, second = one.history.in_force
    assert isinstance(first, Place)
    assert isinstance(second, Place)
    assert (first.name, first.candidate) == ("老粮站", "C7")
    assert (second.name, second.candidate) == ("New community canteen 2", "")
    assert one.history.candidate_of("plan-1") == "C7"


def test_a_placing_that_was_half_a_double_click_leaves_no_trace(one: Session) -> None:
    acts = ({"type": "place", "kind": "canteen", **at(1500)}, {"type": "unplace", "of": 9}, {"type": "unplace", "of": 1})
    desk.handle_events(one, TOWN, sent(*acts[:2]), KINDS)
    assert one.history.placed() == ("plan-1",)
    desk.handle_events(one, TOWN, sent(*acts), KINDS)
    assert (one.history.edits, one.selected) == ((), "")


def test_a_home_is_asked_about_and_put_away(one: Session) -> None:
    desk.handle_events(one, TOWN, sent({"type": "select", "id": "f0"}, {"type": "home", "row": 1}), ())
    assert (one.selected, one.home) == ("", 1)
    desk.handle_events(one, TOWN, {"events": [{"number": 3, "type": "home", "row": 2}]}, ())
    assert one.home is None  # the town has two homes
    desk.handle_events(one, TOWN, {"events": [{"number": n, "type": "home", "row": 0} for n in (4, 5)]}, ())
    assert one.home is None
    desk.handle_events(
        one, TOWN, {"events": [{"number": 6, "type": "home", "row": 0}, {"number": 7, "type": "select", "id": ""}]}, ()
    )
    assert one.home is None
    assert not one.history.edits


def test_a_closed_facility_is_opened_again(one: Session) -> None:
    desk.remove(one, TOWN, "f0")
    assert one.history.closed() == ("f0",)
    desk.reopen(one, "f0")
    desk.reopen(one, "f0")
    assert one.history.closed() == ()
    assert len(one.history.edits) == 2
    desk.undo(one)
    assert one.history.closed() == ("f0",)


def test_what_was_handled_is_not_done_twice(one: Session) -> None:
    message = sent({"type": "place", "kind": "canteen", **at(1500)})
    for _ in range(3):
        desk.handle_events(one, TOWN, message, KINDS)
    assert len(one.history.edits) == 1
    assert one.handled == 1


def test_a_kind_that_is_not_offered_places_nothing(one: Session) -> None:
    desk.handle_events(one, TOWN, sent({"type": "place", "kind": "canteen", **at(0)}), ())
    assert not one.history.edits
    assert one.handled == 1


def test_only_what_stands_can_be_moved_or_removed(one: Session) -> None:
    desk.handle_events(
        one,
        TOWN,
        sent({"type": "move", "id": "f0", **at(10)}, {"type": "remove", "id": "nobody"}, {"type": "remove", "id": ""}),
        KINDS,
    )
    assert not one.history.edits


def test_close_undo_redo(one: Session) -> None:
    desk.handle_events(one, TOWN, sent({"type": "remove", "id": "f0"}, {"type": "remove", "id": "f0"}), ())
    assert one.history.closed() == ("f0",)
    assert len(one.history.edits) == 1
    desk.undo(one)
    assert one.history.closed() == ()
    desk.redo(one)
    assert one.history.closed() == ("f0",)


def test_undoing_a_place_unselects_it(one: Session) -> None:
    desk.handle_events(one, TOWN, sent({"type": "place", "kind": "canteen", **at(0)}), KINDS)
    desk.undo(one)
    assert one.selected == ""


def test_a_new_site_never_takes_an_id_that_is_there(one: Session) -> None:
    taken = study([(0, 0)], [5], [(0, 0)])
    taken.facilities.frame["id"] = ["plan-1"]
    desk.place(one, taken, Spot("canteen", **at(100)))
    ids = one.history.facilities(taken.facilities).frame["id"]
    assert ids.is_unique
    assert len(ids) == 2


def test_select_and_unselect(one: Session) -> None:
    desk.handle_events(one, TOWN, sent({"type": "select", "id": "f0"}), ())
    assert one.selected == "f0"
    desk.handle_events(one, TOWN, {"events": [{"type": "select", "id": "f0", "number": 2}]}, ())
    assert one.selected == ""


def test_bounds_are_degrees_with_south_west_first() -> None:
    (south, west), (north, east) = desk.bounds_of(TOWN, (ORIGIN[0], ORIGIN[1], ORIGIN[0] + 1000, ORIGIN[1] + 500), margin_m=100)
    assert south < north < 90
    assert west < east < 180
    assert (north - south) * 111_000 == pytest.approx(700, rel=0.01)


def test_another_study_starts_a_new_plan(one: Session) -> None:
    desk.place(one, TOWN, Spot("canteen", **at(100)))
    one.open(StudyRef("file", "x", 1))
    assert not one.history.edits
    assert one.selected == ""
