from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.change import change, stand
from geo.core.doors import Doors
from geo.core.impedance import walk_graph
from geo.core.snapping import SnapIndex
from tests.streets import random_network, standard


def same(a, b):
    for x, y in ((a.field, b.field), (a.times, b.times)):
        np.testing.assert_array_equal(x.cost, y.cost)
        np.testing.assert_array_equal(x.facility, y.facility)
        np.testing.assert_array_equal(x.other, y.other)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.sampled_from(["add", "move", "close", "reopen", "swap"]), min_size=1, max_size=8))
def test_incremental_equals_recomputed(seed, edits):
    rng = np.random.default_rng(seed)
    network = random_network(rng, n=40, m=70)
    index, graph = SnapIndex.build(network), walk_graph(network, standard())
    low, high = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    # Nodes and whole metres make ties likely.
    homes = index.snap(np.vstack([rng.uniform(low, high, (60, 2)).round(), network.node_xy]), 120.0)
    sites = {f"s{i}": rng.uniform(low, high) for i in range(4)}
    closed: list[tuple[int, str, np.ndarray]] = []

    def doors():
        return Doors(index.snap(np.array(list(sites.values())).reshape(-1, 2), 120.0), np.arange(len(sites), dtype=np.int32))

    now = stand(graph, homes, list(sites), doors())
    for step, edit in enumerate(edits):
        names = list(sites)
        if edit == "add":
            sites[f"n{step}"] = network.node_xy[rng.integers(network.nodes)]
        elif edit == "move" and names:
            sites[names[rng.integers(len(names))]] = rng.uniform(low, high)
        elif edit == "close" and names:
            at = int(rng.integers(len(names)))
            closed.append((at, names[at], sites.pop(names[at])))
        elif edit == "reopen" and closed:
            at, name, place = closed.pop()
            items = list(sites.items())
            items.insert(min(at, len(items)), (name, place))
            sites = dict(items)
        elif edit == "swap":
            sites = dict(reversed(sites.items()))
        before_cost = now.field.cost.copy()
        after = change(graph, homes, now, list(sites), doors())
        np.testing.assert_array_equal(now.field.cost, before_cost)  # the input is unchanged
        same(after, stand(graph, homes, list(sites), doors()))
        now = after


@pytest.mark.parametrize("count", [0, 1])
def test_from_and_to_nothing(count):
    rng = np.random.default_rng(count)
    network = random_network(rng)
    index, graph = SnapIndex.build(network), walk_graph(network, standard())
    homes = index.snap(network.node_xy, 10.0)

    def doors(rows):
        return Doors(index.snap(network.node_xy[rows].reshape(-1, 2), 10.0), np.arange(len(rows), dtype=np.int32))

    few, none = ["a", "b"][: count + 1], []
    start = stand(graph, homes, few, doors(list(range(count + 1))))
    empty = change(graph, homes, start, none, doors([]))
    assert np.isinf(empty.times.cost).all()
    same(change(graph, homes, empty, few, doors(list(range(count + 1)))), start)
