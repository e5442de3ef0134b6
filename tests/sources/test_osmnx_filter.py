from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.osm_filter import OSMNX, is_square, is_walkable
from geo.sources.osmnx_filter import FORBIDDEN

VALUES = [
    *sorted({word for words in FORBIDDEN.values() for word in words}),
    "yes",
    "residential",
    "motorway",
    "motorway_link",
    "footway",
    "pedestrian",
    "steps",
    "unknown",
    "none",
    "permissive",
    "permit;private",
    "left",
]
TAGS = st.dictionaries(st.sampled_from([*FORBIDDEN, "area", "name"]), st.sampled_from(VALUES), max_size=6)


def osmnx_rules() -> list[tuple[str, str]]:
    from osmnx import _overpass

    return re.findall(r'\["([^"]+)"(?:!~"([^"]*)")?\]', _overpass._get_network_filter("walk"))


RULES = osmnx_rules()


def osmnx_says(tags) -> bool:
    return all((key in tags) if not words else not (key in tags and re.search(words, tags[key])) for key, words in RULES)


@given(TAGS)
def test_same_as_osmnx_but_for_squares(tags):
    if is_square(tags, OSMNX):
        assert is_walkable(tags, OSMNX) == osmnx_says({key: value for key, value in tags.items() if key != "area"})
    else:
        assert is_walkable(tags, OSMNX) == osmnx_says(tags)


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "pedestrian", "area": "yes"}, True),
        ({"highway": "service", "area": "yes"}, False),
        ({"highway": "motorway"}, False),
        ({"highway": "residential", "oneway": "yes"}, True),
        ({"highway": "residential", "access": "no"}, True),
        ({"highway": "residential", "access": "private"}, False),
        ({"highway": "primary", "sidewalk": "separate"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_by_hand(tags, walkable):
    assert is_walkable(tags, OSMNX) is walkable
