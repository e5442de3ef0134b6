"""Numbers as people write them: thousands separators, full-width digits, units behind them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([, '\u00a0\u2009]\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DEGREES = re.compile(r"(\d{1,3})[°度]\s*(\d{1,2})['′´分]\s*(?:(\d{1,2}(?:\.\d+)?)(?:[\"″秒]|''|′′))?[NESW东北]?")
_UNIT = re.compile(r"\s*(人|户|位|名|张|床|座|个|份|客|平方米|平米|㎡|m2|米|度|°|people|persons|places|seats|beds)$")
BLANKS = frozenset({"", "-", "--", "—", "——", "/", "无", "空", "null", "none", "n/a", "na", "<na>", "#n/a"})


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column as numbers; all arrays have one entry a row.

    ``value`` is NaN where there is no finite number; ``blank`` where nothing was written,
    ``unreadable`` where something was that is no finite number, ``mended`` where it had to be tidied.
    """

    value: NDArray[np.float64]
    blank: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]
    mended: NDArray[np.bool_]


def read_numbers(column: pd.Series, *, coordinates: bool = False) -> Numbers:
    """Numbers of a column of texts or numbers.

    Parameters
    ----------
    column
        Any column. Text such as ``1,234``, ``１２３`` or ``120人`` is understood and reported as mended.
    coordinates
        A comma then stands before decimals (``114,3051``), never before thousands.
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        blank = np.isnan(values)
        odd = ~np.isfinite(values) & ~blank
        return Numbers(np.where(odd, np.nan, values), blank, odd, np.zeros(len(values), dtype=bool))
    texts = column.fillna("").astype(str).str.strip()
    values = pd.to_numeric(texts.where(texts.str.fullmatch(_PLAIN), ""), errors="coerce").to_numpy(dtype=np.float64, copy=True)
    blank = texts.str.lower().isin(BLANKS).to_numpy(dtype=bool)
    mended = np.zeros(len(values), dtype=bool)
    for i in np.flatnonzero(~np.isfinite(values) & ~blank):
        number = _tidy(str(texts.iloc[i]), coordinates=coordinates)
        if number is not None:
            values[i], mended[i] = number, True
    values[~np.isfinite(values)] = np.nan
    return Numbers(values, blank, np.isnan(values) & ~blank, mended)


def _tidy(text: str, *, coordinates: bool) -> float | None:
    """A number out of a text that is almost one; None where it is none."""
    text = unicodedata.normalize("NFKC", text).replace("，", ",").replace("−", "-").strip()
    if coordinates and (parts := _DEGREES.fullmatch(text)):
        degrees, minutes, seconds = (float(part or 0) for part in parts.groups())
        return degrees + minutes / 60 + seconds / 3600 if max(minutes, seconds) < 60 else None  # noqa: PLR2004  (to a degree)
    text = _UNIT.sub("", text)
    if coordinates and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif _THOUSANDS.fullmatch(text):
        text = re.sub(r"[, '\u00a0\u2009]", "", text)
    elif _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if not _PLAIN.fullmatch(text):
        return None
    number = float(text)
    return number if np.isfinite(number) else None


def as_they_are(column: pd.Series) -> pd.Series:
    """A column of texts as numbers where every one of them is plainly one; else as it is.

    Numbers with leading zeros stay texts: they are codes.
    """
    if pd.api.types.is_numeric_dtype(column):
        return column
    texts = column.fillna("").astype(str).str.strip()
    filled = texts[texts != ""]
    coded = filled.str.fullmatch(r"[+-]?0\d+.*|.{16,}").any()
    if filled.empty or coded or not filled.str.fullmatch(_PLAIN).all():
        return column
    numbers = pd.to_numeric(texts.where(texts != "", None))
    return numbers.astype("Int64") if filled.str.fullmatch(r"[+-]?\d+").all() else numbers.astype("float64")
