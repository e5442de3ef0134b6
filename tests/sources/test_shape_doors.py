from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.sources.shape_doors import BESIDE_M, EVERY_M, needs_doors, shape_doors
from tests.streets import CRS, make_network
from tests.studies import ORIGIN

STREET = make_network([(0, 0), (2000, 0)], [(0, 1)])


def doors(shape, network=STREET):
    moved = shapely.transform(shape, lambda xy: xy + ORIGIN)
    frame = gpd.GeoDataFrame({"id": ["p"]}, geometry=[moved], crs=CRS)
    found = shape_doors(frame, network)
    assert set(found["facility_id"]) <= {"p"}
    return shapely.get_coordinates(found.geometry.to_numpy()) - ORIGIN


def test_an_open_park_has_a_door_every_few_metres_along_the_street():
    found = doors(shapely.box(100, 10, 700, 400))
    assert np.all(found[:, 1] <= BESIDE_M)
    along = np.sort(found[found[:, 1] == 10][:, 0])
    assert along[[0, -1]].tolist() == [100, 700]
    assert np.diff(along).max() <= EVERY_M


def test_an_area_that_streets_cross_is_entered_there():
    assert doors(shapely.box(100, -50, 700, 400)).tolist() == [[100, 0], [700, 0]]


def test_an_area_far_from_streets_is_entered_at_its_nearest_point():
    assert doors(shapely.box(100, 80, 300, 400))[:, 1].tolist() == [80]


def test_each_part_has_doors_of_its_own():
    found = doors(shapely.MultiPolygon([shapely.box(100, 60, 200, 90), shapely.box(1500, 60, 1600, 90)]))
    assert len(found) == 2
    assert sorted(found[:, 0] > 1000) == [False, True]


def test_several_points_and_lines():
    assert doors(shapely.MultiPoint([(10, 5), (1500, 5)])).tolist() == [[10, 5], [1500, 5]]
    market = doors(shapely.LineString([(0, 5), (100, 5)]))
    assert market[:, 0].tolist() == [0, 25, 50, 75, 100]


def test_nobody_comes_in_from_a_tunnel():
    under = replace(STREET, ways=STREET.ways.assign(tunnel=[True, False]))
    assert len(doors(shapely.box(100, 10, 700, 400), under)) == 0


def test_a_huge_park_keeps_its_doors_few():
    long = make_network([(0, 0), (40_000, 0)], [(0, 1)])
    assert 200 <= len(doors(shapely.box(0, 10, 40_000, 400), long)) <= 400


@pytest.mark.parametrize(
    ("shape", "asked"),
    [
        (shapely.Point(0, 0), False),
        (shapely.MultiPoint([(0, 0)]), False),
        (shapely.MultiPoint([(0, 0), (1, 1)]), True),
        (shapely.LineString([(0, 0), (1, 1)]), True),
        (shapely.box(0, 0, 1, 1), True),
    ],
)
def test_what_needs_doors(shape, asked):
    assert needs_doors(np.array([shape])).tolist() == [asked]
