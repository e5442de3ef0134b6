"""From Python no number is wrong without a word: what is not understood is refused in one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from geo import load_study
from geo.errors import CrsError, InputDataError
from geo.model import Facilities

QINGHE = Path(__file__).parent.parent / "data" / "qinghe"


@pytest.fixture(scope="module")
def town():
    return load_study(QINGHE)


@pytest.fixture
def beside(town):
    """A place in metres beside the town's first facility."""
    first = town.facilities.frame.geometry.iloc[0]
    return first.x + 300.0, first.y


def says(caught) -> str:
    """The sentence of an error: one line without a word of Python's insides."""
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert text.endswith(".")
    for inside in ("object", "attribute", "Error", "KeyError", "NoneType", "__"):
        assert inside not in text
    return text


# Sites: an id moves nothing, and nothing happens in silence.


def test_a_site_with_the_id_of_a_facility_is_refused(town, beside):
    with pytest.raises(InputDataError) as caught:
        town.facilities.with_site("F30", *beside, kind="canteen", name="mine")
    assert "F30" in says(caught)


def test_candidates_and_facilities_without_ids_collide_and_are_told(tmp_path):
    for name in ("streets.osm.pbf", "communities.geojson", "homes.csv"):
        shutil.copy(QINGHE / name, tmp_path / name)
    rows = "name,lon,lat\na,117.85,32.65\nb,117.86,32.65\n"
    for name in ("facilities.csv", "candidates.csv"):
        (tmp_path / name).write_text(rows, encoding="utf-8")
    tables = {"network": "streets.osm.pbf", "communities": "communities.geojson"}
    tables |= {"facilities": "facilities.csv", "candidates": "candidates.csv"}
    named = "".join(f'[{layer}]\npath = "{path}"\n' for layer, path in tables.items())
    (tmp_path / "study.toml").write_text(named + '[demand]\npath = "homes.csv"\nweight = "population"\n', encoding="utf-8")
    own = load_study(tmp_path)
    assert own.candidates is not None
    first = own.candidates.iloc[0]
    with pytest.raises(InputDataError) as caught:
        own.facilities.with_site(first.id, first.geometry.x, first.geometry.y, kind="x")
    assert str(first.id) in says(caught)
    assert len(own.facilities.with_site(f"new-{first.id}", first.geometry.x, first.geometry.y, kind="x")) == 3


def test_moving_is_asked_for_by_name(town, beside):
    moved = town.facilities.move("F30", *beside)
    was, now = (one.frame.set_index("id") for one in (town.facilities, moved))
    assert (now.loc["F30"].geometry.x, now.loc["F30"].geometry.y) == beside
    assert (now.loc["F30"].drop("geometry").astype(str) == was.loc["F30"].drop("geometry").astype(str)).all()
    assert now.drop("F30").geometry.geom_equals(was.drop("F30").geometry).all()


@pytest.mark.parametrize("act", [lambda f: f.without("NOPE"), lambda f: f.move("NOPE", 1.0, 2.0), lambda f: f.without("")])
def test_what_is_not_there_cannot_be_moved_or_taken_away(town, act):
    with pytest.raises(InputDataError) as caught:
        act(town.facilities)
    assert "no facility" in says(caught)


def test_an_id_that_stands_twice_is_never_half_moved(town):
    frame = town.facilities.frame
    frame.loc[1, "id"] = frame.loc[0, "id"]
    with pytest.raises(InputDataError, match="2 facilities have the id"):
        Facilities(frame).move(str(frame.loc[0, "id"]), 1.0, 2.0)


@pytest.mark.parametrize("kind", ["cantine", "Canteen", "", "食堂"])
def test_a_misspelt_kind_of_a_new_site_is_refused(town, beside, kind):
    with pytest.raises(InputDataError) as caught:
        town.facilities.with_site("n", *beside, kind=kind)
    assert "canteen" in says(caught)
    assert kind in town.facilities.with_site("n", *beside, kind=kind, new_kind=True).frame["kind"].tolist()


@pytest.mark.parametrize("place", [(117.85, 32.65), (32.65, 117.85), (117.0, 32.9)])
def test_degrees_are_not_taken_for_metres(town, place):
    for act in (lambda: town.facilities.with_site("n", *place, kind="canteen"), lambda: town.facilities.move("F30", *place)):
        with pytest.raises(CrsError) as caught:
            act()
        assert "crs=4326" in says(caught)


@pytest.mark.parametrize("place", [(np.nan, 1.0), (1.0, np.inf)])
def test_a_site_stands_somewhere(town, place):
    with pytest.raises(InputDataError, match="is no place"):
        town.facilities.with_site("n", *place, kind="canteen")


def test_degrees_that_are_named_are_turned(town, beside):
    here = town.facilities.with_site("n", *beside, kind="canteen")
    lon, lat = here.frame.to_crs(4326).geometry.iloc[-1].coords[0]
    turned = town.facilities.with_site("n", lon, lat, kind="canteen", crs=4326).frame.geometry.iloc[-1]
    assert (turned.x, turned.y) == pytest.approx(beside, abs=1e-3)
    with pytest.raises(CrsError, match="no known coordinate system"):
        town.facilities.with_site("n", lon, lat, kind="canteen", crs="nonsense")


# Frames: whoever changes what he got changes his own copy.


def test_frames_that_were_lent_change_no_study(town):
    before = town.facilities.frame["status"].tolist(), float(town.demand["weight"].sum()), len(town.communities)
    town.facilities.frame["status"] = "closed"
    sites, people, places = town.facilities.frame, town.demand, town.communities
    sites.loc[0, "status"] = "closed"
    people.loc[:, "weight"] = 0.0
    places["id"] = "x"
    after = town.facilities.frame["status"].tolist(), float(town.demand["weight"].sum()), len(town.communities)
    assert after == before
    assert town.communities["id"].is_unique


def test_a_frame_that_was_handed_in_is_the_owners_no_more(town):
    frame = town.facilities.frame
    made = Facilities(frame)
    before = frame["status"].tolist()
    frame["status"] = "closed"
    assert made.frame["status"].tolist() == before != frame["status"].tolist()
