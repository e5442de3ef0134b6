"""How each kind of facility looks on every map: a character on a disc of a quiet colour.

The character tells kinds apart in a grey copy and for any colour vision; white on each
colour reaches a contrast of 4.5:1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.messages import msg
from geo.sources.kinds import kind_label, load_kinds, recognise_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# kind: character in Chinese, letters in English, colour.
_GLYPHS = {
    "canteen": ("食", "C", "#A23B2A"),
    "meal_point": ("餐", "M", "#96591F"),
    "love_station": ("驿", "L", "#7A3E91"),
    "service_station": ("务", "S", "#35629B"),
    "group_point": ("组", "G", "#55606E"),
    "party_service": ("党", "P", "#A8322F"),
    "day_care": ("日", "D", "#6F5B1E"),
    "elder_activity": ("乐", "A", "#8A3D68"),
    "happiness_home": ("福", "V", "#86502B"),
    "health_station": ("医", "H", "#22705A"),
    "health_center": ("卫", "HC", "#1D6350"),
    "nursery": ("托", "N", "#3C6A86"),
    "kindergarten": ("幼", "K", "#2F5F7C"),
    "primary_school": ("小", "PS", "#4A5C8C"),
    "middle_school": ("中", "MS", "#3B4F86"),
    "culture_station": ("文", "CS", "#7A4A86"),
    "culture_center": ("化", "CC", "#6A3D7C"),
    "activity_ground": ("场", "AG", "#4C6A2B"),
    "sports_ground": ("动", "SG", "#3F6136"),
    "community_complex": ("综", "X", "#3F5C86"),
    "embedded_complex": ("嵌", "E", "#52618A"),
    "neighbourhood_centre": ("邻", "NC", "#6B4A6E"),
    "tutor_station": ("辅", "T", "#4D5FA0"),
    "market": ("市", "F", "#5B6B22"),
    "pharmacy": ("药", "Rx", "#2C6E6E"),
    "parcel": ("递", "B", "#6B5648"),
    "park": ("园", "Pk", "#3A7032"),
    "toilet": ("厕", "WC", "#55606E"),
    "merchant": ("商", "R", "#8A5A12"),
}
# For kinds that only the study knows.
_COLOURS = ("#46535F", "#A8326A", "#22705A", "#6A3D9A", "#86502B", "#35629B", "#5B6B22", "#A23B2A")
_TAILS = ("服务中心", "服务站", "服务点", "中心", "站点")  # what many a place is called; longest first


@dataclass(frozen=True)
class KindLook:
    """A kind in words, and its badge: one or two characters in white on a colour. ``name``: its full official name."""

    kind: str
    label: str
    glyph: str
    colour: str
    name: str = ""


def kind_looks(kinds: Iterable[str], lang: Lang) -> dict[str, KindLook]:
    """A look for every kind, the kinds we know first in their own order, then the study's by name.

    A study's own word for a kind that we know ("社区卫生服务站") gets that kind's badge; any other gets the first
    character of what it is at heart (its last word). No two kinds share both character and colour. The look of a
    kind does not depend on the order in which kinds are given.
    """
    here = set(kinds)
    looks: dict[str, KindLook] = {}
    taken: set[tuple[str, str]] = set()
    for kind in [*(kind for kind in load_kinds() if kind in here), *sorted(here - set(load_kinds()), key=_claim)]:
        known = kind if kind in _GLYPHS else recognise_kind(kind)
        glyph, colour = next(badge for badge in _badges(known, kind, lang) if badge not in taken)
        taken.add((glyph, colour))
        label, name = (kind_label(kind, lang, full=full) or say(msg("facility"), lang) for full in (False, True))
        looks[kind] = KindLook(kind, label, glyph, colour, name)
    return looks


def _claim(kind: str) -> tuple[int, str]:
    """Of a study's own kinds those come first that are called as we call one, then those that we recognise."""
    known = recognise_kind(kind)
    return (2 if known is None else int(kind_label(known, "zh") != kind)), kind


def _badges(known: str | None, word: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """The badges that a kind may have, best first, without end."""
    if known in _GLYPHS:
        zh, en, colour = _GLYPHS[known]
        yield (zh if lang == "zh" else en), colour
    letters = dict.fromkeys([_heart(word), *(sign.upper() for sign in word if sign.isalnum())])
    start = sum(map(ord, word)) % len(_COLOURS)  # its own, whatever other kinds there are
    for letter in letters:
        yield from ((letter, _COLOURS[(start + step) % len(_COLOURS)]) for step in range(len(_COLOURS)))
    yield from ((str(number), colour) for number in count(1) for colour in _COLOURS)


def _heart(word: str) -> str:
    """The first character of what a word is at heart: 活 of 文化活动中心, P of "dog park"."""
    signs = [sign for sign in "".join(word.split()[-1:]) if sign.isalnum()]
    if not signs:
        return "•"
    if word.isascii():
        return signs[0].upper()
    word = "".join(signs)
    inner = next((word.removesuffix(tail) for tail in _TAILS if word.endswith(tail) and len(word) > len(tail) + 1), word)
    if len(inner) > 1 and len(inner) % 2:  # Chinese words have two characters, and one more for the place: 活动 + 室
        inner = inner[:-1]
    return inner[-2:][0].upper()
