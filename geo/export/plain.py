"""Values of any sort as the plain ones that JSON, tables and databases know.

Text is data: it is kept as it is, save for what no file can hold.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

Plain = str | int | float | bool | None

_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")
_EXACT_INT = 2**53


def plain(value: object) -> Plain:
    """One value as text, number, truth or None.

    Missing and non-finite numbers become None, dates their ISO form, a float without a
    fraction an integer (``12.0`` reads as 12), a tuple its parts behind semicolons, and a list, mapping or
    geometry its text.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    for sorts, turn in _TURNS:
        if isinstance(value, sorts):
            return turn(value)
    return text(str(value))


def number(value: float) -> float | int | None:
    """A finite number, whole ones as integers; None for NaN and infinities."""
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < _EXACT_INT else value


def text(value: str) -> str:
    """The text with what files can't hold (half characters, and zero, which ends text) shown as U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", value)


# In this order: a truth is also an integer to Python, and a time stamp also a date.
_TURNS: tuple[tuple[tuple[type, ...], Callable[[Any], Plain]], ...] = (
    ((bool, np.bool_), bool),
    ((str,), text),
    ((int, np.integer), int),
    ((float, np.floating, Decimal), lambda value: number(float(value))),
    ((datetime, date, time), lambda value: str(value.isoformat())),
    ((np.datetime64,), lambda value: plain(pd.Timestamp(value))),
    ((np.ndarray,), lambda value: text(str(value.tolist()))),
    ((tuple,), lambda value: text("; ".join(map(str, value)))),
    ((bytes,), lambda value: text(value.decode("utf-8", "replace"))),
)


def column(values: Any) -> list[Plain]:  # noqa: ANN401  (a Series of any dtype)
    """Every value of a column made plain; quick for numbers and truths."""
    series = pd.Series(values)
    if pd.api.types.is_bool_dtype(series.dtype) and not series.isna().any():
        return [bool(v) for v in series.to_numpy()]
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu":
        return list(series.to_numpy().tolist())
    if isinstance(series.dtype, np.dtype) and series.dtype.kind == "f":
        return [number(v) for v in series.to_numpy().tolist()]
    return [plain(v) for v in series.tolist()]
