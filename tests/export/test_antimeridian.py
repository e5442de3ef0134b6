"""A town across 180°: every shape is cut there and lies where it should."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.crs import project, unproject
from geo.export.geojson import cut_at_180, degrees, to_geojson
from geo.ui.events import read_events

FIJI = "EPSG:32760"  # UTM 60 south, whose middle is 177° east
HERE = project(np.array([180.0]), np.array([-16.8]), FIJI)[0]


def frame(*shapes):
    moved = [shapely.transform(shape, lambda xy: xy + HERE) for shape in shapes]
    return gpd.GeoDataFrame({"id": range(len(moved))}, geometry=moved, crs=FIJI)


def test_an_area_across_is_cut_and_keeps_its_size():
    drawn = degrees(frame(shapely.Point(0, 0).buffer(500)))[0]
    assert drawn.geom_type == "MultiPolygon"
    west, east = sorted(drawn.geoms, key=lambda part: part.bounds[0])
    assert west.bounds[0] == -180
    assert east.bounds[2] == 180
    metres = 111_320 * math.cos(math.radians(16.8)) * 110_600
    assert drawn.area * metres == pytest.approx(math.pi * 500**2, rel=0.02)


def test_what_lies_on_one_side_stays_whole():
    one, other = degrees(frame(shapely.box(-900, 0, -100, 100), shapely.box(100, 0, 900, 100)))
    assert one.geom_type == other.geom_type == "Polygon"
    assert 179 < one.bounds[0] < one.bounds[2] < 180
    assert -180 < other.bounds[0] < other.bounds[2] < -179


def test_lines_points_and_nothing():
    line, point, several, none = degrees(
        frame(
            shapely.LineString([(-500, 0), (500, 0)]),
            shapely.Point(500, 0),
            shapely.MultiPoint([(-5, 0), (-9, 0)]),
            shapely.Polygon(),
        )
    )
    assert line.geom_type == "MultiLineString"
    assert point.x < -179
    assert several.bounds[0] > 179
    assert none is None


def test_the_box_of_the_collection_runs_from_west_to_east():
    told = json.loads(to_geojson(frame(shapely.Point(0, 0).buffer(500))))
    assert told["bbox"][0] > 179
    assert told["bbox"][2] < -179


def test_elsewhere_nothing_changes():
    shape = np.array([shapely.box(10, 10, 20, 20)])
    assert cut_at_180(shape)[0] is shape[0]


def test_maps_run_on_beyond():
    lon = unproject(HERE + np.array([[-500, 0], [500, 0]]), FIJI)[:, 0]
    assert np.diff(lon) == pytest.approx(1000 / (111_320 * math.cos(math.radians(16.8))), rel=0.01)


@pytest.mark.parametrize(
    ("clicked", "meant"), [(180.005, -179.995), (-180.005, 179.995), (539.0, 179.0), (117.0, 117.0), (180.0, 180.0)]
)
def test_a_click_beyond_is_the_place_that_it_shows(clicked, meant):
    event = read_events({"events": [{"number": 1, "type": "place", "lon": clicked, "lat": 1.0}]}, 0)[0]
    assert event.lon == pytest.approx(meant)
