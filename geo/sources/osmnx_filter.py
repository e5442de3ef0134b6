"""OSMnx's walk filter, for who wants its network (``[walking] filter = "osmnx"``), with squares let in.

The rules are those of the filter that OSMnx 2.1 sends to Overpass for
``network_type="walk"`` (``osmnx/_overpass.py``). Overpass reads each value as a regular
expression without anchors, so a rule forbids every value that *contains* one of its
words: ``motor`` stands for motorways and their links, ``no`` for every value with "no" in it.

One fault is mended: OSMnx drops everything tagged ``area=yes``, pedestrian squares with it,
and sends walkers the long way round. Here squares stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.sources.osm_bits import AREA, GONE, MAIN, MAIN_ROADS, OPEN, SQUARES, STREET

if TYPE_CHECKING:
    from collections.abc import Mapping

FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "highway": (
        "abandoned",
        "bus_guideway",
        "construction",
        "cycleway",
        "motor",
        "no",
        "planned",
        "platform",
        "proposed",
        "raceway",
        "razed",
        "rest_area",
        "services",
    ),
    "access": ("private",),
    "foot": ("no",),
    "service": ("private",),
    "sidewalk": ("separate",),
    "sidewalk:both": ("separate",),
    "sidewalk:left": ("separate",),
    "sidewalk:right": ("separate",),
}
DECIDING = frozenset({"area", *FORBIDDEN})


def said_by(key: str, value: str) -> int:
    """What one tag says, in the bits of :mod:`geo.sources.osm_bits`; ``access=no`` alone does not forbid, as in OSMnx."""
    said = GONE * any(word in value for word in FORBIDDEN.get(key, ()))
    if key == "highway":
        said |= STREET | OPEN * (value in SQUARES) | MAIN * (value in MAIN_ROADS)
    return said | AREA * (key == "area" and "yes" in value)
