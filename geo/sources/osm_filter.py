"""Which ways of OpenStreetMap a walker can use: OSMnx's walk filter, with squares let in.

The rules are those of the filter that OSMnx 2.1 sends to Overpass for
``network_type="walk"`` (``osmnx/_overpass.py``). Overpass reads each value as a regular
expression without anchors, so a rule forbids every value that *contains* one of its
words: ``motor`` stands for motorways and their links, ``no`` for every value with "no" in it.

One fault is mended: OSMnx drops everything tagged ``area=yes``, pedestrian squares with it,
and sends walkers the long way round. Here squares stay (see :func:`squares`).
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

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


STREET, BANNED, AREA, OPEN, MAIN = 1, 2, 4, 8, 16
"""What a tag says of a way, to be summed: it has a highway tag; nobody may walk it; it is an area, and
of a sort that is open to walkers; it is a main road."""


def said_by(key: str, value: str) -> int:
    """What one tag says; the rules for all the tags of a way together are :func:`walkable` and :func:`squares`."""
    said = BANNED * any(word in value for word in FORBIDDEN.get(key, ()))
    if key == "highway":
        said |= STREET | OPEN * (value in SQUARES) | MAIN * (value in MAIN_ROADS)
    return said | AREA * (key == "area" and "yes" in value)


def walkable(said: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which ways, of whose tags all this is said, belong to the walk network, shape (w,).

    Right for networks on which anyone may walk; it says nothing of wheels, hours or
    steps, which are the walking profile's business and stay on the ways as tags.
    ``access=no`` alone does not forbid, as in OSMnx (transit bridges carry it).
    """
    result: NDArray[np.bool_] = ((said & (STREET | BANNED)) == STREET) & (((said & AREA) == 0) | squares(said))
    return result


def squares(said: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which ways are areas that people walk across, such as pedestrian squares, shape (w,)."""
    result: NDArray[np.bool_] = (said & (AREA | OPEN)) == AREA | OPEN
    return result


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Whether a way with these tags belongs to the walk network."""
    return bool(walkable(_said_by_all(tags))[0])


def is_square(tags: Mapping[str, str]) -> bool:
    """Whether a way with these tags is an area that people walk across."""
    return bool(squares(_said_by_all(tags))[0])


def _said_by_all(tags: Mapping[str, str]) -> NDArray[np.uint8]:
    return np.array([reduce(or_, (said_by(key, value) for key, value in tags.items()), 0)], dtype=np.uint8)
