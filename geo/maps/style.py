"""One look for screen, page and print: classes of coverage, colours, hatches and legend.

Blue is covered and orange is not, in shades that people with any colour vision tell
apart; what must not be missed in a black-and-white copy also has a hatch or a dash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo.i18n import Lang, say
from geo.maps.kinds import kind_looks
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

COVERED = "#0072B2"
GAP = "#E69F00"
GAP_LINE = "#8A3B00"
AREA_LINE = "#004B78"
BOUNDARY = "#5B6670"
STREET = "#87939D"
STREET_MAJOR = "#66727C"
INK = "#1F2A33"
MUTED = "#5B6670"
PAPER = "#FFFFFF"
GROUND = "#F4F5F2"
WATER = "#C3DCEB"
WATER_LINE = "#8FB6CE"
OFF_NETWORK = "#B00020"

Sort = Literal["fill", "hatch", "line", "dash", "point", "ring", "plan", "number"]


@dataclass(frozen=True)
class CoverageClass:
    """A range of the coverage ratio, from ``low`` on and below ``high``, and its colour."""

    key: str
    low: float
    high: float
    colour: str
    label: str
    hatch: str = ""  # as matplotlib writes it; empty for none


CLASSES: tuple[CoverageClass, ...] = (
    CoverageClass("under_50", 0.0, 0.5, GAP, msg("under 50%"), hatch=".."),
    CoverageClass("50_75", 0.5, 0.75, "#F5D08A", msg("50% to under 75%")),
    CoverageClass("75_90", 0.75, 0.9, "#DDE6EA", msg("75% to under 90%")),
    CoverageClass("90_100", 0.9, 1.0, "#82BBDB", msg("90% to under 100%")),
    CoverageClass("all", 1.0, np.inf, COVERED, msg("everyone (100%)")),
)
NOBODY = CoverageClass("nobody", np.nan, np.nan, "#FFFFFF", msg("nobody lives here"))


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend, already in words."""

    key: str
    sort: Sort
    colour: str
    label: str
    hatch: str = ""
    glyph: str = ""


def classify(ratio: NDArray[np.float64]) -> NDArray[np.int64]:
    """Each ratio's place in ``CLASSES``; -1 where nobody lives (NaN). Only a ratio of 1 is "everyone"."""
    values = np.asarray(ratio, dtype=np.float64)
    edges = np.array([one.low for one in CLASSES])
    place = np.searchsorted(edges, np.where(np.isnan(values), 0.0, values), side="right") - 1
    return np.where(np.isnan(values), -1, place).astype(np.int64)


def class_of(ratio: float | None) -> CoverageClass:
    """The class of one ratio; ``NOBODY`` for None and NaN."""
    place = int(classify(np.array([np.nan if ratio is None else ratio]))[0])
    return NOBODY if place < 0 else CLASSES[place]


def coverage_legend(lang: Lang) -> list[LegendEntry]:
    """The shades of communities, most covered first, then where nobody lives."""
    shades = [LegendEntry(one.key, "fill", one.colour, say(one.label, lang), one.hatch) for one in reversed(CLASSES)]
    return [*shades, LegendEntry(NOBODY.key, "fill", NOBODY.colour, say(NOBODY.label, lang))]


def layer_legend(lang: Lang, *, water: bool = False) -> list[LegendEntry]:
    """Service areas, gaps and streets, and water where the map draws any."""
    rivers = [LegendEntry("water", "fill", WATER, say(msg("rivers and lakes"), lang))] if water else []
    return [
        LegendEntry("service_areas", "dash", AREA_LINE, say(msg("service area"), lang)),
        LegendEntry("gaps", "hatch", GAP_LINE, say(msg("gap: people there are not served"), lang), "////"),
        LegendEntry("streets", "line", STREET, say(msg("streets for walking"), lang)),
        *rivers,
    ]


def kind_legend(kinds: Iterable[str], lang: Lang) -> list[LegendEntry]:
    """One line for each kind of facility on the map."""
    return [
        LegendEntry(kind, "point", look.colour, look.name, glyph=look.glyph) for kind, look in kind_looks(kinds, lang).items()
    ]
