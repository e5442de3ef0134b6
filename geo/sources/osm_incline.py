"""What the tag ``incline`` says, as a number, along the streets as they are drawn."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NUMBER = re.compile(r"^\s*([+-]?\d+(?:[.,]\d+)?)\s*(%|°)?\s*$")
_STEEPEST = 1.0  # what is tagged steeper is a slip of the hand


def incline_of(text: str) -> float:
    """Rise over run, uphill positive along the way as drawn; NaN for words such as "up" that give no number.

    A number without a sign of its own kind is per cent, as the OpenStreetMap wiki has it
    (https://wiki.openstreetmap.org/wiki/Key:incline); ``°`` are degrees.
    """
    match = _NUMBER.match(text)
    if not match:
        return math.nan
    number = float(match.group(1).replace(",", "."))
    slope = math.tan(math.radians(number)) if match.group(2) == "°" else number / 100
    return slope if abs(slope) <= _STEEPEST else math.nan


def drawn_inclines(
    words: list[str], code: NDArray[np.integer], along: NDArray[np.bool_], real: NDArray[np.bool_]
) -> NDArray[np.float32] | None:
    """Tagged rise over run of every segment as its edge runs, shape (k,), NaN where untagged; None without any tag.

    Parameters
    ----------
    words
        The values of the tag in the file.
    code
        Which of the words each segment's way has, (k,).
    along
        Whether the edge runs as the way was drawn there, (k,); otherwise uphill is downhill.
    real
        Which vertices begin a segment of a way, (k,).
    """
    value = np.array([incline_of(word) for word in words], dtype=np.float32)
    if np.isnan(value).all():
        return None
    drawn = value[code]
    return np.where(real, np.where(along, drawn, -drawn), np.float32(np.nan)).astype(np.float32)
