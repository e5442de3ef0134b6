from __future__ import annotations

import numpy as np
import pytest

from geo.sources.network import read_network
from geo.sources.osm_incline import incline_of
from tests.sources.osm_text import street, write_osm


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("5%", 0.05),
        ("-8 %", -0.08),
        ("+2,5%", 0.025),
        ("10", 0.10),
        ("0%", 0),
        ("60°", np.nan),
        ("10°", 0.1763),
        ("up", np.nan),
        ("down", np.nan),
        ("", np.nan),
        ("300%", np.nan),
        ("5%;7%", np.nan),
    ],
)
def test_what_the_tag_says(text, slope):
    assert incline_of(text) == pytest.approx(slope, abs=1e-4, nan_ok=True)


def test_uphill_is_uphill_whichever_way_the_edge_runs(tmp_path):
    """A street in two ways drawn toward each other, both tagged 5 %: one rises and one falls along the edge."""
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0)}
    ways = {10: ([1, 2], street(incline="5%")), 11: ([3, 2], street(incline="5%"))}
    network = read_network(write_osm(tmp_path / "hill.osm", nodes, ways))
    assert network.edges == 1
    east = np.diff(network.vertex_xy[:, 0])
    way = network.ways["way_id"].to_numpy()[network.segment_way[:2]]
    true = np.where((way == 10) == (east > 0), 0.05, -0.05)
    assert network.segment_incline[:2] == pytest.approx(true)
    assert np.isnan(network.segment_incline[2])


def test_without_a_tag_there_is_no_column(tmp_path):
    nodes = {1: (0, 0), 2: (1, 0)}
    assert read_network(write_osm(tmp_path / "flat.osm", nodes, {10: ([1, 2], street(incline="up"))})).segment_incline is None
