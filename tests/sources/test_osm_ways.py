from __future__ import annotations

import errno
import os
import tempfile

import numpy as np
import osmium
import pytest

from geo.errors import OutputError
from geo.sources.osm import read_streets
from geo.sources.osm_text import rows_of, tags_of

ODD = """<osm version="0.6">
<node id="1" lat="-30.0655711" lon="-51.1516418"/>
<node id="2" lat="1" lon="2"><tag k="barrier" v="gate"/><tag k="note" v="x"/></node>
<way id="5"><nd ref="1"/><nd ref="7"/><nd ref="2"/><tag k="highway" v="steps"/><tag k="name" v="a=b, c%d@é中路 20%"/></way>
<way id="6"><tag k="highway" v="path"/><tag k="name" v=""/></way>
<way id="8"><nd ref="2"/><nd ref="1"/><tag k="name" v="x&#10;y&#9;z"/><tag k="highway" v="path"/></way>
<way id="9"><nd ref="7"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="foot" v="no"/><tag k="incline" v="5%"/></way>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way>
</osm>"""


@pytest.fixture
def odd(tmp_path):
    path = tmp_path / "odd.osm"
    path.write_text(ODD, encoding="utf-8")
    return read_streets(path)


def test_names_come_out_as_they_are_written(odd):
    name = odd.tag["name"]
    assert [name.words[code] for code in name.code] == ["a=b, c%d@é中路 20%", "", "x\ny\tz"]
    assert [odd.tag["highway"].words[code] for code in odd.tag["highway"].code] == ["steps", "path", "path"]


def test_ways_without_nodes_and_nodes_without_places(odd):
    assert odd.way_id.tolist() == [5, 6, 8]
    assert odd.ref_start.tolist() == [0, 3, 3, 5]
    assert odd.node_id.tolist() == [1, 2]
    assert odd.ref.tolist() == [0, -1, 1, 1, 0]
    assert odd.lonlat.tolist() == [[-51.1516418, -30.0655711], [2, 1]]


def test_main_roads_are_known_though_nobody_walks_there(odd):
    assert 9 not in odd.way_id
    assert odd.main.tolist() == [False, True]


def test_tags_of_nodes(odd):
    assert odd.tagged(lambda tags: tags.get("barrier") == "gate").tolist() == [False, True]
    assert not odd.tagged(lambda tags: "note" in tags).any()


def test_the_order_of_a_file_is_of_no_account(odd, tmp_path):
    head, *things, end = ODD.splitlines()
    mixed = tmp_path / "mixed.osm"
    mixed.write_text("\n".join([head, *things[1:], things[0], end]), encoding="utf-8")
    again = read_streets(mixed)
    for name in ("way_id", "ref_start", "ref", "node_id", "lonlat", "main", "node_kind"):
        assert getattr(again, name).tolist() == getattr(odd, name).tolist()


def test_a_slope_on_a_motorway_is_none_of_ours(odd):
    assert odd.tag["incline"].words == [""]


def test_nothing_to_walk_on(tmp_path):
    path = tmp_path / "none.osm"
    path.write_text('<osm version="0.6"><node id="1" lat="1" lon="2"/></osm>', encoding="utf-8")
    streets = read_streets(path)
    assert len(streets.way_id) == len(streets.ref) == len(streets.node_id) == 0
    assert streets.ref_start.tolist() == [0]


def test_tags_of_a_line():
    assert tags_of(b"Thighway=steps,name=Long%20%Way,note=a%3d%b%25%") == {"highway": "steps", "name": "Long Way", "note": "a=b%"}
    assert tags_of(b"T") == {}


def test_rows_of_ids():
    assert rows_of(np.array([5, 1, 9, 0]), np.array([1, 5, 7])).tolist() == [1, 0, -1, -1]
    assert rows_of(np.array([5]), np.zeros(0, dtype=np.int64)).tolist() == [-1]


def test_a_folder_for_temporary_files_that_osmium_does_not_understand(tmp_path, monkeypatch):
    path = tmp_path / "odd.osm"
    path.write_text(ODD, encoding="utf-8")
    for name, fits in (("临时 目录", True), ("a, b", False)):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
        if fits:
            assert len(read_streets(path).way_id)
        else:
            with pytest.raises(OutputError, match="because of the comma"):
                read_streets(path)
        assert not list((tmp_path / name).iterdir())


def test_a_full_disk_is_not_blamed_on_the_street_file(tmp_path, monkeypatch):
    def full(_name):
        raise RuntimeError("Could not resize file: Not enough space on filesystem: " + os.strerror(errno.ENOSPC))

    path = tmp_path / "odd.osm"
    path.write_text(ODD, encoding="utf-8")
    monkeypatch.setattr(osmium.index, "create_map", full)
    with pytest.raises(OutputError, match="no room for temporary files"):
        read_streets(path)
