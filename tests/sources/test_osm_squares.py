from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.sources.network import describe, read_network
from geo.sources.osm_squares import DETOUR
from tests.sources.osm_text import street, write_osm

SQUARE = {"highway": "pedestrian", "area": "yes", "name": "人民广场"}
# A square of 200 m with a street at each corner.
CORNERS = {1: (0, 0), 2: (2, 0), 3: (2, 2), 4: (0, 2), 11: (-1, -1), 12: (3, -1), 13: (3, 3), 14: (-1, 3)}
STREETS = {k: ([k - 10, k], street()) for k in (11, 12, 13, 14)}


def walk(network, begin, end):
    """Metres of the shortest way between two OSM nodes."""
    order = np.argsort(network.edge_length_m)[::-1]
    shortest = {}
    for e in order:
        shortest[network.edge_u[e], network.edge_v[e]] = network.edge_length_m[e]
    (rows, columns), metres = zip(*shortest, strict=True), list(shortest.values())
    graph = coo_array((metres, (rows, columns)), shape=(network.nodes, network.nodes)).tocsr()
    where = {int(osm): node for node, osm in enumerate(network.node_id)}
    return dijkstra(graph, directed=False, indices=where[begin])[where[end]]


def read(tmp_path, nodes, ways, relations=()):
    return read_network(write_osm(tmp_path / "square.osm", nodes, ways, relations))


def test_across_and_round(tmp_path):
    network = read(tmp_path, CORNERS, {1: ([1, 2, 3, 4, 1], SQUARE), **STREETS})
    diagonal = np.hypot(200, 200)
    assert walk(network, 1, 3) == pytest.approx(diagonal, rel=0.01)
    assert walk(network, 2, 4) == pytest.approx(diagonal, rel=0.01)
    assert walk(network, 1, 2) == pytest.approx(200, rel=0.01)
    assert describe(network).square_links == 2
    assert network.ways.loc[network.ways["link"], "name"].tolist() == ["人民广场"]


def test_the_same_as_a_relation_with_untagged_outline(tmp_path):
    ways = {1: ([1, 2, 3], {}), 2: ([3, 4, 1], {}), **STREETS}
    relation = {5: ([("way", 1, "outer"), ("way", 2, "outer")], {"type": "multipolygon", "highway": "pedestrian"})}
    network = read(tmp_path, CORNERS, ways, relation)
    assert walk(network, 1, 3) == pytest.approx(np.hypot(200, 200), rel=0.01)
    assert network.ways["square"].sum() == 3  # two pieces of outline and the links


def test_links_bend_round_corners_and_holes(tmp_path):
    """An L: from one end to the other the way bends at the inner corner. A pond in the middle: round it."""
    nodes = {1: (0, 0), 2: (4, 0), 3: (4, 1), 4: (1, 1), 5: (1, 4), 6: (0, 4), 7: (5, 1), 8: (0, 5)}
    network = read(tmp_path, nodes, {1: ([1, 2, 3, 4, 5, 6, 1], SQUARE), 7: ([2, 7], street()), 8: ([6, 8], street())})
    assert walk(network, 2, 6) == pytest.approx(2 * np.hypot(300, 100), rel=0.01)

    pond = {21: (0.5, 0.5), 22: (1.5, 0.5), 23: (1.5, 1.5), 24: (0.5, 1.5)}
    ways = {1: ([1, 2, 3, 4, 1], {}), 2: ([21, 22, 23, 24, 21], {}), **STREETS}
    members = [("way", 1, "outer"), ("way", 2, "inner")]
    relation = {5: (members, {"type": "multipolygon", "highway": "pedestrian", "area": "yes"})}
    network = read(tmp_path, CORNERS | pond, ways, relation)
    assert walk(network, 1, 3) == pytest.approx(2 * np.hypot(150, 50), rel=0.01)


def test_without_area_it_is_a_ring_street_and_closed_to_walkers_it_is_nothing(tmp_path):
    network = read(tmp_path, CORNERS, {1: ([1, 2, 3, 4, 1], {"highway": "pedestrian"}), **STREETS})
    assert walk(network, 1, 3) == pytest.approx(400, rel=0.01)
    network = read(tmp_path, CORNERS, {1: ([1, 2, 3, 4, 1], {**SQUARE, "access": "private"}), **STREETS})
    assert describe(network).components == 4


@pytest.mark.parametrize("seed", range(6))
def test_no_crossing_is_more_than_the_detour_longer_than_the_true_one(tmp_path, seed):
    """On a round square with doors anywhere the straight line is the true way; links stay few."""
    rng = np.random.default_rng(seed)
    count = 16
    angle = np.sort(rng.uniform(0, 2 * np.pi, count))
    nodes = {k + 1: (float(3 * np.cos(t)), float(3 * np.sin(t))) for k, t in enumerate(angle)}
    nodes |= {k + 101: (float(4 * np.cos(t)), float(4 * np.sin(t))) for k, t in enumerate(angle)}
    ways = {1: ([*range(1, count + 1), 1], SQUARE)} | {k + 101: ([k + 1, k + 101], street()) for k in range(count)}
    network = read(tmp_path, nodes, ways)
    place = {int(osm): xy for osm, xy in zip(network.node_id, network.node_xy, strict=True)}
    worst = max(walk(network, i, j) / np.hypot(*(place[i] - place[j])) for i in range(1, count) for j in range(i + 1, count + 1))
    assert worst <= DETOUR + 0.01  # one per cent for sphere against plane
    assert describe(network).square_links < count * (count - 1) / 2 / 1.5


def test_squares_side_by_side_are_crossed_as_one(tmp_path):
    """Two squares of 200 m that share an edge; streets in the middle of their outer sides."""
    nodes = {1: (0, 0), 2: (2, 0), 3: (4, 0), 4: (4, 2), 5: (2, 2), 6: (0, 2), 7: (0, 1), 8: (4, 1), 9: (-1, 1), 10: (5, 1)}
    ways = {
        1: ([1, 2, 5, 6, 7, 1], SQUARE),
        2: ([2, 3, 8, 4, 5, 2], SQUARE),
        3: ([9, 7], street()),
        4: ([8, 10], street()),
    }
    assert walk(read(tmp_path, nodes, ways), 7, 8) == pytest.approx(400, rel=0.02)


def test_squares_that_touch_in_one_point_are_two(tmp_path):
    nodes = {1: (0, 0), 2: (2, 0), 3: (2, 2), 4: (0, 2), 5: (4, 2), 6: (4, 4), 7: (2, 4), 8: (-1, 0), 9: (5, 4)}
    ways = {1: ([1, 2, 3, 4, 1], SQUARE), 2: ([3, 5, 6, 7, 3], SQUARE), 3: ([8, 1], street()), 4: ([6, 9], street())}
    assert walk(read(tmp_path, nodes, ways), 1, 6) == pytest.approx(2 * np.hypot(200, 200), rel=0.02)


@pytest.mark.parametrize("tagged", ["way", "relation", "both"])
def test_holes_count_whoever_carries_the_tags(tmp_path, tagged):
    pond = {21: (0.5, 0.5), 22: (1.5, 0.5), 23: (1.5, 1.5), 24: (0.5, 1.5)}
    own = SQUARE if tagged in {"way", "both"} else {}
    ways = {1: ([1, 2, 3, 4, 1], own), 2: ([21, 22, 23, 24, 21], {"natural": "water"}), **STREETS}
    tags = {"type": "multipolygon"} | (SQUARE if tagged in {"relation", "both"} else {})
    network = read(tmp_path, {**CORNERS, **pond}, ways, {5: ([("way", 1, "outer"), ("way", 2, "inner")], tags)})
    round_the_pond = 2 * np.hypot(50, 150)
    assert walk(network, 1, 3) == pytest.approx(round_the_pond, rel=0.02)


def test_a_place_called_square(tmp_path):
    network = read(tmp_path, CORNERS, {1: ([1, 2, 3, 4, 1], {"place": "square", "name": "广场"}), **STREETS})
    assert walk(network, 1, 3) == pytest.approx(np.hypot(200, 200), rel=0.01)
