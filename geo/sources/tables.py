"""Tables: CSV in any usual encoding, and workbooks, as texts with the row numbers a user sees."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import IO, TYPE_CHECKING

import pandas as pd

from geo.errors import InputDataError
from geo.messages import msg
from geo.sources.findings import SHOWN, FindingLog
from geo.sources.workbook_cells import Cell, read_sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_HEADER_ROWS = 10  # how far down the column names are looked for
_BIG_FIELD = 10_000_000
_START = 20_000  # letters that tell how a table is separated
_MOST_GIVEN = 3_000_000  # rows that merged cells give a text to, together
MOST_COLUMNS = 2_000
_LONG_LINE = msg("{file} has a line of more than {limit} million letters; it is no table.")
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
    encoding = encoding_of(path, form.encoding)
    if encoding not in {"utf-8-sig", "utf-8", form.encoding}:
        log.add("info", msg("{file} is written in {encoding} and was read so."), file=path.name, encoding=encoding)
    csv.field_size_limit(_BIG_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(_START)
        said = _SEPARATOR_LINE.match(start)
        file.seek(0)
        try:
            every = csv.reader(_lines(file, path.name), delimiter=said[1] if said else delimiter_of(start))
            rows = {number: row for number, row in enumerate(every, start=1) if any(map(str.strip, row))}
        except (csv.Error, UnicodeError) as error:
            raise InputDataError(msg("{file} is no readable table: {why}."), file=path.name, why=error) from error
    if said:  # Excel's own first line "sep=;" keeps its row number but is no heading
        rows.pop(1, None)
    return _frame(rows, path.name, form, log, wanted)


def _lines(file: IO[str], name: str) -> Iterator[str]:
    """The lines of a text; one that is longer than any row of a table is refused."""
    while line := file.readline(_BIG_FIELD):
        if len(line) == _BIG_FIELD and not line.endswith("\n"):
            raise InputDataError(_LONG_LINE, file=name, limit=_BIG_FIELD // 1_000_000)
        yield line


def read_workbook(path: Path, form: TableForm, log: FindingLog, wanted: Collection[str] = ()) -> pd.DataFrame:
    """One sheet of an XLSX, XLS or ODS workbook as text: values only, never formulas.

    Raises
    ------
    InputDataError
        When the workbook is locked or broken, or has no such sheet.
    """
    sheet = read_sheet(path, form.sheet)
    if len(sheet.names) > 1 and not form.sheet:
        sentence = msg('{file} has {count_sheets} sheets; “{sheet}” was read. Name another with sheet = "…".')
        log.add("info", sentence, file=path.name, count_sheets=len(sheet.names), sheet=sheet.name)
    filled = _fill_down(sheet.rows, sheet.merged, path.name)
    frame = _frame(sheet.rows, path.name, form, log, wanted)
    if shared := sorted(filled.intersection(frame.index)):
        log.add("mended", msg("{count} rows share a text with the row above in a merged cell, and were given it."), shared)
    return frame


def _fill_down(rows: dict[int, list[str]], merged: Iterable[tuple[Cell, Cell]], name: str) -> set[int]:
    """Give the text of a merged cell to every row that it spans, as far as the sheet goes; those rows, counted from 1.

    Never a number: three rows that share the number 300 are not 900 people. Where a format doesn't tell which cells are
    merged (ODS), all but the first stay empty.
    """
    filled: set[int] = set()
    last = max(rows, default=0)
    given = 0
    for (top, left), (bottom, _right) in merged:
        first = rows.get(top + 1, [])
        text = first[left] if left < len(first) else ""
        if not any(map(str.isalpha, text)):
            continue
        spanned = range(top + 2, min(bottom + 1, last) + 1)
        given += len(spanned)
        if given > _MOST_GIVEN:
            raise InputDataError(msg("{file} has merged cells over too many rows; take the merging back first."), file=name)
        for row in spanned:
            cells = rows.setdefault(row, [])
            cells += [""] * (left + 1 - len(cells))
            cells[left] = text
        filled.update(spanned)
    if filled:
        inserted = sorted(rows.items())
        rows.clear()
        rows.update(inserted)
    return filled


def encoding_of(path: Path, encoding: str) -> str:
    """The encoding that a file is in: as said, else UTF-8, UTF-16 (by its mark) or GB 18030; read through once, piece by piece.

    Raises
    ------
    InputDataError
        When it is in none of them.
    """
    with path.open("rb") as file:
        mark = file.read(2)
        tries = (encoding,) if encoding else ("utf-16",) if mark in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
        for known in tries:
            file.seek(0)
            if _fits(file, known):
                return known
    sentence = msg('{file} can\'t be read as {encoding}; save it as UTF-8, or name its encoding with encoding = "…".')
    raise InputDataError(sentence, file=path.name, encoding=" / ".join(tries))


def _fits(file: IO[bytes], encoding: str) -> bool:
    try:
        reader = codecs.getincrementaldecoder(encoding)()
        while block := file.read(1 << 20):
            reader.decode(block)
        reader.decode(b"", final=True)
    except (UnicodeError, LookupError):
        return False
    return True


def delimiter_of(text: str) -> str:
    """The separator that most of the first lines use, and use alike; a comma when there is none."""
    lines = [line for line in text[:_START].splitlines() if line.strip()][:_HEADER_ROWS]

    def fit(mark: str) -> tuple[int, int, int]:
        counts = Counter(len(next(csv.reader([line], delimiter=mark), [])) - 1 for line in lines)
        used = {number: times for number, times in counts.items() if number > 0}
        return sum(used.values()), max(used.values(), default=0), max(used, default=0)

    return max(",;\t|", key=fit)


def _frame(rows: Mapping[int, list[str]], name: str, form: TableForm, log: FindingLog, wanted: Collection[str]) -> pd.DataFrame:
    """Rows of cells (by number) as a frame of texts, named by the heading and indexed by row number."""
    names, at = _heading(rows, name, form, log, wanted)
    heading = _column_names(names, name, log)
    width = len(heading)
    numbers = [number for number in rows if number > at]
    kept = [rows[number] for number in numbers]
    if long := [
        number for number, row in zip(numbers, kept, strict=True) if len(row) > width and any(map(str.strip, row[width:]))
    ]:
        log.add("doubtful", msg("{count} rows have more cells than there are column names; the rest is not read."), long)
    if short := [number for number, row in zip(numbers, kept, strict=True) if len(row) < width]:
        log.add("doubtful", msg("{count} rows have fewer cells than there are column names."), short)
    index = pd.Index(numbers, dtype="int64", name="row")
    # Column by column: a table may have a million rows. A row that is too long does not make all others as long.
    columns = zip_longest(*(row[:width] for row in kept), fillvalue="") if kept else ()
    cells = {name: [cell.strip() for cell in column] for name, column in zip(heading, columns, strict=False)}
    cells |= {name: [""] * len(kept) for name in heading if name not in cells}
    return pd.DataFrame(cells, columns=heading, index=index, dtype="str")


def _heading(
    rows: Mapping[int, list[str]], name: str, form: TableForm, log: FindingLog, wanted: Collection[str]
) -> tuple[list[str], int]:
    """The column names, and the number of the row in which the last of them stand."""
    if not rows:
        raise InputDataError(msg("{file} is empty."), file=name)
    if form.header_row:
        if form.header_row not in rows:
            raise InputDataError(msg("{file} has no row {row} for the column names."), file=name, row=form.header_row)
        return rows[form.header_row], form.header_row
    filled = list(islice(rows, _HEADER_ROWS))
    first = filled[0]
    if not wanted or _has(rows[first], wanted):
        return rows[first], first
    for row in filled[1:]:
        if _has(rows[row], wanted):
            log.add("mended", msg("The column names of {file} were found in row {row}."), file=name, row=row)
            return rows[row], row
    for row in filled[:-1]:
        # Names over two rows, as merged cells make them: 坐标 above, 经度 and 纬度 below.
        both = [below.strip() or above for above, below in zip_longest(rows[row], rows.get(row + 1, []), fillvalue="")]
        if row + 1 in rows and _has(both, wanted):
            sentence = msg("The column names of {file} were put together from rows {row} and {next}.")
            log.add("mended", sentence, file=name, row=row, next=row + 1)
            return both, row + 1
    return rows[first], first


def _has(row: Sequence[str], wanted: Collection[str]) -> bool:
    return set(wanted) <= {cell.strip() for cell in row}


def _column_names(cells: Sequence[str], file: str, log: FindingLog) -> list[str]:
    """Names that are there and differ: a repeated one gets a number, an empty one its place."""
    last = next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)
    if last > MOST_COLUMNS:
        sentence = msg("{file} has {count} columns; at most {limit} are read. Keep those that the study needs.")
        raise InputDataError(sentence, file=file, count=last, limit=MOST_COLUMNS)
    names: dict[str, None] = {}  # in their order
    again: list[tuple[str, str]] = []
    for place, cell in enumerate(cells[:last], start=1):
        plain = " ".join(cell.split())
        name = plain or f"column_{place}"
        while name in names:
            name = f"{name}_{place}"
        if plain and name != plain:
            again.append((cell, name))
        names[name] = None
    for cell, name in again[:SHOWN]:
        sentence = msg("The column name “{name}” stands there twice; the second is called “{again}”.")
        log.add("mended", sentence, name=cell, again=name)
    if len(again) > SHOWN:
        sentence = msg("{more} more column names of {file} stand there twice; the later ones got their column's number.")
        log.add("mended", sentence, more=len(again) - SHOWN, file=file)
    return list(names)
