"""Bad input at the command line: one sentence, or a run that tells the fact with its rows; never a traceback."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio

from geo import load_study
from tests.sources.tiny import COMMUNITIES, EAST, FACILITIES, HOMES, STUDY, at, box, features, tiny
from tests.test_cli import command

HERE = f"{110 + EAST:.6f},30.0001"
QINGHE_STREETS = Path(__file__).parent.parent / "data" / "qinghe" / "streets.osm.pbf"


def refused(*words):
    """The one sentence on standard error."""
    status, out, err = command(*words)
    assert status == 1, out + err
    assert "Traceback" not in err
    (line,) = err.strip().splitlines()
    return line


def summary(folder, *words):
    """The summary of a run that goes on, after the look at its exit status."""
    status, out, err = command("run", folder, *words)
    assert status == 0, out + err
    assert "Traceback" not in err
    return json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))


def row_of(said, part):
    """The rows of the one finding that holds the words."""
    (found,) = [finding for finding in said["findings"] if part in finding["message"]]
    return found["layer"], found["rows"]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('"homes.csv"', '"nowhere.csv"', "nowhere.csv"),
        ('"homes.csv"', '"folder"', "folder"),
        ('"streets.osm"', '"folder"', "folder"),
        ('"homes.csv"', f'"{"a" * 5000}.csv"', "can't be opened"),
        ('"homes.csv"', '"https://example.org/homes.csv"', "There is no file"),
        ('"communities.geojson"', '"/vsicurl/https://example.org/a.geojson"', "There is no file"),
        ("weight =", "wieght =", "did you mean “weight”"),
        ("[standard]", "[standart]", "did you mean [standard]"),
        ("[study]", "[study", "line 2"),
        ("minutes = 15", "minutes = 0", "above zero"),
        ("minutes = 15", "minutes = nan", "above zero"),
        ("minutes = 15", "minutes = 15\nsnap_limit_m = -1", "zero or more"),
        ('profile = "adult"', 'profile = "nobody"', "There is no walking profile “nobody”"),
        ('profile = "adult"', "speed_kmh = 0", "above zero"),
        ('name = "Tiny"', 'name = "Tiny"\ncrs = "EPSG:32633"', "does not measure true metres at 110.01 30.00"),
        ('name = "Tiny"', 'name = "Tiny"\ncrs = "EPSG:99999"', "no known coordinate system"),
    ],
)
def test_a_study_file_that_cannot_be_used(tmp_path, old, new, part):
    (tmp_path / "folder").mkdir()
    assert old in STUDY
    assert part in refused("run", tiny(tmp_path, STUDY.replace(old, new, 1)))


def test_a_folder_without_a_study(tmp_path):
    assert "There is no study file" in refused("run", tmp_path)
    (tmp_path / "study.toml").mkdir()
    assert "There is no study file" in refused("run", tmp_path)
    assert "There is no study file" in refused("check", tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("s.osm.pbf", b""),
        ("s.osm.pbf", b"hello"),
        ("s.osm.pbf", "half"),
        ("s.osm", b'<osm version="0.6"><node id="1" lat="30"'),
        ("s.osm", b'<osm version="0.6"/>'),
        ("s.osm.gz", b"\x1f\x8b\x00"),
        ("s.osm.bz2", b"BZh9"),
        ("s.graphml", b"<x/>"),
        ("s.lcnet", b"PK\x03\x04"),
        ("s.txt", b"streets"),
    ],
)
def test_streets_that_cannot_be_read(tmp_path, name, content):
    tiny(tmp_path, STUDY.replace("streets.osm", name))
    whole = QINGHE_STREETS.read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    line = refused("run", tmp_path)
    assert "street" in line or "graph" in line
    assert refused("network", tmp_path / name, "--out", tmp_path / "x.lcnet")
    assert not (tmp_path / "x.lcnet").exists()


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ({"homes_csv": ""}, "homes.csv is empty"),
        ({"facilities_csv": b"\x00\x01\x02"}, "facilities.csv"),
        ({"communities_geojson": '{"type":"FeatureCollection","features":[]}'}, "communities.geojson is empty"),
        ({"communities_geojson": features(({"id": "A"}, "Point", list(at(0, 0))))}, "holds no polygon"),
        ({"communities_geojson": "{"}, "communities.geojson"),
    ],
)
def test_a_layer_that_cannot_be_used(tmp_path, files, part):
    assert part in refused("run", tiny(tmp_path, **files))


def test_a_layer_without_a_coordinate_system(tmp_path):
    tiny(tmp_path, STUDY.replace("communities.geojson", "c.shp"))
    for code, guess in ((4326, "EPSG:4326"), (4546, "look like metres")):
        gpd.read_file(tmp_path / "communities.geojson").to_crs(code).to_file(tmp_path / "c.shp")
        (tmp_path / "c.prj").unlink()
        line = refused("run", tmp_path)
        assert "c.shp does not say its coordinate system" in line
        assert guess in line


@pytest.mark.parametrize("place", ["0,0", "125,20"])
def test_points_in_the_sea_and_at_the_other_end_of_the_earth(tmp_path, place):
    files = {"facilities_csv": FACILITIES + f"f3,海,canteen,,{place}\n", "homes_csv": HOMES + f"s1,{place},77,1\n"}
    said = summary(tiny(tmp_path, **files).parent)
    assert said["totals"]["demand_weight"] == 150 + 77
    assert said["totals"]["served_weight"] == 150
    assert said["totals"]["unsnapped_demand_weight"] == 77
    assert said["totals"]["unsnapped_facilities"] == 1
    assert list(row_of(said, "demand points (77 people) are farther than 200 m")) == ["demand", [5]]
    assert list(row_of(said, "no service area: f3 海 (> 10,000 m).")) == ["facilities", [4]]
    areas = json.loads((tmp_path / "out" / "service_areas.geojson").read_text(encoding="utf-8"))["features"]
    assert [(area["properties"]["facility_id"], area["geometry"] is None) for area in areas] == [
        ("f1", False),
        ("f2", False),
        ("f3", True),
    ]
    assert (areas[2]["properties"]["area_m2"], areas[2]["properties"]["served_weight"]) == (0, 0)
    assert pd.read_csv(tmp_path / "out" / "demand.csv").iloc[3]["reason"] == "off_network"


@pytest.mark.parametrize(("lang", "words"), [("en", "serve nobody and have no service area"), ("zh", "也不生成服务范围")])
def test_a_facility_off_the_streets_is_named_where_the_run_is_read(tmp_path, lang, words):
    rows = "".join(f"x{i},,canteen,,{110 + i * EAST:.6f},30.003\n" for i in range(7))
    status, _, err = command("run", tiny(tmp_path, facilities_csv=FACILITIES + rows), lang=lang)
    assert status == 0
    (line,) = [line for line in err.splitlines() if words in line]
    named = [*(f"x{i} (333 m)" for i in range(5)), "…"]
    assert ("、" if lang == "zh" else ", ").join(named) in line
    layer = gpd.read_file(tmp_path / "out" / "coverage.gpkg", layer="service_areas")
    assert len(layer) == 9
    assert layer.geometry.isna().sum() == 7


def test_what_the_metric_system_cannot_hold_is_named(tmp_path):
    files = {"facilities_csv": FACILITIES + "f3,海,canteen,,20,0\n", "homes_csv": HOMES + "s1,20.5,0,77,1\n"}
    said = summary(tiny(tmp_path, **files).parent)
    far = [(f["level"], f["layer"], f["rows"]) for f in said["findings"] if "so far away" in f["message"]]
    assert far == [("error", "demand", [5]), ("error", "facilities", [4])]
    assert said["totals"]["demand_weight"] == 150


def test_one_mistyped_community_does_not_move_the_metric_system(tmp_path):
    square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
    shapes = features(*(({"id": c, "name": c}, "Polygon", box(*b)) for c, b in (("A", (-1, -2, 5, 2)), ("B", (5, -2, 11, 2)))))
    wrong = json.loads(shapes)
    wrong["features"].append(
        {"type": "Feature", "properties": {"id": "C"}, "geometry": {"type": "Polygon", "coordinates": square}}
    )
    said = summary(tiny(tmp_path, communities_geojson=json.dumps(wrong)).parent)
    assert said["crs"] == "EPSG:4546"
    assert row_of(said, "have no street at all") == ("communities", [3])


def test_numbers_that_are_none(tmp_path):
    cells = ["lots", "NaN", "inf", "-4", ""]
    rows = "".join(f"x{i},{HERE},{cell},0\n" for i, cell in enumerate(cells))
    said = summary(tiny(tmp_path, homes_csv=HOMES + rows).parent)
    assert row_of(said, "holds text or no usable number") == ("demand", [5, 6, 7])
    assert row_of(said, "is below zero") == ("demand", [8])
    assert row_of(said, "is empty in 1 rows") == ("demand", [9])
    assert said["totals"]["demand_weight"] == 150
    assert len(pd.read_csv(tmp_path / "out" / "demand.csv")) == 3 + len(cells)


@pytest.mark.parametrize(
    "facilities",
    [
        "id,name,kind,status,lon,lat\n",
        f"id,name,kind,status,lon,lat\nf,x,canteen,关闭,{HERE}\n",
        f"id,name,kind,status,lon,lat\nf,x,canteen,,{110 + 5 * EAST:.6f},30.05\n",
    ],
    ids=["none", "all closed", "5 km off"],
)
def test_nobody_is_served_and_it_is_said(tmp_path, facilities):
    said = summary(tiny(tmp_path, facilities_csv=facilities).parent)
    assert said["totals"]["served_weight"] == 0
    assert said["totals"]["coverage_ratio"] == 0
    assert any("serve" in finding["message"] and finding["layer"] == "facilities" for finding in said["findings"])
    assert {*pd.read_csv(tmp_path / "out" / "demand.csv")["reason"]} <= {"too_far", "cut_off"}


def test_nobody_lives_there_and_it_is_said(tmp_path):
    status, out, err = command("run", tiny(tmp_path, homes_csv=f"id,lon,lat,population,age60plus\nh,{HERE},0,0\n"))
    assert status == 0, err
    assert "nobody lives here" in out
    said = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert said["totals"]["coverage_ratio"] is None
    assert said["groups"]["elder"]["coverage_ratio"] is None


def test_streets_of_another_town(tmp_path):
    tiny(tmp_path, STUDY.replace("streets.osm", "s.osm.pbf"))
    (tmp_path / "s.osm.pbf").write_bytes(QINGHE_STREETS.read_bytes())
    said = summary(tmp_path)
    assert row_of(said, "No street lies in any community")[0] == "communities"
    assert said["totals"]["unsnapped_demand_weight"] == 150


def test_lon_and_lat_exchanged(tmp_path):
    turned = "id,lon,lat,population,age60plus\n" + "".join(f"h{i},30.0001,{110 + i * EAST:.6f},{10 * i},{i}\n" for i in (1, 5, 9))
    said = summary(tiny(tmp_path, homes_csv=turned).parent)
    assert said["totals"]["served_weight"] == 150
    assert row_of(said, "exchanged") == ("demand", [2, 3, 4])


def test_repeated_ids_everywhere(tmp_path):
    again = {
        "homes_csv": HOMES + HOMES.split("\n", 1)[1],
        "facilities_csv": FACILITIES + FACILITIES.split("\n", 1)[1],
        "communities_geojson": COMMUNITIES.replace('"B"', '"A"'),
    }
    said = summary(tiny(tmp_path, **again).parent)
    assert said["totals"]["demand_weight"] == 300
    assert said["totals"]["facilities"] == 4
    demand = pd.read_csv(tmp_path / "out" / "demand.csv")
    assert demand["id"].is_unique
    assert demand.groupby("community_id")["weight"].sum().to_dict() == {"A": 120, "A-2": 180}


def test_tables_as_offices_write_them(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["某县服务设施汇总表"])
    book.active.merge_cells("A1:F1")
    book.active.append(["填报单位：民政局"])
    for row in csv.reader(io.StringIO(FACILITIES)):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    forms = {"xlsx": None, "gbk": FACILITIES.encode("gbk"), "utf-16": FACILITIES.encode("utf-16")}
    for raw in forms.values():
        if raw is None:
            folder = tiny(tmp_path, STUDY.replace("facilities.csv", "f.xlsx")).parent
        else:
            folder = tiny(tmp_path, facilities_csv=raw).parent
        assert load_study(folder).facilities.frame["name"].tolist() == ["一号食堂", "二号"]


def test_polygons_that_are_none(tmp_path):
    bow = [[list(at(*corner)) for corner in ((-1, -2), (11, 2), (11, -2), (-1, 2), (-1, -2))]]
    flat = [[list(at(*corner)) for corner in ((-1, 0), (11, 0), (-1, 0), (-1, 0))]]
    rows = [({"id": "A", "name": "A"}, "Polygon", bow), ({"id": "B", "name": "B"}, "Polygon", flat)]
    said = summary(tiny(tmp_path, communities_geojson=features(*rows)).parent)
    assert row_of(said, "were mended") == ("communities", [1, 2])
    assert row_of(said, "are no polygons") == ("communities", [2])
    assert row_of(said, "lie in no community")[0] == "demand"
    communities = json.loads((tmp_path / "out" / "communities.geojson").read_text(encoding="utf-8"))["features"]
    assert sum(row["properties"]["total_weight"] for row in communities) == 150


def test_results_that_cannot_be_written(tmp_path):
    tiny(tmp_path)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "taken" / "map.png").mkdir(parents=True)
    for out in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "taken"):
        assert "could not be written" in refused("run", tmp_path, "--out", out)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["map.png"]


def test_no_result_is_written_over_an_input(tmp_path):
    tiny(tmp_path, STUDY)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert "communities.geojson” is one of the files" in refused("run", tmp_path, "--out", tmp_path)
    assert "is one of the files" in refused("network", tmp_path / "streets.osm", "--out", tmp_path / "streets.osm")
    (tmp_path / "below").mkdir()
    words = ("times", "--network", tmp_path / "streets.osm", "--from", tmp_path / "homes.csv", "--to", tmp_path / "homes.csv")
    assert "is one of the files" in refused(*words, "--out", tmp_path / "below" / ".." / "homes.csv")
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_cutoff_beyond_the_earth_is_a_run(tmp_path):
    status, out, err = command("run", tiny(tmp_path), "--minutes", "1e9")
    assert status == 0, err
    assert "150 of 150 people served (100%), within 1,000,000,000 minutes" in out


def times(folder, a, b, *more):
    (folder / "a.csv").write_text(a, encoding="utf-8")
    (folder / "b.csv").write_text(b, encoding="utf-8")
    tiny(folder)
    words = ("times", "--network", folder / "streets.osm", "--from", folder / "a.csv", "--to", folder / "b.csv")
    return [*words, "--out", folder / "t.csv", *more]


@pytest.mark.parametrize(
    ("a", "more", "part"),
    [
        ("", (), "a.csv is empty"),
        ("lon,lat\n110,30\n", (), "no column “id”"),
        (f"id,lon,lat\n1,{HERE}\n1,{HERE}\n", (), "repeats ids: 1"),
        (f"id,lon,lat\n1,{HERE}\n2,east,30\n", (), "rows 3"),
        (f"id,lon,lat\n1,{HERE}\n", ("--max-minutes", "0"), "above zero"),
        (f"id,lon,lat\n1,{HERE}\n", ("--speed-kmh", "0"), "above zero"),
    ],
)
def test_times_of_bad_tables(tmp_path, a, more, part):
    assert part in refused(*times(tmp_path, a, f"id,lon,lat\nx,{HERE}\n", *more))
    assert not (tmp_path / "t.csv").exists()


def test_times_keep_ids_as_texts_no_formula_and_count_the_cutoff_in(tmp_path):
    a = f"id,lon,lat\n001,{HERE}\n1e5,{HERE}\n=x,{HERE}\nfar,110,31\n"
    status, _, err = command(*times(tmp_path, a, f"id,lon,lat\n001,{HERE}\n{'0x1'},{110 + 5 * EAST:.6f},30.0001\n"))
    assert status == 0
    assert "a.csv: 1 points are farther than 200" in err
    table = pd.read_csv(tmp_path / "t.csv", dtype={"from_id": str, "to_id": str})
    pairs = {tuple(pair): time for *pair, time in table[["from_id", "to_id", "time_s"]].itertuples(index=False)}
    assert set(pairs) == {(a, b) for a in ("001", "1e5", "'=x") for b in ("001", "0x1")}
    # Both ways to the street count, also from a point to itself.
    assert pairs["001", "001"] == pytest.approx(2 * 11.1 / (4.8 / 3.6), rel=0.02)
    longest = max(pairs.values())
    for cutoff, count in ((longest + 1e-5, 6), (longest - 1e-3, 3)):
        status, _, err = command(
            *times(tmp_path, a, f"id,lon,lat\n001,{HERE}\n0x1,{110 + 5 * EAST:.6f},30.0001\n"), "--max-minutes", cutoff / 60
        )
        assert status == 0, err
        assert len(pd.read_csv(tmp_path / "t.csv")) == count


def test_times_tell_what_was_mended_and_what_is_empty(tmp_path):
    status, _, err = command(*times(tmp_path, f"id,lon,lat\n1,30.0001,{110 + EAST:.6f}\n", "id,lon,lat\n"))
    assert status == 0
    assert "exchanged" in err
    assert "b.csv is empty" in err
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "from_id,to_id,distance_m,time_s\n"


def both(folder, lang):
    """What check says and exits with, and what run says, exits with and wrote."""
    status, out, err = command("check", folder, lang=lang)
    assert not err
    ran, _, noticed = command("run", folder, lang=lang)
    assert "Traceback" not in noticed
    return status, out, ran, noticed


def raster(path, west, east):
    """Heights between two meridians, from 29 to 31 N."""
    place = rasterio.Affine((east - west) / 4, 0, west, 0, -0.5, 31)
    with rasterio.open(path, "w", "GTiff", 4, 4, 1, "EPSG:4326", place, "float32") as file:
        file.write(np.ones((1, 4, 4), dtype=np.float32))


@pytest.mark.parametrize(
    ("lang", "part", "none"),
    [
        ("en", "covers only a part of the streets: 5 of 11 street points (45%) have no height", "none of the 11 street points"),
        ("zh", "只覆盖了部分道路：11 个道路点中有 5 个（45%）没有高程", "没有覆盖任何道路点（共 11 个）"),
    ],
)
def test_heights_that_do_not_cover_the_streets(tmp_path, lang, part, none):
    tiny(tmp_path, STUDY.replace('"streets.osm"', '"streets.osm"\nelevation = "dem.tif"'))
    for east, words in ((110 + 5.5 * EAST, part), (109.5, none)):
        raster(tmp_path / "dem.tif", 109, east)
        status, out, ran, noticed = both(tmp_path, lang)
        assert (status, ran) == (0, 0)
        assert words in out
        assert words in noticed
        assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["totals"]["served_weight"] == 150


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "“slow” has a speed of 0 km/h; give a speed above zero"), ("zh", "“slow”的步速为 0 千米/时，请给出大于零的步速")],
)
def test_a_profile_that_does_not_move(tmp_path, lang, words):
    own = '[profiles.slow]\nspeed_kmh = 0\n[profiles.slower]\nlike = "slow"\nspeed_kmh = -1\n[profiles.good]\nspeed_kmh = 4\n'
    tiny(tmp_path, STUDY.replace('"adult"', '"slow"') + own)
    status, out, ran, noticed = both(tmp_path, lang)
    assert (status, ran) == (1, 1)
    assert words in out
    assert noticed.strip().splitlines() == [line for line in noticed.splitlines() if words in line]
    errors = [line for line in out.splitlines() if line.startswith(("error", "错误 ·"))]
    assert len(errors) == 2  # one for each profile, none for the standard that names one of them
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("lang", "shut", "idle"),
    [
        ("en", "The walls 院墙 enclose 1 homes with 10 people and 1 facilities", "2 gates are farther than 15 m from any wall"),
        ("zh", "围墙（院墙）围住了 1 处居住点（10 人）和 1 处设施", "2 处出入口（大门）距任何围墙都超过 15 米"),
    ],
)
def test_walls_without_a_gate_and_gates_without_a_wall(tmp_path, lang, shut, idle):
    rows = (
        ({"kind": "wall", "name": "院墙"}, "Polygon", box(0.5, -0.5, 2.5, 0.5)),
        ({"kind": "gate", "name": "东门"}, "Point", list(at(6, 0))),
        ({"kind": "gate", "name": ""}, "Point", list(at(7, 1))),
    )
    tiny(tmp_path, STUDY + '[barriers]\npath = "b.geojson"\nkind = "kind"\n', b_geojson=features(*rows))
    status, out, ran, noticed = both(tmp_path, lang)
    assert (status, ran) == (0, 0)
    for said in (out, noticed):
        assert shut in said
        assert idle in said
        assert "东门" in said
    demand = pd.read_csv(tmp_path / "out" / "demand.csv")
    # Who is shut in still walks to what is shut in with them; nobody is lost.
    assert demand.set_index("id")["facility_id"].to_dict() == {"h1": "f1", "h5": "f2", "h9": "f2"}
    assert demand["weight"].sum() == 150
    assert len(json.loads((tmp_path / "out" / "facilities.geojson").read_text(encoding="utf-8"))["features"]) == 2
