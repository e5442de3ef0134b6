from __future__ import annotations

import gzip

import pytest

from geo.sources.network import read_network

STREETS = """<?xml version='1.0' encoding='UTF-8'?>
<osm version='0.6' generator='JOSM'>
<node id='1' version='1' lat='32.65' lon='117.84'/><node id='2' version='1' lat='32.65' lon='117.85'/>
<node id='3' version='1' lat='32.66' lon='117.84'/>
<way id='10' version='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='footway'/></way>
<way id='11' {mark}><nd ref='1'/><nd ref='3'/><tag k='highway' v='footway'/></way>
</osm>
"""


@pytest.mark.parametrize(
    ("mark", "ways"),
    [
        ("version='1'", 2),
        ("action='delete' version='1'", 1),
        ("version='1' action='delete' timestamp='2024-01-01T00:00:00Z'", 1),
        ("version='1' visible='false'", 1),
        ("version='1' visible='true'", 2),
        ("action='modify' version='1' visible='true'", 2),
        ('version="1" action="delete"', 1),
    ],
)
def test_what_was_deleted_is_left_out(tmp_path, mark, ways):
    text = STREETS.format(mark=mark)
    (tmp_path / "a.osm").write_text(text, encoding="utf-8")
    assert len(read_network(tmp_path / "a.osm").vertex_xy) == ways + 1
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(text.encode()))
    assert len(read_network(tmp_path / "a.osm.gz").vertex_xy) == ways + 1


def test_a_heading_cut_by_the_end_of_a_portion_is_seen(tmp_path):
    text = STREETS.format(mark="version='1' action='delete'")
    at = text.index("<way id='11'")
    for cut in (5, 20, 40):
        filler = "<!--" + "x" * ((1 << 20) - at - cut - 8) + "-->\n"
        (tmp_path / "a.osm").write_text(text[:at] + filler + text[at:], encoding="utf-8")
        assert len(read_network(tmp_path / "a.osm").vertex_xy) == 2
