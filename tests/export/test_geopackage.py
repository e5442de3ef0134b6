"""coverage.gpkg as GDAL and QGIS see it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.export import geopackage as module
from geo.export.geopackage import street_table
from geo.export.qml import _quoted, styles
from geo.export.results import LAYERS
from tests.export.handmade import CRS, EAST, EVIL, NORTH

if TYPE_CHECKING:
    from pathlib import Path

    from geo.export.outputs import Outputs

ALL = ("streets", *LAYERS, "served_area", "demand")


@pytest.fixture(scope="module")
def package(made: Outputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gpkg") / "coverage.gpkg"
    path.write_bytes(made.content("coverage.gpkg"))
    return path


def test_all_layers_are_there_in_the_metric_system(made: Outputs, package: Path) -> None:
    assert {name for name, _ in pyogrio.list_layers(package)} == {*ALL, "layer_styles"}
    for name in (*LAYERS, "demand"):
        frame = gpd.read_file(package, layer=name)
        expected = made.results.layer(name)
        assert frame.crs.to_epsg() == 4547
        assert len(frame) == len(expected)
        assert [str(column) for column in expected.columns] == list(frame.columns)


def test_numbers_are_the_numbers_of_the_other_files(made: Outputs, package: Path) -> None:
    frame = gpd.read_file(package, layer="communities")
    pd.testing.assert_series_equal(frame["coverage_ratio"], made.results.communities["coverage_ratio"])
    assert frame.geometry.isna().tolist() == [False] * 12 + [True]
    assert frame["name"].tolist() == made.results.communities["name"].tolist()
    assert gpd.read_file(package, layer="facilities")["snapped"].dtype == bool


def test_streets_carry_their_class_name_and_length(made: Outputs, package: Path) -> None:
    frame = gpd.read_file(package, layer="streets")
    assert len(frame) == made.study.network.edges
    assert set(frame["highway"]) == {"secondary", "residential", "footway"}
    assert frame["length_m"].sum() == pytest.approx(made.study.network.length_m)
    box = (EAST + 160.0, NORTH + 160.0, EAST + 290.0, NORTH + 290.0)
    assert len(street_table(made.study.network, box)) == 0
    assert np.allclose(street_table(made.study.network, (EAST + 140, NORTH + 140, EAST + 310, NORTH + 310)).length, 150.0)


def test_every_layer_has_a_style_that_names_its_own_columns(package: Path) -> None:
    with closing(sqlite3.connect(package)) as database:
        rows = database.execute("SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles").fetchall()
        columns = {name: {row[1] for row in database.execute(f'PRAGMA table_info("{name}")')} for name in ALL}
        contents = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert {row[0] for row in rows} == set(ALL)
    assert contents["layer_styles"] == "attributes"
    for name, shape, document, default in rows:
        assert (shape, default) == ("geom", 1)
        assert shape in columns[name]
        check_style(document, columns[name])


def check_style(document: str, columns: set[str]) -> None:
    """A QML document whose rules all have a symbol of their own, and name only columns that are there."""
    root = ET.fromstring(document.partition("\n")[2])  # noqa: S314  (our own text)
    assert root.tag == "qgis"
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "RuleRenderer"
    symbols = [symbol.get("name") for symbol in renderer.findall("symbols/symbol")]
    rules = renderer.findall("rules/rule")
    assert [rule.get("symbol") for rule in rules] == symbols
    assert all(rule.get("label") for rule in rules)
    for rule in rules:
        condition = rule.get("filter") or ""
        outside_quotes = "".join(condition.split("'")[::2])
        assert set(outside_quotes.split('"')[1::2]) <= columns


def test_style_rules_pick_the_right_rows(made: Outputs, package: Path) -> None:
    """QGIS's expressions are near enough to SQL to ask SQLite which rows a rule takes."""
    looks = styles(["", "a'b", "社区食堂"], "zh")
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE facilities (kind TEXT)")
        database.executemany("INSERT INTO facilities VALUES (?)", [("",), (None,), ("a'b",), ("社区食堂",)])
        found = [
            database.execute(f"SELECT count(*) FROM facilities WHERE {rule.get('filter')}").fetchone()[0]  # noqa: S608
            for rule in ET.fromstring(looks["facilities"].partition("\n")[2]).iter("rule")  # noqa: S314
        ]
    assert sorted(found) == [1, 1, 2]
    with closing(sqlite3.connect(package)) as database:
        counts = [
            database.execute(f"SELECT count(*) FROM communities WHERE {rule.get('filter')}").fetchone()[0]  # noqa: S608
            for rule in ET.fromstring(styles([], "zh")["communities"].partition("\n")[2]).iter("rule")  # noqa: S314
        ]
    assert sum(counts) == len(made.results.communities)


@given(st.text(max_size=20))
def test_a_kind_of_any_text_stays_a_literal(kind: str) -> None:
    quoted = _quoted(kind)
    inner = quoted[1:-1].replace("\\\\", "").replace("''", "")
    assert "'" not in inner
    assert "\\" not in inner
    for document in styles([kind, *EVIL], "en").values():
        ET.fromstring(document.partition("\n")[2])  # noqa: S314


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_text_reads_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("text") / "t.gpkg"
    frame = gpd.GeoDataFrame({"note": texts}, geometry=[Point(EAST, NORTH)] * len(texts), crs=CRS)
    pyogrio.write_dataframe(module._storable(frame), path, layer="t", driver="GPKG")
    assert gpd.read_file(path)["note"].tolist() == [text.replace("\x00", "\ufffd") for text in texts]


def document(package: Path, layer: str) -> ET.Element:
    with closing(sqlite3.connect(package)) as database:
        row = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = ?", (layer,)).fetchone()
    return ET.fromstring(row[0].partition("\n")[2])  # noqa: S314  (our own text)


def test_communities_are_labelled_with_their_names(package: Path) -> None:
    whole = document(package, "communities")
    assert whole.get("labelsEnabled") == "1"
    assert "Labeling" in str(whole.get("styleCategories"))
    words = whole.find("labeling/settings/text-style")
    assert words is not None
    assert words.get("fieldName") == "name"
    assert words.find("text-buffer") is not None
    assert (
        ET.fromstring(styles([], "en", name="name_en")["communities"].partition("\n")[2]).find(  # noqa: S314
            "labeling/settings/text-style[@fieldName='name_en']"
        )
        is not None
    )


def test_one_area_for_all_is_shown_and_the_single_ones_are_switched_off(made: Outputs, package: Path) -> None:
    single, whole = document(package, "service_areas"), document(package, "served_area")
    assert {rule.get("checkstate") for rule in single.iter("rule")} == {"0"}
    assert {rule.get("checkstate") for rule in whole.iter("rule")} == {None}
    frame = gpd.read_file(package, layer="served_area")
    every = made.results.service_areas
    assert len(frame) == 1
    assert frame.geometry.iloc[0].symmetric_difference(every.union_all()).area < 1
    assert frame["facilities"].tolist() == [len(every)]
    assert frame["served_weight"].tolist() == [made.results.totals.served_weight]
    with closing(sqlite3.connect(package)) as database:
        order = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")]
    assert order.index("served_area") < order.index("gaps") < order.index("facilities")


def test_the_sites_of_a_plan_are_a_layer(tmp_path: Path) -> None:
    from tests.export.qinghe_plan import planned_outputs

    path = tmp_path / "plan.gpkg"
    path.write_bytes(planned_outputs().content("coverage.gpkg"))
    frame = gpd.read_file(path, layer="plan_sites")
    assert frame["change"].tolist() == ["new"] * 5 + ["moved", "closed"]
    with closing(sqlite3.connect(path)) as database:
        columns = {row[1] for row in database.execute('PRAGMA table_info("plan_sites")')}
        found = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'plan_sites'").fetchone()
    check_style(found[0], columns)


def test_without_service_areas_there_is_no_row(made: Outputs) -> None:
    from dataclasses import replace

    from geo.export.geopackage import served_area

    assert len(served_area(replace(made.results, service_areas=made.results.service_areas.iloc[:0]))) == 0
