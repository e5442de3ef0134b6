"""What a facility's capacity counts, in words: meals a day, beds, square metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.i18n import say
from geo.maps.words import plain_number
from geo.messages import msg
from geo.sources.kinds import load_kinds, recognise_kind

if TYPE_CHECKING:
    from geo.i18n import Lang

_UNITS = {
    "meals_per_day": msg("{count} meals a day"),
    "seats": msg("{count} seats"),
    "beds": msg("{count} beds"),
    "places": msg("{count} places"),
    "nursery_places": msg("{count} nursery places"),
    "school_places": msg("{count} school places"),
    "visits": msg("{count} visits a day"),
    "floor_m2": msg("{count} m² of floor"),
    "area_m2": msg("{count} m² of ground"),
}


def capacity_words(kind: str, capacity: float, lang: Lang) -> str:
    """A capacity with its usual unit: 供餐能力 320 份/日; a bare number where the kind is not known or counts nothing."""
    known = load_kinds().get(kind) or load_kinds().get(recognise_kind(kind) or "")
    shown = plain_number(capacity)
    return say(_UNITS[known.unit], lang, count=shown) if known and known.unit else shown
