"""GeoJSON against RFC 7946, read back by the standard json module and by GDAL."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LinearRing, MultiPolygon, Point, Polygon, shape

from geo.export import outputs_of, to_geojson
from geo.export.results import LAYERS
from tests.export.handmade import CRS, EAST, NORTH

if TYPE_CHECKING:
    from geo.export.outputs import Outputs


def read(content: bytes) -> dict[str, Any]:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    document: dict[str, Any] = json.loads(content.decode("utf-8"), parse_constant=refuse)
    return document


def frame(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def positions(node: Any) -> list[list[float]]:
    if isinstance(node[0], int | float):
        return [node]
    return [position for part in node for position in positions(part)]


def check_geometry(geometry: dict[str, Any] | None) -> None:
    """What RFC 7946 asks of one geometry of ours."""
    if geometry is None:
        return
    assert set(geometry) == {"type", "coordinates"}
    for position in positions(geometry["coordinates"]):
        assert len(position) == 2
        for value in position:
            assert math.isfinite(value)
            assert round(value, 6) == value
            assert len(repr(float(value)).partition(".")[2]) <= 6
        assert -180 <= position[0] <= 180
        assert -90 <= position[1] <= 90
    drawn = shape(geometry)
    assert drawn.is_valid
    assert not drawn.is_empty
    for polygon in [drawn] if isinstance(drawn, Polygon) else drawn.geoms if isinstance(drawn, MultiPolygon) else []:
        assert LinearRing(polygon.exterior).is_ccw
        assert not any(LinearRing(hole).is_ccw for hole in polygon.interiors)


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_follow_rfc_7946(made: Outputs, layer: str) -> None:
    document = read(made.content(f"{layer}.geojson"))
    assert set(document) == {"type", "bbox", "features"}
    for feature in document["features"]:
        assert set(feature) == {"type", "properties", "geometry"}
        check_geometry(feature["geometry"])
    west, south, east, north = document["bbox"]
    every = [shape(feature["geometry"]).bounds for feature in document["features"] if feature["geometry"]]
    assert (west, south) == (min(b[0] for b in every), min(b[1] for b in every))
    assert (east, north) == (max(b[2] for b in every), max(b[3] for b in every))


def test_a_row_without_geometry_keeps_its_numbers(made: Outputs) -> None:
    last = read(made.content("communities.geojson"))["features"][-1]
    assert last["geometry"] is None
    assert last["properties"]["id"] == "outside"
    assert last["properties"]["total_weight"] > 0


def test_gdal_reads_the_same_table(made: Outputs) -> None:
    table = pyogrio.read_dataframe(made.content("facilities.geojson"))
    assert table.crs.to_epsg() == 4326
    assert table["name"].tolist() == made.results.facilities["name"].tolist()
    assert table["catchment_weight"].tolist() == made.results.facilities["catchment_weight"].tolist()


def test_places_are_within_six_decimals_of_a_projection_of_their_own(made: Outputs) -> None:
    expected = made.results.facilities.to_crs("EPSG:4326").geometry
    features = read(made.content("facilities.geojson"))["features"]
    for point, feature in zip(expected, features, strict=True):
        assert feature["geometry"]["coordinates"] == pytest.approx([point.x, point.y], abs=5.1e-7)


def test_bad_shapes_become_valid_ones_of_their_own_dimension() -> None:
    bowtie = Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    spike = Polygon(
        [(EAST, NORTH), (EAST + 50, NORTH), (EAST + 50, NORTH + 50), (EAST + 50, NORTH + 90), (EAST + 50, NORTH + 50)]
    )
    tiny = Point(EAST, NORTH).buffer(0.001)
    wild = Polygon([(EAST, NORTH), (EAST + 1, math.inf), (EAST + 1, NORTH)])
    document = read(to_geojson(frame(bowtie, spike, tiny, wild, Polygon(), None, id=list("abcdef"))))
    kinds = [feature["geometry"] and feature["geometry"]["type"] for feature in document["features"]]
    assert kinds == ["MultiPolygon", "Polygon", None, None, None, None]
    for feature in document["features"]:
        check_geometry(feature["geometry"])
    assert [feature["properties"]["id"] for feature in document["features"]] == list("abcdef")


def test_heights_are_dropped() -> None:
    document = read(to_geojson(frame(Point(EAST, NORTH, 55.0))))
    assert len(document["features"][0]["geometry"]["coordinates"]) == 2


def test_nothing_to_write_is_an_empty_collection_without_bbox() -> None:
    empty = gpd.GeoDataFrame({"id": []}, geometry=[], crs=CRS)
    assert read(to_geojson(empty)) == {"type": "FeatureCollection", "features": []}
    assert "bbox" not in read(to_geojson(frame(None, Polygon())))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-80, 80), st.floats(-80, 80)), min_size=4, max_size=12))
def test_any_ring_comes_out_valid_and_right_handed(corners: list[tuple[float, float]]) -> None:
    # Corners a few centimetres apart too: rounding is then what breaks a ring.
    ring = Polygon([(EAST + x / 100, NORTH + y / 100) for x, y in corners])
    big = Polygon([(EAST + x * 50, NORTH + y * 50) for x, y in corners])
    for feature in read(to_geojson(frame(ring, big)))["features"]:
        check_geometry(feature["geometry"])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(min_size=1, max_size=20), st.floats(), st.none() | st.integers())
def test_text_and_numbers_survive(value: str, name: str, number: float, whole: int | None) -> None:
    table = frame(Point(EAST, NORTH)).assign(n=number, w=np.array([whole], dtype=object))
    table[name if name not in {"geometry", "n", "w"} else "x"] = value
    properties = read(to_geojson(table))["features"][0]["properties"]
    assert properties["n"] == (number if math.isfinite(number) else None)
    assert properties["w"] == whole
    assert value.replace("\x00", "\ufffd") in properties.values()


def test_the_same_answer_gives_the_same_bytes(made: Outputs) -> None:
    again = outputs_of(made.study, made.coverage, lang="en", made=made.made)
    for layer in LAYERS:
        assert again.content(f"{layer}.geojson") == made.content(f"{layer}.geojson")


def test_shapes_are_not_changed_in_the_input(made: Outputs) -> None:
    before = shapely.to_wkb(made.coverage.service_areas.geometry.to_numpy())
    to_geojson(made.coverage.service_areas)
    assert (before == shapely.to_wkb(made.coverage.service_areas.geometry.to_numpy())).all()
