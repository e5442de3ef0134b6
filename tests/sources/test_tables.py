import numpy as np
import openpyxl
import pytest

from geo.errors import InputDataError, InputMissingError
from geo.sources.findings import FindingLog
from geo.sources.tables import TableForm, delimiter_of, read_csv, read_places, read_workbook
from tests.sources.tiny import told

PLAIN = TableForm()
TEXT = "编号,名称,lon\n1,甲,114.5\n2,乙,114.6\n"


@pytest.fixture
def log():
    return FindingLog("homes")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_usual_encodings_are_found_by_themselves(tmp_path, log, encoding):
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    frame = read_csv(tmp_path / "a.csv", PLAIN, log)
    assert frame.columns.tolist() == ["编号", "名称", "lon"]
    assert frame["名称"].tolist() == ["甲", "乙"]
    assert frame.index.tolist() == [2, 3]


def test_a_named_encoding_is_used_or_refused(tmp_path, log):
    (tmp_path / "a.csv").write_bytes(TEXT.encode("big5", errors="replace"))
    assert read_csv(tmp_path / "a.csv", TableForm(encoding="big5"), log)["lon"].tolist() == ["114.5", "114.6"]
    with pytest.raises(InputDataError, match="can't be read as no-such"):
        read_csv(tmp_path / "a.csv", TableForm(encoding="no-such"), log)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators(mark):
    assert delimiter_of(f"a{mark}b{mark}c\n1{mark}2{mark}3\n") == mark


def test_a_comma_inside_semicolons_is_no_separator():
    assert delimiter_of("a;b\n1,5;2,5\n3,5;4,5\n") == ";"


def test_quoted_commas_and_line_breaks_keep_the_row_numbers_of_a_spreadsheet(tmp_path, log):
    (tmp_path / "a.csv").write_text('a,b\n"x, y","two\nlines"\n\n3,4\n', encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", PLAIN, log)
    assert frame.index.tolist() == [2, 4]
    assert frame["b"].tolist() == ["two\nlines", "4"]


def test_titles_above_the_heading_are_passed_over(tmp_path, log):
    (tmp_path / "a.csv").write_text("某县设施表,,\n,,2026年\nid,lon,lat\n1,2,3\n", encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", PLAIN, log, ["lon", "lat"])
    assert frame.index.tolist() == [4]
    assert frame["lat"].tolist() == ["3"]
    assert told(log.found, "were found in row 3")
    assert read_csv(tmp_path / "a.csv", TableForm(header_row=3), log).columns.tolist() == ["id", "lon", "lat"]
    with pytest.raises(InputDataError, match="has no row 99"):
        read_csv(tmp_path / "a.csv", TableForm(header_row=99), log)


def test_excels_own_separator_line(tmp_path, log):
    (tmp_path / "a.csv").write_text("sep=;\na;b\n1,5;2\n", encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", PLAIN, log)
    assert frame.columns.tolist() == ["a", "b"]
    assert frame.index.tolist() == [3]
    assert frame["a"].tolist() == ["1,5"]


def test_ragged_rows_are_kept_and_named(tmp_path, log):
    (tmp_path / "a.csv").write_text("a,b\n1\n1,2,3\n1,2,\n", encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", PLAIN, log)
    assert frame["b"].tolist() == ["", "2", "2"]
    assert told(log.found, "more cells")[0].rows == (3,)
    assert told(log.found, "fewer cells")[0].rows == (2,)


def test_repeated_and_empty_column_names(tmp_path, log):
    (tmp_path / "a.csv").write_text("a,a,,a_2,b\n1,2,3,4,5\n", encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", PLAIN, log)
    assert len(set(frame.columns)) == 5
    assert frame.iloc[0].tolist() == ["1", "2", "3", "4", "5"]
    assert told(log.found, "stands there twice")


def test_an_empty_table(tmp_path, log):
    (tmp_path / "a.csv").write_text("\n\n", encoding="utf-8")
    with pytest.raises(InputDataError, match=r"a\.csv is empty"):
        read_csv(tmp_path / "a.csv", PLAIN, log)


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_as_values(tmp_path, log):
    path = workbook(tmp_path / "a.xlsx", 表=[["id", "n", "when", "f"], [1, 2.5, None, "=1+1"], ["x", 3, "2026-01-02", "=cmd()"]])
    frame = read_workbook(path, PLAIN, log)
    assert frame["id"].tolist() == ["1", "x"]
    assert frame["n"].tolist() == ["2.5", "3"]
    assert frame["f"].tolist() == ["", ""]  # no formula is ever run, and none was calculated
    assert frame.index.tolist() == [2, 3]


def test_sheets_are_named(tmp_path, log):
    path = workbook(tmp_path / "a.xlsx", 一=[["a"], [1]], 二=[["b"], [2]])
    assert read_workbook(path, PLAIN, log).columns.tolist() == ["a"]
    assert told(log.found, "has 2 sheets")
    assert read_workbook(path, TableForm(sheet="二"), log).columns.tolist() == ["b"]
    with pytest.raises(InputDataError, match="has no sheet “三”; it has: 一, 二"):
        read_workbook(path, TableForm(sheet="三"), log)


def test_a_broken_workbook_is_one_sentence(tmp_path, log):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputDataError, match="no readable table"):
        read_workbook(tmp_path / "a.xlsx", PLAIN, log)


def test_places_for_times(tmp_path):
    (tmp_path / "a.csv").write_text("id,lon,lat\na,110,30\nb,110.5,30.5\n", encoding="utf-8")
    ids, lonlat, findings = read_places(tmp_path / "a.csv")
    assert not findings
    assert ids == ["a", "b"]
    np.testing.assert_allclose(lonlat, [[110, 30], [110.5, 30.5]])
    (tmp_path / "b.csv").write_text("id,lon,lat\na,110,30\na,110.5,30.5\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="repeats ids: a"):
        read_places(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_text("id,lon,lat\na,110,30\nb,x,30.5\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="rows 3"):
        read_places(tmp_path / "c.csv")
    (tmp_path / "d.csv").write_text("lon,lat\n110,30\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="no column “id”"):
        read_places(tmp_path / "d.csv")
    (tmp_path / "e.csv").write_text("id,lon,lat\n001,30,110\n", encoding="utf-8")
    places = read_places(tmp_path / "e.csv")
    assert places.ids == ["001"]
    assert told(places.findings, "exchanged")
    with pytest.raises(InputMissingError):
        read_places(tmp_path / "nowhere.csv")
