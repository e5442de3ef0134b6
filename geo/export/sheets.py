"""Tables for people and programs: demand.csv and coverage.xlsx, in which no text can become a formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.cells import harmless
from geo.export.plain import column
from geo.export.results import DEMAND_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from geo.export.plain import Plain

_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')


def demand_csv(demand: pd.DataFrame) -> bytes:
    """demand.csv: the eight columns, UTF-8 without a mark in front, empty where nothing is known.

    ``served`` is ``true`` or ``false``.
    """
    return to_csv(demand, DEMAND_COLUMNS)


def to_csv(frame: pd.DataFrame, columns: tuple[str, ...]) -> bytes:
    """The columns as CSV; numbers in full, so that reading gives the same numbers back.

    Python's own writer leaves a lone carriage return unquoted, which splits the row when it
    is read; so cells are quoted here.
    """
    cells = [[cell(name), *map(cell, column(frame[name]))] for name in columns]
    return ("\n".join(",".join(row) for row in zip(*cells, strict=True)) + "\n").encode()


def cell(value: Plain) -> str:
    """One value as a CSV cell: quoted where it must be, and no formula (see :mod:`geo.cells`)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = harmless(value) if isinstance(value, str) else str(value)
    return '"' + shown.replace('"', '""') + '"' if _QUOTED.search(shown) else shown
