"""Our own codes in words, for files that people read; whatever else stands in a column stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.messages import msg
from geo.sources.kinds import kind_label

if TYPE_CHECKING:
    from geo.export.plain import Plain

_WORDS: dict[str, dict[str, str]] = {
    "reason": {
        "too_far": msg("too far"),
        "off_network": msg("off the streets"),
        "cut_off": msg("cut off"),
    },
    "status": {"existing": msg("existing"), "proposed": msg("proposed"), "shut": msg("not open then")},
    "type": {"urban": msg("urban"), "rural": msg("rural")},
    "level": {"error": msg("error"), "doubtful": msg("doubtful"), "mended": msg("mended"), "info": msg("note")},
    "layer": {
        "communities": msg("Communities"),
        "facilities": msg("Facilities"),
        "demand": msg("Demand points"),
        "network": msg("Streets"),
        "candidates": msg("Candidate sites"),
        "requests": msg("Residents' requests"),
        "residential": msg("Residential buildings"),
        "entrances": msg("Entrances"),
        "study": msg("Study file"),
        "map": msg("Printed map"),
        "barriers": msg("Walls, gates and links"),
    },
}


def in_words(column: str, value: Plain, lang: Lang) -> Plain:
    """A code of a column of ours in words, a kind by its name; any other value as it is."""
    if not isinstance(value, str):
        return value
    if column == "kind":
        return kind_label(value, lang, full=True)
    known = _WORDS.get(column, {}).get(value)
    return value if known is None else say(known, lang)
