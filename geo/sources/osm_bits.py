"""What a tag can say of a way, as bits to be summed over all its tags, and the classes that both filters know."""

from __future__ import annotations

STREET = 1 << 0
"""It is a street, a platform, a pier or a square."""
GONE = 1 << 1
"""Nobody may ever walk it."""
NOT_FOR_WALKERS = 1 << 2
"""Its class is for others."""
MOTORS = 1 << 3
"""For motor traffic only."""
FOOT_OPEN = 1 << 4
FOOT_SHUT = 1 << 5
ACCESS_SHUT = 1 << 6
FOOT_SOMETIMES = 1 << 7
"""A condition speaks of walkers."""
ACCESS_SOMETIMES = 1 << 8
SEPARATE_LEFT = 1 << 9
"""The sidewalk on that side is a way of its own."""
SEPARATE_RIGHT = 1 << 10
NO_LEFT = 1 << 11
NO_RIGHT = 1 << 12
OWN_SIDEWALK = 1 << 13
AREA = 1 << 14
OPEN = 1 << 15
"""Where it is an area: of a sort that people walk across."""
MAIN = 1 << 16
"""A main road: to cross it without signals costs a walker time."""
NO_HIGHWAY = 1 << 17
"""Another key than ``highway`` makes it a street."""

SQUARES = frozenset({"pedestrian", "footway", "path", "living_street", "corridor", "platform"})
"""Areas of these sorts are open to walkers in every direction."""

MAIN_ROADS = frozenset(
    {"trunk", "primary", "secondary", "tertiary", "trunk_link", "primary_link", "secondary_link", "tertiary_link"}
)
"""Roads whose crossing without signals costs a walker time."""
