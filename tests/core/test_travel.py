from __future__ import annotations

import itertools
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core import plain, travel
from geo.core.doors import Doors, seeds_of
from geo.core.impedance import walk_graph
from geo.core.pace import segment_seconds
from geo.core.snapping import SnapIndex, join
from geo.model import WalkProfile
from tests.streets import make_network, random_network, standard

SLOW_STEPS = WalkProfile("old", 3.2, steps_factor=0.5, crossing_s=7.0, signal_s=31.0, tobler=True)


def one_way(network, standard_):
    """Cost of every segment forward and backward, in the standard's measure, as the walkers feel it."""
    seconds = segment_seconds(network, standard_.profile)
    return seconds if standard_.rule == "time" else (network.segment_m, network.segment_m)


def oracle(network, standard_, points, doors):
    """networkx on the directed graph with every point and door spliced into its edge; point -> door costs."""
    forward, backward = one_way(network, standard_)
    pace = 1 / standard_.profile.speed_m_s if standard_.rule == "time" else 1.0
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.nodes))
    for e in range(network.edges):
        begin, end = network.edge_start[e], network.edge_start[e + 1] - 1
        on = []
        for name, snapped in (("p", points), ("d", doors.snapped)):
            on += [(int(snapped.segment[i]), float(snapped.fraction[i]), (name, i)) for i in np.flatnonzero(snapped.edge == e)]
        on.sort(key=lambda t: t[:2])
        there, back = (np.concatenate([[0], np.cumsum(cost[begin:end])]) for cost in (forward, backward))
        chain = [(0.0, 0.0, int(network.edge_u[e]))]
        chain += [(there[s - begin] + f * forward[s], back[s - begin] + f * backward[s], key) for s, f, key in on]
        chain.append((float(there[-1]), float(back[-1]), int(network.edge_v[e])))
        for (a, a_back, left), (b, b_back, right) in itertools.pairwise(chain):
            graph.add_edge(left, right, w=max(b - a, 0.0))
            graph.add_edge(right, left, w=max(b_back - a_back, 0.0))
    result = np.full((len(points), len(doors.snapped)), np.inf)
    for d in range(len(doors.snapped)):
        if ("d", d) not in graph:
            continue
        far = nx.single_source_dijkstra_path_length(graph.reverse(copy=False), ("d", d), weight="w")
        for p in range(len(points)):
            if ("p", p) in far:
                result[p, d] = far["p", p] + pace * (points.access_m[p] + doors.snapped.access_m[d])
    return result


def hilly(network, rng):
    """The same streets with slopes, so that up is not down, and with crossings and signals to wait at."""
    k = len(network.segment_m)
    crossing = np.where(network.segment_way >= 0, rng.choice([0, 1, 2, 16, 33], k, p=[0.6, 0.1, 0.1, 0.1, 0.1]), 0)
    return replace(
        network, segment_incline=rng.uniform(-0.25, 0.25, k).astype(np.float32), segment_crossing=crossing.astype(np.uint8)
    )


def world(seed, rule):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    if seed % 4:
        network = hilly(network, rng)
    index = SnapIndex.build(network)
    lo, hi = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    points = index.snap(rng.uniform(lo - 50, hi + 50, (40, 2)), 80.0)
    # Some points exactly on nodes and on vertices, some doors on the very same spot.
    exact = index.snap(np.vstack([network.node_xy[:5], network.vertex_xy[:5]]), 80.0)
    points = join([points, exact])
    snapped = join([index.snap(rng.uniform(lo, hi, (9, 2)), 80.0), exact.take(np.array([0, 7]))])
    doors = Doors(snapped, np.array([0, 1, 2, 3, 4, 5, 6, 7, 0, 8, 9], dtype=np.int32))
    ask = standard(12, SLOW_STEPS) if rule == "time" else standard(distance_m=700.0, profile=SLOW_STEPS)
    return network, points, doors, ask


def reach_matrix(graph, points, doors, limit):
    nodes = travel.reach(graph, doors, 10, limit)
    who = travel.reach_points(graph, nodes, points, doors, limit)
    matrix = np.full((len(points), 10), np.inf)
    for f in range(10):
        matrix[who.member[who.of(f)], f] = who.cost[who.of(f)]
    return matrix


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(["time", "distance"]))
def test_nearest_and_reach_agree_with_networkx(seed, rule):
    network, points, doors, ask = world(seed, rule)
    graph = walk_graph(network, ask)
    truth = oracle(network, ask, points, doors)
    by_facility = np.full((len(points), 10), np.inf)
    for d, f in enumerate(doors.facility):
        by_facility[:, f] = np.minimum(by_facility[:, f], truth[:, d])
    times = travel.at_points(graph, travel.nearest(graph, doors), points, doors)
    np.testing.assert_allclose(times.cost, by_facility.min(axis=1), rtol=1e-6, atol=1e-6)
    served = np.isfinite(times.cost)
    np.testing.assert_allclose(times.cost[served], by_facility[served, times.facility[served]], rtol=1e-6, atol=1e-6)

    everywhere = reach_matrix(graph, points, doors, np.inf)
    np.testing.assert_allclose(everywhere, by_facility, rtol=1e-6, atol=1e-6)
    # The cutoff of the standard, and one that is exactly the time of some pair: that pair counts, what is beyond it doesn't.
    some = np.sort(everywhere[np.isfinite(everywhere)])
    for limit in (ask.cutoff, *some[len(some) // 2 :][:1].tolist()):
        np.testing.assert_array_equal(
            reach_matrix(graph, points, doors, limit), np.where(everywhere <= limit, everywhere, np.inf)
        )


def test_up_is_not_down():
    flat, rng = random_network(np.random.default_rng(3)), np.random.default_rng(4)
    forward, backward = one_way(hilly(flat, rng), standard(12, SLOW_STEPS))
    assert (forward != backward).mean() > 0.5


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["time", "distance"]), st.sampled_from([np.inf, 400.0]))
def test_plain_and_compiled_give_the_same_numbers(seed, rule, limit):
    network, _, doors, ask = world(seed, rule)
    graph = walk_graph(network, ask)
    compiled = travel.nearest(graph, doors, limit)
    cost, other, label = plain.nearest(graph, seeds_of(graph, doors), limit)
    np.testing.assert_array_equal(compiled.cost, cost)
    np.testing.assert_array_equal(compiled.facility, label)
    np.testing.assert_array_equal(compiled.other, other)
    seeds = seeds_of(graph, doors)
    start = np.searchsorted(seeds.facility, np.arange(11)).astype(np.int64)
    begin, node, cost, other = plain.reach(graph, start, seeds, 400.0)
    fast = travel.reach(graph, doors, 10, 400.0)
    np.testing.assert_array_equal(begin, fast.start)
    for f in range(10):
        rows = fast.of(f)
        order, order_plain = np.argsort(fast.member[rows]), np.argsort(node[rows])
        np.testing.assert_array_equal(fast.member[rows][order], node[rows][order_plain])
        np.testing.assert_array_equal(fast.cost[rows][order], cost[rows][order_plain])
        np.testing.assert_array_equal(fast.other[rows][order], other[rows][order_plain])


def street(points, doors, ask, nodes=((0, 0), (100, 0), (200, 0), (300, 0), (300, 100)), edges=((0, 1), (1, 2), (2, 3), (3, 4))):
    network = make_network(nodes, edges)
    index = SnapIndex.build(network)
    origin = np.array([500_000.0, 3_400_000.0])
    at = index.snap(np.asarray(points, dtype=float) + origin, ask.snap_limit_m)
    door = Doors(index.snap(np.asarray(doors, dtype=float) + origin, ask.snap_limit_m), np.arange(len(doors), dtype=np.int32))
    graph = walk_graph(network, ask)
    return travel.at_points(graph, travel.nearest(graph, door), at, door)


def test_five_node_street_by_hand():
    times = street([(10, 5), (290, 50), (50, 0)], [(200, 20)], standard())
    assert times.cost == pytest.approx([5 + 190 + 20, 10 + 50 + 100 + 20, 150 + 20])
    assert times.other == pytest.approx(times.cost)


def test_same_edge_is_walked_directly():
    assert street([(10, 0)], [(90, 0)], standard()).cost == pytest.approx([80])


def test_same_edge_may_still_be_left_when_the_way_round_is_shorter():
    # One long bend from node 0 to 1, and a straight edge between the same nodes.
    times = street([(0, 10)], [(100, 10)], standard(60), nodes=((0, 0), (100, 0)), edges=((0, 1, [(0, 500), (100, 500)]), (0, 1)))
    assert times.cost == pytest.approx([120])


def test_access_counts_at_both_ends_at_walking_speed():
    slow = WalkProfile("slow", 1.8)
    times = street([(50, 30)], [(250, 40)], standard(profile=slow))
    assert times.cost == pytest.approx([(30 + 200 + 40) / 0.5])
    assert times.other == pytest.approx([270])


def test_tie_goes_to_the_facility_that_comes_first():
    times = street([(150, 0)], [(200, 0), (100, 0)], standard())
    assert times.facility.tolist() == [0]


def test_nothing_reaches_over_water():
    times = street([(0, 0)], [(0, 90)], standard(), nodes=((0, 0), (50, 0), (0, 90), (50, 90)), edges=((0, 1), (2, 3)))
    assert np.isinf(times.cost).all()


def test_no_doors_at_all():
    network = make_network([(0, 0), (1, 0)], [(0, 1)])
    index = SnapIndex.build(network)
    none = Doors(index.snap(np.zeros((0, 2)), 10), np.zeros(0, dtype=np.int32))
    graph = walk_graph(network, standard())
    points = index.snap(network.node_xy, 10)
    assert np.isinf(travel.at_points(graph, travel.nearest(graph, none), points, none).cost).all()
