"""The bases of a comparison in words, the same on screen and in the terminal.

What is measured, over how many metres, and who says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.i18n import Lang, say
from geo.maps.words import amount, count, people_counted, plain_number, profile_name, speed_words
from geo.messages import msg

if TYPE_CHECKING:
    from geo.core.compare import Bases

_OFFICIAL = {
    15.0: msg("what GB 50180 sets beside 15 minutes"),
    10.0: msg("what GB 50180 sets beside 10 minutes"),
    5.0: msg("what GB 50180 sets beside 5 minutes"),
}


class Basis(NamedTuple):
    """One way of counting: its name, what it rests on, and its column in the table of the comparison."""

    name: str
    note: str
    column: str


def basis_rows(found: Bases, lang: Lang) -> list[Basis]:
    """Minutes, streets and circle over the same metres; then the official metres, where they are others."""
    profile = found.time.standard.profile
    minutes, metres = plain_number(round(found.minutes, 1)), f"{found.distance_m:,.0f}"
    walkers = say(msg("{profile}, {speed}"), lang, profile=profile_name(profile, lang), speed=speed_words(profile, lang))
    asked = say(msg("the metres of {minutes} minutes at that speed"), lang, minutes=minutes)
    rows = [
        Basis(say(msg("on foot: {minutes} minutes"), lang, minutes=minutes), walkers, "served_time"),
        Basis(say(msg("along the streets: {metres} m"), lang, metres=metres), asked, "served_distance"),
        Basis(say(msg("straight circle: {metres} m"), lang, metres=metres), _as_circles(lang), "served_circle"),
    ]
    if found.official_m is None:
        return rows
    metres = f"{found.official_m:,.0f}"
    official = say(_OFFICIAL[found.official_minutes], lang)
    return [
        *rows,
        Basis(say(msg("along the streets: {metres} m"), lang, metres=metres), official, "served_official_distance"),
        Basis(say(msg("straight circle: {metres} m"), lang, metres=metres), official, "served_official_circle"),
    ]


def _as_circles(lang: Lang) -> str:
    return say(msg("service radius, counted by people; the same metres"), lang)


def lack_lines(found: Bases, lang: Lang) -> list[str]:
    """What those lack whom the question asked does not serve, and how much farther it is on foot than straight."""
    metres = f"{found.distance_m:,.0f}"
    people = people_counted(found.time)
    facility, way = (amount(count(found.lacking(what)), lang, people=people) for what in ("facility", "way"))
    none = msg("A facility is lacking: {amount} have none within {metres} m in a straight line.")
    far = msg(
        "A way is lacking: {amount} have one within {metres} m in a straight line, but can't walk to it within the standard."
    )
    lines = [say(none, lang, amount=facility, metres=metres), say(far, lang, amount=way, metres=metres)]
    if np.isfinite(found.detour_factor):
        text = msg("Detour factor {times} (all metres walked ÷ all metres in a straight line, by people).")
        lines.append(say(text, lang, times=f"{found.detour_factor:.2f}"))
    return lines
