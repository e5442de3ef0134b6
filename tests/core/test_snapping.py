from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.snapping import SnapIndex
from tests.streets import make_network, random_network


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([50.0, 300.0, 5_000.0]))
def test_nearest_point_agrees_with_shapely(seed, size):
    rng = np.random.default_rng(seed)
    network = random_network(rng, size=size)
    index = SnapIndex.build(network)
    low, high = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    points = rng.uniform(low - 700, high + 700, (60, 2))
    snapped = index.snap(points, 400.0)
    lines = [shapely.LineString(network.vertex_xy[a:b]) for a, b in zip(network.edge_start, network.edge_start[1:], strict=False)]
    truth = np.min([shapely.distance(line, shapely.points(points)) for line in lines], axis=0)
    np.testing.assert_allclose(snapped.access_m, truth, rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(snapped.ok, truth <= 400.0)
    on = index.place(snapped)[snapped.ok]
    np.testing.assert_allclose(np.hypot(*(on - points[snapped.ok]).T), truth[snapped.ok], atol=1e-6)


def test_limit_is_inclusive_and_refused_points_keep_their_distance():
    network = make_network([(0, 0), (100, 0)], [(0, 1)])
    index = SnapIndex.build(network)
    near, far, lost = np.array([[50, 200], [50, 200.001], [50, 5000]]) + network.node_xy[0]
    snapped = index.snap(np.array([near, far, lost]), 200.0)
    assert snapped.ok.tolist() == [True, False, False]
    np.testing.assert_allclose(snapped.access_m, [200, 200.001, 5000])


def test_points_that_are_nowhere_are_refused():
    index = SnapIndex.build(make_network([(0, 0), (100, 0)], [(0, 1)]))
    snapped = index.snap(np.array([[np.nan, 0], [np.inf, 0], [1e9, 1e9]]), 200.0)
    assert not snapped.ok.any()


def test_no_streets_refuse_everyone():
    assert not SnapIndex.build(make_network([], [])).snap(np.zeros((2, 2)), 1e6).ok.any()


def test_streets_drawn_over_and_over_are_looked_at_once_and_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    nodes = rng.uniform(0, 90, (12, 2))
    ways = [(int(u), int(v)) for u, v in rng.integers(0, 12, (30, 2)) if u != v]
    network = make_network(nodes, [*ways, *[(v, u) for u, v in ways] * 50])
    points = network.node_xy[0] + rng.uniform(-100, 100, (500, 2))
    index = SnapIndex.build(network)
    assert len(np.unique(index.cell_segment)) == len({frozenset(way) for way in ways})
    once = index.snap(points, 400.0)
    monkeypatch.setattr("geo.core.snapping._MANY", 10**9)
    index = SnapIndex.build(network)
    assert len(np.unique(index.cell_segment)) > 1000
    again = index.snap(points, 400.0)
    np.testing.assert_array_equal(once.segment, again.segment)
    np.testing.assert_array_equal(once.fraction, again.fraction)
    np.testing.assert_array_equal(once.access_m, again.access_m)
