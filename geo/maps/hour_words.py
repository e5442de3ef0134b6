"""Opening hours as people say them: 每天 10:30–13:00、16:30–18:30 for ``Mo-Su 10:30-13:00,16:30-18:30``.

What :mod:`geo.sources.hours` reads is said here the other way round. Hours in any form but the usual ones stay as
the file has them: a guess would be worse than the writing of a machine.
"""

from __future__ import annotations

import re

from geo.i18n import Lang, joined, say
from geo.messages import msg

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NAMES = {
    "Mo": msg("Mon"),
    "Tu": msg("Tue"),
    "We": msg("Wed"),
    "Th": msg("Thu"),
    "Fr": msg("Fri"),
    "Sa": msg("Sat"),
    "Su": msg("Sun"),
    "PH": msg("public holidays"),
    "SH": msg("school holidays"),
}
_DAY = rf"(?:{'|'.join(_DAYS)})"
_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}\+?"
_RULE = re.compile(
    rf"(?P<days>(?:{_DAY}(?:-{_DAY})?|PH|SH)(?:, ?(?:{_DAY}(?:-{_DAY})?|PH|SH))*)?:? ?"
    rf"(?P<times>{_SPAN}(?:, ?{_SPAN})*|24/7|off|closed)"
)
_PLAIN = str.maketrans("：，；–—~～－", ":,;-----")
_ALWAYS = {text.replace(" ", "") for text in ("24/7", "全天", "24 小时")}
_COMMA: dict[Lang, str] = {"zh": "、", "en": ", "}
_WHOLE_DAY = {"00:00-24:00", "0:00-24:00", "24/7"}


def hours_words(hours: str, lang: Lang) -> str:
    """Opening hours in words; as they are written where the writing is not one of the usual ones."""
    plain = hours.translate(_PLAIN).strip()
    if plain.replace(" ", "") in _ALWAYS:
        return say(msg("24 hours"), lang)
    rules = [_RULE.fullmatch(rule.strip()) for rule in plain.split(";") if rule.strip()]
    found = [rule for rule in rules if rule is not None]
    if not found or len(found) < len(rules):
        return hours
    return joined((_rule(rule["days"] or "", rule["times"], lang) for rule in found), lang)


def _rule(days: str, times: str, lang: Lang) -> str:
    if times in {"off", "closed"}:
        said = say(msg("closed then"), lang)
    elif times in _WHOLE_DAY:
        said = say(msg("24 hours"), lang)
    else:
        said = _COMMA[lang].join(span.strip().replace("-", "–") for span in times.split(","))
    return f"{_days(days, lang)} {said}"


def _days(days: str, lang: Lang) -> str:
    if days in {"", "Mo-Su"}:
        return say(msg("Daily"), lang)
    parts = []
    for part in days.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        named = say(_NAMES[first], lang)
        parts.append(say(msg("{first} to {last}"), lang, first=named, last=say(_NAMES[last], lang)) if last else named)
    return _COMMA[lang].join(parts)
