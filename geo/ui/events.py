"""What the map sends back. It comes from a browser, so every part is looked at before use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Type = Literal["place", "move", "remove", "select", "undo", "redo"]
_EVENTS_AT_ONCE = 100


@dataclass(frozen=True)
class MapEvent:
    """One act of the planner's hand; ``number`` grows from event to event."""

    number: int
    type: Type
    site_id: str = ""
    lon: float = math.nan
    lat: float = math.nan


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
    kind = cast("Type", item["type"])
    if kind not in {"place", "move"}:
        return MapEvent(int(number), kind, site_id=_text(item))
    lon, lat = _degree(item, "lon", 180.0), _degree(item, "lat", 90.0)
    if lon is None or lat is None:
        return None
    return MapEvent(int(number), kind, site_id=_text(item), lon=lon, lat=lat)


def _text(item: Mapping[str, object]) -> str:
    value = item.get("id")
    return value if isinstance(value, str) else ""


def _degree(item: Mapping[str, object], name: str, limit: float) -> float | None:
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit:
        return None
    return float(value)
