"""Which ways of OpenStreetMap a walker can use: OSMnx's walk filter, with squares let in.

The rules are those of the filter that OSMnx 2.1 sends to Overpass for
``network_type="walk"`` (``osmnx/_overpass.py``). Overpass reads each value as a regular
expression without anchors, so a rule forbids every value that *contains* one of its
words: ``motor`` stands for motorways and their links, ``no`` for every value with "no" in it.

One fault is mended: OSMnx drops everything tagged ``area=yes``, pedestrian squares with it,
and sends walkers the long way round. Here squares stay (see :func:`is_square`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

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

SQUARES = frozenset({"pedestrian", "footway", "path", "living_street", "corridor"})
"""Areas of these sorts are open to walkers in every direction."""

FOOT_CLASS = frozenset({"footway", "path", "pedestrian", "steps", "cycleway", "living_street", "corridor", "bridleway"})
"""Ways that walkers have to themselves or come first on; walking along one *through* a road means crossing it."""

MAIN_ROADS = frozenset(
    {"trunk", "primary", "secondary", "tertiary", "trunk_link", "primary_link", "secondary_link", "tertiary_link"}
)
"""Roads whose crossing without signals costs a walker time."""


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Whether a way with these tags belongs to the walk network.

    Right for networks on which anyone may walk; it says nothing of wheels, hours or
    steps, which are the walking profile's business and stay on the ways as tags.
    ``access=no`` alone does not forbid, as in OSMnx (transit bridges carry it).
    """
    if "highway" not in tags:
        return False
    if "yes" in tags.get("area", "") and not is_square(tags):
        return False
    return not any(key in FORBIDDEN and _forbidden(key, value) for key, value in tags.items())


@lru_cache(4096)
def _forbidden(key: str, value: str) -> bool:
    """Whether the value contains one of the words; asked once per value, of which a file has few."""
    return any(word in value for word in FORBIDDEN[key])


def is_square(tags: Mapping[str, str]) -> bool:
    """Whether the tags say: an area that people walk across, such as a pedestrian square."""
    return "yes" in tags.get("area", "") and tags.get("highway") in SQUARES
