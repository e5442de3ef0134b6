"""coverage.xlsx: the same tables for people who work in a spreadsheet.

Every text is written as text, with the spreadsheet's own mark for it, so nothing in a
cell can become a formula, a link or a number; numbers are the numbers of all other files.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.cells import is_formula
from geo.export.codes import in_words
from geo.export.column_heads import column_heads, own_fields
from geo.export.fields import describe_fields, headings
from geo.export.plain import column, plain, text
from geo.export.plan_sheet import share_rows, site_rows
from geo.export.sheet_look import for_paper, formats, look, said_percent, width
from geo.export.summary import all_findings
from geo.i18n import Lang, joined, listed, say
from geo.maps.planned import change_words, share_words
from geo.maps.words import facts, group_name, limit_s, minutes, people_counted, study_title
from geo.messages import msg

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from geo.export.plain import Plain
    from geo.export.results import Results
    from geo.maps.planned import Planned
    from geo.messages import Message
    from geo.model import Coverage, Study

SHEETS = {
    "communities": msg("Communities"),
    "facilities": msg("Facilities"),
    "gaps": msg("Gaps"),
    "demand": msg("Demand points"),
}
LONGEST_TEXT = 32_767
MOST_ROWS = 100_000  # more is slow to open, and a sheet ends at 1,048,576
_TOO_LONG = msg("{rows} rows are too many for a spreadsheet; they are all in {file}.")


@dataclass
class _Book:
    """A workbook under way with its few cell formats."""

    book: Any
    lang: Lang
    formats: dict[str, Any]
    people: bool = True  # whether somebody counted people; else each home counts as one
    limit_s: float | None = None  # the cutoff in seconds; None where metres decide
    groups: tuple[str, ...] = ()

    def cell(self, sheet: Any, row: int, place: int, value: Plain, shown: str = "text") -> None:  # noqa: ANN401
        """One cell: text as text, numbers as numbers, nothing for None."""
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, str):
            short = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
            sheet.write_string(row, place, short, self.formats["quoted" if is_formula(short) else "text"])
        else:
            said = said_percent(value) if shown == "percent" else None
            sheet.write_number(row, place, value, self.formats[shown] if said is None else self._reads(said))

    def _reads(self, said: str) -> Any:  # noqa: ANN401
        """A format that shows these words for a number, which itself stays as it is."""
        if said not in self.formats:
            self.formats[said] = self.book.add_format({"num_format": f'"{said}"', "align": "right"})
        return self.formats[said]


def workbook(study: Study, coverage: Coverage, results: Results, *, lang: Lang, made: datetime) -> bytes:
    """The workbook: summary, communities, facilities, gaps, demand points, and what the columns mean."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {"title": text(study_title(coverage, lang)), "created": made.replace(tzinfo=None), "comments": "Lifecircle"}
    )
    standard, groups = coverage.standard, tuple(results.groups)
    writer = _Book(book, lang, formats(book), people_counted(coverage), limit_s(standard), groups)
    _summary(writer, study, coverage, results, made)
    if results.planned is not None:
        _plan(writer, results, results.planned)
    for name, title in SHEETS.items():
        frame = results.layer(name)
        _table(writer, frame.drop(columns=[frame.geometry.name]), name, say(title, lang))
    _meanings(writer, results)
    book.close()
    return out.getvalue()


def _table(writer: _Book, frame: pd.DataFrame, name: str, title: str) -> None:
    """One table on one sheet; a table too long for a spreadsheet only tells where its rows are."""
    sheet = writer.book.add_worksheet(title)
    if len(frame) > MOST_ROWS:
        file = "demand.csv" if name == "demand" else f"{name}.geojson"
        sheet.write_string(0, 0, say(_TOO_LONG, writer.lang, rows=f"{len(frame):,}", file=file), writer.formats["text"])
        return
    keys = list(map(str, frame.columns))
    place = 0
    for key, heading in zip(keys, column_heads(name, keys, writer.lang, people=writer.people), strict=True):
        values = [in_words(key, value, writer.lang) for value in column(_listed(frame[key], writer.lang))]
        _column(writer, sheet, place, heading, (values, look(key, values)))
        place += 1
        if key.endswith("time_s"):  # people read minutes; the seconds are those of all other files
            spoken: list[Plain] = [_minutes(value, writer.limit_s) for value in values]
            _column(writer, sheet, place, minutes_heading(heading), (spoken, "minutes"))
            place += 1
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(frame), 1), max(place - 1, 0))
    for_paper(sheet)


def _column(writer: _Book, sheet: Any, place: int, heading: str, cells: tuple[list[Plain], str]) -> None:  # noqa: ANN401
    """A heading, the cells below it as their format shows them, and a width that fits."""
    values, shown = cells
    sheet.write_string(0, place, heading, writer.formats["head"])
    sheet.set_column(place, place, width(heading, values))
    for row, value in enumerate(values, start=1):
        writer.cell(sheet, row, place, value, shown)


def _minutes(seconds: Plain, limit: float | None) -> float | None:
    """As every output reads it: too long a walk is never the limit or less."""
    return None if seconds is None else float(minutes(float(seconds), limit).replace(",", ""))


def minutes_heading(heading: str) -> str:
    """The heading of the same in minutes."""
    return heading.replace("（秒）", "（分钟）").replace("(s)", "(min)")


def _listed(values: pd.Series, lang: Lang) -> pd.Series:
    """Lists of names in one text, as the language lists them."""
    if values.dtype != object:
        return values
    return values.map(lambda value: listed(value, lang) if isinstance(value, tuple) else value)


def _summary(writer: _Book, study: Study, coverage: Coverage, results: Results, made: datetime) -> None:
    """The first sheet: the question, the answer, the groups, what went in and what was noticed."""
    lang = writer.lang
    said = facts(coverage, study.network, lang, made.date())
    sheet = writer.book.add_worksheet(say(msg("Summary"), lang))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 4, 24)
    sheet.write_string(0, 0, text(said.title), writer.formats["title"])
    row = 1
    for line in filter(None, (said.subtitle, said.caution, said.standard, said.walkers, said.source, said.made)):
        writer.cell(sheet, row, 0, text(line))
        row += 1
    row = _figures(writer, sheet, results, row + 1)
    row = _rows(writer, sheet, row + 1, msg("Groups"), _group_rows(results, lang, people=writer.people))
    row = _rows(writer, sheet, row + 1, msg("Inputs"), _input_rows(study, coverage, lang))
    _rows(writer, sheet, row + 1, msg("Findings"), _finding_rows(study, coverage, lang))
    for_paper(sheet, heads=None)


def _figures(writer: _Book, sheet: Any, results: Results, row: int) -> int:  # noqa: ANN401
    for field in describe_fields("summary", writer.lang, people=writer.people):
        value = plain(getattr(results.totals, field.name))
        writer.cell(sheet, row, 0, field.heading)
        writer.cell(sheet, row, 1, value, look(field.name, [value]) if "_" in field.name else "whole")
        row += 1
    return row


def _rows(writer: _Book, sheet: Any, row: int, title: str, rows: list[list[Plain]]) -> int:  # noqa: ANN401
    """A heading and lines below it; nothing at all when there are none."""
    if not rows:
        return row
    sheet.write_string(row, 0, say(title, writer.lang), writer.formats["part"])
    ratio = headings("communities", writer.lang, people=writer.people)["coverage_ratio"]
    for line in rows:
        row += 1
        for place, value in enumerate(line):
            writer.cell(sheet, row, place, value, "percent" if rows[0][place] == ratio else "general")
    return row + 1


def _group_rows(results: Results, lang: Lang, *, people: bool) -> list[list[Plain]]:
    if not results.groups:
        return []
    names = headings("communities", lang, people=people)
    keys = ("total_weight", "served_weight", "coverage_ratio")
    head: list[Plain] = [say(msg("Group"), lang), *(names[key] for key in keys)]
    lines = ([text(group_name(name, lang)), *(plain(row.get(key)) for key in keys)] for name, row in results.groups.items())
    return [head, *lines]


def _input_rows(study: Study, coverage: Coverage, lang: Lang) -> list[list[Plain]]:
    items = coverage.inputs or study.inputs
    if not items:
        return []
    head: list[Plain] = [
        say(one, lang) for one in (msg("Used for"), msg("File"), msg("Rows"), msg("Remarks"), msg("Digest (SHA-256)"))
    ]
    rows = [head]
    for item in items:
        use, path = in_words("layer", text(item.layer), lang), text(item.path)
        rows.append([use, path, item.rows, _joined(item.notes, lang), item.digest])
    return rows


def _joined(notes: tuple[Message, ...], lang: Lang) -> str:
    return text(joined((say(note, lang) for note in notes), lang))


def _finding_rows(study: Study, coverage: Coverage, lang: Lang) -> list[list[Plain]]:
    found = all_findings(study, coverage, lang)
    if not found:
        return []
    names = (msg("Concerns"), msg("What was noticed"), msg("Rows"), msg("How serious"))
    rows: list[list[Plain]] = [[say(name, lang) for name in names]]
    for item in found:
        concerns, level = in_words("layer", text(item.layer), lang), in_words("level", item.level, lang)
        rows.append([concerns, text(say(item.message, lang)), item.count, level])
    return rows


def _meanings(writer: _Book, results: Results) -> None:
    """The last sheet: each heading, its name in the data files, and its meaning."""
    lang = writer.lang
    sheet = writer.book.add_worksheet(say(msg("Meanings"), lang))
    for place, (heading, wide) in enumerate(
        ((msg("Sheet"), 18), (msg("Column"), 26), (msg("Name in files"), 22), (msg("Meaning"), 90))
    ):
        sheet.write_string(0, place, say(heading, lang), writer.formats["head"])
        sheet.set_column(place, place, wide)
    row = 0
    for name, title in SHEETS.items():
        names = map(str, results.layer(name).columns)
        for field in (*describe_fields(name, lang, people=writer.people), *own_fields(name, names, writer.groups, lang)):
            row += 1
            for place, value in enumerate((say(title, lang), field.heading, field.name, field.meaning)):
                sheet.write_string(row, place, value, writer.formats["wrap"])
    sheet.freeze_panes(1, 0)
    for_paper(sheet)


def _plan(writer: _Book, results: Results, planned: Planned) -> None:
    """The second sheet, where there is a plan: before and after, and what each of its sites brings."""
    lang = writer.lang
    sheet = writer.book.add_worksheet(say(msg("Plan"), lang))
    for place, wide in enumerate((16, 14, 30, 18, 22, 26, 14, 14)):
        sheet.set_column(place, place, wide)
    said = (share_words(planned, results.totals, lang), change_words(planned, lang, people=writer.people))
    for row, words in enumerate(said):
        writer.cell(sheet, row, 0, words)
    row = len(said) + 1
    tables = (share_rows(results, planned, lang, people=writer.people), site_rows(results, planned, lang))
    for (head, *lines), shares in zip(tables, ({3, 5}, set[int]()), strict=True):
        for place, value in enumerate(head):
            sheet.write_string(row, place, str(value), writer.formats["head"])
        for row, line in enumerate(lines, start=row + 1):  # noqa: B020  (the next table begins where this one ends)
            for place, value in enumerate(line):
                writer.cell(sheet, row, place, value, "percent" if place in shares else "general")
        row += 2
    for_paper(sheet, heads=None)
