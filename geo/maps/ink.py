"""Shapes as matplotlib paths, quickly, and texts that are only text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.maps.fonts import font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from matplotlib.text import Text
    from numpy.typing import NDArray

_MOST_MM = 100_000.0


def area_path(shape: Any) -> Path | None:  # noqa: ANN401  (any shapely geometry)
    """One area with its holes as a path; None when there is nothing to draw."""
    rings: Any = shapely.get_rings(shapely.get_parts(shape)) if shape is not None else []
    return _path(np.asarray(rings, dtype=object), closed=True)


def line_path(lines: NDArray[Any]) -> Path | None:
    """Many lines as one path, which draws far quicker than one by one; None when there are none."""
    return _path(lines, closed=False)


def in_parts(lines: NDArray[Any], metres_a_mm: float) -> list[NDArray[np.object_]]:
    """Lines in as many parts as can be drawn: the renderer has room for so much ink at once; a town's streets are one part."""
    millimetres = np.cumsum(shapely.length(lines)) / metres_a_mm
    return np.split(lines, np.flatnonzero(np.diff(millimetres // _MOST_MM)) + 1)


def _path(lines: NDArray[Any], *, closed: bool) -> Path | None:
    from matplotlib.path import Path

    if not len(lines):
        return None
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(xy), Path.LINETO, dtype=Path.code_type)
    first = np.r_[True, owner[1:] != owner[:-1]]
    codes[first] = Path.MOVETO
    if closed:
        codes[np.r_[first[1:], True]] = Path.CLOSEPOLY
    return Path(xy, codes)


def write(axes: Axes, x: float, y: float, words: str, size: float, **options: Any) -> Text:  # noqa: ANN401  (matplotlib's own)
    """Text on axes, drawn as the characters it is made of: never parsed as a formula."""
    bold = bool(options.pop("bold", False))
    return axes.text(x, y, one_line(words), fontproperties=font(size, bold=bold), parse_math=False, **options)


def one_line(words: str) -> str:
    """Text without line ends and control characters, which have no place on a map."""
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else "\ufffd" for sign in words).split())


def shorten(words: str, places: int) -> str:
    """Text cut to a width; a Chinese character takes two places."""
    words, used = one_line(words), 0
    for at, sign in enumerate(words):
        used += 2 if ord(sign) > 0x2E7F else 1  # noqa: PLR2004
        if used > places:
            return words[: max(at - 1, 1)] + "…"
    return words
