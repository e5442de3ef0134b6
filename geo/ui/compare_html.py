"""The same plan asked in other ways, as HTML for the side panel: for other walkers, and on other bases."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from geo.i18n import Lang, say
from geo.maps.words import profile_name, speed_words
from geo.messages import msg
from geo.ui import panel_html, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.core.compare import Bases
    from geo.model import Coverage, ServiceStandard


def walkers(answers: Sequence[Coverage], standard: ServiceStandard, lang: Lang) -> str:
    """A row for each group of walkers, the slowest first; the one on the screen stands out."""
    note = say(msg("the same plan, {limit}; the slowest first"), lang, limit=words.limit(standard, lang))
    rows = []
    for answer in answers:
        profile = answer.standard.profile
        here = profile.name == standard.profile.name
        rows.append(_row(profile_name(profile, lang), speed_words(profile, lang), answer, lang, here=here))
    metres = ""
    if standard.minutes is None:
        metres = _quiet(say(msg("Measured in metres, speed plays no part; only steps and slopes that some can't use do."), lang))
    return panel_html.title(say(msg("Who walks"), lang), note) + _table(rows, lang) + metres


def bases(found: Bases, lang: Lang) -> str:
    """Coverage in minutes, in metres and in circles; then what those lack who are not served."""
    metres = f"{found.distance_m:,.0f}"
    minutes = words.limit(found.time.standard, lang)
    circle = say(msg("within a circle of {metres} m"), lang, metres=metres)
    total = float(found.demand["weight"].sum())
    rows = []
    for name, note, column in (
        (minutes, profile_name(found.time.standard.profile, lang), "served_time"),
        (words.limit(found.distance.standard, lang), "", "served_distance"),
        (circle, say(msg("as official reports draw it"), lang), "served_circle"),
    ):
        ratio = found.ratio(column) if total > 0 else None
        open_ = total - float(found.demand.loc[found.demand[column], "weight"].sum())
        rows.append(_line(name, note, ratio, open_))
    lacks = msg("{amount} have no facility within {metres} m at all: they need a new one.")
    ways = msg("{amount} have one inside the circle, but no way of {metres} m to it: they need a better way.")
    lines = [
        say(text, lang, amount=words.amount(found.lacking(what), found.distance, lang), metres=metres)
        for text, what in ((lacks, "facility"), (ways, "way"))
    ]
    if np.isfinite(found.detour_factor):
        lines.append(
            say(msg("On foot it is {times} times as far as in a straight line."), lang, times=f"{found.detour_factor:.2f}")
        )
    head = panel_html.title(say(msg("Measured how"), lang), say(msg("the same plan, three ways to count"), lang))
    return head + _table(rows, lang) + "".join(map(_quiet, lines))


def _row(name: str, note: str, answer: Coverage, lang: Lang, *, here: bool) -> str:
    totals = answer.totals
    shown = f"{name} · {say(msg('now shown'), lang)}" if here else name
    return _line(shown, note, totals.coverage_ratio, totals.demand_weight - totals.served_weight)


def _line(name: str, note: str, ratio: float | None, open_: float) -> str:
    more = f"<small>{escape(note)}</small>" if note else ""
    return (
        f"<tr><td>{escape(name)}{more}</td><td><div class='lc-cell'>{panel_html.thin_bar(ratio)}"
        f"<span>{words.percent(ratio)}</span></div></td><td>{words.people(open_)}</td></tr>"
    )


def _table(rows: Sequence[str], lang: Lang) -> str:
    heads = ("", say(msg("Share served"), lang), say(msg("Not served"), lang))
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    return f'<table class="lc-table lc-compare"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _quiet(text: str) -> str:
    return f'<p class="lc-quiet">{escape(text)}</p>'
