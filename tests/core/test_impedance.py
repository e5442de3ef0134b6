from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core import travel
from geo.core.doors import Doors
from geo.core.impedance import walk_graph
from geo.core.pace import segment_seconds, tobler
from geo.core.snapping import SnapIndex
from geo.model import WalkProfile
from geo.sources.profiles import load_profiles
from tests.streets import ADULT, make_network, random_network, standard

HIKER = replace(ADULT, tobler=True)


def seconds(network, profile, homes, doors):
    index = SnapIndex.build(network)
    graph = walk_graph(network, standard(profile=profile))
    at = index.snap(network.node_xy[homes], 1.0)
    door = Doors(index.snap(network.node_xy[doors], 1.0), np.arange(len(doors), dtype=np.int32))
    return travel.at_points(graph, travel.nearest(graph, door), at, door).cost


def test_a_ramp_takes_its_closed_form_time_up_and_down():
    ramp = make_network([(0, 0), (500, 0)], [(0, 1, [(200, 0)])])
    ramp = replace(ramp, vertex_z=np.array([0, 20, 50], dtype=np.float32))
    up = 500 * np.exp(3.5 * 0.10)  # 1 m/s on the level; |0.1 + 0.05| - 0.05 = 0.10
    down = 500 * np.exp(3.5 * (abs(-0.1 + 0.05) - 0.05))
    assert seconds(ramp, HIKER, [0], [1]) == pytest.approx([up], rel=1e-6)
    assert seconds(ramp, HIKER, [1], [0]) == pytest.approx([down], rel=1e-6)
    assert seconds(ramp, ADULT, [0], [1]) == pytest.approx([500])


def test_tobler_is_one_on_the_level_and_best_slightly_downhill():
    assert tobler(np.array([0.0])) == pytest.approx([1.0])
    slopes = np.linspace(-0.5, 0.5, 1001)
    assert slopes[np.argmax(tobler(slopes))] == pytest.approx(-0.05)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-100, 4000))
def test_a_flat_elevation_equals_none(seed, height):
    flat = random_network(np.random.default_rng(seed))
    raised = replace(flat, vertex_z=np.full(len(flat.vertex_xy), height, dtype=np.float32))
    for a, b in zip(segment_seconds(flat, HIKER), segment_seconds(raised, HIKER), strict=True):
        np.testing.assert_array_equal(a, b)


def test_tagged_incline_counts_where_there_is_no_elevation():
    street = make_network([(0, 0), (100, 0)], [(0, 1)])
    street = replace(street, segment_incline=np.array([0.1, np.nan], dtype=np.float32))
    assert seconds(street, HIKER, [0], [1]) == pytest.approx([100 * np.exp(0.35)], rel=1e-6)


def test_slopes_too_steep_for_a_profile_are_closed():
    street = make_network([(0, 0), (100, 0)], [(0, 1)])
    street = replace(street, segment_incline=np.array([0.1, np.nan], dtype=np.float32))
    assert np.isinf(seconds(street, replace(ADULT, max_slope=0.083), [0], [1])).all()
    assert seconds(street, replace(ADULT, max_slope=0.12), [0], [1]) == pytest.approx([100])


@pytest.mark.parametrize("k", [0, 1, 2, 5])
def test_k_crossings_add_exactly_k_delays(k):
    # A straight walk over k + 1 edges; each inner node is a crossing, half a delay on either side of it.
    n = k + 2
    halves = []
    for e in range(n - 1):
        halves += [(e > 0) + (e < n - 2), 0]
    low = make_network([(100 * i, 0) for i in range(n)], [(i, i + 1) for i in range(n - 1)], crossing=halves)
    high = replace(low, segment_crossing=(low.segment_crossing << 4).astype(np.uint8))
    careful = replace(ADULT, crossing_s=20.0, signal_s=35.0)
    assert seconds(low, careful, [0], [n - 1]) == pytest.approx([100 * (n - 1) + 20 * k])
    assert seconds(high, careful, [0], [n - 1]) == pytest.approx([100 * (n - 1) + 35 * k])


def test_steps_have_their_own_speed_or_are_forbidden():
    streets = make_network([(0, 0), (100, 0)], [(0, 1)], steps=[0])
    assert seconds(streets, replace(ADULT, steps_factor=0.5), [0], [1]) == pytest.approx([200])
    assert np.isinf(seconds(streets, replace(ADULT, steps_factor=None), [0], [1])).all()


def test_wheels_stay_off_what_is_tagged_impassable():
    streets = make_network([(0, 0), (100, 0), (200, 0), (300, 0)], [(0, 1), (1, 2), (2, 3)])
    ways = pd.DataFrame(
        {"way_id": [1, 2, 3], "steps": [False, False, True], "wheelchair": ["no", "", "yes"], "surface": ["", "sand", ""]}
    )
    streets = replace(streets, ways=ways, segment_way=np.array([0, -1, 1, -1, 2, -1], dtype=np.int32))
    wheels = WalkProfile("wheels", 3.6, steps_factor=None, needs_wheels=True)
    first, _ = segment_seconds(streets, wheels)
    assert np.isinf(first[[0, 2]]).all()
    assert first[4] == pytest.approx(100)
    assert np.isfinite(segment_seconds(streets, ADULT)[0]).all()


def test_a_lift_costs_its_time_once_however_it_is_drawn():
    rider = replace(ADULT, lift_s=45.0)
    drawn = make_network([(0, 0), (100, 0), (110, 0), (200, 0)], [(0, 1), (1, 2, [(104, 0)]), (2, 3)])
    ways = pd.DataFrame({"way_id": [1, 2], "highway": ["footway", "elevator"], "steps": [False, False]})
    drawn = replace(drawn, ways=ways, segment_way=np.array([0, -1, 1, 1, -1, 0, -1], dtype=np.int32))
    assert seconds(drawn, rider, [0], [3]) == pytest.approx([200 + 45])
    point = pd.DataFrame({"vertex": [1], "node": [1], "kind": ["elevator"]})
    at_node = replace(make_network([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)]), points=point)
    assert seconds(at_node, rider, [0], [2]) == pytest.approx([200 + 45])
    within = replace(make_network([(0, 0), (200, 0)], [(0, 1, [(100, 0)])]), points=point.assign(node=-1))
    assert seconds(within, rider, [0], [1]) == pytest.approx([200 + 45])
    assert seconds(within, ADULT, [0], [1]) == pytest.approx([200])


def test_a_raised_kerb_stops_wheels_but_nobody_else():
    points = pd.DataFrame({"vertex": [1], "node": [-1], "kind": ["kerb"], "kerb": ["raised"]})
    street = replace(make_network([(0, 0), (200, 0)], [(0, 1, [(150, 0)])]), points=points)
    wheels = WalkProfile("wheels", 3.6, needs_wheels=True)
    assert np.isinf(seconds(street, wheels, [0], [1])).all()
    assert seconds(street, ADULT, [0], [1]) == pytest.approx([200])
    assert np.isfinite(segment_seconds(street, wheels)[0][0])  # homes before the kerb still get away


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_a_slower_profile_reaches_a_subset(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    homes = list(range(network.nodes))
    doors = rng.integers(0, network.nodes, 3).tolist()
    fast, slow = ADULT, replace(ADULT, speed_kmh=2.0, steps_factor=0.4, crossing_s=10.0)
    assert (seconds(network, slow, homes, doors) >= seconds(network, fast, homes, doors)).all()


def test_every_shipped_profile_walks():
    network = random_network(np.random.default_rng(1))
    for profile in load_profiles().values():
        first, back = segment_seconds(network, profile)
        assert (first >= 0).all()
        assert (back >= 0).all()
        assert profile.source
        assert profile.confidence in {"A", "B", "C", "D"}
