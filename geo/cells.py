"""Text in a table's cell: what a spreadsheet would run as a formula, and how it is written so that none does.

The one rule for every CSV we write. GeoJSON, GeoPackage and JSON keep text as it is, since nothing runs it
there; a workbook marks such a cell as text by its format.
"""

from __future__ import annotations

import re

# What spreadsheets take for the start of a formula, also in the wide forms that Chinese keyboards type.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MARK = "'"


def is_formula(value: str) -> bool:
    """Whether a spreadsheet would read more into the text than its characters; a plain number is none."""
    return bool(_FORMULA.match(value)) and not _NUMBER.fullmatch(value)


def harmless(value: str) -> str:
    """The text as a CSV cell: one that would become a formula gets an apostrophe in front; all else stays.

    A text that begins with such apostrophes already gets one more, so that different texts (ids!) stay different
    and :func:`as_it_was` gives every one back.
    """
    return f"{_MARK}{value}" if is_formula(value.lstrip(_MARK)) else value


def as_it_was(cell: str) -> str:
    """The text that :func:`harmless` made the cell from."""
    return cell.removeprefix(_MARK) if is_formula(cell.lstrip(_MARK)) else cell
