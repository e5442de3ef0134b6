"""What the map sends back. It comes from a browser, so every part is looked at before use."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Type = Literal["place", "unplace", "move", "remove", "select", "home", "look", "undo", "redo"]
_EVENTS_AT_ONCE = 100
_TURNS = 10  # round the world that a map may have been dragged


@dataclass(frozen=True)
class MapEvent:
    """One act of the planner's hand; ``number`` grows from event to event.

    ``kind`` and ``site_id`` of what is placed: the kind of service, and the candidate that is tried, if any. ``row`` of the
    home that is asked about; ``of``: number of the placing that is taken back. ``again``: the page was reloaded, or the
    program started anew, before the answer came; the plan tells by the number whether it was done already.
    """

    number: int
    type: Type
    site_id: str = ""
    lon: float = math.nan
    lat: float = math.nan
    kind: str = ""
    row: int | None = None
    of: int = 0
    again: bool = False


def read_events(value: object, after: int) -> tuple[MapEvent, ...]:
    """The events not handled yet, oldest first.

    Parameters
    ----------
    value
        What the component gave back, unchecked. Whatever is not an event of ours is left out.
    after
        Number of the last event that was handled.
    """
    sent = value.get("events") if isinstance(value, dict) else None
    found = [_read(item) for item in sent[:_EVENTS_AT_ONCE]] if isinstance(sent, list) else []
    fresh = {event.number: event for event in found if event is not None and event.number > after}
    return tuple(fresh[number] for number in sorted(fresh))


def _read(item: object) -> MapEvent | None:
    if not isinstance(item, dict):
        return None
    number = item.get("number")
    if not isinstance(number, int | float) or not math.isfinite(number) or item.get("type") not in get_args(Type):
        return None
    event = _READ.get(item["type"], _named)(item, int(number))
    return replace(event, again=item.get("again") is True) if event else None


def _home(item: Mapping[str, object], number: int) -> MapEvent | None:
    row = _whole(item, "row")
    return None if row is None else MapEvent(number, "home", row=row)


def _unplace(item: Mapping[str, object], number: int) -> MapEvent | None:
    of = _whole(item, "of")
    return None if of is None else MapEvent(number, "unplace", of=of)


def _spot(item: Mapping[str, object], number: int) -> MapEvent | None:
    lon, lat = _degree(item, "lon", _TURNS * 360.0), _degree(item, "lat", 90.0)
    if lon is None or lat is None:
        return None
    lon = lon if abs(lon) <= 180 else (lon + 180) % 360 - 180  # noqa: PLR2004  (a map goes round the world, again and again)
    sort = cast("Type", item["type"])
    return MapEvent(number, sort, site_id=_text(item, "id"), lon=lon, lat=lat, kind=_text(item, "kind"))


def _named(item: Mapping[str, object], number: int) -> MapEvent | None:
    return MapEvent(number, cast("Type", item["type"]), site_id=_text(item, "id"))


_READ = {"home": _home, "unplace": _unplace, "place": _spot, "move": _spot}


def _text(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _whole(item: Mapping[str, object], name: str) -> int | None:
    """A whole number that is not below zero."""
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return int(value)


def _degree(item: Mapping[str, object], name: str, limit: float) -> float | None:
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit:
        return None
    return float(value)
