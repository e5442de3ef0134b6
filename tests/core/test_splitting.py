from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo import crs as systems
from geo.core.mending import apply_mends
from geo.core.splitting import split_at, with_edges
from geo.model import Mend
from geo.sources.network_check import faults
from tests.streets import make_network, random_network


def distances(network, nodes):
    """Shortest distances among the first ``nodes`` nodes; parallel edges: the shortest."""
    pair = np.column_stack([np.minimum(network.edge_u, network.edge_v), np.maximum(network.edge_u, network.edge_v)])
    order = np.lexsort((network.edge_length_m, pair[:, 1], pair[:, 0]))
    pair, metres = pair[order], np.maximum(network.edge_length_m[order], 1e-12)
    pair, first = np.unique(pair, axis=0, return_index=True)
    graph = coo_array((metres[first], (pair[:, 0], pair[:, 1])), shape=(network.nodes, network.nodes))
    return dijkstra(graph.tocsr(), directed=False)[:nodes, :nodes]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_splitting_moves_nothing(seed, count):
    rng = np.random.default_rng(seed)
    network = random_network(rng, n=12, m=18)
    segment = rng.choice(np.flatnonzero(network.segment_way >= 0), count)
    fraction = rng.choice([0.0, 0.25, 0.5, 0.9999, 1.0, rng.uniform()], count)
    after, node = split_at(network, segment, fraction)
    assert faults(after) == []
    assert after.length_m == pytest.approx(network.length_m)
    assert np.array_equal(after.node_xy[: network.nodes], network.node_xy)
    assert np.allclose(distances(after, network.nodes), distances(network, network.nodes))
    ends = network.vertex_xy[segment], network.vertex_xy[segment + 1]
    here = ends[0] + (ends[1] - ends[0]) * fraction[:, None]
    assert np.allclose(after.node_xy[node], here, atol=2e-3)
    for side, at in (("edge_u", after.edge_start[:-1]), ("edge_v", after.edge_start[1:] - 1)):
        assert np.allclose(after.node_xy[getattr(after, side)], after.vertex_xy[at])
    assert len(np.unique(after.node_id)) == after.nodes


def test_crossings_heights_ways_and_points_stay_in_place():
    network = make_network([(0, 0), (300, 0)], [(0, 1, [(100, 0), (200, 0)])], crossing=[1, 2, 16, 0])
    points = pd.DataFrame({"osm_id": [5, 6], "vertex": [2, 3], "node": [-1, 1], "kind": ["gate", "kerb"]})
    network = replace(network, vertex_z=np.array([0, 10, 20, 30], dtype=np.float32), points=points)
    network = replace(network, segment_incline=np.array([0.1, np.nan, -0.1, np.nan], dtype=np.float32), segment_share=np.ones(4))
    after, node = split_at(network, np.array([0, 1]), np.array([0.5, 1.0]))
    assert after.edges == 3
    assert (after.vertex_xy[:, 0] - 500_000).tolist() == [0, 50, 50, 100, 200, 200, 300]
    assert after.segment_m.tolist() == [50, 0, 50, 100, 0, 100, 0]
    assert after.segment_crossing.tolist() == [1, 0, 0, 2, 0, 16, 0]
    assert after.segment_way.tolist() == [0, -1, 0, 0, -1, 0, -1]
    assert np.round(after.segment_incline, 3).tolist() == pytest.approx(
        [0.1, np.nan, 0.1, np.nan, np.nan, -0.1, np.nan], nan_ok=True
    )
    assert after.segment_share.tolist() == [1] * 7
    assert after.vertex_z.tolist() == [0, 5, 5, 10, 20, 20, 30]
    assert after.points["vertex"].tolist() == [5, 6]
    assert after.points["node"].tolist() == [node[1], 1]
    assert network.points["vertex"].tolist() == [2, 3]


def test_new_edges_bring_their_ways():
    network = make_network([(0, 0), (100, 0), (0, 50), (100, 50)], [(0, 1), (2, 3)])
    network = replace(network, ways=network.ways.astype({"highway": "category", "name": "category"}))
    after = with_edges(network, np.array([0, 1]), np.array([2, 3]), {"highway": "footway", "steps": False})
    assert faults(after) == []
    assert after.edge_length_m.tolist() == [100, 100, 50, 50]
    assert after.ways["way_id"].tolist() == [1, 2, -1, -2]
    assert after.ways["highway"].tolist() == ["residential", "steps", "footway", "footway"]
    assert after.ways["steps"].tolist() == [False, True, False, False]
    assert after.ways["highway"].dtype == "category"
    assert network.edges == 2


def degrees(network, *places):
    metres = np.add(places, (500_000.0, 3_400_000.0))
    return [tuple(lonlat) for lonlat in systems.unproject(metres, network.crs)]


def test_a_link_and_a_junction():
    """Two streets side by side, linked in the middle; two that cross get a junction."""
    network = make_network([(0, 0), (100, 0), (0, 50), (100, 50), (20, -50), (20, 30)], [(0, 1), (2, 3), (4, 5)])
    a, b, cross = degrees(network, (50, 0), (50, 50), (20, 0))
    after = apply_mends(network, [Mend("link", a, b), Mend("join", cross, cross)])
    assert faults(after) == []
    assert after.component.max() == 0
    between = distances(after, network.nodes)
    assert between[0, 2] == pytest.approx(150)
    assert between[0, 4] == pytest.approx(70)
    assert [str(f.message) for f in after.findings] == ["2 accepted mends were laid on the streets."]
    assert after.digest != network.digest
    assert apply_mends(network, []) is network


def test_a_mend_that_no_longer_fits_is_told_and_left_out():
    network = make_network([(0, 0), (100, 0), (0, 50), (100, 50)], [(0, 1), (2, 3)])
    a, b, far = degrees(network, (50, 0), (50, 50), (50, 90))
    after = apply_mends(network, [Mend("link", a, far), Mend("link", a, b), Mend("join", a, a)])
    assert after.component.max() == 0
    mended, lost = after.findings
    assert (mended.count, lost.count, lost.rows) == (1, 2, (1, 3))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_mend_never_makes_a_way_longer(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng, n=12, m=14)
    spots = network.vertex_xy[rng.integers(0, len(network.vertex_xy), (4, 2))]
    lonlat = [systems.unproject(pair, network.crs) for pair in spots]
    after = apply_mends(network, [Mend("link", tuple(pair[0]), tuple(pair[1])) for pair in lonlat])
    assert faults(after) == []
    assert (distances(after, network.nodes) <= distances(network, network.nodes) + 1e-6).all()
