from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.pace import segment_seconds, tobler
from geo.model import WalkProfile
from geo.sources.heights import EVERY_M, with_heights
from geo.sources.network_check import faults
from tests.streets import make_network, random_network

X0, Y0 = 500_000.0, 3_400_000.0
STREET = make_network([(0, 0), (1000, 0)], [(0, 1)])
HIKER = WalkProfile("hiker", 3.6, tobler=True)


def ridge(xy):
    """Up 50 m to the middle of a kilometre, and down again."""
    return 50 - np.abs(xy[:, 0] - X0 - 500) / 10


def seconds(network, profile=HIKER):
    forward, backward = segment_seconds(network, profile)
    return forward.sum(), backward.sum()


def test_a_ridge_between_two_corners_counts():
    finer = with_heights(STREET, ridge)
    assert faults(finer) == []
    up, down = 500 / tobler(np.array([0.1, -0.1]))
    assert seconds(finer) == pytest.approx((up + down, up + down), rel=0.01)
    assert len(finer.vertex_xy) == np.ceil(1000 / EVERY_M) + 1


def test_a_steep_ridge_stops_wheels():
    wheels = WalkProfile("wheels", 3.6, max_slope=0.06)
    assert np.isinf(seconds(with_heights(STREET, ridge), wheels)[0])
    assert np.isfinite(seconds(with_heights(STREET, lambda xy: ridge(xy) / 2), wheels)[0])


def test_even_ground_is_left_whole():
    assert len(with_heights(STREET, lambda xy: (xy[:, 0] - X0) / 20).vertex_xy) == 2
    assert len(with_heights(STREET, lambda xy: np.full(len(xy), np.nan)).vertex_xy) == 2


def test_a_coarse_raster_is_looked_at_by_its_cells():
    assert len(with_heights(STREET, ridge, 100.0).vertex_xy) == 11


@given(st.integers(0, 10_000))
def test_nothing_that_is_walked_becomes_longer(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    k = len(network.vertex_xy)
    crossing = np.where(network.segment_way >= 0, rng.integers(0, 3, k), 0).astype(np.uint8)
    oneway = np.where(network.segment_way >= 0, rng.integers(0, 3, k), 0).astype(np.uint8)
    points = pd.DataFrame({"vertex": np.arange(0, k, 7), "node": -1, "kind": "gate"})
    network = replace(network, segment_crossing=crossing, segment_oneway=oneway, points=points)
    finer = with_heights(network, lambda xy: 20 * np.sin(xy[:, 0] / 50))
    assert faults(finer) == []
    assert finer.edge_length_m == pytest.approx(network.edge_length_m)
    assert finer.vertex_xy[finer.points["vertex"]] == pytest.approx(network.vertex_xy[points["vertex"]])
    plain = WalkProfile("waits", 3.6, crossing_s=7.0)
    starts = network.edge_start[:-1], finer.edge_start[:-1]
    for before, after in zip(segment_seconds(network, plain), segment_seconds(finer, plain), strict=True):
        assert np.add.reduceat(after, starts[1]) == pytest.approx(np.add.reduceat(before, starts[0]))


def valley(xy):
    return np.where(np.abs(xy[:, 0] - X0 - 500) < 400, -40.0, 0.0)


def test_a_bridge_is_straight_between_its_ends():
    line = [(0, 0), (100, 0), (400, 0), (900, 0), (1000, 0)]
    network = make_network(line, [(i, i + 1) for i in range(4)])
    way = np.array([0, -1, 1, -1, 1, -1, 0, -1], dtype=np.int32)
    network = replace(network, segment_way=way, ways=network.ways.assign(steps=False, bridge=[False, True]))
    raised = with_heights(network, lambda xy: valley(xy) + (xy[:, 0] - X0) / 100)
    z = dict(zip((raised.vertex_xy[:, 0] - X0).round(), raised.vertex_z, strict=True))
    assert z[100.0] == pytest.approx(1)
    assert z[400.0] == pytest.approx(4)  # a junction on the bridge
    assert z[900.0] == pytest.approx(9)
    assert len(raised.vertex_xy) == len(network.vertex_xy)


def test_a_tunnel_without_known_ends_has_no_heights():
    network = make_network([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    network = replace(network, ways=network.ways.assign(steps=False, tunnel=[True, True]))
    assert np.isnan(with_heights(network, lambda xy: np.where(xy[:, 0] < X0 + 300, np.nan, 1.0)).vertex_z).all()
