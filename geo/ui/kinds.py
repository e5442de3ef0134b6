"""How each kind of service looks on the map: one character and one quiet colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.model import Facilities

# kind: (name, character in Chinese, in English, colour). White on each colour reaches 4.5:1.
_LOOKS = {
    "canteen": (msg("community canteen"), "食", "C", "#a23b2a"),
    "meal_point": (msg("meal point"), "餐", "M", "#96591f"),
    "love_station": (msg("love station for outdoor workers"), "驿", "L", "#7a3e91"),
    "service_station": (msg("community service station"), "务", "S", "#35629b"),
    "group_point": (msg("group service point"), "组", "G", "#55606e"),
    "party_service": (msg("Party and residents’ service centre"), "党", "P", "#a8322f"),
    "day_care": (msg("day-care centre"), "日", "D", "#6f5b1e"),
    "elder_activity": (msg("activity centre for older people"), "乐", "A", "#8a3d68"),
    "happiness_home": (msg("village happiness home"), "福", "V", "#86502b"),
    "health_station": (msg("health station"), "医", "H", "#22705a"),
    "health_center": (msg("health centre"), "卫", "H", "#1d6350"),
    "nursery": (msg("nursery"), "托", "N", "#3c6a86"),
    "kindergarten": (msg("kindergarten"), "幼", "K", "#3c6a86"),
    "tutor_station": (msg("after-school station"), "辅", "T", "#4d5fa0"),
    "market": (msg("food market"), "市", "F", "#5b6b22"),
    "pharmacy": (msg("pharmacy"), "药", "P", "#2c6e6e"),
    "parcel": (msg("parcel station"), "递", "B", "#6b5648"),
    "park": (msg("park"), "园", "G", "#3a7032"),
    "toilet": (msg("public toilet"), "厕", "W", "#55606e"),
    "merchant": (msg("merchant with a canteen sign"), "商", "R", "#8a5a12"),
}
_PLAIN_COLOUR = "#46535f"
MEALS = ("canteen", "meal_point")


def kind_name(kind: str, lang: Lang) -> str:
    """The kind in words; a kind we don't know keeps the name that the file gives it."""
    return say(_LOOKS[kind][0], lang) if kind in _LOOKS else kind or say(msg("service"), lang)


def kind_look(kind: str, lang: Lang) -> Mapping[str, str]:
    """Character and colour of a kind's badge."""
    if kind in _LOOKS:
        _, zh, en, colour = _LOOKS[kind]
        return {"glyph": zh if lang == "zh" else en, "colour": colour}
    return {"glyph": kind[:1].upper() or "•", "colour": _PLAIN_COLOUR}


def kinds_of(facilities: Facilities) -> tuple[str, ...]:
    """The kinds that occur, ours in their own order first, then the study's others by name."""
    here = {str(kind) for kind in facilities.frame["kind"] if kind == kind and kind}  # noqa: PLR0124  (NaN)
    return (*(kind for kind in _LOOKS if kind in here), *sorted(here - set(_LOOKS)))


def first_question(known: Sequence[str]) -> tuple[str, ...]:
    """What is asked when a study is opened: meals if there are any, else the first kind, else everything."""
    return tuple(kind for kind in MEALS if kind in known) or tuple(known[:1])
