"""The table of walking times: any id comes back as it was, any number of batches fits."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.cells import as_it_was
from geo.core.pairs import Pairs
from geo.export.times import write_times

IDS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6), min_size=1, max_size=4, unique=True)


@given(IDS, IDS, st.integers(0, 99))
@example(["a\rb", 'say "no"', "=1+1", "a,b"], ["\n", " x "], 1)
def test_ids_and_numbers_come_back(tmp_path_factory, origins, destinations, seed):
    rng = np.random.default_rng(seed)
    rows = [(rng.integers(0, len(origins)), rng.integers(0, len(destinations)), *rng.uniform(0, 5000, 2)) for _ in range(7)]
    parts = [rows[:3], [], rows[3:]]
    batches = [Pairs(*(np.array([row[k] for row in part], dtype=int if k < 2 else float) for k in range(4))) for part in parts]
    path = tmp_path_factory.mktemp("times") / "t.csv"
    assert write_times(path, origins, destinations, batches) == 7
    head, *read = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
    assert head == ["from_id", "to_id", "distance_m", "time_s"]
    for (origin, destination, metres, seconds), cells in zip(rows, read, strict=True):
        assert [as_it_was(cell) for cell in cells[:2]] == [origins[origin], destinations[destination]]
        assert [float(cell) for cell in cells[2:]] == pytest.approx([metres, seconds], abs=5e-7)
