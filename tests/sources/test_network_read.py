from __future__ import annotations

import gzip
import shutil

import numpy as np
import osmium
import pytest

from geo.errors import CrsError, InputMissingError, NetworkError
from geo.sources.network import describe, read_network
from tests.sources.osm_text import street, write_osm

CROSS = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1)}


def test_a_crossroads(tmp_path):
    path = write_osm(tmp_path / "town.osm", CROSS, {10: ([1, 2, 3], street(name="东街")), 11: ([4, 2, 5], street(oneway="yes"))})
    network = read_network(path)
    numbers = describe(network)
    assert (numbers.nodes, numbers.edges, numbers.components) == (5, 4, 1)
    assert numbers.length_m == pytest.approx(400, rel=0.01)
    assert network.edge_length_m == pytest.approx([100] * 4, rel=0.01)
    assert network.crs == "EPSG:4546"
    assert set(network.ways["name"]) == {"东街", ""}
    assert network.source_date == ""


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_every_format_gives_the_same(tmp_path, ending):
    plain = write_osm(tmp_path / "town.osm", CROSS, {10: ([1, 2, 3], street()), 11: ([4, 2, 5], street())})
    path = tmp_path / f"other{ending}"
    if ending == ".osm.gz":
        path.write_bytes(gzip.compress(plain.read_bytes()))
    elif ending == ".osm":
        shutil.copy(plain, path)
    else:
        with osmium.SimpleWriter(path) as writer:
            for thing in osmium.FileProcessor(plain):
                writer.add(thing)
    assert np.array_equal(read_network(path).vertex_xy, read_network(plain).vertex_xy)


def test_ways_before_nodes_and_negative_ids_as_editors_write_them(tmp_path):
    good = write_osm(tmp_path / "good.osm", CROSS, {10: ([1, 2, 3], street()), 11: ([4, 2, 5], street())})
    nodes = {-key: place for key, place in CROSS.items()}
    odd = write_osm(tmp_path / "odd.osm", nodes, {-10: ([-1, -2, -3], street()), -11: ([-4, -2, -5], street())}, ways_first=True)
    network = read_network(odd)
    assert sorted(network.node_id) == [-5, -4, -3, -2, -1]
    assert sorted(network.ways["way_id"]) == [-11, -10]
    assert network.length_m == pytest.approx(read_network(good).length_m)
    assert not network.findings


def test_a_way_is_cut_where_the_file_ends(tmp_path):
    path = write_osm(tmp_path / "cut.osm", CROSS, {10: ([99, 1, 2, 98, 3, 5], street()), 11: ([4, 97], street())})
    network = read_network(path)
    assert describe(network).edges == 2
    assert sorted(network.node_id) == [1, 2, 3, 5]
    assert network.crs == "EPSG:4546"  # places the file lacks don't pull it away
    (finding,) = network.findings
    assert finding.count == 2
    assert str(finding.message) == "2 streets run beyond the edge of the street file; they were cut there."


def test_a_node_named_twice_in_a_row_counts_once(tmp_path):
    path = write_osm(tmp_path / "twice.osm", CROSS, {10: ([1, 1, 2, 2, 3], street())})
    assert describe(read_network(path)).edges == 1


def test_chosen_metric_system(tmp_path):
    path = write_osm(tmp_path / "town.osm", CROSS, {10: ([1, 2], street())})
    assert read_network(path, "EPSG:32649").crs == "EPSG:32649"
    assert read_network(path).digest != read_network(path, "EPSG:32649").digest
    with pytest.raises(CrsError):
        read_network(path, "EPSG:3857")


def test_progress_runs_from_zero_to_one(tmp_path):
    path = write_osm(tmp_path / "town.osm", CROSS, {10: ([1, 2], street())})
    seen = []
    read_network(path, progress=lambda stage, share: seen.append((stage, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(stage for stage, _ in seen)


def test_crossings_are_paid_by_those_who_cross(tmp_path):
    """A footway crosses a main road at 2 (zebra) and 12 (lights); a side street at 22 (zebra: no delay)."""
    nodes = {
        1: (0, 1),
        2: (0, 0, {"highway": "crossing", "crossing": "uncontrolled"}),
        3: (0, -1),
        4: (-1, 0),
        5: (1, 0),
        11: (0, 5),
        12: (0, 4, {"highway": "crossing", "crossing": "traffic_signals"}),
        13: (0, 3),
        14: (-1, 4),
        15: (1, 4),
        21: (0, 9),
        22: (0, 8, {"highway": "crossing"}),
        23: (0, 7),
        24: (-1, 8),
        25: (1, 8),
    }
    ways = {}
    for base, road in ((0, "primary"), (10, "tertiary"), (20, "residential")):
        ways[base + 1] = ([base + 1, base + 2, base + 3], {"highway": "footway"})
        ways[base + 2] = ([base + 4, base + 2, base + 5], {"highway": road})
    network = read_network(write_osm(tmp_path / "town.osm", nodes, ways))
    way = network.ways["way_id"].to_numpy()[network.segment_way]
    real = network.segment_way >= 0
    paid = {int(w): [] for w in way[real]}
    for w, nibbles in zip(way[real], network.segment_crossing[real], strict=True):
        paid[int(w)].append((int(nibbles & 15), int(nibbles >> 4)))
    assert paid[1] == [(1, 0), (1, 0)]
    assert paid[2] == [(0, 0), (0, 0)]
    assert paid[11] == [(0, 1), (0, 1)]
    assert paid[12] == [(0, 0), (0, 0)]
    assert paid[21] == [(0, 0), (0, 0)]
    assert not network.segment_crossing[~real].any()


def test_a_road_without_sidewalk_counts_as_main_though_nobody_walks_on_it(tmp_path):
    nodes = {1: (0, 1), 2: (0, 0, {"highway": "crossing"}), 3: (0, -1), 4: (-1, 0), 5: (1, 0)}
    ways = {1: ([1, 2, 3], {"highway": "footway"}), 2: ([4, 2, 5], {"highway": "primary", "sidewalk": "separate"})}
    network = read_network(write_osm(tmp_path / "town.osm", nodes, ways))
    assert network.edges == 1
    assert network.segment_crossing.tolist() == [1, 1, 0]


def test_gates_kerbs_doors_and_lifts_on_the_network(tmp_path):
    nodes = {
        1: (0, 0, {"entrance": "main", "wheelchair": "no"}),
        2: (1, 0, {"barrier": "gate", "access": "private", "opening_hours": "06:00-22:00"}),
        3: (2, 0),
        4: (2, 1, {"highway": "elevator"}),
        5: (3, 0, {"barrier": "kerb", "kerb": "raised"}),
        6: (9, 9, {"barrier": "gate"}),  # on no street
        7: (4, 0, {"highway": "bus_stop"}),
    }
    path = write_osm(tmp_path / "town.osm", nodes, {1: ([1, 2, 3, 5, 7], street()), 2: ([3, 4], street())})
    network = read_network(path)
    points = network.points.set_index("osm_id")
    assert points["kind"].to_dict() == {1: "entrance", 2: "gate", 4: "elevator", 5: "kerb"}
    assert (points.loc[2, "access"], points.loc[2, "opening_hours"]) == ("private", "06:00-22:00")
    assert points.loc[2, "node"] == -1
    assert network.node_id[points.loc[1, "node"]] == 1
    east = network.vertex_xy[points.loc[2, "vertex"]] - network.vertex_xy[points.loc[1, "vertex"]]
    assert np.hypot(*east) == pytest.approx(100, rel=0.01)


BROKEN = {
    "cut.osm.pbf": None,
    "page.osm": b"<html><body>504 Gateway Timeout</body></html>",
    "page.osm.pbf": b"<html><body>504 Gateway Timeout</body></html>",
    "empty.osm": b"",
    "empty.osm.pbf": b"",
    "no.osm.gz": b"not gzip at all",
    "no.osm.bz2": b"not bzip2 at all",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_street_file_is_refused_in_one_sentence(tmp_path, name):
    content = BROKEN[name]
    if content is None:
        whole = tmp_path / "whole.osm.pbf"
        source = write_osm(tmp_path / "town.osm", CROSS, {10: ([1, 2, 3], street())})
        with osmium.SimpleWriter(whole) as writer:
            for thing in osmium.FileProcessor(source):
                writer.add(thing)
        content = whole.read_bytes()[:-40]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=name.replace(".", r"\.")) as caught:
        read_network(path)
    assert "\n" not in str(caught.value)


def test_missing_unknown_and_empty(tmp_path):
    with pytest.raises(InputMissingError, match="is not there"):
        read_network(tmp_path / "nowhere.osm.pbf")
    strange = tmp_path / "streets.dwg"
    strange.write_bytes(b"AC1032")
    with pytest.raises(NetworkError, match="no street file"):
        read_network(strange)
    houses = write_osm(tmp_path / "houses.osm", CROSS, {10: ([1, 2, 3, 1], {"building": "yes"})})
    with pytest.raises(NetworkError, match="no street that can be walked"):
        read_network(houses)
