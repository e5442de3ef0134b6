"""Uploaded files: their names are only names, and their parts are guessed."""

from __future__ import annotations

import gc
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.ui import uploads
from geo.ui.uploads import Roles, guess_roles, safe_name


@dataclass
class File:
    name: str
    content: bytes = b"x"

    def getvalue(self) -> bytes:
        return self.content


def test_names_lose_their_folders() -> None:
    assert safe_name("C:\\Users\\王\\社区.geojson") == "社区.geojson"
    assert safe_name("../../etc/study.toml") == "study.toml"


@pytest.mark.parametrize("name", ["", "..", ".", ".env", "a/", "con", "NUL.csv", "a:b.csv", "x\x00.csv", "a|b", "   "])
def test_names_that_no_file_should_have(name: str) -> None:
    with pytest.raises(GeoError, match="rename"):
        safe_name(name)


@given(st.text(max_size=30))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    try:
        kept = safe_name(name)
    except GeoError:
        return
    assert Path("/folder", kept).parent == Path("/folder")
    assert "\\" not in kept


def test_parts_are_guessed_by_ending_and_name() -> None:
    names = ["县城.osm.pbf", "社区边界.geojson", "居民人口.csv", "养老设施.xlsx"]
    assert guess_roles(names) == Roles("县城.osm.pbf", "社区边界.geojson", "养老设施.xlsx", "居民人口.csv")
    assert guess_roles(["a.graphml", "b.gpkg", "c.csv"]) == Roles("a.graphml", "b.gpkg", "c.csv", "")
    assert guess_roles([]) == Roles()


def test_a_study_file_is_written_from_the_parts() -> None:
    folder = uploads.keep([File("s.osm"), File('a"b.csv'.replace('"', "'")), File("c.geojson")])
    roles = Roles("s.osm", "c.geojson", "a'b.csv", "")
    path = uploads.study_file(folder.path, roles, name='My "town"\n[evil]', weight="")
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    assert written["study"]["name"] == 'My "town"\n[evil]'
    assert written["network"] == {"path": "s.osm"}
    assert written["facilities"] == {"path": "a'b.csv"}
    assert "demand" not in written


def test_a_study_file_that_is_there_is_kept() -> None:
    folder = uploads.keep([File("study.toml", b"[study]"), File("s.osm")])
    path = uploads.study_file(folder.path, Roles(), name="x")
    assert path.read_bytes() == b"[study]"


@pytest.mark.parametrize(
    ("roles", "missing"), [(Roles(facilities="a.csv"), "streets"), (Roles(network="a.osm"), "service points")]
)
def test_what_is_missing_is_said(roles: Roles, missing: str, tmp_path: Path) -> None:
    with pytest.raises(GeoError, match=missing):
        uploads.study_file(tmp_path, roles, name="x")


def test_the_folder_goes_with_its_holder() -> None:
    folder = uploads.keep([File("a.csv")])
    path = folder.path
    assert (path / "a.csv").exists()
    del folder
    gc.collect()
    assert not path.exists()
