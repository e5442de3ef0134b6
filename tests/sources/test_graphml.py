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
