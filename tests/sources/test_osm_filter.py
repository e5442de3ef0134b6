from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.osm_filter import (
    ALLOWED,
    DECIDING,
    LEFT_OUT,
    NEVER,
    SHUT,
    first_rule,
    is_square,
    is_walkable,
    said_by_all,
    walkable,
)

VALUES = sorted({*ALLOWED, *SHUT, *NEVER, "unknown", "residential", "cycleway", "motorway", "separate", "left", "square", "none"})
TAGS = st.dictionaries(st.sampled_from(sorted(DECIDING)), st.sampled_from(VALUES), max_size=6)


@given(TAGS, st.sampled_from(sorted(ALLOWED)))
def test_who_is_allowed_on_foot_is_let_in_but_where_there_is_no_street(tags, foot):
    tags = {"highway": "residential", **tags, "foot": foot}
    tags.pop("area", None)
    assert is_walkable(tags) == (tags["highway"] not in NEVER)


@given(TAGS)
def test_a_value_nobody_knows_changes_nothing(tags):
    tags.pop("foot", None)
    assert is_walkable(tags) == is_walkable({**tags, "foot": "unknown"})


@given(TAGS)
def test_whatever_is_left_out_has_its_reason(tags):
    said = said_by_all({"highway": "residential", **tags})
    assert walkable(said)[0] or first_rule(said, LEFT_OUT)[0] >= 0


@pytest.mark.parametrize(
    ("tags", "walked", "square"),
    [
        ({"highway": "pedestrian", "area": "yes"}, True, True),
        ({"highway": "platform", "area": "yes"}, True, True),
        ({"place": "square"}, True, True),
        ({"place": "square", "foot": "no"}, False, True),
        ({"highway": "service", "area": "yes"}, False, False),
        ({"highway": "pedestrian", "area": "no"}, True, False),
        ({"building": "yes"}, False, False),
        ({"foot": "yes"}, False, False),
    ],
)
def test_areas(tags, walked, square):
    assert (is_walkable(tags), is_square(tags)) == (walked, square)


def test_first_rule_of_many_ways():
    said = np.concatenate(
        [said_by_all(tags) for tags in ({"highway": "proposed"}, {"highway": "road", "access": "no"}, {"highway": "road"})]
    )
    assert [LEFT_OUT[n].sentence.split(": ")[1] if n >= 0 else "" for n in first_rule(said, LEFT_OUT)] == [
        "no streets (yet or any more).",
        "closed to the public (access).",
        "",
    ]
