"""Pieces of the side panel as HTML. Every text from a file is escaped on its way in."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.maps.planned import baseline, includes_proposed
from geo.maps.words import caution, group_name, people_counted, profile_name, share_head
from geo.messages import msg
from geo.ui import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.core.gains import Comparison
    from geo.ui.question import Question

_ROWS_SHOWN = 400
_GAINS_SHOWN = 6


def headline(comparison: Comparison, question: Question, lang: Lang, turn: int = 0) -> str:
    """How many people are served, of how many, within what; with the plan beside the state before."""
    before, after = comparison.before.totals, comparison.after.totals
    if after.demand_weight <= 0:
        nobody = say(msg("Nobody lives in this study, so there is no share to tell."), lang)
        return f'<div class="lc-headline" data-turn="{turn}"><p>{escape(nobody)}</p></div>'
    people = people_counted(comparison.after)
    sentence = say(
        msg("At the walking speed of {profile}, {served} of {total} people have {what} {within}.")
        if people
        else msg("At the walking speed of {profile}, {served} of {total} homes have {what} {within}."),
        lang,
        profile=profile_name(comparison.after.standard.profile, lang),
        served=words.people(after.served_weight),
        total=words.people(after.demand_weight),
        what=question.what(lang),
        within=question.limit(lang),
    )
    return (
        f'<div class="lc-headline" data-turn="{turn}"><div class="lc-share" data-share="{after.coverage_ratio or 0:.6f}">'
        f"{words.percent(after.coverage_ratio)}{_points(before.coverage_ratio, after.coverage_ratio, lang)}</div>"
        f"<p>{escape(sentence)}</p>{_bar(comparison)}{_bar_words(comparison, lang)}{_caution(comparison, lang)}</div>"
    )


def _caution(comparison: Comparison, lang: Lang) -> str:
    words_of_caution = caution(comparison.after, lang)
    return f'<p class="lc-quiet">{escape(words_of_caution)}</p>' if words_of_caution else ""


def _points(before: float | None, after: float | None, lang: Lang) -> str:
    if before is None or after is None or round((after - before) * 1000) == 0:
        return ""
    change = (after - before) * 100
    text = say(msg("{change} points"), lang, change=f"{'+' if change > 0 else '−'}{abs(change):.1f}")
    return f'<span class="lc-points {"lc-up" if change > 0 else "lc-down"}">{escape(text)}</span>'


def _bar(comparison: Comparison) -> str:
    total = comparison.after.totals.demand_weight
    if total <= 0:
        return ""
    kept = comparison.after.totals.served_weight - comparison.gained_weight
    parts = (("served", kept), ("gained", comparison.gained_weight), ("lost", comparison.lost_weight))
    spans = "".join(
        f'<span class="lc-bar-{name}" style="width:{100 * part / total:.2f}%"></span>' for name, part in parts if part > 0
    )
    return f'<div class="lc-bar">{spans}</div>'


def _bar_words(comparison: Comparison, lang: Lang) -> str:
    before, after, now = comparison.before.totals, comparison.after.totals, comparison.after
    open_ = after.demand_weight - after.served_weight
    parts = [
        f'<span class="lc-of-gap">{escape(say(msg("{amount} not served"), lang, amount=words.amount(open_, now, lang)))}</span>'
    ]
    if comparison.gained_weight > 0:
        text = say(msg("{amount} newly served"), lang, amount=words.change(comparison.gained_weight, now, lang))
        parts.insert(0, f'<span class="lc-of-gained" data-gained="{comparison.gained_weight:.6f}">{escape(text)}</span>')
    if comparison.lost_weight > 0:
        text = say(msg("{amount} no longer served"), lang, amount=words.change(-comparison.lost_weight, now, lang))
        parts.insert(1, f'<span class="lc-of-lost">{escape(text)}</span>')
    proposed = int((comparison.before.facilities["status"] == "proposed").sum())
    told = includes_proposed(proposed, lang)
    if comparison.before is comparison.after:
        more = f'<div class="lc-before">{escape(told)}</div>' if told else ""
        return f'<div class="lc-bar-words">{"".join(parts)}</div>{more}'
    was = say(
        msg("{baseline}: {amount} ({percent})"),
        lang,
        baseline=baseline(proposed, lang),
        amount=words.amount(before.served_weight, now, lang),
        percent=words.percent(before.coverage_ratio),
    )
    return f'<div class="lc-bar-words">{"".join(parts)}</div><div class="lc-before">{escape(was)}</div>'


def groups(comparison: Comparison, lang: Lang) -> str:
    """A line per group of people: share served, with what the plan adds."""
    lines = []
    for group, now in comparison.after.groups.items():
        was = comparison.before.groups[group]
        total, served, ratio = now["total_weight"] or 0.0, now["served_weight"] or 0.0, now["coverage_ratio"]
        change = served - (was["served_weight"] or 0.0)
        more = f'<b class="{"lc-up" if change > 0 else "lc-down"}">{words.signed(change)}</b>' if round(change) else "<b></b>"
        lines.append(
            f'<div class="lc-group"><span class="lc-group-name">{escape(group_name(group, lang))}</span>'
            f'{thin_bar(ratio, (was["coverage_ratio"]))}<span class="lc-group-share">{words.percent(ratio)}</span>'
            f'<span class="lc-group-people">{words.people(served)} / {words.people(total)}</span>{more}</div>'
        )
    return f'<div class="lc-groups">{"".join(lines)}</div>'


def thin_bar(ratio: float | None, was: float | None = None) -> str:
    """A share as a narrow bar; what a plan adds in another colour."""
    now = 0.0 if ratio is None or ratio != ratio else ratio  # noqa: PLR0124  (NaN)
    old = now if was is None or was != was else min(was, now)  # noqa: PLR0124
    return (
        f'<span class="lc-thin"><span class="lc-bar-served" style="width:{100 * old:.1f}%"></span>'
        f'<span class="lc-bar-gained" style="width:{100 * (now - old):.1f}%"></span></span>'
    )


def gap_bar(share: float) -> str:
    """The people of a gap beside those of the largest, as a narrow bar below its row."""
    return f'<div class="lc-gap-bar"><span style="width:{100 * min(max(share, 0.01), 1):.1f}%"></span></div>'


def gains(comparison: Comparison, lang: Lang) -> str:
    """Which communities the newly served people live in."""
    table = comparison.by_community()
    if table.empty:
        return f'<p class="lc-quiet">{escape(say(msg("Nobody is newly served by this plan yet."), lang))}</p>'
    known = comparison.after.communities
    called = dict(zip(known["id"].astype(str), words.community_names(known, lang), strict=True))
    lines = []
    for row in table.head(_GAINS_SHOWN).to_dict("records"):
        name = called.get(str(row["id"])) or say(msg("Outside all communities"), lang)
        change = "".join(
            f' <b class="{look}">{words.signed(value)}</b>'
            for look, value in (("lc-up", row["gained_weight"]), ("lc-down", -row["lost_weight"]))
            if round(value)
        )
        lines.append(f"<li><span>{escape(name)}</span><span>{change or '0'}</span></li>")
    if len(table) > _GAINS_SHOWN:
        rest = table.iloc[_GAINS_SHOWN:]
        text = say(msg("{count} more communities"), lang, count=len(rest))
        value = float(rest["gained_weight"].sum() - rest["lost_weight"].sum())
        lines.append(f"<li><span>{escape(text)}</span><span><b>{words.signed(value)}</b></span></li>")
    return f'<ul class="lc-gains">{"".join(lines)}</ul>'


def communities(comparison: Comparison, lang: Lang) -> str:
    """Every community with its people, its share and those not served; most unserved first."""
    was = comparison.before.communities["coverage_ratio"]
    known = comparison.after.communities
    table = known.assign(was=was.to_numpy(), called=words.community_names(known, lang)).sort_values(
        "unserved_weight", ascending=False
    )
    heads = (
        msg("Community"),
        msg("People") if people_counted(comparison.after) else msg("Homes"),
        share_head(comparison.after),
        msg("Not served"),
    )
    head = "".join(f"<th>{escape(say(text, lang))}</th>" for text in heads)
    lines = []
    mapped = (~(table.geometry.is_empty | table.geometry.isna())).to_numpy()
    for place, row in enumerate(table.head(_ROWS_SHOWN).to_dict("records")):
        name = row["called"]
        goes = f' data-community="{table.index[place]}" tabindex="0"' if mapped[place] else ""
        ratio = None if row["total_weight"] <= 0 else row["coverage_ratio"]
        lines.append(
            f"<tr{goes}><td>{escape(name)}</td><td>{words.people(row['total_weight'])}</td>"
            f"<td><div class='lc-cell'>{thin_bar(ratio, row['was'])}<span>{words.percent(ratio)}</span></div></td>"
            f"<td>{words.people(row['unserved_weight'])}</td></tr>"
        )
    note = ""
    if len(table) > _ROWS_SHOWN:
        rest = say(
            msg("{count} more communities with fewer unserved people are in the download."), lang, count=len(table) - _ROWS_SHOWN
        )
        note = f'<p class="lc-quiet">{escape(rest)}</p>'
    return f'<table class="lc-table"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>{note}'


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Pairs of a word and what it stands at."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    return f'<dl class="lc-facts">{lines}</dl>'


def title(text: str, note: str = "") -> str:
    """A heading of the panel with a quieter second line."""
    more = f"<small>{escape(note)}</small>" if note else ""
    return f'<h3 class="lc-title">{escape(text)}{more}</h3>'
