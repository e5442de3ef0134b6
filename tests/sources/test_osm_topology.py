from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sources.osm_topology import join_segments

XY = np.random.default_rng(7).uniform(0, 1000, (12, 2))
WAY = st.lists(st.integers(0, 11), min_size=2, max_size=7)
WAYS = st.lists(WAY, min_size=1, max_size=8)


def segments(ways):
    pairs = [(a, b, row) for row, way in enumerate(ways) for a, b in pairwise(node for node, _ in groupby(way))]
    return np.array(pairs, dtype=np.int64).reshape(-1, 3).T


def joined(ways, xy=XY):
    a, b, way = segments(ways)
    return join_segments(a, b, way, xy), (a, b, way)


def lengths(edges, xy):
    """Unordered ends and rounded length of every edge, counted."""
    found = Counter()
    for e in range(len(edges.u)):
        line = edges.place[edges.start[e] : edges.start[e + 1]]
        ends = (int(line[0]), int(line[-1]))
        assert ends == (edges.node[edges.u[e]], edges.node[edges.v[e]])
        found[min(ends), max(ends), round(float(np.hypot(*np.diff(xy[line], axis=0).T).sum()), 6)] += 1
    return found


def osmnx_lengths(ways, xy):
    """The same from OSMnx, rings kept, each street counted once."""
    import networkx as nx
    from osmnx.simplification import simplify_graph

    graph = nx.MultiDiGraph(crs="epsg:3857")
    a, b, _ = segments(ways)
    for u, v in zip(a.tolist(), b.tolist(), strict=True):
        length = float(np.hypot(*(xy[u] - xy[v])))
        graph.add_edge(u, v, length=length)
        graph.add_edge(v, u, length=length)
    for node in graph:
        graph.nodes[node].update(x=xy[node, 0], y=xy[node, 1])
    simple = simplify_graph(graph, remove_rings=True)
    found = Counter((min(u, v), max(u, v), round(length, 6)) for u, v, length in simple.edges(data="length"))
    assert all(count % 2 == 0 for count in found.values())
    return Counter({key: count // 2 for key, count in found.items()})


def without_lone_rings(found):
    """Leaves out single loops whose node has no other street: OSMnx removes those."""
    ends = Counter()
    for (u, v, _), count in found.items():
        ends[u] += count
        ends[v] += count
    return Counter({key: count for key, count in found.items() if not (key[0] == key[1] and ends[key[0]] == 2)})


@settings(max_examples=150, deadline=None)
@given(WAYS)
def test_same_edges_as_osmnx(ways):
    if not segments(ways).size:
        return
    edges, _ = joined(ways)
    assert without_lone_rings(lengths(edges, XY)) == without_lone_rings(osmnx_lengths(ways, XY))


@settings(max_examples=150, deadline=None)
@given(WAYS, st.randoms(use_true_random=False))
def test_every_segment_once_and_order_does_not_matter(ways, random):
    if not segments(ways).size:
        return
    edges, (a, b, _) = joined(ways)
    inner = edges.segment >= 0
    assert sorted(edges.segment[inner]) == list(range(len(a)))
    at = np.flatnonzero(inner)
    assert all({edges.place[i], edges.place[i + 1]} == {a[s], b[s]} for i, s in zip(at, edges.segment[at], strict=True))
    shuffled = [list(reversed(way)) if random.random() < 0.5 else way for way in random.sample(ways, len(ways))]
    again, _ = joined(shuffled)
    assert lengths(again, XY) == lengths(edges, XY)
    assert np.array_equal(again.node, edges.node)


def test_nodes_lie_only_where_streets_part():
    edges, _ = joined([[0, 1, 2], [2, 3], [3, 4, 5], [3, 6]])
    assert sorted(edges.node) == [0, 3, 5, 6]
    assert len(edges.u) == 3


def test_parallel_streets_and_loops_stay():
    edges, _ = joined([[7, 0], [0, 1, 2], [0, 3, 2], [2, 4, 5, 2], [2, 6]])
    ends = edges.node[edges.u], edges.node[edges.v]
    pairs = Counter((int(min(u, v)), int(max(u, v))) for u, v in zip(*ends, strict=True))
    assert pairs == {(0, 7): 1, (0, 2): 2, (2, 2): 1, (2, 6): 1}


def test_a_lone_ring_is_kept_from_its_lowest_node():
    edges, _ = joined([[3, 1], [1, 2, 3]])
    assert edges.node.tolist() == [1]
    assert (edges.u.tolist(), edges.v.tolist()) == ([0], [0])
    assert edges.place.tolist() in ([1, 2, 3, 1], [1, 3, 2, 1])


@pytest.mark.parametrize("ways", [[[0, 1]], [[0, 1], [1, 0]], [[0, 1, 0]]])
def test_smallest_networks(ways):
    edges, _ = joined(ways)
    assert edges.node.tolist() in ([0, 1], [1, 0])
    assert len(edges.u) == segments(ways).shape[1]
