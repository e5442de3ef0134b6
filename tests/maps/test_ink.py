from __future__ import annotations

import numpy as np
import shapely

from geo.maps import ink


def test_streets_drawn_thousands_of_times_over_are_drawn_in_parts():
    """In one part the renderer gives up ("Exceeded cell block limit")."""
    lines = np.repeat(shapely.linestrings([[[0, 0], [90, 80], [100, 0]]]), 30_000)
    parts = ink.in_parts(lines, 2.0)
    assert sum(map(len, parts)) == len(lines)
    assert max(shapely.length(part).sum() / 2.0 for part in parts) <= 101_000


def test_the_streets_of_a_town_are_one_part():
    assert [len(part) for part in ink.in_parts(np.repeat(shapely.linestrings([[[0, 0], [90, 80]]]), 6000), 10.0)] == [6000]
    assert [len(part) for part in ink.in_parts(np.zeros(0, dtype=object), 10.0)] == [0]
