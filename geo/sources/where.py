"""One simple condition on a column: ``healthcare > 0``, ``类型 = 食堂``, ``name contains 小学``.

It is data, never run: a column, one of a few comparisons, and a value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.errors import StudyFileError
from geo.messages import msg
from geo.sources.numbers import read_numbers
from geo.sources.positions import require

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# Signs as a Chinese keyboard writes them.
_FULL_WIDTH = str.maketrans({"＞": ">", "＜": "<", "＝": "=", "！": "!", "≥": ">=", "≤": "<=", "≠": "!="})
_FORM = re.compile(r"\s*(?P<column>.+?)\s*(?P<sign><=|>=|==|!=|=|<|>|\bcontains\b)\s*(?P<value>.*?)\s*")


def rows_where(frame: pd.DataFrame, condition: str, file: str) -> NDArray[np.bool_]:
    """Which rows meet the condition; numbers are compared as numbers, all else as text.

    Raises
    ------
    StudyFileError
        When the condition has another form.
    InputDataError
        When there is no such column.
    """
    match = _FORM.fullmatch(condition.translate(_FULL_WIDTH))
    if match is None or not match["value"]:
        raise StudyFileError(
            msg('where = "{condition}" is not understood; write for example where = "beds > 0".'), condition=condition
        )
    column = require(frame, match["column"].strip("\"'"), "where", file)
    sign, value = match["sign"], match["value"].strip("\"'")
    cells = frame[column]
    if sign == "contains":
        return cells.fillna("").astype(str).str.contains(value, regex=False).to_numpy(dtype=bool)
    numbers = read_numbers(cells)
    try:
        limit = float(value)
    except ValueError:
        same = (cells.fillna("").astype(str).str.strip() == value).to_numpy(dtype=bool)
        if sign in {"=", "=="}:
            return same
        if sign == "!=":
            return ~same
        sentence = msg('where = "{condition}" compares with “{value}”, which is no number.')
        raise StudyFileError(sentence, condition=condition, value=value) from None
    return _compare(numbers.value, sign, limit)


def _compare(numbers: NDArray[np.float64], sign: str, limit: float) -> NDArray[np.bool_]:
    """Comparisons in which a missing number meets no condition but ``!=``."""
    known = {
        "<": numbers < limit,
        "<=": numbers <= limit,
        ">": numbers > limit,
        ">=": numbers >= limit,
        "!=": numbers != limit,
    }
    result: NDArray[np.bool_] = known.get(sign, numbers == limit)
    return result
