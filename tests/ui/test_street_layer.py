"""The streets below the map: nothing is left out silently, and the tiles hold every street."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from geo import crs
from geo.maps.streets import edge_lines
from geo.ui import street_layer
from geo.ui.layers import Tiled
from tests.streets import make_network

if TYPE_CHECKING:
    from geo.model import WalkNetwork
    from geo.ui.layers import Packed


def read(packed: Packed) -> dict[str, Any]:
    text: dict[str, Any] = json.loads(gzip.decompress(packed.fetch()))
    return text


def drawn(view: dict[str, Any], system: str) -> shapely.Geometry:
    """All lines of a layer in metres, as the page would draw them."""
    lines = []
    for packed in view["lines"].values():
        start = np.zeros(2)
        for line in packed:
            steps = np.reshape(line, (-1, 2)).astype(float)
            start = start + steps[0]
            lonlat = (start + np.vstack([np.zeros(2), np.cumsum(steps[1:], axis=0)])) / view["parts"]
            lines.append(shapely.linestrings(crs.project(lonlat[:, 0], lonlat[:, 1], system)))
    return shapely.union_all(lines)


@pytest.fixture
def grid() -> WalkNetwork:
    """Streets 500 m apart, 5 km across: a few tiles of 2 km."""
    side = 11
    nodes = [(500.0 * x, 500.0 * y) for x in range(side) for y in range(side)]
    edges = [(a, a + 1) for a in range(side * side) if (a + 1) % side] + [(a, a + side) for a in range(side * (side - 1))]
    return make_network(nodes, edges)


def test_a_small_town_is_all_in_the_overview(grid: WalkNetwork) -> None:
    layer = street_layer.streets(grid)
    assert not isinstance(layer, Tiled)
    true = shapely.union_all(edge_lines(grid, np.arange(grid.edges)))
    assert shapely.hausdorff_distance(drawn(read(layer), grid.crs), true) < 0.6


def test_what_the_overview_leaves_out_is_said_and_stands_in_the_tiles(grid: WalkNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    details = [one._replace(points=40) for one in street_layer._DETAILS]
    monkeypatch.setattr(street_layer, "_DETAILS", tuple(details))
    layer = street_layer.streets(grid)
    assert isinstance(layer, Tiled)
    view = read(layer)
    assert view["left_out"] is True
    assert 0 < sum(len(line) for lines in view["lines"].values() for line in lines) <= 2 * 40
    across, up = view["tiles"]["across"], view["tiles"]["up"]
    assert across * up >= 9
    tiles = [layer.tile(column, row) for column in range(across) for row in range(up)]
    whole = shapely.union_all([drawn(read(tile), grid.crs) for tile in tiles if tile is not None])
    true = shapely.union_all(edge_lines(grid, np.arange(grid.edges)))
    assert shapely.hausdorff_distance(whole, true) < 0.6
    assert layer.tile(across, 0) is None
    assert layer.tile(0, up) is None
