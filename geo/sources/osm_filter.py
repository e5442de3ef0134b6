"""Which ways of OpenStreetMap a walker can use, judged by the whole values of their tags.

``foot`` decides first, then ``access``, then the class of the way and its sidewalks: the more
exact tag outweighs the wider one, as the wiki's access hierarchy has it. A value that says nothing of
walkers (``foot=unknown``) leaves the word to the next. ``docs/walking.md`` has the rule for every tag.
The filter of OSMnx, for who wants its network, is in :mod:`geo.sources.osmnx_filter`.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.messages import msg
from geo.sources import osmnx_filter
from geo.sources.osm_bits import (
    ACCESS_SHUT,
    ACCESS_SOMETIMES,
    AREA,
    FOOT_OPEN,
    FOOT_SHUT,
    FOOT_SOMETIMES,
    GONE,
    MAIN,
    MAIN_ROADS,
    MOTORS,
    NO_HIGHWAY,
    NO_LEFT,
    NO_RIGHT,
    NOT_FOR_WALKERS,
    OPEN,
    OWN_SIDEWALK,
    SEPARATE_LEFT,
    SEPARATE_RIGHT,
    SQUARES,
    STREET,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Said = NDArray[np.uint32]

ALLOWED = frozenset(
    {"yes", "designated", "permissive", "official", "public", "destination", "customers", "delivery", "discouraged", "allowed"}
)
"""Values of ``foot`` that let anyone walk there."""

SHUT = frozenset(
    {
        "no",
        "private",
        "permit",
        "military",
        "restricted",
        "use_sidepath",
        "employees",
        "staff",
        "emergency",
        "prohibited",
        "closed",
    }
)
"""Values of ``foot`` and ``access`` that keep the public out."""

NEVER = frozenset(
    {
        "abandoned", "construction", "demolished", "destroyed", "dismantled", "disused", "escape", "historic", "no",
        "planned", "proposed", "raceway", "razed", "removed", "via_ferrata",
    }
)  # fmt: skip
"""Classes that are no street at all (yet, any more, or for walking): no other tag opens them."""

FOR_OTHERS = frozenset(
    {
        "bus_guideway", "busway", "cycleway", "emergency_access_point", "emergency_bay", "motorway", "motorway_link",
        "rest_area", "services",
    }
)  # fmt: skip
"""Classes that are not for walkers unless ``foot`` or a sidewalk of their own says so."""

FOOT_CLASS = frozenset(
    {"footway", "path", "pedestrian", "steps", "cycleway", "living_street", "corridor", "bridleway", "platform"}
)
"""Ways that walkers have to themselves or come first on; walking along one *through* a road means crossing it."""

_PLATFORMS: Mapping[str, str] = {"railway": "platform", "public_transport": "platform", "man_made": "pier"}
_OWN = frozenset({"yes", "both", "left", "right", "lane", "shoulder"})
_NONE = frozenset({"no", "none"})
_SIDES: Mapping[str, tuple[int, int]] = {
    "sidewalk": (SEPARATE_LEFT | SEPARATE_RIGHT, NO_LEFT | NO_RIGHT),
    "sidewalk:both": (SEPARATE_LEFT | SEPARATE_RIGHT, NO_LEFT | NO_RIGHT),
    "sidewalk:left": (SEPARATE_LEFT, NO_LEFT),
    "sidewalk:right": (SEPARATE_RIGHT, NO_RIGHT),
}
STREET_KEYS = ("highway", *_PLATFORMS, "place")
"""Keys of what may be a street, a platform, a pier or a square."""
DECIDING = frozenset(
    {*STREET_KEYS, *_SIDES, "access", "access:conditional", "area", "foot", "foot:conditional", "motorroad", "service"}
)
"""Keys that decide whether anyone may walk."""


def said_by(key: str, value: str) -> int:  # noqa: PLR0911  (one answer a key)
    """What one tag says, in the bits of :mod:`geo.sources.osm_bits`; their sum is judged by :func:`walkable`."""
    if key == "highway":
        return _class(value)
    if value == _PLATFORMS.get(key):
        return STREET | NO_HIGHWAY | OPEN
    if key == "place":
        return (STREET | NO_HIGHWAY | AREA | OPEN) * (value == "square")
    if key in _SIDES:
        separate, none = _SIDES[key]
        return separate * (value == "separate") | none * (value in _NONE) | OWN_SIDEWALK * (value in _OWN)
    if key in {"foot", "access"}:
        return _leave(key, value)
    if key in {"foot:conditional", "access:conditional"}:
        return FOOT_SOMETIMES if key.startswith("foot") else ACCESS_SOMETIMES
    if key == "motorroad":
        return MOTORS * (value == "yes")
    if key == "service":
        return ACCESS_SHUT * (value == "private")
    return AREA * (key == "area" and value == "yes")


def _class(value: str) -> int:
    said = STREET | OPEN * (value in SQUARES) | MAIN * (value in MAIN_ROADS)
    return said | GONE * (value in NEVER) | NOT_FOR_WALKERS * (value in FOR_OTHERS)


def _leave(key: str, value: str) -> int:
    """What ``foot`` or ``access`` says; of several values (``yes;permit``) the most open one counts."""
    values = {part.strip() for part in value.split(";")}
    if key == "access":  # that anyone may come does not make a motorway a footway
        return ACCESS_SHUT * (values <= SHUT)
    return FOOT_OPEN if values & ALLOWED else FOOT_SHUT * (values <= SHUT)


def _has(said: Said, bits: int) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = (said & bits) > 0
    return result


def _wants_another_way(said: Said) -> NDArray[np.bool_]:
    """Whose class is not for walkers, or whose sidewalks are all drawn as ways of their own."""
    left = _has(said, SEPARATE_LEFT) & (_has(said, SEPARATE_RIGHT) | _has(said, NO_RIGHT))
    right = _has(said, SEPARATE_RIGHT) & _has(said, NO_LEFT)
    return (_has(said, NOT_FOR_WALKERS | MOTORS) | left | right) & ~_has(said, OWN_SIDEWALK)


def usually_open(said: Said) -> NDArray[np.bool_]:
    """Where anyone may walk when no hour is named, shape (w,): ``foot``, else ``access``, else the class and its sidewalks."""
    return _has(said, FOOT_OPEN) | ~(_has(said, FOOT_SHUT | ACCESS_SHUT) | _wants_another_way(said))


def walkable(said: Said) -> NDArray[np.bool_]:
    """Which ways, of whose tags all this is said, belong to the walk network, shape (w,).

    Right for networks on which anyone may walk; it says nothing of wheels or steps, which are the walking
    profile's business and stay on the ways as tags. A way that a condition may open at some hour belongs, too;
    :mod:`geo.sources.conditions` shuts it at all others.
    """
    sometimes = _has(said, FOOT_SOMETIMES)
    sometimes |= _has(said, ACCESS_SOMETIMES) & ~_has(said, FOOT_SHUT) & ~_wants_another_way(said)
    here = _has(said, STREET) & ~_has(said, GONE) & (~_has(said, AREA) | squares(said))
    return here & (usually_open(said) | sometimes)


def squares(said: Said) -> NDArray[np.bool_]:
    """Which ways are areas that people walk across, such as pedestrian squares, shape (w,)."""
    result: NDArray[np.bool_] = (said & (AREA | OPEN)) == AREA | OPEN
    return result


class Rule(NamedTuple):
    """One rule in words, and the ways that it alone decides."""

    sentence: str
    decides: Callable[[Said], NDArray[np.bool_]]


LEFT_OUT: tuple[Rule, ...] = (
    Rule(msg("{km} km are not walked: no streets (yet or any more)."), lambda said: _has(said, GONE)),
    Rule(msg("{km} km are not walked: edges of areas that nobody walks across."), lambda said: _has(said, AREA) & ~squares(said)),
    Rule(msg("{km} km are not walked: closed to walkers (foot)."), lambda said: _has(said, FOOT_SHUT) & ~_has(said, FOOT_OPEN)),
    Rule(msg("{km} km are not walked: closed to the public (access)."), lambda said: _has(said, ACCESS_SHUT)),
    Rule(msg("{km} km are not walked: motorways, busways, cycleways and the like."), lambda said: _has(said, NOT_FOR_WALKERS)),
    Rule(msg("{km} km are not walked: roads for motor traffic only."), lambda said: _has(said, MOTORS)),
    Rule(msg("{km} km are not walked: streets whose sidewalks are drawn as ways of their own."), _wants_another_way),
)
"""Why a way is left out; the first that holds is the reason."""

LET_IN: tuple[Rule, ...] = (
    Rule(
        msg("{km} km are kept and open at some hours only; without a time (at) they count as closed."),
        lambda said: ~usually_open(said),
    ),
    Rule(msg("{km} km are walked all the same: platforms, piers and squares."), lambda said: _has(said, NO_HIGHWAY)),
    Rule(
        msg("{km} km are walked all the same: cycleways and other classes that are open to walkers (foot)."),
        lambda said: _has(said, FOOT_OPEN) & _has(said, NOT_FOR_WALKERS | MOTORS),
    ),
    Rule(
        msg("{km} km are walked all the same: closed to others (access), open to walkers (foot)."),
        lambda said: _has(said, FOOT_OPEN) & _has(said, ACCESS_SHUT),
    ),
    Rule(
        msg("{km} km are walked all the same: roads for motor traffic with a sidewalk of their own."),
        lambda said: _has(said, NOT_FOR_WALKERS | MOTORS),
    ),
    Rule(
        msg("{km} km are walked all the same: sidewalks drawn as ways of their own, yet open to walkers (foot)."),
        lambda said: _has(said, FOOT_OPEN) & _wants_another_way(said),
    ),
)
"""Why a way that a plainer reading would leave out is let in; the first that holds is the reason."""


def first_rule(said: Said, rules: tuple[Rule, ...]) -> NDArray[np.int64]:
    """The number of the first rule that decides each way, -1 for none, shape (w,)."""
    result = np.full(len(said), -1, dtype=np.int64)
    for number in reversed(range(len(rules))):
        result[rules[number].decides(said)] = number
    return result


class WayFilter(NamedTuple):
    """One way to judge: what each tag says, and the keys that are asked."""

    name: str
    keys: frozenset[str]
    said_by: Callable[[str, str], int]


OURS = WayFilter("lifecircle", DECIDING, said_by)
OSMNX = WayFilter("osmnx", osmnx_filter.DECIDING, osmnx_filter.said_by)
FILTERS: Mapping[str, WayFilter] = {one.name: one for one in (OURS, OSMNX)}


def said_by_all(tags: Mapping[str, str], judge: WayFilter = OURS) -> Said:
    """What the tags of one way say together, shape (1,)."""
    return np.array([reduce(or_, (judge.said_by(key, value) for key, value in tags.items()), 0)], dtype=np.uint32)


def is_walkable(tags: Mapping[str, str], judge: WayFilter = OURS) -> bool:
    """Whether a way with these tags belongs to the walk network."""
    return bool(walkable(said_by_all(tags, judge))[0])


def is_square(tags: Mapping[str, str], judge: WayFilter = OURS) -> bool:
    """Whether a way with these tags is an area that people walk across."""
    return bool(squares(said_by_all(tags, judge))[0])
