"""Our network beside the one that OSMnx builds from the same file with its own filter."""

from __future__ import annotations

import re

import numpy as np
import osmium
import pytest

from geo.sources.network import WalkRules, describe, read_network
from geo.sources.osm import read_streets
from geo.sources.osm_filter import OSMNX
from geo.sources.osm_network import build_network
from tests.sources.real_data import EXTRACTS, NETWORKS, needs_data


def osmnx_graph(path, folder):
    """OSMnx's graph of the ways that its own filter text lets through (it has no reader that filters a file)."""
    import osmnx
    from osmnx import _overpass

    rules = re.findall(r'\["([^"]+)"(?:!~"([^"]*)")?\]', _overpass._get_network_filter("walk"))
    kept, refs = set(), set()
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway")):
        if all(not words or not re.search(words, way.tags.get(key, "")) for key, words in rules):
            kept.add(way.id)
            refs.update(node.ref for node in way.nodes)
    target = folder / "walk.osm"
    with osmium.SimpleWriter(target) as writer:
        for thing in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY):
            if thing.id in (refs if thing.is_node() else kept):
                writer.add(thing)
    return osmnx.graph_from_xml(target, bidirectional=True, simplify=True, retain_all=True)


def lone_rings(network):
    """Edges that are a ring joined to nothing; OSMnx removes them, we keep them."""
    degree = np.bincount(network.edge_u, minlength=network.nodes) + np.bincount(network.edge_v, minlength=network.nodes)
    return np.flatnonzero((network.edge_u == network.edge_v) & (degree[network.edge_u] == 2))


@needs_data
@pytest.mark.parametrize("name", EXTRACTS)
def test_same_graph_as_osmnx(name, tmp_path):
    """Exactly the same nodes, edges and metres, once squares are left out and lone rings counted in."""
    graph = osmnx_graph(NETWORKS / name, tmp_path)
    plain = build_network(read_streets(NETWORKS / name, judge=OSMNX), squares=False)
    rings = lone_rings(plain)
    assert plain.edges - len(rings) == len(graph.edges) / 2
    assert plain.nodes - len(rings) == len(graph)
    length = sum(metres for *_, metres in graph.edges(data="length")) / 2
    assert plain.length_m - plain.edge_length_m[rings].sum() == pytest.approx(length, rel=1e-9)
    assert set(plain.node_id.tolist()) - set(plain.node_id[plain.edge_u[rings]].tolist()) == set(graph.nodes)


@needs_data
@pytest.mark.parametrize("name", EXTRACTS)
def test_squares_are_all_that_is_added(name):
    plain = describe(build_network(read_streets(NETWORKS / name, judge=OSMNX), squares=False))
    full = read_network(NETWORKS / name, rules=WalkRules("osmnx"))
    numbers = describe(full)
    square = full.ways["square"].to_numpy()
    on_square = (full.segment_way >= 0) & square[full.segment_way]
    assert numbers.length_m - full.segment_m[on_square].sum() == pytest.approx(plain.length_m, rel=1e-9)
    assert numbers.edges >= plain.edges


@needs_data
def test_same_file_same_network():
    first, second = (read_network(NETWORKS / "monaco_2023.osm.pbf") for _ in range(2))
    assert first.digest == second.digest
    for field in (
        "node_id",
        "node_xy",
        "edge_u",
        "edge_v",
        "edge_start",
        "vertex_xy",
        "segment_m",
        "segment_way",
        "segment_crossing",
    ):
        assert getattr(first, field).tobytes() == getattr(second, field).tobytes()
    assert first.ways.equals(second.ways)
    assert first.points is not None
    assert first.points.equals(second.points)


@needs_data
@pytest.mark.parametrize(
    ("name", "date", "crs"),
    [
        ("monaco_2023.osm.pbf", "2023-12-26", "EPSG:32632"),  # from the header
        ("beijing_cau_2026.osm", "2026-02-20", "EPSG:4548"),  # from the newest object
    ],
)
def test_date_and_system(name, date, crs):
    network = read_network(NETWORKS / name)
    assert network.source_date == date
    assert network.crs == crs
    assert network.source == name


@needs_data
def test_lengths_on_the_ground_agree_with_the_sphere():
    """Great-circle metres and metres of the projection differ by less than 0.3 %."""
    network = read_network(NETWORKS / "porto_alegre.osm.pbf")
    flat = np.append(np.hypot(*np.diff(network.vertex_xy, axis=0).T), 0)
    flat[network.edge_start[1:] - 1] = 0
    assert flat.sum() == pytest.approx(network.length_m, rel=3e-3)


@needs_data
def test_motorways_carry_no_walker_and_steps_are_known():
    network = read_network(NETWORKS / "monaco_2023.osm.pbf")
    assert not network.ways["highway"].astype(str).str.startswith("motor").any()
    assert network.ways["steps"].sum() > 300
    assert (network.ways["steps"] == (network.ways["highway"] == "steps")).all()
