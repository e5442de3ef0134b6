"""Files that were cut, overwritten or garbled: rows or one sentence, never anything else."""

import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.sources.layers import LayerRequest, read_layer
from geo.sources.study_file import FacilitiesTable
from geo.sources.study_toml import parse_study_file
from tests.sources.tiny import FACILITIES, STUDY

SORTS = ["geojson", "gpkg", "shp", "fgb", "gml", "csv", "xlsx", "zip"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    boxes = [shapely.box(110, 30, 110.1, 30.1), shapely.box(110.1, 30, 110.2, 30.1)]
    frame = gpd.GeoDataFrame({"id": ["A", "B"], "名称": ["甲", "乙"]}, geometry=boxes, crs=4326)
    for sort in ("geojson", "gpkg", "shp", "fgb", "gml"):
        frame.to_file(folder / f"x.{sort}")
    (folder / "x.csv").write_text(FACILITIES, encoding="gbk")
    pd.DataFrame({"id": [1, 2], "lon": [110, 110.1], "lat": [30, 30]}).to_excel(folder / "x.xlsx", index=False)
    with zipfile.ZipFile(folder / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (".shp", ".dbf", ".shx", ".prj", ".cpg"):
            archive.write(folder / f"x{part}", f"x{part}")
    return {path.suffix: path.read_bytes() for path in folder.glob("x.*")}


def garbled(raw: bytes, at: float, cut: int, more: bytes) -> bytes:
    place = int(at * len(raw))
    return raw[:place] + more + raw[place + cut :]


wounds = st.tuples(st.floats(0, 1), st.integers(0, 300), st.binary(max_size=20))


@pytest.mark.parametrize("sort", SORTS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wound=wounds, part=st.integers(0, 4))
def test_a_garbled_file_is_rows_or_one_sentence(whole, tmp_path, sort, wound, part):
    parts = [".shp", ".dbf", ".shx", ".prj", ".cpg"] if sort == "shp" else [f".{sort}"]
    for suffix in parts:
        (tmp_path / f"x{suffix}").write_bytes(whole[suffix])
    victim = parts[part % len(parts)]
    (tmp_path / f"x{victim}").write_bytes(garbled(whole[victim], *wound))
    try:
        layer = read_layer(LayerRequest("facilities", tmp_path / f"x.{sort}", FacilitiesTable(path=f"x.{sort}")))
    except GeoError as error:
        said = str(error)
    else:
        said = "rows"
        assert layer.frame.crs.to_epsg() == 4326
        assert not layer.frame.geometry.is_empty.any()
    assert said
    assert "\n" not in said


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wound=wounds)
def test_a_garbled_study_file_is_faults_or_a_study(tmp_path, wound):
    path = tmp_path / "study.toml"
    path.write_bytes(garbled(STUDY.encode(), *wound))
    try:
        study, faults = parse_study_file(path)
    except GeoError as error:
        faults = [error]
    else:
        assert study.path == path
    assert all("\n" not in str(fault) for fault in faults)
    assert all(isinstance(fault, GeoError) for fault in faults)
