"""The strip below a printed map: what sort of map it is, on what it rests, and the places that an office fills in by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo import crs
from geo.i18n import Lang, say
from geo.maps import ink, style
from geo.maps.words import people_counted
from geo.messages import msg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo.maps.picture import Picture
    from geo.model import Coverage

_CGCS = re.compile(r"CGCS2000 / 3-degree Gauss-Kruger (?:CM (\d+)E|zone (\d+))")
_SLOTS = (msg("Drawn up by:"), msg("Checked by:"), msg("Date:"), msg("Map approval no.:"))


def system_words(code: str, lang: Lang) -> str:
    """A coordinate system as planners write it: CGCS2000 三度带，中央经线 117°E（EPSG:4548）."""
    name = crs.title(code)
    found = _CGCS.search(name)
    if found is None:
        return f"{name} ({code})" if name != code else code
    meridian = int(found[1]) if found[1] else 3 * int(found[2])
    return say(msg("CGCS2000, 3-degree zone, central meridian {meridian}°E ({code})"), lang, meridian=meridian, code=code)


def people_words(coverage: Coverage, lang: Lang) -> str:
    """Whose numbers the people are: the file they come from; a count of homes where nobody counted people."""
    if not people_counted(coverage):
        return say(msg("each home counts as one"), lang)
    files = [item.path for item in coverage.inputs if item.layer == "demand"] or [
        item.path for item in coverage.inputs if item.layer == "communities"
    ]
    return say(msg("as in {files}"), lang, files=files) if files else say(msg("as in the study"), lang)


def about_lines(coverage: Coverage, lang: Lang) -> list[str]:
    """What stands on every sheet besides the answer: the sort of map, its coordinate system, whose people are counted."""
    return [
        say(msg("Sketch map"), lang),
        say(msg("Coordinates: {system}"), lang, system=system_words(coverage.crs, lang)),
        say(msg("Population basis: {basis}"), lang, basis=people_words(coverage, lang)),
    ]


def draw_imprint(axes: Axes, picture: Picture, lang: Lang, size_mm: tuple[float, float, float]) -> None:
    """Fill axes of that width and height; what is filled in by hand begins at the third measure."""
    width, height, right = size_mm
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    sort, system, people = about_lines(picture.coverage, lang)
    ink.write(axes, 0, 5.5, sort, 11, bold=True, va="center", color=style.INK)
    ink.write(axes, 0, 11.5, ink.shorten(f"{system} · {people}", 150), 9, va="center", color=style.MUTED)
    slot = (width - right) / 2
    for place, text in enumerate(_SLOTS):
        x, y = right + slot * (place % 2), 5.5 + 6.0 * (place // 2)
        label = ink.write(axes, x, y, say(text, lang), 9, va="center", color=style.INK)
        axes.plot([x + _wide(label.get_text()), x + slot - 4], [y + 2, y + 2], color=style.BOUNDARY, linewidth=0.7)


def _wide(words: str) -> float:
    """About how many millimetres words of this size take."""
    return 1.0 + sum(3.3 if ord(sign) > 0x2E7F else 1.75 for sign in words)  # noqa: PLR2004  (from here on, CJK)
