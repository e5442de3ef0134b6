from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputDataError, InputMissingError
from geo.model import Mend
from geo.sources.mends import read_mends, write_mends

MENDS = [Mend("link", (110.0123456, 30.5), (110.02, 30.51), "经老张确认"), Mend("join", (110.0, 30.0), (110.0, 30.0))]


def test_there_and_back(tmp_path):
    path = tmp_path / "mends.csv"
    write_mends(MENDS, path)
    assert read_mends(path) == MENDS
    write_mends([], path)
    assert read_mends(path) == []


@given(note=st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20))
def test_any_note_is_text(tmp_path_factory, note):
    path = tmp_path_factory.mktemp("mends") / "mends.csv"
    write_mends([Mend("join", (1, 2), (1, 2), note)], path)
    assert read_mends(path)[0].note == note
    with path.open(encoding="utf-8", newline="") as file:
        cell = list(csv.reader(file))[1][-1]
    assert not cell.startswith(("=", "+", "-", "@"))


HEAD = "kind,begin_lon,begin_lat,end_lon,end_lat,note\n"


@pytest.mark.parametrize(
    "row", ["bridge,1,2,3,4,", "link,1,x,3,4,", "link,1,2,3,,", "link,1,2,3", "link,999,2,3,4,", "link,nan,2,3,4,"]
)
def test_rows_that_are_no_mends_are_named(tmp_path, row):
    path = tmp_path / "mends.csv"
    path.write_text(f"{HEAD}join,1,2,1,2,\n{row}\n")
    with pytest.raises(InputDataError, match="rows 3 are no mends"):
        read_mends(path)


def test_other_files(tmp_path):
    with pytest.raises(InputMissingError):
        read_mends(tmp_path / "no.csv")
    path = tmp_path / "mends.csv"
    path.write_text("kind,lon,lat\nlink,1,2\n")
    with pytest.raises(InputDataError, match="lacks the columns begin_lon, begin_lat, end_lon, end_lat"):
        read_mends(path)
    path.write_bytes("kind,备注\n".encode("gbk"))
    with pytest.raises(InputDataError, match="UTF-8"):
        read_mends(path)
