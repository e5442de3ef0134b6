"""What stands above a column.

Our fields are named by their schema, groups of people and columns that the program knows in words, the user's
own as he named them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.export.fields import Field, headings
from geo.export.plain import text
from geo.i18n import Lang, say
from geo.maps.words import group_name
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN = {
    "name_en": (msg("English name"), msg("The name in English, as in the user's data.")),
    "type": (msg("Type"), msg("The type, as in the user's data.")),
}
"""Columns of the user's that the program knows: heading and meaning."""


def own_heading(name: str, lang: Lang) -> str:
    """The heading of a column that is no field of ours."""
    if name in KNOWN:
        return say(KNOWN[name][0], lang)
    return text(group_name(name, lang))


def column_heads(layer: str, names: Iterable[str], lang: Lang, *, people: bool) -> list[str]:
    """The heading of each column of a layer; one that stands there already is told apart by the name in the files."""
    known = headings(layer, lang, people=people)
    heads: list[str] = []
    for name in names:
        head = known.get(name) or own_heading(name, lang)
        heads.append(f"{head} {text(name)}" if head in heads else head)
    return heads


def own_fields(layer: str, names: Iterable[str], groups: Iterable[str], lang: Lang) -> list[Field]:
    """The columns of a layer that are no field of ours, but are headed in words: their names in the files, and what they mean."""
    ours, of_groups = headings(layer, lang), set(groups)
    fields = []
    for name in names:
        if name in ours:
            continue
        if name in of_groups:
            fields.append(Field(text(name), own_heading(name, lang), say(msg("People of this group."), lang)))
        elif name in KNOWN:
            fields.append(Field(text(name), own_heading(name, lang), say(KNOWN[name][1], lang)))
    return fields
