from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core import engine, sharing, travel
from geo.core.doors import Doors, seeds_of
from geo.core.impedance import walk_graph
from geo.core.snapping import SnapIndex
from tests.streets import random_network, standard

pytestmark = pytest.mark.skipif(not engine.COMPILED, reason="numba is missing: nothing is shared among threads")


def town(seed: int):
    rng = np.random.default_rng(seed)
    network = random_network(rng, n=60, m=110)
    graph, index = walk_graph(network, standard()), SnapIndex.build(network)
    # Whole metres and nodes make ties likely.
    low, high = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    xy = np.vstack([rng.uniform(low, high, (8, 2)).round(), network.node_xy[:4]])
    return graph, seeds_of(graph, Doors(index.snap(xy, 100.0), np.arange(12, dtype=np.int32)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([60.0, 400.0, np.inf]), st.integers(2, 7))
def test_any_number_of_threads_gives_the_same_field(seed, limit, threads):
    graph, seeds = town(seed)
    alone, shared = travel.empty_field(graph), travel.empty_field(graph)
    sharing.spread(graph, seeds, limit, alone, threads=1)
    sharing.spread(graph, seeds, limit, shared, threads=threads)
    for name in ("cost", "other", "facility"):
        np.testing.assert_array_equal(getattr(shared, name), getattr(alone, name))
    assert np.isfinite(alone.cost).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 20))
def test_any_number_of_threads_gives_the_same_reach(seed, threads):
    graph, seeds = town(seed)
    start = np.searchsorted(seeds.facility, np.arange(13)).astype(np.int64)
    alone = sharing.reach(graph, start, seeds, 300.0, threads=1)
    for one, other in zip(alone, sharing.reach(graph, start, seeds, 300.0, threads=threads), strict=True):
        np.testing.assert_array_equal(one, other)


def test_searches_go_on_when_their_marks_are_used_up(monkeypatch):
    graph, seeds = town(7)
    start = np.searchsorted(seeds.facility, np.arange(13)).astype(np.int64)
    first = sharing.reach(graph, start, seeds, 300.0, threads=1)
    monkeypatch.setattr(sharing, "_MOST_MARKS", 40)  # room for one round of twelve, not for two
    for _ in range(3):
        for one, other in zip(first, sharing.reach(graph, start, seeds, 300.0, threads=1), strict=True):
            np.testing.assert_array_equal(one, other)
        assert sharing._FREE[graph][0].used == 26


def test_no_seed_and_no_facility():
    graph, seeds = town(1)
    none = seeds.rows(np.zeros(0, dtype=np.int64))
    field = travel.empty_field(graph)
    sharing.spread(graph, none, np.inf, field, threads=3)
    assert np.isinf(field.cost).all()
    start, *found = sharing.reach(graph, np.zeros(1, dtype=np.int64), none, 300.0)
    assert start.tolist() == [0]
    assert [len(part) for part in found] == [0, 0, 0]
