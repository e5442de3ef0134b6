"""The cells of a workbook's sheet, read by a small process of its own with limits of memory and time.

Readers of workbooks make room for every cell up to the last one, wherever it stands, and some files make them
loop or abort the whole process. So a child reads (``python -m geo.sources.workbook_child FILE SHEET``; it imports little and
starts in a tenth of a second), with as much memory and time as the size of the file justifies; the parent gets
rows that hold something, or a sentence.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from geo.errors import InputDataError
from geo.messages import msg
from geo.sources.findings import some

if TYPE_CHECKING:
    from collections.abc import Iterator

Cell = tuple[int, int]  # row and column, counted from 0

CHILD = Path(__file__).with_name("workbook_child.py")
MEMORY_BYTES = 300_000_000  # for a small workbook; it covers a sheet of two million cells
MEMORY_PER_BYTE = 40  # of the file: a workbook is a zip, and a packed cell of five bytes takes some two hundred
SECONDS = 4.0  # of the processor
SECONDS_PER_MB = 2.0
WAIT = 20  # times as long by the clock: other programs may need the processor, too
_FAR_ROWS, _FAR_CELLS = 200_000, 5_000_000
_REF = re.compile(rb'<c\s[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_MOST_LOOKED_AT = 200_000_000  # bytes of a sheet in which the far cell is looked for


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows that hold something, and which cells are merged.

    ``rows``: texts by row number, counted from 1; ``merged``: first and last cell of each merged range.
    """

    names: list[str]
    name: str
    rows: dict[int, list[str]]
    merged: list[tuple[Cell, Cell]]


def read_sheet(path: Path, sheet: str) -> Sheet:
    """The sheet of that name, or the first one.

    Raises
    ------
    InputDataError
        When the workbook is locked, broken, takes too much memory or time, or has no such sheet.
    """
    size = path.stat().st_size
    limits = {"memory": MEMORY_BYTES + MEMORY_PER_BYTE * size, "seconds": int(SECONDS + SECONDS_PER_MB * size / 1e6)}
    with tempfile.TemporaryFile() as out:
        status = _run(path, sheet, limits, out)
        out.seek(0)
        heading = json.loads(out.readline() or b"{}")
        if status == 0 and heading:
            return _sheet(heading, out)
    raise _why(path, sheet, heading, status, limits["seconds"])


def _run(path: Path, sheet: str, limits: dict[str, int], out: IO[bytes]) -> int:
    """The child's exit status; negative where a signal ended it."""
    # -I: nothing beside the file or in the environment decides what the child imports.
    words = [sys.executable, "-I", str(CHILD), str(path), sheet, str(limits["memory"]), str(limits["seconds"])]
    child = subprocess.Popen(  # noqa: S603  (our own file, with the path as one word)
        words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL
    )
    try:
        return child.wait(timeout=limits["seconds"] * WAIT)
    except subprocess.TimeoutExpired:
        return -1
    finally:
        child.kill()
        child.wait()


def _sheet(heading: dict[str, Any], lines: IO[bytes]) -> Sheet:
    rows: dict[int, list[str]] = {}
    for line in lines:
        number, cells = json.loads(line)
        rows[number] = cells
    merged = [((top, left), (bottom, right)) for (top, left), (bottom, right) in heading["merged"]]
    return Sheet(heading["names"], heading["sheet"], rows, merged)


def _why(path: Path, sheet: str, heading: dict[str, Any], status: int, seconds: int) -> InputDataError:
    """What is wrong with a workbook that was not read."""
    name = path.name
    if "names" in heading and not heading["names"]:
        return InputDataError(msg("{file} has no sheet."), file=name)
    if "names" in heading and "sheet" not in heading:
        sentence = msg("{file} has no sheet “{sheet}”; it has: {known}.")
        return InputDataError(sentence, file=name, sheet=sheet, known=some(heading["names"]))
    if "error" in heading:
        return InputDataError(msg("{file} is no readable table: {why}."), file=name, why=heading["error"])
    if far := _far_cell(path):
        sentence = msg("{file} has something in the cell {cell}, far from its table; delete the rows and columns between.")
        return InputDataError(sentence, file=name, cell=far)
    if status in {-24, -9, -1}:  # out of time
        sentence = msg("{file} took longer than {seconds} s to read and was given up; save it again as .xlsx or .csv.")
        return InputDataError(sentence, file=name, seconds=seconds)
    return InputDataError(msg("{file} is damaged or far too large for a table; save it again as .xlsx or .csv."), file=name)


def _far_cell(path: Path) -> str:
    """A cell so far from the first one that no table reaches it; empty where there is none."""
    broken = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)
    with contextlib.suppress(*broken), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if "worksheets/" in info.filename and not info.flag_bits & 1:
                with archive.open(info) as part:
                    if far := _farthest(part):
                        return far
    return ""


def _farthest(part: IO[bytes]) -> str:
    rows = columns = 0
    last = ""
    for block in _blocks(part):
        for letters, digits in _REF.findall(block):
            column, row = _column(letters), int(digits)
            if row > rows or column > columns:
                rows, columns = max(rows, row), max(columns, column)
                last = (letters + digits).decode()
    return last if rows * columns > _FAR_CELLS or rows > _FAR_ROWS else ""


def _blocks(part: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    for _ in range(_MOST_LOOKED_AT >> 20):
        block = part.read(1 << 20)
        if not block:
            return
        yield tail + block
        tail = block[-300:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
