"""The same plan asked in other ways, as HTML for the side panel: for other walkers, and on other bases."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.maps.basis_words import basis_rows, lack_lines
from geo.maps.words import profile_name, share_head, speed_words
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
    return panel_html.title(say(msg("Who walks"), lang), note) + _table(rows, answers[0], lang) + metres


def bases(found: Bases, lang: Lang) -> str:
    """Coverage in minutes, in metres and in circles; then what those lack who are not served."""
    total = float(found.demand["weight"].sum())
    rows = []
    for name, note, column in basis_rows(found, lang):
        open_ = total - float(found.demand.loc[found.demand[column], "weight"].sum())
        rows.append(_line(name, note, found.ratio(column) if total > 0 else None, open_))
    head = panel_html.title(
        say(msg("Measured how"), lang), say(msg("the same plan over the same metres; only the basis differs"), lang)
    )
    return head + _table(rows, found.time, lang) + "".join(map(_quiet, lack_lines(found, lang)))


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


def _table(rows: Sequence[str], answer: Coverage, lang: Lang) -> str:
    heads = ("", say(share_head(answer), lang), say(msg("Not served"), lang))
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    return f'<table class="lc-table lc-compare"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _quiet(text: str) -> str:
    return f'<p class="lc-quiet">{escape(text)}</p>'
