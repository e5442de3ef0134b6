"""Numbers and sentences as the screen says them, in the planner's language."""

from __future__ import annotations

import math
import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.maps import words as maps_words
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from geo.model import Coverage, ServiceStandard, Study

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_NAMED_KINDS = 3


def plain(text: object) -> str:
    """Text from a file for a place where Streamlit reads Markdown: every mark is made a letter."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def people(weight: float) -> str:
    """A number of people, rounded to whole ones: 31,200."""
    return f"{weight:,.0f}"


def amount(weight: float, answer: Coverage, lang: Lang) -> str:
    """A number of people with what it counts: 31,200 people; homes where nobody counted people."""
    return maps_words.amount(people(weight), lang, people=maps_words.people_counted(answer))


def change(weight: float, answer: Coverage, lang: Lang) -> str:
    """The same with its sign: +1,200 people."""
    return maps_words.amount(signed(weight), lang, people=maps_words.people_counted(answer))


def signed(weight: float) -> str:
    """A change in the number of people, with its sign."""
    rounded = round(weight)
    return f"+{rounded:,}" if rounded > 0 else f"−{-rounded:,}" if rounded < 0 else "0"


def percent(ratio: float | None) -> str:
    """A ratio as the maps say it; a dash where nobody lives. 100 % is only said when it is all."""
    return "–" if ratio is None or math.isnan(ratio) else maps_words.percent(ratio, "en")  # figures are alike in all languages


def walk(minutes: float, lang: Lang) -> str:
    """A walking time: 15 minutes."""
    return say(msg("{minutes} min"), lang, minutes=f"{minutes:.3g}")


def limit(standard: ServiceStandard, lang: Lang) -> str:
    """The cutoff in words: within 15 minutes on foot, or within 1,000 m along the streets."""
    if standard.minutes is not None:
        return say(msg("within {minutes} minutes on foot"), lang, minutes=f"{standard.minutes:g}")
    return say(msg("within {metres} m along the streets"), lang, metres=f"{standard.distance_m or 0:,.0f}")


def either(names: Sequence[str], lang: Lang) -> str:
    """Several kinds of service as one phrase; a number when there are many."""
    if not names:
        return say(msg("a service of any kind"), lang)
    if len(names) > _NAMED_KINDS:
        return say(msg("one of the {count} chosen services"), lang, count=len(names))
    if lang == "en":
        names = [f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}" for name in names]
    if len(names) == 1:
        return names[0]
    return say(msg("{first} or {last}"), lang, first=tuple(names[:-1]), last=names[-1])


def speed(kmh: float, lang: Lang) -> str:
    """A walking speed in both units a reader may know."""
    return say(msg("{kmh} km/h ({mps} m/s)"), lang, kmh=f"{kmh:.3g}", mps=f"{kmh / 3.6:.2f}")


def html(text: object) -> str:
    """Text from a file for a place that holds HTML."""
    return escape(" ".join(str(text).split()))


def study_name(study: Study, lang: Lang) -> str:
    """What the study is called: in English by its English name, where it has one."""
    return (study.name_en if lang == "en" else "") or study.name


def names(frame: pd.DataFrame, lang: Lang) -> list[str]:
    """The rows' names, as the maps say them."""
    return maps_words.local_names(frame, lang)


def community_names(frame: gpd.GeoDataFrame, lang: Lang) -> list[str]:
    """The communities' names; in words where a row stands for people outside all, or for the whole study."""
    outside = frame.geometry.is_empty | frame.geometry.isna()
    whole = msg("Whole study area") if len(frame) - int(outside.sum()) == 1 else msg("Without a name")
    return [
        name or say(msg("Outside all communities") if out else whole, lang)
        for name, out in zip(names(frame, lang), outside, strict=True)
    ]


def width(text: str) -> int:
    """How wide a text is, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
