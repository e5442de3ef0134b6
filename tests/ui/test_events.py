"""What the browser sends is looked at before it is used."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ui.events import MapEvent, read_events


def place(number: float, lon: object = 117.8, lat: object = 32.6) -> dict[str, object]:
    return {"type": "place", "number": number, "lon": lon, "lat": lat}


def test_new_events_in_order_and_only_once() -> None:
    sent = {"events": [place(7), {"type": "undo", "number": 5}, place(7), place(3)]}
    assert [(one.number, one.type) for one in read_events(sent, after=4)] == [(5, "undo"), (7, "place")]
    assert read_events(sent, after=7) == ()


def test_a_place_keeps_its_degrees() -> None:
    assert read_events({"events": [place(1)]}, after=0) == (MapEvent(1, "place", lon=117.8, lat=32.6),)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        {},
        [],
        "events",
        {"events": None},
        {"events": "x"},
        {"events": [None, 3, "x", [], {}]},
        {"events": [{"type": "place", "number": 1}]},
        {"events": [place(1, lon="117")]},
        {"events": [place(1, lon=math.nan)]},
        {"events": [place(1, lat=math.inf)]},
        {"events": [place(1, lat=91)]},
        {"events": [place(1, lon=3601)]},
        {"events": [place(1, lon=True)]},
        {"events": [place(math.nan)]},
        {"events": [place(1) | {"type": "format-disk"}]},
        {"events": [place(1) | {"type": ["place"]}]},
        {"events": [{"type": "home", "number": 1}]},
        {"events": [{"type": "home", "number": 1, "row": -1}]},
        {"events": [{"type": "home", "number": 1, "row": "2"}]},
        {"events": [{"type": "home", "number": 1, "row": math.nan}]},
        {"events": [{"type": "unplace", "number": 1, "of": None}]},
    ],
)
def test_what_is_no_event_is_left_out(bad: object) -> None:
    assert read_events(bad, after=0) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["events", "type", "number", "lon", "lat", "id", "row", "of", "kind"]) | st.text(), inner, max_size=5
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_nothing_a_browser_can_send_breaks_the_reading(value: object) -> None:
    for event in read_events(value, after=0):
        assert event.number > 0
        assert event.type not in {"place", "move"} or (abs(event.lon) <= 180 and abs(event.lat) <= 90)


def test_what_a_home_and_a_placing_carry() -> None:
    sent = {
        "events": [{"type": "home", "number": 1, "row": 3}, place(2) | {"kind": "canteen", "id": "C1"}, place(4) | {"kind": 5}]
    }
    home, placed, odd = read_events(sent, after=0)
    assert home.row == 3
    assert (placed.kind, placed.site_id) == ("canteen", "C1")
    assert (odd.kind, odd.site_id) == ("", "")


def test_a_flood_is_cut() -> None:
    assert len(read_events({"events": [place(n) for n in range(1, 5000)]}, after=0)) == 100
