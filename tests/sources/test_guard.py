import io
import json
import zipfile
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from geo.errors import InputDataError
from geo.sources import guard
from geo.sources.layers import LayerRequest, read_layer
from geo.sources.study_file import CommunitiesTable
from tests.sources.tiny import COMMUNITIES

VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
GDALG = json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"})


def ask(path, **table):
    return LayerRequest("communities", path, CommunitiesTable(path=path.name, **table))


@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg", "a.csv", "a.kml", "a.json"])
@pytest.mark.parametrize("text", [VRT, "\ufeff \n" + VRT, GDALG])
def test_instructions_to_gdal_are_refused_whatever_their_name(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputDataError, match="instruction to open other files"):
        read_layer(ask(tmp_path / name))


def test_they_are_refused_inside_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("town.geojson", VRT)
    with pytest.raises(InputDataError, match="instruction to open other files"):
        read_layer(ask(tmp_path / "a.zip"))


def test_gdal_has_only_plain_drivers():
    import os
    import subprocess
    import sys

    code = "import os; from geo.sources import guard; guard.prepare_gdal(); import pyogrio; "
    code += "print('OGR_SKIP' in os.environ, sorted(pyogrio.list_drivers()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    kept, drivers = done.stdout.split(" ", 1)
    assert kept == "False"  # the environment is put back
    for unwanted in ("OGR_VRT", "GDALG", "HTTP", "WFS", "CSV", "SQLite"):
        assert f"'{unwanted}'" not in drivers
    for wanted in ("GeoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf"):
        assert f"'{wanted}'" in drivers
    assert done.stderr == ""


def test_other_databases_and_odd_texts_are_refused(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        base.execute("create table x (y)")
    with pytest.raises(InputDataError, match="no GeoPackage"):
        read_layer(ask(tmp_path / "a.gpkg"))
    (tmp_path / "b.geojson").write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(InputDataError, match="none of the formats"):
        read_layer(ask(tmp_path / "b.geojson"))
    (tmp_path / "c.shp").write_bytes(b"\x00\x01\x02 binary")
    with pytest.raises(InputDataError, match="none of the formats"):
        read_layer(ask(tmp_path / "c.shp"))


def shapefile_zip(folder, names, archive_name="a.zip", inner=""):
    for name in names:
        gpd.GeoDataFrame({"id": [name]}, geometry=[shapely.box(110, 30, 110.1, 30.1)], crs="EPSG:4326").to_file(
            folder / f"{name}.shp", encoding="utf-8"
        )
    with zipfile.ZipFile(folder / archive_name, "w") as archive:
        for part in folder.glob("*.*"):
            if part.suffix != ".zip":
                archive.write(part, inner + part.name)
    return folder / archive_name


def test_zipped_shapefiles_also_in_folders(tmp_path):
    path = shapefile_zip(tmp_path, ["社区"], inner="资料/2026/")
    assert read_layer(ask(path)).frame["id"].tolist() == ["社区"]


def test_names_of_chinese_windows_in_a_zip(tmp_path):
    path = shapefile_zip(tmp_path, ["x"])
    raw = path.read_bytes()
    for ending in (b".shp", b".dbf", b".shx", b".prj", b".cpg"):
        raw = raw.replace(b"x" + ending, b"x" + ending)
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        for info in source.infolist():
            other = zipfile.ZipInfo(info.filename.replace("x.", "区划.").encode("gbk").decode("cp437"))
            made.writestr(other, source.read(info))
    layer = read_layer(ask(tmp_path / "b.zip", layer="区划"))
    assert len(layer.frame) == 1


def test_several_layers_in_a_zip_must_be_chosen(tmp_path):
    path = shapefile_zip(tmp_path, ["one", "two"])
    with pytest.raises(InputDataError, match="several layers"):
        read_layer(ask(path))
    assert read_layer(ask(path, layer="two")).frame["id"].tolist() == ["two"]


def test_no_path_escapes_from_a_zip(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    with zipfile.ZipFile(inside / "a.zip", "w") as archive:
        archive.writestr("../../evil.geojson", COMMUNITIES)
    assert len(read_layer(ask(inside / "a.zip")).frame) == 2
    assert not list(tmp_path.rglob("evil*"))


def test_a_zip_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", " " * 5_000_000)
    limits = replace(guard.UPLOADED, unpacked_bytes=1_000_000)
    with pytest.raises(InputDataError, match="unpacks to more than 1 MB"):
        read_layer(ask(tmp_path / "a.zip"), limits)


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", " " * 5_000_000)
    raw = path.read_bytes()
    path.write_bytes(raw.replace((5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(InputDataError):
        read_layer(ask(path), replace(guard.UPLOADED, unpacked_bytes=1_000_000))


def test_a_workbook_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", " " * 5_000_000)
    with pytest.raises(InputDataError, match="unpacks to more than 1 MB"):
        read_layer(ask(tmp_path / "a.xlsx"), replace(guard.UPLOADED, unpacked_bytes=1_000_000))


def test_too_large_a_file(tmp_path):
    (tmp_path / "a.geojson").write_text(COMMUNITIES, encoding="utf-8")
    with pytest.raises(InputDataError, match="at most 0 MB are read"):
        read_layer(ask(tmp_path / "a.geojson"), replace(guard.UPLOADED, file_bytes=100))
