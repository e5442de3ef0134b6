from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core import travel
from geo.core.doors import Doors
from geo.core.exact import exact
from geo.core.impedance import walk_graph
from geo.core.joining import NewEdge, with_edges, with_ways
from geo.core.pace import segment_seconds, segment_slope
from geo.core.snapping import SnapIndex
from geo.core.surgery import ends_at, part, split_at
from geo.model import WalkProfile
from geo.sources.network_check import faults
from tests.streets import make_network, random_network, standard

ORIGIN = np.array([500_000.0, 3_400_000.0])
SEEDS = st.integers(0, 10_000)
WALKER = WalkProfile("w", 4.1, tobler=True, steps_factor=0.4, crossing_s=11.0, signal_s=7.0)


def times(network, xy, door, ask=None):
    ask = ask or standard(10_000, snap_limit_m=5_000)
    index, graph = SnapIndex.build(network), walk_graph(network, ask)
    doors = Doors(index.snap(door, ask.snap_limit_m), np.zeros(len(door), dtype=np.int32))
    return travel.at_points(graph, travel.nearest(graph, doors), index.snap(xy, ask.snap_limit_m), doors).cost


def rich(rng, network):
    """The same streets with crossings, heights and points on them."""
    crossing = rng.integers(0, 3, len(network.vertex_xy)) + 16 * rng.integers(0, 2, len(network.vertex_xy))
    crossing[network.segment_way < 0] = 0
    heights = (network.vertex_xy[:, 0] * 0.02 + 30 * np.sin(network.vertex_xy[:, 1] / 300)).astype(np.float32)
    vertex = rng.integers(0, len(network.vertex_xy), 5)
    points = pd.DataFrame(
        {"osm_id": np.arange(5), "vertex": vertex, "node": np.full(5, -1), "kind": pd.Categorical(["gate"] * 5)}
    )
    return replace(network, segment_crossing=crossing.astype(np.uint8), vertex_z=heights, points=points)


def positions(rng, network, count):
    segment = rng.choice(np.flatnonzero(network.segment_way >= 0), count)
    return segment, rng.choice([0.0, 1.0, 0.5, 0.25, *rng.random(6)], count)


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.integers(1, 25))
def test_a_split_keeps_every_length_and_every_place(seed, count):
    rng = np.random.default_rng(seed)
    network = rich(rng, random_network(rng, n=12, m=15))
    segment, fraction = positions(rng, network, count)
    cut, node = split_at(network, segment, fraction)
    assert faults(cut) == []
    place = network.vertex_xy[segment] + (network.vertex_xy[segment + 1] - network.vertex_xy[segment]) * fraction[:, None]
    np.testing.assert_allclose(cut.node_xy[node], place, atol=1e-5)
    np.testing.assert_array_equal(cut.node_xy[: network.nodes], network.node_xy)
    np.testing.assert_array_equal(cut.vertex_xy[cut.edge_start[:-1]], cut.node_xy[cut.edge_u])
    np.testing.assert_array_equal(cut.vertex_xy[cut.edge_start[1:] - 1], cut.node_xy[cut.edge_v])
    np.testing.assert_array_equal(cut.vertex_xy[cut.points["vertex"]], network.vertex_xy[network.points["vertex"]])
    whole = np.flatnonzero(np.isin(cut.edge_u, np.arange(network.nodes)))  # each old edge begins at an old node, in its order
    parts = np.add.reduceat(exact(cut.segment_m), cut.edge_start[whole])
    np.testing.assert_array_equal(parts, np.add.reduceat(exact(network.segment_m), network.edge_start[:-1]))
    assert len(set(cut.node_id.tolist())) == cut.nodes


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 25))
def test_a_split_changes_nobodys_time(seed, count):
    rng = np.random.default_rng(seed)
    network = rich(rng, random_network(rng, n=12, m=15))
    homes, door = rng.uniform(0, 1000, (40, 2)) + ORIGIN, rng.uniform(0, 1000, (1, 2)) + ORIGIN
    cut, _ = split_at(network, *positions(rng, network, count))
    again, _ = split_at(cut, *positions(rng, cut, count))
    for ask in (standard(10_000, WALKER, snap_limit_m=5_000), standard(distance_m=1e6, snap_limit_m=5_000)):
        before = times(network, homes, door, ask)
        for after in (cut, again):
            np.testing.assert_allclose(times(after, homes, door, ask), before, rtol=1e-6, atol=1e-4)


def test_a_split_piece_is_no_steeper_than_the_whole():
    heights = np.array([1000.003, 1008.0], dtype=np.float32)
    network = replace(make_network([(0, 0), (100, 0)], [(0, 1)]), vertex_z=heights)
    cut, _ = split_at(network, np.array([0, 0]), np.array([0.3, 0.30001]))
    np.testing.assert_allclose(segment_slope(cut)[cut.segment_way >= 0], segment_slope(network)[0], rtol=1e-6)
    seconds, _ = segment_seconds(cut, WalkProfile("w", 3.6, max_slope=0.0801))
    assert np.isfinite(seconds).all()


def test_splits_at_vertices_ends_and_loops():
    network = make_network([(0, 0), (100, 0)], [(0, 1, [(50, 10)]), (1, 1, [(150, 0), (150, 50)]), (0, 1)])
    cut, node = split_at(network, np.array([0, 1, 0, 3, 4, 3]), np.array([1.0, 0.0, 0.0, 0.0, 0.5, 0.0]))
    assert node[0] == node[1] == 2  # one vertex, named from both sides
    assert node[2] == 0
    assert node[3] == node[5] == 1
    assert cut.edges == 5
    assert sorted(zip(cut.edge_u.tolist(), cut.edge_v.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 3), (2, 1), (3, 1)]
    assert split_at(network, np.zeros(0, dtype=np.int64), np.zeros(0))[0] is network


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_parting_never_shortens_and_joins_nothing(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng, n=12, m=15)
    homes, door = rng.uniform(0, 1000, (40, 2)) + ORIGIN, rng.uniform(0, 1000, (2, 2)) + ORIGIN
    cut, node = split_at(network, *positions(rng, network, 6))
    ends = ends_at(cut, node)
    parted = part(cut, ends, rng.integers(0, 3, len(ends)))
    assert faults(parted) == []
    np.testing.assert_array_equal(parted.vertex_xy[parted.edge_start[:-1]], parted.node_xy[parted.edge_u])
    np.testing.assert_array_equal(parted.vertex_xy[parted.edge_start[1:] - 1], parted.node_xy[parted.edge_v])
    assert (times(parted, homes, door) >= times(cut, homes, door) - 1e-6).all()


def test_ends_of_different_groups_meet_no_longer():
    network = make_network([(0, 0), (100, 0), (-100, 0), (0, 100)], [(0, 1), (2, 0), (0, 3)])
    ends = ends_at(network, np.array([0]))
    assert ends.tolist() == [0, 3, 4]
    parted = part(network, ends, np.array([1, 0, 1]))
    assert parted.edge_u[0] == parted.edge_u[2] == 4
    assert parted.edge_v[1] == 0
    np.testing.assert_array_equal(parted.node_xy[4], network.node_xy[0])


def test_new_edges_are_measured_as_the_streets_are():
    network = make_network([(0, 0), (100, 0)], [(0, 1)])
    network = replace(network, segment_m=network.segment_m * 1.003)
    longer = with_edges(network, [NewEdge(0, 1, network.node_xy, {"name": "桥", "highway": "footway"}, 1)])
    assert faults(longer) == []
    assert longer.edge_length_m[1] == pytest.approx(100.3, abs=1e-6)
    assert longer.segment_crossing.tolist() == [0, 0, 2, 0]
    assert longer.ways["name"].tolist() == ["", "", "桥"]
    assert longer.ways["snap"].tolist() == [True, True, False]
    assert not SnapIndex.build(longer).spare.size


def test_a_sloping_edge_between_known_heights():
    network = replace(
        make_network([(0, 0), (100, 0), (0, 50)], [(0, 1), (0, 2)]), vertex_z=np.array([0, 5, 0, 1], dtype=np.float32)
    )
    longer = with_edges(network, [NewEdge(2, 1, network.node_xy[[2, 1]], {})])
    assert segment_slope(longer)[4] == pytest.approx(4 / np.hypot(100, 50), rel=1e-6)


def test_more_ways_keep_every_sort_of_column():
    ways = pd.DataFrame(
        {
            "way_id": [5, -3],
            "highway": pd.Categorical(["path", "steps"]),
            "steps": [False, True],
            "layer": ["", "1"],
            "n": [1.5, 2],
        }
    )
    more = with_ways(ways, [{"highway": "footway", "steps": True}, {}])
    assert more["way_id"].tolist() == [5, -3, -4, -5]
    assert more["highway"].astype(str).tolist() == ["path", "steps", "footway", ""]
    assert more["steps"].tolist() == [False, True, True, False]
    assert more["layer"].tolist() == ["", "1", "", ""]
    assert more["n"].tolist() == [1.5, 2, 0, 0]
    assert ways.columns.tolist() == ["way_id", "highway", "steps", "layer", "n"]
