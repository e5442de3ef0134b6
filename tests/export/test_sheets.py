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
from geo.export.sheet_look import formats
from geo.export.sheets import to_csv
from geo.export.workbook import SHEETS, _Book, _table
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
    _table(_Book(book, "en", formats(book)), frame, "demand", "T")
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


def test_every_sheet_prints_one_page_wide_with_its_heading_on_each_page(book: Any) -> None:
    for sheet in book:
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in {None, 1}  # one page wide is what the format takes for granted
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.right.text == "&P / &N"
    for name in ("社区", "设施", "服务盲区", "居住点", "字段说明"):
        assert book[name].print_title_rows == "$1:$1"
        assert all(one.width <= 91 for one in book[name].column_dimensions.values())


def test_times_stand_in_minutes_too_and_never_read_as_the_limit(made: Outputs, book: Any) -> None:
    sheet = book["居住点"]
    heads = [cell.value for cell in sheet[1]]
    at = heads.index("步行时间（秒）")
    assert heads[at + 1] == "步行时间（分钟）"
    seconds = [row[at].value for row in sheet.iter_rows(min_row=2)]
    assert seconds == [None if value != value else value for value in made.results.demand["time_s"]]  # noqa: PLR0124
    pairs = [(row[at].value, row[at + 1].value) for row in sheet.iter_rows(min_row=2) if row[at].value is not None]
    assert len(pairs) > 400
    assert all((spoken <= 10) == (exact <= 600) for exact, spoken in pairs)


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(49_999 / 50_000, '"99.9%"'), (1e-6, '"0.1%"'), (0.89999, '"89.9%"'), (1.0, "0.0%"), (0.0, "0.0%"), (0.734, "0.0%")],
)
def test_a_share_never_reads_as_all_or_none_in_a_sheet(ratio: float, shown: str) -> None:
    cell = write(pd.DataFrame({"coverage_ratio": [ratio, 0.5]}))["T"]["A2"]
    assert cell.value == ratio
    assert cell.number_format == shown


def test_no_column_is_headed_by_a_code_on_the_chinese_side() -> None:
    from tests.export.qinghe_plan import planned_outputs

    for lang, expected in (
        ("zh", {"老年人", "80 岁及以上", "儿童", "英文名称", "类型"}),
        ("en", {"older people", "English name", "Type"}),
    ):
        whole = openpyxl.load_workbook(io.BytesIO(planned_outputs(lang).content("coverage.xlsx")))
        names = {"zh": ("社区", "设施", "居住点"), "en": ("Communities", "Facilities", "Demand points")}[lang]
        heads = {str(cell.value) for name in names for cell in whole[name][1]}
        assert expected <= heads
        if lang == "zh":
            assert not {head for head in heads if head.isascii()}
            values = {
                str(cell.value) for cell in next(column for column in whole["社区"].columns if column[0].value == "类型")[1:]
            }
            assert values <= {"城镇", "乡村", "None"}
        meanings = {(row[0].value, row[2].value) for row in whole.worksheets[-1].iter_rows(min_row=2)}
        assert {(names[0], "name_en"), (names[0], "type"), (names[2], "elder80")} <= meanings


def test_the_plan_has_a_sheet_of_its_own() -> None:
    from tests.export.qinghe_plan import planned_outputs

    sheet = openpyxl.load_workbook(io.BytesIO(planned_outputs().content("coverage.xlsx")))["方案"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "方案实施前（含拟建设施 1 处） 73.5% → 方案实施后 78.9%" in rows[0][0]
    everyone = next(row for row in rows if row[1] == 45_000)
    assert everyone[2] == 33_069
    sites = {row[0]: row for row in rows if row[0] and row[0][0] in "新移撤" and len(row[0]) == 3}
    assert list(sites) == ["新 1", "新 2", "新 3", "新 4", "新 5", "移 1", "撤 1"]
    assert sites["新 1"][1:3] == ["新增", "新建社区食堂 1"]
    assert all(sites[f"新 {n}"][5] for n in range(1, 6))  # the community
