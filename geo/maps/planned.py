"""A plan on maps and sheets: what it changed, in figures and words, and how its sites are marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.core.gains import CLOSED, MOVED, NEW
from geo.i18n import Lang, say
from geo.maps.style import LegendEntry
from geo.maps.words import amount, count, percent
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from geo.model import SiteEdit, Totals

PLAN, SHUT = "#007A57", "#5B6670"
"""The colours of what a plan brings or moves, and of what it closes."""
_MARKS = {NEW: msg("N{number}"), MOVED: msg("M{number}"), CLOSED: msg("C{number}")}
_LOOKS = {
    NEW: ("plan_new", PLAN, msg("new in the plan")),
    MOVED: ("plan_moved", PLAN, msg("moved in the plan (dashed: from where)")),
    CLOSED: ("plan_closed", SHUT, msg("closed in the plan")),
}
_CHANGES = {NEW: msg("new"), MOVED: msg("moved"), CLOSED: msg("closed in the plan")}


@dataclass(frozen=True, eq=False)
class Planned:
    """What a plan changed, in figures already rounded for writing.

    ``before`` and ``before_groups``: the same question without the plan. ``sites``: see
    :func:`geo.core.gains.site_changes`. ``proposed``: how many facilities of the state before are not built yet.
    """

    edits: tuple[SiteEdit, ...]
    before: Totals
    before_groups: Mapping[str, Mapping[str, float | None]]
    gained_weight: float
    lost_weight: float
    sites: gpd.GeoDataFrame
    proposed: int


def baseline(proposed: int, lang: Lang) -> str:
    """What the state before a plan is called: planned facilities that the study counts as open are named."""
    if not proposed:
        return say(msg("before the plan"), lang)
    return say(msg("before the plan (proposed facilities included: {count})"), lang, count=proposed)


def includes_proposed(proposed: int, lang: Lang) -> str:
    """A word that facilities count which are not built yet; empty where there are none."""
    return say(msg("Proposed facilities counted in: {count}."), lang, count=proposed) if proposed else ""


def share_words(planned: Planned, now: Totals, lang: Lang) -> str:
    """The share before and after: 方案实施前（含拟建设施 1 处）73.5% → 方案实施后 81.8%."""
    return say(
        msg("{baseline} {before} → with the plan {after}"),
        lang,
        baseline=baseline(planned.proposed, lang),
        before=percent(planned.before.coverage_ratio, lang),
        after=percent(now.coverage_ratio, lang),
    )


def change_words(planned: Planned, lang: Lang, *, people: bool) -> str:
    """How many gain, and how many lose where there are any."""
    gained = amount(count(planned.gained_weight), lang, people=people)
    said = [say(msg("{amount} newly served"), lang, amount=gained)]
    if planned.lost_weight > 0:
        lost = amount(count(planned.lost_weight), lang, people=people)
        said.append(say(msg("{amount} no longer served"), lang, amount=lost))
    return " · ".join(said)


def marks(planned: Planned, lang: Lang) -> list[str]:
    """The mark of each site on map and list: N1, N2, M1, C1."""
    numbers = dict.fromkeys(_MARKS, 0)
    result = []
    for change in planned.sites["change"]:
        numbers[change] += 1
        result.append(say(_MARKS[change], lang, number=numbers[change]))
    return result


def site_gain(gain: float, lost: float, lang: Lang, *, people: bool) -> str:
    """What one site brings: +2,138 people, and what its closing or moving away takes."""
    said = [amount(f"{sign}{count(value)}", lang, people=people) for sign, value in (("+", gain), ("−", lost)) if value > 0]
    return " · ".join(said) or amount("0", lang, people=people)


def change_name(change: str, lang: Lang) -> str:
    """New, moved or closed."""
    return say(_CHANGES[change], lang)


def plan_legend(planned: Planned | None, lang: Lang) -> list[LegendEntry]:
    """One line of a legend for each sort of change that occurs."""
    here = set() if planned is None else set(planned.sites["change"])
    return [LegendEntry(key, "plan", colour, say(text, lang)) for sort, (key, colour, text) in _LOOKS.items() if sort in here]
