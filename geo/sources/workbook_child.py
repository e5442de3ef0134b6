"""The process that reads a workbook for :mod:`geo.sources.workbook_cells`; it imports nothing of ours, to start at once.

Words: the file, the sheet (empty: the first), how many bytes of memory and how many seconds it may take.
Lines of JSON on standard output: a heading, then the number of each row that holds something, and its cells.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time

_ROUND = 1e15  # beyond it floats skip integers


def main(path: str, sheet: str, memory: str, seconds: str) -> None:
    """Read one sheet."""
    _limit(int(memory), int(seconds))
    # BaseException: the reader's own panics are no Exception. Whatever it is, the parent gets it as a sentence.
    try:
        _read(path, sheet)
    except BaseException as error:  # noqa: BLE001
        _say({"error": " ".join(str(error).split())[:200] or type(error).__name__})
        sys.exit(1)


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: only the parent's clock holds there
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(path: str, sheet: str) -> None:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        names = list(book.sheet_names)
        if not names or (sheet and sheet not in names):
            _say({"names": names})
            sys.exit(1)
        found = book.get_sheet_by_name(sheet or names[0])
        _say({"names": names, "sheet": sheet or names[0], "merged": found.merged_cell_ranges or []})
        # The iterator counts rows from the first of the sheet, but cells from the first column that is filled.
        before = [""] * (found.start or (0, 0))[1]
        for number, row in enumerate(found.iter_rows(), start=1):
            cells = before + [_cell(value) for value in row]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                _say([number, cells])


def _cell(value: object) -> str:
    """A cell as a planner sees it: 3 rather than 3.0, ISO dates."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _ROUND:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
