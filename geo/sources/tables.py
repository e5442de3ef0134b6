"""Tables: CSV in any usual encoding, and workbooks, as texts with the row numbers a user sees."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import repeat, zip_longest
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from geo.errors import InputDataError
from geo.messages import msg
from geo.sources.findings import FindingLog, some

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

Cell: TypeAlias = tuple[int, int]  # row and column, counted from 0
_HEADER_ROWS = 10  # how far down the column names are looked for
_BIG_FIELD = 10_000_000
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class TableForm:
    """How a table is written, where the study file says it."""

    encoding: str = ""
    sheet: str = ""
    header_row: int = 0


def read_csv(path: Path, form: TableForm, log: FindingLog, wanted: Collection[str] = ()) -> pd.DataFrame:
    """All cells of a CSV as text, indexed by the row in the file (the heading is usually row 1).

    Parameters
    ----------
    path
        A text of comma, semicolon, tab or bar separated values.
    form
        Encoding and row of the heading; both are found by themselves when not given.
    log
        Takes what was noticed.
    wanted
        Columns that should be there: they tell the heading from titles above it.

    Raises
    ------
    InputDataError
        When the text can't be decoded or has no row with column names.
    """
    text, encoding = decode(path.read_bytes(), form.encoding, path.name)
    if encoding not in {"utf-8-sig", "utf-8", form.encoding}:
        log.add("info", msg("{file} is written in {encoding} and was read so."), file=path.name, encoding=encoding)
    csv.field_size_limit(_BIG_FIELD)
    said = _SEPARATOR_LINE.match(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=said[1] if said else delimiter_of(text)))
    except csv.Error as error:
        raise InputDataError(msg("{file} is no readable table: {why}."), file=path.name, why=error) from error
    # Excel's own first line "sep=;" keeps its row number but is no heading.
    return _frame([[], *rows[1:]] if said else rows, path.name, form, log, wanted)


def read_workbook(path: Path, form: TableForm, log: FindingLog, wanted: Collection[str] = ()) -> pd.DataFrame:
    """One sheet of an XLSX, XLS or ODS workbook as text: values only, never formulas.

    Raises
    ------
    InputDataError
        When the workbook is locked or broken, or has no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = list(book.sheet_names)
            if form.sheet and form.sheet not in names:
                sentence = msg("{file} has no sheet “{sheet}”; it has: {known}.")
                raise InputDataError(sentence, file=path.name, sheet=form.sheet, known=some(names))
            if not names:
                raise InputDataError(msg("{file} has no sheet."), file=path.name)
            sheet = form.sheet or names[0]
            found = book.get_sheet_by_name(sheet)
            rows, merged = found.to_python(skip_empty_area=False), found.merged_cell_ranges or []
    except (CalamineError, OSError) as error:
        raise InputDataError(msg("{file} is no readable table: {why}."), file=path.name, why=error) from error
    if len(names) > 1 and not form.sheet:
        sentence = msg('{file} has {count_sheets} sheets; “{sheet}” was read. Name another with sheet = "…".')
        log.add("info", sentence, file=path.name, count_sheets=len(names), sheet=sheet)
    cells = [[_cell(cell) for cell in row] for row in rows]
    filled = _fill_down(cells, merged)
    frame = _frame(cells, path.name, form, log, wanted)
    if shared := sorted(filled.intersection(frame.index)):
        log.add("mended", msg("{count} rows share a text with the row above in a merged cell, and were given it."), shared)
    return frame


def _fill_down(cells: list[list[str]], merged: Iterable[tuple[Cell, Cell]]) -> set[int]:
    """Give the text of a merged cell to every row that it spans; those rows, counted from 1.

    Never a number: three rows that share the number 300 are not 900 people. Where a format doesn't tell which cells are
    merged (ODS), all but the first stay empty.
    """
    filled = set()
    for (top, left), (bottom, _right) in merged:
        text = cells[top][left] if top < len(cells) else ""
        if any(map(str.isalpha, text)):
            for row in range(top + 1, min(bottom + 1, len(cells))):
                cells[row][left] = text
                filled.add(row + 1)
    return filled


def decode(raw: bytes, encoding: str, name: str) -> tuple[str, str]:
    """The text of a file and the encoding it was in: as said, else UTF-8, UTF-16 (by its mark) or GB 18030."""
    if encoding:
        tries: tuple[str, ...] = (encoding,)
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ("utf-16",)
    else:
        tries = ("utf-8-sig", "gb18030")
    for known in tries:
        try:
            return raw.decode(known), known
        except (UnicodeDecodeError, LookupError):
            continue
    sentence = msg('{file} can\'t be read as {encoding}; save it as UTF-8, or name its encoding with encoding = "…".')
    raise InputDataError(sentence, file=name, encoding=" / ".join(tries))


def delimiter_of(text: str) -> str:
    """The separator that most of the first lines use, and use alike; a comma when there is none."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_HEADER_ROWS]

    def fit(mark: str) -> tuple[int, int, int]:
        counts = Counter(len(next(csv.reader([line], delimiter=mark), [])) - 1 for line in lines)
        used = {number: times for number, times in counts.items() if number > 0}
        return sum(used.values()), max(used.values(), default=0), max(used, default=0)

    return max(",;\t|", key=fit)


def _cell(value: object) -> str:
    """A workbook's cell as a planner sees it: 3 rather than 3.0, ISO dates."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  (beyond it floats skip integers)
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _frame(rows: Sequence[Sequence[str]], name: str, form: TableForm, log: FindingLog, wanted: Collection[str]) -> pd.DataFrame:
    """Rows of cells as a frame of texts, named by the heading and indexed by row number."""
    names, at = _heading(rows, name, form, log, wanted)
    heading = _column_names(names, log)
    width = len(heading)
    numbers = [number for number, row in enumerate(rows[at + 1 :], start=at + 2) if any(map(str.strip, row))]
    kept = [rows[number - 1] for number in numbers]
    if long := [
        number for number, row in zip(numbers, kept, strict=True) if len(row) > width and any(map(str.strip, row[width:]))
    ]:
        log.add("doubtful", msg("{count} rows have more cells than there are column names; the rest is not read."), long)
    if short := [number for number, row in zip(numbers, kept, strict=True) if len(row) < width]:
        log.add("doubtful", msg("{count} rows have fewer cells than there are column names."), short)
    index = pd.Index(numbers, dtype="int64", name="row")
    # Column by column: a table may have a million rows.
    columns = zip_longest(*kept, fillvalue="") if kept else repeat((), width)
    cells = {name: [cell.strip() for cell in column] for name, column in zip(heading, columns, strict=False)}
    return pd.DataFrame(cells, columns=heading, index=index, dtype="str")


def _heading(
    rows: Sequence[Sequence[str]], name: str, form: TableForm, log: FindingLog, wanted: Collection[str]
) -> tuple[Sequence[str], int]:
    """The column names, and the row in which the last of them stand, counted from 0."""
    filled = [i for i, row in enumerate(rows[:1000]) if any(cell.strip() for cell in row)]
    if not filled:
        raise InputDataError(msg("{file} is empty."), file=name)
    if form.header_row:
        if form.header_row > len(rows):
            raise InputDataError(msg("{file} has no row {row} for the column names."), file=name, row=form.header_row)
        return rows[form.header_row - 1], form.header_row - 1
    first = filled[0]
    if not wanted or _has(rows[first], wanted):
        return rows[first], first
    for i in filled[1:_HEADER_ROWS]:
        if _has(rows[i], wanted):
            log.add("mended", msg("The column names of {file} were found in row {row}."), file=name, row=i + 1)
            return rows[i], i
    for i in [row for row in filled[: _HEADER_ROWS - 1] if row + 1 < len(rows)]:
        # Names over two rows, as merged cells make them: 坐标 above, 经度 and 纬度 below.
        both = [below.strip() or above for above, below in zip_longest(*rows[i : i + 2], fillvalue="")]
        if _has(both, wanted):
            sentence = msg("The column names of {file} were put together from rows {row} and {next}.")
            log.add("mended", sentence, file=name, row=i + 1, next=i + 2)
            return both, i + 1
    return rows[first], first


def _has(row: Sequence[str], wanted: Collection[str]) -> bool:
    return set(wanted) <= {cell.strip() for cell in row}


def _column_names(cells: Sequence[str], log: FindingLog) -> list[str]:
    """Names that are there and differ: a repeated one gets a number, an empty one its place."""
    names: list[str] = []
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"column_{place}"
        again = name
        while again in names:
            again = f"{name}_{place}"
            name = again
        if again != " ".join(cell.split()) and cell.strip():
            log.add(
                "mended",
                msg("The column name “{name}” stands there twice; the second is called “{again}”."),
                name=cell,
                again=again,
            )
        names.append(again)
    return names
