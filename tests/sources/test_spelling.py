"""Which name was meant: alike in spelling or beginning, and none rather than a far-fetched one."""

from __future__ import annotations

import pytest

from geo.sources.spelling import meant

KEYS = ["path", "id", "name", "layer", "sheet", "lon", "lat", "x", "y", "weight", "one_kind", "distance_m", "speed_kmh", "人口数"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("wieght", "weight"),
        ("Weight", "weight"),
        ("longitude", "lon"),
        ("distance", "distance_m"),
        ("speed", "speed_kmh"),
        ("sheets", "sheet"),
        ("nane", "name"),
        ("人口", "人口数"),
        ("kind", None),  # not id, and not one_kind: that has a meaning of its own
        ("idx", "id"),
        ("面积", None),
        ("filename", None),
        ("", None),
    ],
)
def test_what_was_meant(word, name):
    assert meant(word, KEYS) == name
    assert meant(word, []) is None
