"""The history of a plan, by hand and by law."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from pydantic import TypeAdapter

from geo.ui.handing_on import site_edits
from geo.ui.history import Edit, History, Move, Place, Remove, Reopen, effective
from tests.studies import facilities

LOADED = facilities([(0, 0), (500, 0)], names=["A", "B"])
SITES = st.sampled_from(["f0", "f1", "plan-1", "plan-2", "plan-3"])
METRES = st.floats(0, 1000, allow_nan=False)
EDITS = st.lists(
    st.one_of(
        st.builds(Place, SITES.filter(lambda one: one.startswith("plan")), st.just("canteen"), st.just("new"), METRES, METRES),
        st.builds(Move, SITES, METRES, METRES),
        st.builds(Remove, SITES),
        st.builds(Reopen, st.sampled_from(["f0", "f1"])),
    ),
    max_size=12,
)


def after(edits: list[Edit]) -> History:
    history = History()
    for edit in edits:
        history = history.do(edit)
    return history


def test_place_move_remove() -> None:
    history = History().do(Place("plan-1", "canteen", "New", 10.0, 20.0))
    plan = history.facilities(LOADED)
    assert plan.frame["id"].tolist() == ["f0", "f1", "plan-1"]
    assert plan.frame["status"].tolist() == ["existing", "existing", "proposed"]
    history = history.do(Move("plan-1", 30.0, 40.0))
    moved = history.facilities(LOADED).frame.geometry.iloc[2]
    assert (moved.x, moved.y) == (30.0, 40.0)
    history = history.do(Remove("plan-1")).do(Remove("f1"))
    assert history.facilities(LOADED).frame["id"].tolist() == ["f0"]
    assert history.placed() == ()
    assert history.closed() == ("f1",)


def test_a_move_of_what_is_not_there_changes_nothing() -> None:
    plan = History().do(Move("nobody", 1.0, 2.0)).facilities(LOADED)
    assert_frame_equal(plan.frame, LOADED.frame)


def test_the_loaded_facilities_are_never_changed() -> None:
    before = LOADED.frame.copy()
    after([Place("plan-1", "canteen", "x", 0, 0), Move("f0", 9, 9), Remove("f1")]).facilities(LOADED)
    assert_frame_equal(LOADED.frame, before)


def place(history: History) -> History:
    return history.do(Place(history.new_id(), "canteen", "new", 0.0, 0.0))


def test_numbers_are_not_given_twice_after_undo_and_remove() -> None:
    history = place(History()).do(Remove("plan-1"))
    assert history.new_id() == "plan-2"
    assert history.undo().undo().new_id() == "plan-2"


def test_two_undone_and_three_placed_are_three() -> None:
    history = place(place(History())).undo().undo()
    for _ in range(3):
        history = place(history)
    assert history.placed() == ("plan-3", "plan-4", "plan-5")
    assert len(history.facilities(LOADED).frame) == 5


@given(st.lists(st.sampled_from(["place", "undo", "redo", "remove", "take back", "reload"]), max_size=40))
def test_no_number_comes_twice_whatever_is_undone_dropped_or_read_again(acts: list[str]) -> None:
    stored = TypeAdapter(History)
    history, given_ids = History(), []
    for act in acts:
        if act == "place":
            site_id = history.new_id()
            given_ids.append(site_id)
            history = place(history)
            assert site_id in history.placed()
        elif act == "remove" and history.placed():
            history = history.do(Remove(history.placed()[0]))
        elif act == "take back" and history.placed():
            history = history.take_back(history.placed()[-1])
        elif act == "reload":
            history = stored.validate_json(stored.dump_json(history))
        elif act in {"undo", "redo"}:
            history = history.undo() if act == "undo" else history.redo()
        placed = [edit.site_id for edit in history.in_force if isinstance(edit, Place)]
        assert len(placed) == len(set(placed))
    assert len(given_ids) == len(set(given_ids))


def test_a_placing_taken_back_leaves_nothing_to_redo() -> None:
    one = place(History())
    two = place(one)
    assert two.take_back("plan-1") == two
    back = two.take_back("plan-2")
    assert (back.edits, back.can_redo, back.new_id()) == (one.edits, False, "plan-3")


def test_a_reopened_facility_stands_as_if_it_had_never_been_closed() -> None:
    history = place(History()).do(Remove("f0")).do(Move("plan-1", 5.0, 5.0)).do(Reopen("f0"))
    never = place(History()).do(Move("plan-1", 5.0, 5.0))
    assert history.closed() == ()
    assert history.undo().closed() == ("f0",)
    assert effective(history.in_force) == never.in_force
    assert_frame_equal(history.facilities(LOADED).frame, never.facilities(LOADED).frame)
    assert history.do(Remove("f0")).closed() == ("f0",)


def test_each_edit_is_handed_on_as_what_it_is() -> None:
    history = place(History()).do(Move("plan-1", 500_000.0, 3_400_000.0)).do(Remove("f0")).do(Reopen("f0"))
    handed = site_edits(history.in_force, "EPSG:4547")
    assert [(edit.type, edit.id) for edit in handed] == [
        ("place_site", "plan-1"),
        ("move_site", "plan-1"),
        ("close_site", "f0"),
        ("reopen_site", "f0"),
    ]


@given(EDITS)
def test_undo_takes_back_exactly_one_edit(edits: list[Edit]) -> None:
    history = after(edits)
    for steps in range(len(edits), -1, -1):
        assert history.in_force == tuple(edits[:steps])
        history = history.undo()
    assert not history.can_undo
    assert history.undo() == history


@given(EDITS, st.integers(0, 12))
def test_redo_brings_back_what_undo_took(edits: list[Edit], steps: int) -> None:
    full = after(edits)
    history = full
    for _ in range(steps):
        history = history.undo()
    for _ in range(steps):
        history = history.redo()
    assert history == full
    assert not full.can_redo


@given(EDITS)
def test_a_new_edit_forgets_what_was_taken_back(edits: list[Edit]) -> None:
    history = after(edits).undo().do(Remove("f0"))
    assert not history.can_redo
    assert history.edits[-1] == Remove("f0")


@given(EDITS)
def test_placed_and_closed_are_what_stands(edits: list[Edit]) -> None:
    history = after(edits)
    standing = set(history.facilities(LOADED).frame["id"])
    assert {one for one in standing if one.startswith("plan")} == set(history.placed())
    assert {"f0", "f1"} - standing == set(history.closed()) & {"f0", "f1"}


def test_edits_are_values() -> None:
    with pytest.raises(AttributeError):
        Place("plan-1", "canteen", "x", 0, 0).x = 3.0  # type: ignore[misc]
