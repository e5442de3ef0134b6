from __future__ import annotations

import numpy as np
import pytest

from geo.errors import NetworkError
from geo.sources.network import describe, read_network
from geo.sources.osm import read_streets
from geo.sources.osm_network import build_network
from tests.sources.osm_text import street, write_osm


@pytest.fixture
def saved(tmp_path):
    """A town with a bend, parallel streets, a loop and steps, read by OSMnx (one-way streets as driving has them)."""
    import osmnx

    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (0.5, 0.5), 6: (3, 1), 7: (3, -1), 8: (5, 5), 9: (5, 6), 10: (-1, 0)}
    ways = {
        10: ([1, 2], street(name="解放路", oneway="yes")),
        11: ([1, 5, 2], street()),
        12: ([2, 4], {"highway": "steps", "bridge": "yes"}),
        13: ([2, 3], street()),
        14: ([3, 6, 7, 3], street()),
        15: ([8, 9], street()),
        16: ([10, 1], street()),
    }
    path = write_osm(tmp_path / "town.osm", nodes, ways)
    graph = osmnx.graph_from_xml(path, bidirectional=False, simplify=True, retain_all=True)
    return path, graph


@pytest.mark.parametrize("projected", [False, True])
def test_each_street_once_and_both_ways(saved, tmp_path, projected):
    import osmnx

    path, graph = saved
    file = tmp_path / "town.graphml"
    osmnx.save_graphml(osmnx.project_graph(graph) if projected else graph, file)
    network = read_network(file)
    plain = build_network(read_streets(path))
    assert (network.nodes, network.edges) == (plain.nodes, plain.edges)
    assert np.sort(network.edge_length_m) == pytest.approx(np.sort(plain.edge_length_m), rel=1e-6)
    assert sorted(network.node_id) == sorted(plain.node_id)
    assert describe(network).components == 2
    assert network.crs == plain.crs
    assert set(network.ways["name"]) == {"解放路", ""}
    assert network.ways["steps"].sum() == 1
    assert network.ways.loc[network.ways["steps"], "bridge"].all()
    assert network.source_date


def test_a_node_without_coordinates(saved, tmp_path):
    import osmnx

    _, graph = saved
    del graph.nodes[4]["x"]
    file = tmp_path / "town.graphml"
    osmnx.save_graphml(graph, file)
    with pytest.raises(NetworkError, match="1 nodes have no coordinates"):
        read_network(file)


@pytest.mark.parametrize("text", ["", "<html></html>", "not xml", "<graphml><graph>"])
def test_what_is_no_graph(tmp_path, text):
    file = tmp_path / "town.graphml"
    file.write_text(text)
    with pytest.raises(NetworkError, match=r"town\.graphml|no street that can be walked"):
        read_network(file)


def test_heights_of_nodes_count(saved, tmp_path):
    import osmnx

    from geo.core.pace import segment_seconds
    from geo.model import WalkProfile

    _, graph = saved
    for node, data in graph.nodes(data=True):
        data["elevation"] = 10.0 * node
    osmnx.save_graphml(osmnx.elevation.add_edge_grades(graph), tmp_path / "hills.graphml")
    network = read_network(tmp_path / "hills.graphml")
    number = dict(zip(network.node_id.tolist(), range(network.nodes), strict=True))
    starts, ends = network.edge_start[:-1], network.edge_start[1:] - 1
    for osm_id, node in number.items():
        assert network.vertex_z[starts[network.edge_u == node]] == pytest.approx(10.0 * osm_id)
        assert network.vertex_z[ends[network.edge_v == node]] == pytest.approx(10.0 * osm_id)
    up, down = segment_seconds(network, WalkProfile("hiker", 3.6, tobler=True))
    assert up.sum() != pytest.approx(down.sum())


def test_grades_count_where_there_are_no_heights(saved, tmp_path):
    import osmnx

    _, graph = saved
    for u, v, data in graph.edges(data=True):
        data["grade"] = 0.05 if u < v else -0.05
    osmnx.save_graphml(graph, tmp_path / "grades.graphml")
    network = read_network(tmp_path / "grades.graphml")
    assert network.vertex_z is None
    rise = network.segment_incline[network.segment_way >= 0]
    assert np.abs(rise) == pytest.approx(0.05)


def test_what_the_maker_left_out_is_said(saved, tmp_path):
    import osmnx

    _, graph = saved
    osmnx.save_graphml(graph, tmp_path / "town.graphml")
    told = [str(finding.message) for finding in read_network(tmp_path / "town.graphml").findings]
    assert told == ["“town.graphml” is walked as it was saved: no rule about who may walk was applied to its streets."]
    for *_, data in graph.edges(data=True):
        data["highway"] = "motorway"
    osmnx.save_graphml(graph, tmp_path / "drive.graphml")
    assert "km of motorways" in str(read_network(tmp_path / "drive.graphml").findings[1].message)


def test_a_graph_made_for_driving_is_told(tmp_path):
    import osmnx

    nodes = {i: (i, 0) for i in range(40)} | {100 + i: (i, 1) for i in range(40)}
    ways = {i + 1: ([i, 100 + i], street()) for i in range(1, 39)} | {200: (list(range(40)), street())}
    nodes = {number + 1: place for number, place in nodes.items()}
    ways = {number: ([node + 1 for node in refs], tags) for number, (refs, tags) in ways.items()}
    graph = osmnx.graph_from_xml(write_osm(tmp_path / "town.osm", nodes, ways), simplify=True, retain_all=True)
    osmnx.save_graphml(graph, tmp_path / "town.graphml")
    assert "made for driving" in str(read_network(tmp_path / "town.graphml").findings[-1].message)
