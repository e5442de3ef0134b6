"""Tables that machines and spreadsheets read: text stays text, numbers stay numbers, nothing is a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from geo.cells import harmless, is_formula
from geo.export import schema
from geo.export.codes import _WORDS, in_words
from geo.export.sheets import to_csv
from geo.export.workbook import SHEETS, _Book, _formats, _table
from tests.export.handmade import EVIL

if TYPE_CHECKING:
    from geo.export.outputs import Outputs


def parse(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def test_demand_csv_has_the_columns_of_the_contract(made: Outputs) -> None:
    content = made.content("demand.csv")
    assert content.startswith(b"id,community_id,weight,time_s,distance_m,facility_id,served,reason\n")
    assert len(parse(content)) == 501
    table = pd.read_csv(io.BytesIO(content))
    assert table.loc[1, ["time_s", "distance_m", "facility_id"]].isna().all()
    assert table.loc[1, "reason"] == "cut_off"
    assert set(schema("demand")["properties"]) == set(table.columns)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=5))
def test_csv_reads_back_to_what_it_was(rows: list[tuple[str, float]]) -> None:
    frame = pd.DataFrame({"=name": pd.Series([text for text, _ in rows], dtype=object), "n": [number for _, number in rows]})
    head, *back = parse(to_csv(frame, ("=name", "n")))
    assert head == ["'=name", "n"]
    for (text, number), cells in zip(rows, back, strict=True):
        known = text.replace("\x00", "\ufffd")
        assert cells[0] == harmless(known)
        assert not is_formula(cells[0])
        assert float(cells[1]) == number


@pytest.fixture(scope="module")
def book(made: Outputs) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made.content("coverage.xlsx")))


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(made: Outputs, book: Any) -> None:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n", "b"}
                assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(made.content("coverage.xlsx"))) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name)
            assert "externalLink" not in name


def test_workbook_has_its_sheets_frozen_and_named(book: Any) -> None:
    assert book.sheetnames == ["汇总", "社区", "设施", "服务盲区", "居住点", "字段说明"]
    assert [book[name].freeze_panes for name in book.sheetnames[1:5]] == ["B2"] * 4
    assert book["汇总"]["A1"].value == "清河 {{ 1 + 1 }} <img src=x>"


def test_shares_of_groups_are_percents_and_people_are_not(book: Any) -> None:
    rows = {row[0].value: row for row in book["汇总"].iter_rows()}
    people, served, share = rows["老年人"][1:4]
    assert "%" in share.number_format
    assert "%" not in people.number_format + served.number_format


def test_workbook_text_is_as_it_was_and_marked_as_text(book: Any) -> None:
    sheet = book["设施"]
    names = [sheet.cell(row, 2).value for row in range(2, 2 + len(EVIL))]
    assert names == list(EVIL)
    quoted = [
        cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str) and is_formula(cell.value)
    ]
    assert len(quoted) >= 4
    assert all(cell.quotePrefix for cell in quoted)


def write(frame: pd.DataFrame) -> Any:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _table(_Book(book, "en", _formats(book)), frame, "demand", "T")
    book.close()
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20))
def test_workbook_text_reads_back(text: str) -> None:
    cell = write(pd.DataFrame({"note": [text]}))["T"]["A2"]
    assert cell.data_type == "s"
    # XML itself turns every kind of line end into one; all else comes back.
    back = unescape(str(cell.value))
    assert back.replace("\r\n", "\n").replace("\r", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


def test_too_many_rows_are_pointed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.export.workbook.MOST_ROWS", 3)
    assert write(pd.DataFrame({"id": ["a", "b", "c"]}))["T"].max_row == 4
    sheet = write(pd.DataFrame({"id": ["a", "b", "c", "d"]}))["T"]
    assert [cell.value for row in sheet.iter_rows() for cell in row] == [
        "4 rows are too many for a spreadsheet; they are all in demand.csv."
    ]


def test_too_long_text_is_cut_visibly() -> None:
    cell = write(pd.DataFrame({"note": ["长" * 40_000]}))["T"]["A2"]
    assert len(cell.value) == 32_767
    assert cell.value.endswith("…")


def test_every_sheet_is_described(book: Any) -> None:
    described = {row[0].value for row in book["字段说明"].iter_rows(min_row=2)}
    assert len(described) == len(SHEETS)


def test_codes_are_words_and_own_values_stay(made: Outputs, book: Any) -> None:
    sheet = book["居住点"]
    at = [cell.value for cell in sheet[1]].index("未覆盖原因") + 1
    assert [sheet.cell(row, at).value for row in (2, 3, 4, 5)] == [None, "无路可达", "未接入路网", "超出步行时限（或距离）"]
    assert in_words("kind", "canteen", "zh") == "社区食堂"
    assert in_words("kind", "{{x}}", "zh") == "{{x}}"
    assert in_words("name", "too_far", "zh") == "too_far"
    assert in_words("status", None, "zh") is None
    for column, words in _WORDS.items():
        for code in words:
            assert in_words(column, code, "zh") != in_words(column, code, "en")
    assert [made.results.demand["reason"].iloc[row] for row in range(4)] == ["", "cut_off", "off_network", "too_far"]
