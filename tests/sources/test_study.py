import numpy as np
import pytest

from geo.core.planner import evaluate
from geo.errors import CrsError, GeoError, InputDataError, InputMissingError, StandardError, StudyFileError
from geo.sources.study import check_study, read_study
from tests.sources.tiny import EAST, FACILITIES, HOMES, STUDY, box, features, tiny, told


def load(folder, study=STUDY, **files):
    return read_study(tiny(folder, study, **files))


def without(study, table):
    head, _, rest = study.partition(f"[{table}]")
    return head + rest[rest.index("\n[") + 1 :]


def test_a_whole_study(tmp_path):
    study = load(tmp_path)
    assert study.name == "Tiny"
    assert study.crs == "EPSG:4546"  # CGCS2000, zone of 111 E
    assert study.communities["id"].tolist() == ["A", "B"]
    assert study.demand.columns.tolist() == ["id", "community_id", "weight", "elder", "geometry"]
    assert study.demand["community_id"].tolist() == ["A", "A", "B"]
    assert study.demand["weight"].tolist() == [10, 50, 90]
    assert study.groups == ("elder",)
    assert study.standard.minutes == 15
    assert study.standard.profile.name == "adult"
    assert {source.layer: source.rows for source in study.inputs} == {
        "communities": 2,
        "facilities": 2,
        "demand": 3,
        "network": study.network.edges,
    }
    assert all(len(source.digest) == 64 for source in study.inputs)
    assert study.findings == ()
    assert all(str(frame.crs) == study.crs for frame in (study.communities, study.demand, study.facilities.frame))
    totals = evaluate(study).totals
    assert (totals.demand_weight, totals.served_weight) == (150, 150)


def test_progress_runs_to_the_end(tmp_path):
    steps = []
    read_study(tiny(tmp_path), progress=lambda stage, share: steps.append((stage, share)))
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_loading_twice_gives_the_same(tmp_path):
    one, two = load(tmp_path), load(tmp_path)
    assert one.inputs == two.inputs
    assert one.demand.equals(two.demand)


def test_what_can_be_left_out(tmp_path):
    study = load(
        tmp_path, without(without(STUDY.replace('[standard]\nminutes = 15\nprofile = "adult"\n', ""), "study"), "communities")
    )
    assert study.name == tmp_path.name
    assert study.standard.minutes == 15
    assert study.communities["id"].tolist() == ["all"]
    assert (study.demand["community_id"] == "all").all()
    assert told(study.findings, "names no communities")


def test_people_of_communities_are_spread(tmp_path):
    text = without(without(STUDY, "demand"), "demand.groups").replace(
        'name = "name"\n[facilities]', 'name = "name"\npopulation = "pop"\n[communities.groups]\nelder = "old"\n[facilities]'
    )
    study = load(tmp_path, text)
    assert study.demand.groupby("community_id")["weight"].sum().to_dict() == {"A": 100, "B": 60}
    assert study.demand.groupby("community_id")["elder"].sum().to_dict() == {"A": 20, "B": 7}
    assert study.groups == ("elder",)


def test_neither_demand_nor_communities(tmp_path):
    study = load(tmp_path, without(without(without(STUDY, "demand"), "demand.groups"), "communities"))
    assert len(study.demand) > 10
    assert study.demand["weight"].eq(1).all()


@pytest.mark.parametrize(
    ("rule", "kind", "cutoff"), [("distance_m = 900", "distance", 900), ("minutes = 10\nspeed_kmh = 3.6", "time", 600)]
)
def test_standards(tmp_path, rule, kind, cutoff):
    study = load(tmp_path, STUDY.replace('minutes = 15\nprofile = "adult"', rule + "\nsnap_limit_m = 99"))
    assert (study.standard.rule, study.standard.cutoff, study.standard.snap_limit_m) == (kind, cutoff, 99)
    assert study.standard.profile.name == ("custom" if "speed" in rule else "adult")


def test_own_profiles(tmp_path):
    study = load(tmp_path, STUDY.replace('"adult"', '"mine"') + '\n[profiles.mine]\nlike = "frail"\nspeed_kmh = 2.5\n')
    assert study.standard.profile.speed_kmh == 2.5
    assert "mine" in study.profiles
    assert "older" in study.profiles


@pytest.mark.parametrize(
    ("old", "new", "error", "sentence"),
    [
        ('"homes.csv"', '"nowhere.csv"', InputMissingError, "There is no file"),
        ('"streets.osm"', '"nowhere.osm"', InputMissingError, "nowhere.osm"),
        ('profile = "adult"', 'profile = "adlt"', StudyFileError, "did you mean “adult”"),
        ("minutes = 15", "minutes = -1", StandardError, "above zero"),
        ('name = "Tiny"', 'name = "Tiny"\ncrs = "EPSG:3857"', CrsError, "stretches metres"),
        ('name = "Tiny"', 'name = "Tiny"\ncrs = "EPSG:4326"', CrsError, "does not measure in metres"),
        (
            '"population"',
            '"people"',
            InputDataError,
            "homes.csv has no column “people” .weight in the study file.; it has: .*population",
        ),
        ('"age60plus"', '"age60"', InputDataError, "did you mean “age60plus”"),
    ],
)
def test_what_stops_a_run_is_one_sentence(tmp_path, old, new, error, sentence):
    assert old in STUDY
    with pytest.raises(error, match=sentence) as caught:
        load(tmp_path, STUDY.replace(old, new, 1))
    assert "\n" not in str(caught.value)


def test_a_study_in_a_system_of_its_own(tmp_path):
    study = load(tmp_path, STUDY.replace('name = "Tiny"', 'name = "Tiny"\ncrs = "EPSG:32649"'))
    assert study.crs == study.network.crs == "EPSG:32649"


BAD_HOMES = HOMES + "".join(
    f"{row}\n"
    for row in (
        f"t,{110 + 3 * EAST:.6f},30.0001,很多,1",
        f"n,{110 + 3 * EAST:.6f},30.0001,-5,1",
        f'c,{110 + 3 * EAST:.6f},30.0001,"1,200",1',
        f"e,{110 + 3 * EAST:.6f},30.0001,,1",
        "x,,,5,1",
        "o,999,30,5,1",
        f"s,30.0001,{110 + 3 * EAST:.6f},5,1",
        "sea,125,20,5,1",
        f"g,{110 + 3 * EAST:.6f},30.0001,3,4",
    )
)


def test_bad_rows_are_named_and_good_rows_stay(tmp_path):
    study = load(tmp_path, homes_csv=BAD_HOMES)
    assert study.demand["id"].tolist() == ["h1", "h5", "h9", "t", "n", "c", "e", "s", "sea", "g"]
    assert study.demand["weight"].tolist() == [10, 50, 90, 0, 0, 1200, 0, 5, 5, 3]
    rows = {str(finding.message).split("”")[0][:40]: finding.rows for finding in study.findings}
    assert told(study.findings, "holds text")[0].rows == (5,)
    assert told(study.findings, "below zero")[0].rows == (6,)
    assert told(study.findings, "written oddly")[0].rows == (7,)
    assert told(study.findings, "is empty in")[0].rows == (8,)
    assert told(study.findings, "no coordinates")[0].rows == (9,)
    assert told(study.findings, "outside the globe")[0].rows == (10,)
    assert told(study.findings, "exchanged")[0].rows == (11,)
    assert told(study.findings, "outside every community")[0].rows == (12,)
    assert told(study.findings, "lie in no community")[0].rows == (12,)
    assert told(study.findings, "more people in the group “elder” than in all")[0].rows == (5, 6, 8, 13), rows


def test_a_facility_far_from_any_street_is_loaded(tmp_path):
    far = FACILITIES + f"far,远,canteen,,{110 + 5 * EAST:.6f},30.05\n"
    study = load(tmp_path, facilities_csv=far)
    assert len(study.facilities) == 3
    assert told(study.findings, "outside every community")[0].rows == (4,)
    assert evaluate(study).totals.unsnapped_facilities == 1


def test_no_people_at_all(tmp_path):
    study = load(tmp_path, homes_csv=f"lon,lat,population,age60plus\n{110 + EAST:.6f},30.0001,0,0\n")
    assert told(study.findings, "have no people")
    assert evaluate(study).totals.coverage_ratio is None


def test_check_tells_everything_at_once(tmp_path):
    text = (
        STUDY.replace('"streets.osm"', '"nowhere.osm"')
        .replace('"population"', '"people"')
        .replace('crs = "auto"', "")
        .replace("[study]", "[study]\ncolour = 3")
    )
    findings = check_study(tiny(tmp_path, text, facilities_csv=FACILITIES + "bad,x,canteen,odd,,\n"))
    told_errors = [str(finding.message) for finding in findings if finding.level == "error"]
    assert any("colour" in text for text in told_errors)
    assert any("nowhere.osm" in text for text in told_errors)
    assert any("“people”" in text for text in told_errors)
    assert any("no coordinates" in text for text in told_errors)


def test_check_of_a_good_study_finds_nothing(tmp_path):
    assert check_study(tiny(tmp_path)) == ()


def test_check_goes_on_when_single_layers_fail(tmp_path):
    broken = {"communities_geojson": "{", "facilities_csv": "a\n1\n", "homes_csv": ""}
    findings = check_study(tiny(tmp_path, **broken))
    assert {finding.layer for finding in findings if finding.level == "error"} >= {"communities", "facilities", "demand"}


def test_overlapping_communities_are_said(tmp_path):
    text = features(
        ({"id": "A", "name": ""}, "Polygon", box(-1, -2, 6, 2)), ({"id": "B", "name": ""}, "Polygon", box(4, -2, 11, 2))
    )
    study = load(tmp_path, communities_geojson=text)
    assert told(study.findings, "overlap")[0].rows == (1, 2)
    assert study.demand["community_id"].tolist() == ["A", "A", "B"]


def test_candidates_and_requests_ride_along(tmp_path):
    place = f"{110 + EAST:.6f},30.0001"
    study = load(
        tmp_path,
        STUDY + '\n[candidates]\npath = "k.csv"\nkind = "sort"\n[requests]\npath = "r.csv"\n',
        k_csv=f"id,name,sort,lon,lat,cost\nK1,闲置,idle,{place},1000\n",
        r_csv=f"id,date,kind,lon,lat\nR1,2026-01-05,canteen,{place}\nR2,2026-01-06,canteen,,\n",
    )
    assert study.candidates[["id", "kind", "cost"]].iloc[0].tolist() == ["K1", "idle", 1000]
    assert study.requests["date"].tolist() == ["2026-01-05"]
    assert told(study.findings, "no coordinates")[0].layer == "requests"


@pytest.mark.parametrize("name", ["{{ 1 + 1 }}", "<img src=x onerror=alert(1)>", "${x}", "`x`", "{rows}", "=cmd()", "%s"])
def test_names_are_data(tmp_path, name):
    rows = f'id,name,kind,status,lon,lat\n"{name}","{name}","{name}","{name}",{110 + EAST:.6f},30.0001\n'
    frame = load(tmp_path, facilities_csv=rows).facilities.frame
    assert frame[["id", "name", "kind"]].iloc[0].tolist() == [name] * 3


def test_bad_communities_are_refused_or_left_out(tmp_path):
    with pytest.raises(InputDataError, match="holds no polygon"):
        load(tmp_path, communities_geojson=features(({"id": "A"}, "Point", [110, 30])))
    mixed = features(({"id": "A", "name": ""}, "Polygon", box(-1, -2, 11, 2)), ({"id": "P", "name": ""}, "Point", [110, 30]))
    study = load(tmp_path, communities_geojson=mixed)
    assert study.communities["id"].tolist() == ["A"]
    assert told(study.findings, "are no polygons")[0].rows == (2,)


def test_errors_are_of_one_family(tmp_path):
    for broken in ({"communities_geojson": b"\x00\x01"}, {"homes_csv": "\x00"}, {"facilities_csv": "lon,lat\n"}):
        with pytest.raises(GeoError):
            load(tmp_path, **broken)


def test_demand_in_metres_and_in_a_workbook(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["id", "x", "y", "population", "age60plus"])
    study = load(tmp_path)
    for point, weight in zip(study.demand.geometry, study.demand["weight"], strict=True):
        book.active.append([None, point.x, point.y, weight, 1])
    book.save(tmp_path / "homes.xlsx")
    text = STUDY.replace(
        'path = "homes.csv"\nlon = "lon"\nlat = "lat"', 'path = "homes.xlsx"\nx = "x"\ny = "y"\ncrs = "EPSG:4546"'
    )
    again = load(tmp_path, text)
    assert np.allclose(again.demand.geometry.x, study.demand.geometry.x, atol=1e-6)
    assert again.demand["weight"].tolist() == study.demand["weight"].tolist()


def test_the_files_are_unchanged(tmp_path):
    path = tiny(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    read_study(path)
    check_study(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_empty_layers_are_allowed_but_said(tmp_path):
    study = load(tmp_path, facilities_csv="id,name,kind,lon,lat\n", homes_csv="id,lon,lat,population,age60plus\n")
    assert len(study.facilities) == 0
    assert len(study.demand) == 0
    assert {finding.layer for finding in told(study.findings, "is empty: it holds no row")} == {"facilities", "demand"}
    totals = evaluate(study).totals
    assert (totals.demand_weight, totals.facilities) == (0, 0)


def test_a_condition_that_no_row_meets(tmp_path):
    study = load(tmp_path, STUDY.replace('kind = "kind"', 'kind = "kind"\nwhere = "status = 关闭"'))
    assert len(study.facilities) == 0
    assert told(study.findings, "has no facilities")
    assert "0 of 2 rows" in str(next(source for source in study.inputs if source.layer == "facilities").notes[0])


def test_check_tells_two_rules_once_and_goes_on_with_the_minutes(tmp_path):
    path = tiny(tmp_path, STUDY.replace("minutes = 15", "minutes = 0\ndistance_m = 900"))
    errors = [str(finding.message) for finding in check_study(path) if finding.level == "error"]
    assert errors == [
        "[standard] has both minutes and distance_m; keep one of them.",
        "The cutoff must be above zero; it is 0.",
    ]
    path = tiny(tmp_path, STUDY.replace("minutes = 15", "minutes = 15\ndistance_m = 900"))
    (error,) = (finding for finding in check_study(path) if finding.level == "error")
    assert "keep one of them" in str(error.message)


def test_check_names_rows_off_the_streets(tmp_path):
    far = FACILITIES + f"far,远,canteen,,{110 + 5 * EAST:.6f},30.05\n"
    found = told(check_study(tiny(tmp_path, facilities_csv=far)), "from any street")
    assert [(finding.layer, finding.rows) for finding in found] == [("facilities", (4,))]


def test_check_names_the_communities_of_people_who_were_spread_off_the_streets(tmp_path):
    """Nobody has written the homes down in rows, so no row numbers are told."""
    text = STUDY[: STUDY.index("[demand]")].replace('id = "id"\nname', 'population = "pop"\nid = "id"\nname')
    hamlet = features(
        *(({"id": c, "name": n, "pop": p}, "Polygon", box(*b)) for c, n, p, b in (
            ("A", "甲社区", 100, (-1, -2, 11, 2)), ("H", "山村", 7, (0, 20, 5, 22)), ("E", "", 0, (6, 20, 8, 22)),
        ))
    )  # fmt: skip
    (found,) = told(check_study(tiny(tmp_path, text, communities_geojson=hamlet)), "from any street")
    assert (found.layer, found.level, found.rows) == ("demand", "doubtful", ())
    assert str(found.message) == "7 people of 1 communities live farther than 200 m from any street: 山村."
