"""Tables in the shapes in which offices hand them out."""

from __future__ import annotations

import zipfile
from datetime import date

import openpyxl
import pytest
import xlwt
from openpyxl.utils import range_boundaries

from geo.errors import InputDataError
from geo.sources.findings import FindingLog
from geo.sources.study import load_study
from geo.sources.tables import TableForm, delimiter_of, read_csv, read_workbook
from tests.sources.tiny import STUDY, tiny, told

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


OFFICE = [
    ["某县服务设施汇总表"],
    ["编号", "名称", "坐标", None, "类型", "床位", "启用日期"],
    [None, None, "经度", "纬度"],
    ["001", "一号食堂", 110.0022, 30.0001, "canteen", 12, date(2024, 5, 1)],
    [2, "二号", "110.0088", "30.0001", None, "15", date(2023, 12, 31)],
    ["3", "三号", 110.0055, 30.0001, "station", None, "不详"],
]
MERGED = ["A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "G2:G3", "E4:E5"]


def office_xlsx(path):
    book = openpyxl.Workbook()
    for row in OFFICE:
        book.active.append(row)
    for area in MERGED:
        book.active.merge_cells(area)
    book.active["F6"] = "=F4+1"
    book.save(path)


def office_xls(path):
    """The same in the old Excel's format; a formula without a saved value."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("设施")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for y, row in enumerate(OFFICE):
        for x, value in enumerate(row):
            if value is not None:
                sheet.write(y, x, value, *([day] if isinstance(value, date) else []))
    sheet.write(5, 5, xlwt.Formula("F4+1"))
    for area in MERGED:
        left, top, right, bottom = range_boundaries(area)
        sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
    book.save(str(path))


def ods_cell(value):
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = "" if value is None else f"<text:p>{value}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>' if text else "<table:covered-table-cell/>"


def office_ods(path):
    """As LibreOffice writes it: what a merged cell covers is a cell of its own sort, and formulas carry their value."""
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    formula = '<table:table-cell table:formula="of:=[.F4]+1" office:value-type="float" office:value="13"/>'
    rows = [[*map(ods_cell, [*row, *[None] * (7 - len(row))])] for row in OFFICE]
    rows[5][5] = formula
    sheet = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr(
            "content.xml",
            f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
            f'<table:table table:name="设施">{sheet}</table:table></office:spreadsheet></office:body></office:document-content>',
        )


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_workbooks_as_offices_write_them(tmp_path, log, kind):
    """A title, names over two rows of merged cells, dates, numbers as text, a formula."""
    path = tmp_path / f"office.{kind}"
    {"xlsx": office_xlsx, "xls": office_xls, "ods": office_ods}[kind](path)
    frame = read_workbook(path, PLAIN, log, ["编号", "名称", "经度", "纬度"])
    assert frame.index.tolist() == [4, 5, 6]
    assert frame.columns.tolist() == ["编号", "名称", "经度", "纬度", "类型", "床位", "启用日期"]
    assert frame["编号"].tolist() == ["001", "2", "3"]
    assert frame["经度"].tolist() == ["110.0022", "110.0088", "110.0055"]
    # A formula counts by the value that was saved with it; this library saved none but in the ODS.
    assert frame["床位"].tolist() == ["12", "15", "13" if kind == "ods" else ""]
    assert frame["启用日期"].tolist()[:2] == ["2024-05-01", "2023-12-31"]
    # Only ODS doesn't tell which cells are merged.
    assert frame["类型"].tolist() == ["canteen", "" if kind == "ods" else "canteen", "station"]
    assert [finding.rows for finding in told(log.found, "merged cell")] == ([] if kind == "ods" else [(5,)])
    assert told(log.found, "put together from rows 2 and 3" if kind == "ods" else "found in row 3")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_study_reads_its_facilities_from_a_workbook(tmp_path, kind):
    {"xlsx": office_xlsx, "xls": office_xls, "ods": office_ods}[kind](tmp_path / f"office.{kind}")
    table = f'path = "office.{kind}"\nid = "编号"\nname = "名称"\nkind = "类型"\ncapacity = "床位"\n'
    text = STUDY[: STUDY.index("[facilities]")] + f'[facilities]\n{table}lon = "经度"\nlat = "纬度"\n'
    frame = load_study(tiny(tmp_path, text)).facilities.frame
    assert frame["id"].tolist() == ["001", "2", "3"]
    assert frame["capacity"].tolist()[:2] == [12, 15]


def test_a_number_in_a_merged_cell_is_not_repeated(tmp_path, log):
    path = workbook(tmp_path / "a.xlsx", 一=[["name", "people"], ["北", 300], [None, None], [None, "12"], ["南", None]])
    book = openpyxl.load_workbook(path)
    for area in ("A2:A4", "B2:B3", "B4:B5"):
        book.active.merge_cells(area)
    book.save(path)
    frame = read_workbook(path, PLAIN, log)
    assert frame["name"].tolist() == ["北", "北", "北", "南"]
    assert frame["people"].tolist() == ["300", "", "12", ""]
    assert told(log.found, "merged cell")[0].rows == (3, 4)


def test_names_over_two_rows_of_a_csv(tmp_path, log):
    (tmp_path / "a.csv").write_text("编号,坐标,\n,经度,纬度\n1,110,30\n", encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", PLAIN, log, ["编号", "经度", "纬度"])
    assert frame.columns.tolist() == ["编号", "经度", "纬度"]
    assert frame.index.tolist() == [3]
    assert told(log.found, "put together from rows 1 and 2")
