from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo import crs as systems
from geo.core.mending import apply_mends
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
