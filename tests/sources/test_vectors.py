import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import CrsError, InputDataError, InputMissingError
from geo.sources import datum
from geo.sources.layers import LayerRequest, digest_of, read_layer
from geo.sources.study_file import CommunitiesTable
from tests.sources.tiny import COMMUNITIES, at, box, features, told

SQUARE = shapely.box(110, 30, 110.01, 30.01)


def read(path, **table):
    return read_layer(LayerRequest("communities", path, CommunitiesTable(path=path.name, **table)))


def frame(crs="EPSG:4326", **columns):
    return gpd.GeoDataFrame(
        {"id": ["A", "B"], "名称": ["甲", "乙"], **columns}, geometry=[SQUARE, shapely.affinity.translate(SQUARE, 0.01)], crs=crs
    )


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "fgb", "kml", "gml"])
def test_usual_formats(tmp_path, ending):
    path = tmp_path / f"areas.{ending}"
    made = frame().rename(columns={"id": "Name"} if ending == "kml" else {})
    made.to_file(path, encoding="utf-8") if ending == "shp" else made.to_file(path, driver="KML" if ending == "kml" else None)
    layer = read(path)
    assert len(layer.frame) == 2
    assert layer.frame.crs.to_epsg() == 4326
    assert layer.frame.index.tolist() == [1, 2]
    np.testing.assert_allclose(layer.frame.total_bounds, [110, 30, 110.02, 30.01], atol=1e-7)
    assert shapely.area(layer.frame.geometry.to_numpy()).sum() == pytest.approx(2e-4)
    assert ending == "kml" or "甲" in layer.frame.to_string()


def test_a_metric_layer_comes_out_in_degrees(tmp_path):
    frame().to_crs("EPSG:4546").to_file(tmp_path / "a.gpkg")
    np.testing.assert_allclose(read(tmp_path / "a.gpkg").frame.total_bounds, [110, 30, 110.02, 30.01], atol=1e-7)


def test_a_gbk_shapefile_that_does_not_say_so(tmp_path):
    frame().to_file(tmp_path / "a.shp", encoding="gbk")
    (tmp_path / "a.cpg").unlink()
    dbf = bytearray((tmp_path / "a.dbf").read_bytes())
    dbf[29] = 0  # nor does its language byte
    (tmp_path / "a.dbf").write_bytes(dbf)
    layer = read(tmp_path / "a.shp")
    assert layer.frame.iloc[:, 1].tolist() == ["甲", "乙"]
    assert told(layer.findings, "was read as gb18030")


def test_a_shapefile_without_prj_or_parts(tmp_path):
    frame().to_file(tmp_path / "a.shp", encoding="utf-8")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(CrsError, match=r"a\.shp does not say its coordinate system.*degrees: crs = \"EPSG:4326\""):
        read(tmp_path / "a.shp")
    assert len(read(tmp_path / "a.shp", crs="EPSG:4490").frame) == 2
    (tmp_path / "a.dbf").unlink()
    assert told(read(tmp_path / "a.shp", crs="EPSG:4490").findings, "lacks its companion .dbf")
    (tmp_path / "a.shx").unlink()
    with pytest.raises(InputDataError, match=r"lacks its companion \.shx"):
        read(tmp_path / "a.shp", crs="EPSG:4490")


def test_metres_under_a_name_for_degrees_and_the_reverse(tmp_path):
    frame().to_crs("EPSG:4546").set_crs("EPSG:4326", allow_override=True).to_file(tmp_path / "a.gpkg")
    with pytest.raises(CrsError, match="says it is in degrees but has numbers like"):
        read(tmp_path / "a.gpkg")
    frame().set_crs("EPSG:4546", allow_override=True).to_file(tmp_path / "b.gpkg")
    layer = read(tmp_path / "b.gpkg")
    assert told(layer.findings, "its numbers are degrees")
    np.testing.assert_allclose(layer.frame.total_bounds, [110, 30, 110.02, 30.01], atol=1e-9)


def test_bad_shapes_are_mended_or_left_out_and_named(tmp_path):
    bow = [[list(at(*corner)) for corner in ((0, 0), (2, 2), (2, 0), (0, 2), (0, 0))]]
    unclosed = [box(3, 0, 4, 1)[0][:-1]]
    text = features(
        ({"id": "good"}, "Polygon", box(0, 5, 1, 6)),
        ({"id": "bow"}, "Polygon", bow),
        ({"id": "none"}, "Polygon", None),
        ({"id": "unclosed"}, "Polygon", unclosed),
        ({"id": "swapped"}, "Polygon", [[[lat, lon] for lon, lat in box(7, 0, 8, 1)[0]]]),
        ({"id": "off"}, "Polygon", [[[999, 999], [1000, 999], [1000, 1000], [999, 999]]]),
    )
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    layer = read(tmp_path / "a.geojson")
    assert layer.frame["id"].tolist() == ["good", "bow", "unclosed", "swapped"]
    assert layer.frame.geometry.is_valid.all()
    assert told(layer.findings, "cross themselves")[0].rows == (2,)
    assert told(layer.findings, "have no shape")[0].rows == (3,)
    assert told(layer.findings, "exchanged")[0].rows == (5,)
    assert told(layer.findings, "outside the globe")[0].rows == (6,)
    assert layer.frame.total_bounds[2] < 180


def test_an_empty_layer_and_a_missing_file(tmp_path):
    (tmp_path / "a.geojson").write_text(features(), encoding="utf-8")
    with pytest.raises(InputDataError, match=r"a\.geojson is empty: it holds no row"):
        read(tmp_path / "a.geojson")
    with pytest.raises(InputMissingError, match="There is no file"):
        read(tmp_path / "nowhere.geojson")
    (tmp_path / "b.geojson").write_text("", encoding="utf-8")
    with pytest.raises(InputDataError, match=r"b\.geojson is empty"):
        read(tmp_path / "b.geojson")
    (tmp_path / "c.geojson").write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    with pytest.raises(InputDataError, match=r"c\.geojson can't be read"):
        read(tmp_path / "c.geojson")


def test_layers_of_a_geopackage(tmp_path):
    frame().to_file(tmp_path / "a.gpkg", layer="one")
    frame().iloc[:1].to_file(tmp_path / "a.gpkg", layer="two")
    assert told(read(tmp_path / "a.gpkg").findings, "several layers")
    assert len(read(tmp_path / "a.gpkg", layer="two").frame) == 1
    with pytest.raises(InputDataError, match="has no layer “three”; it has: one, two"):
        read(tmp_path / "a.gpkg", layer="three")


def test_datum_of_shapes(tmp_path):
    moved = shapely.transform(SQUARE, lambda xy: datum.from_wgs84(xy, "gcj02"))
    gpd.GeoDataFrame({"id": ["A"]}, geometry=[moved], crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    assert read(tmp_path / "a.gpkg", datum="gcj02").frame.geometry.iloc[0].equals_exact(SQUARE, 1e-8)


def test_only_the_rows_that_meet_the_condition(tmp_path):
    frame(beds=[0, 5]).to_file(tmp_path / "a.gpkg")
    layer = read(tmp_path / "a.gpkg", where="beds > 0")
    assert layer.frame["id"].tolist() == ["B"]
    assert "1 of 2 rows" in str(layer.input.notes[0])


def test_the_digest_speaks_of_all_parts(tmp_path):
    frame().to_file(tmp_path / "a.shp", encoding="utf-8")
    before = digest_of(tmp_path / "a.shp")
    assert before == digest_of(tmp_path / "a.shp")
    (tmp_path / "a.prj").write_text("x", encoding="utf-8")
    assert digest_of(tmp_path / "a.shp") != before
    (tmp_path / "b.txt").write_bytes(b"abc")
    assert digest_of(tmp_path / "b.txt") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_source_is_unchanged_by_reading(tmp_path):
    (tmp_path / "a.geojson").write_text(COMMUNITIES, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    read(tmp_path / "a.geojson")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
