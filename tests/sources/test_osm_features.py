from __future__ import annotations

import gzip

import numpy as np
import pytest

from geo.errors import InputDataError, InputMissingError
from geo.sources.osm_features import read_amenities, read_boundaries, read_buildings, read_entrances, read_residential, read_water
from tests.sources.osm_text import write_osm
from tests.sources.real_data import NETWORKS, needs_data

NODES = {
    1: (0, 0),
    2: (1, 0, {"entrance": "main", "wheelchair": "yes"}),
    3: (1, 1),
    4: (0, 1),
    5: (5, 5, {"amenity": "pharmacy", "name": "{{ 1 + 1 }}", "name:zh": "大药房"}),
    6: (6, 5, {"shop": "bakery"}),
    11: (0.2, 0.2),
    12: (0.4, 0.2),
    13: (0.4, 0.4),
    14: (0.2, 0.4),
}


def town(tmp_path, ways, relations=()):
    return write_osm(tmp_path / "town.osm", NODES, ways, relations)


def test_buildings_with_holes_levels_and_address(tmp_path):
    ways = {
        1: ([1, 2, 3, 4, 1], {}),
        2: ([11, 12, 13, 14, 11], {"building": "house", "building:levels": "2,5"}),
        3: ([1, 2, 3, 1], {"building": "no"}),
    }
    tags = {
        "type": "multipolygon",
        "building": "apartments",
        "building:levels": "six",
        "addr:street": "人民路",
        "addr:housenumber": "3",
    }
    path = town(tmp_path, ways, {9: ([("way", 1, "outer"), ("way", 2, "inner")], tags)})
    frame = read_buildings(path)
    assert frame["osm_id"].tolist() == ["way/2", "relation/9"]
    assert frame["building"].tolist() == ["house", "apartments"]
    assert frame["levels"].tolist()[0] == 2.5
    assert np.isnan(frame["levels"].tolist()[1])
    assert frame["addr"].tolist() == ["", "人民路 3"]
    assert [len(shape.interiors) for shape in frame.geometry] == [0, 1]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.is_valid.all()


def test_homes(tmp_path):
    ring = [1, 2, 3, 4, 1]
    kinds = {1: {"building": "house"}, 2: {"building": "yes"}, 3: {"building": "yes", "shop": "mall"}, 4: {"building": "school"}}
    frame = read_residential(town(tmp_path, {key: (ring, tags) for key, tags in kinds.items()}))
    assert dict(zip(frame["osm_id"], frame["sure"], strict=True)) == {"way/1": True, "way/2": False}
    land = {7: (ring, {"landuse": "residential", "name": "幸福里"}), 8: (ring, {"landuse": "farmland"})}
    frame = read_residential(town(tmp_path, land))
    assert frame[["osm_id", "name", "building"]].to_numpy().tolist() == [["way/7", "幸福里", ""]]
    assert frame["sure"].all()


def test_services_as_points_and_areas(tmp_path):
    path = town(
        tmp_path, {1: ([1, 2, 3, 4, 1], {"amenity": "clinic", "opening_hours": "24/7"}), 2: ([5, 6], {"amenity": "bench"})}
    )
    frame = read_amenities(path, ["amenity=pharmacy", "amenity = clinic", "shop"])
    assert frame["osm_id"].tolist() == ["node/5", "node/6", "way/1"]
    assert frame["kind"].tolist() == ["pharmacy", "bakery", "clinic"]
    assert frame["name"].tolist() == ["{{ 1 + 1 }}", "", ""]
    assert frame["name:zh"].tolist() == ["大药房", "", ""]
    assert frame["opening_hours"].tolist() == ["", "", "24/7"]
    assert frame.geom_type.tolist() == ["Point", "Point", "Polygon"]
    assert frame.geometry.iloc[0].x == pytest.approx(110 + 5 * 0.0009 * 1.1547, abs=1e-7)
    none = read_amenities(path, ["amenity=library"])
    assert len(none) == 0
    assert list(none.columns) == list(frame.columns)


@pytest.mark.parametrize("tags", [[], ["=yes"], ["amenity="], [""]])
def test_tags_that_are_none(tmp_path, tags):
    with pytest.raises(InputDataError):
        read_amenities(town(tmp_path, {}), tags)


def test_doors(tmp_path):
    frame = read_entrances(town(tmp_path, {1: ([1, 2, 3, 4, 1], {"building": "yes"})}))
    assert frame["entrance"].tolist() == ["main"]
    assert frame["wheelchair"].tolist() == ["yes"]


def test_water(tmp_path):
    ways = {
        1: ([1, 2, 3, 4, 1], {"natural": "water", "water": "river", "name": "清河"}),
        2: ([11, 12, 13, 11], {"landuse": "forest"}),
    }
    frame = read_water(town(tmp_path, ways))
    assert frame[["osm_id", "water", "name"]].to_numpy().tolist() == [["way/1", "river", "清河"]]


def test_boundaries_whole_cut_and_doubled(tmp_path):
    """One whole, one that the extract cuts, one exclave drawn as a way of its own."""
    admin = {"type": "boundary", "boundary": "administrative", "admin_level": "10"}
    ways = {
        1: ([1, 2, 3], {}),
        2: ([3, 4, 1], {}),
        3: ([11, 12, 13, 14, 11], {"boundary": "administrative", "admin_level": "10"}),
        4: ([1, 2], {}),
    }
    relations = {
        8: ([("way", 1, "outer"), ("way", 2, "outer"), ("way", 3, "inner")], {**admin, "name": "东门街道", "population": "1200"}),
        9: ([("way", 4, "outer"), ("way", 77, "outer")], {**admin, "name": "西门街道"}),
    }
    path = town(tmp_path, ways, relations)
    frame = read_boundaries(path, 10)
    assert frame[["osm_id", "name", "population"]].to_numpy().tolist() == [["relation/8", "东门街道", "1200"]]
    assert frame.attrs["left_out"] == ["西门街道"]
    with pytest.raises(InputDataError, match="levels it holds: 10"):
        read_boundaries(path, 8)


def test_what_makes_no_polygon_is_named(tmp_path):
    ways = {
        1: ([1, 2, 3, 4, 1], {"building": "yes"}),
        2: ([1, 2, 3], {"building": "yes"}),
        3: ([1, 2, 99, 1], {"building": "hut"}),
    }
    frame = read_buildings(town(tmp_path, ways, {7: ([("way", 5, "outer")], {"type": "multipolygon", "building": "yes"})}))
    assert frame["osm_id"].tolist() == ["way/1"]
    assert frame.attrs["left_out"] == ["way/2", "way/3", "relation/7"]
    house = {"building": "yes"}
    crossed = {4: ([1, 2, 4, 3, 1], house), 5: ([1, 2, 3, 4, 1], house)}
    frame = read_buildings(town(tmp_path, crossed))
    assert frame["osm_id"].tolist() == ["way/5"]
    assert frame.attrs["left_out"] == ["way/4"]
    assert read_residential(town(tmp_path, ways)).attrs["left_out"] == ["way/2", "way/3"]


@pytest.mark.parametrize("ending", [".osm", ".osm.gz"])
def test_drawn_in_an_editor_and_not_uploaded(tmp_path, ending):
    nodes = {-key: place for key, place in NODES.items()}
    ways = {-1: ([-1, -2, -3, -4, -1], {"building": "house"}), -2: ([-11, -12, -13, -14, -11], {})}
    relations = {-3: ([("way", -2, "outer")], {"type": "multipolygon", "building": "yes"})}
    path = write_osm(tmp_path / "town.osm", nodes, ways, relations)
    if ending == ".osm.gz":
        path = tmp_path / "town.osm.gz"
        path.write_bytes(gzip.compress((tmp_path / "town.osm").read_bytes()))
    frame = read_buildings(path)
    assert frame["osm_id"].tolist() == ["way/-1", "relation/-3"]
    assert frame.attrs["left_out"] == []
    assert read_amenities(path, ["amenity"])["osm_id"].tolist() == ["node/-5"]


@needs_data
@pytest.mark.parametrize(
    ("name", "level", "count", "km2"),
    [
        ("monaco_2023.osm.pbf", 10, 6, None),
        ("liechtenstein_2015.osm.pbf", 8, 11, 160.5),
        ("guixi_jiangxi_2024.osm.bz2", 8, 1, None),
    ],
)
def test_real_boundaries(name, level, count, km2):
    """Liechtenstein has eleven municipalities of together 160.5 km²; four more ways are their exclaves."""
    frame = read_boundaries(NETWORKS / name, level)
    assert len(frame) == count
    assert frame["name"].ne("").all()
    assert frame.geometry.is_valid.all()
    metric = frame.to_crs(frame.estimate_utm_crs())
    assert metric.union_all().area == pytest.approx(metric.area.sum(), rel=1e-4)  # none lies on another
    if km2:
        assert metric.area.sum() / 1e6 == pytest.approx(km2, rel=0.005)


@needs_data
def test_real_buildings_and_services():
    path = NETWORKS / "monaco_2023.osm.pbf"
    buildings, homes = read_buildings(path), read_residential(path)
    assert len(buildings) > 1200
    assert 400 < homes["sure"].sum() <= len(homes) < len(buildings)
    assert buildings["osm_id"].is_unique
    services = read_amenities(path, ["amenity"])
    assert len(services) > 850
    assert {"Point", "Polygon"} <= set(services.geom_type)
    chinese = read_amenities(NETWORKS / "beijing_cau_2026.osm", ["amenity", "shop"])
    assert "星巴克" in set(chinese["name"])


@pytest.mark.parametrize("read", [read_buildings, read_residential, read_entrances])
def test_bad_files(tmp_path, read):
    with pytest.raises(InputMissingError):
        read(tmp_path / "no.osm")
    page = tmp_path / "page.osm.pbf"
    page.write_bytes(b"<html>502 Bad Gateway</html>")
    with pytest.raises(InputDataError, match=r"page\.osm\.pbf"):
        read(page)
