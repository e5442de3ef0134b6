from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from geo.core.barriers import applied
from geo.core.planner import evaluate
from geo.errors import StudyFileError
from geo.sources.findings import FindingLog
from geo.sources.gates import locked_gates, note
from geo.sources.hours import is_open, moment
from geo.sources.study import check_study, read_study
from tests.sources.osm_text import street, write_osm
from tests.sources.tiny import STUDY, at, features, tiny, told
from tests.streets import make_network

LAYER = '\n[barriers]\npath = "barriers.geojson"\n'


def wall(east, name="墙", kind="围墙", **more):
    return {"kind": kind, "name": name, **more}, "LineString", [list(at(east, -1)), list(at(east, 1))]


def gate(east, **more):
    return {"kind": "大门", "name": "东门", **more}, "Point", list(at(east, 0))


def load(folder, *rows, study=STUDY + LAYER, **files):
    return read_study(tiny(folder, study, barriers_geojson=features(*rows), **files))


def served(study):
    return evaluate(study).demand["facility_id"].tolist()


def test_a_wall_in_the_study_parts_people_from_a_facility(tmp_path):
    assert served(read_study(tiny(tmp_path))) == ["f1", "f1", "f2"]
    assert served(load(tmp_path, wall(4.5), wall(6.5))) == ["f1", "", "f2"]
    study = load(tmp_path, wall(4.5), wall(6.5), gate(4.52))
    assert served(study) == ["f1", "f1", "f2"]
    assert study.barriers[["row", "kind", "name", "status", "open"]].to_numpy().tolist() == [
        [1, "wall", "墙", "existing", True],
        [2, "wall", "墙", "existing", True],
        [3, "gate", "东门", "existing", True],
    ]
    assert [source.layer for source in study.inputs][-1] == "barriers"


@pytest.mark.parametrize(
    ("when", "hours", "passes"),
    [
        ("", "Mo-Fr 07:00-20:00", True),
        ("Mo 10:00", "Mo-Fr 07:00-20:00", True),
        ("周一 10:00", "Mo-Fr 07：00–20：00", True),
        ("Su 10:00", "Mo-Fr 07:00-20:00", False),
        ("Mo 22:00", "07:00-20:00", False),
        ("Mo 22:00", "白天", True),
        ("Mo 22:00", "", True),
    ],
)
def test_gates_keep_their_hours(tmp_path, when, hours, passes):
    text = STUDY.replace("minutes = 15", f'minutes = 15\nat = "{when}"') + LAYER
    study = load(tmp_path, wall(4.5), wall(6.5), gate(4.5, opening_hours=hours), study=text)
    assert served(study)[1] == ("f1" if passes else "")
    assert bool(told(study.findings, "are not understood")) == (hours == "白天")
    assert bool(told(study.findings, "count as open; name a time")) == (not when)


def test_status_and_kind_words(tmp_path):
    rows = (
        wall(4.5, status="拆除"),
        wall(4.5, status="备选"),
        wall(6.5, kind="护城河"),
        wall(6.5, kind=""),
        wall(6.5, kind="小区围墙"),
        gate(6.5, status="关闭"),
    )
    study = load(tmp_path, *rows)
    assert study.barriers["row"].tolist() == [5, 6]
    assert study.barriers["open"].tolist() == [True, False]
    assert told(study.findings, "no longer there")[0].rows == (1, 2)
    unknown = told(study.findings, "no known kind")[0]
    assert (unknown.rows, unknown.count) == ((3, 4), 2)
    assert "护城河" in str(unknown.message)
    assert served(study) == ["f1", "f1", "f2"]


def test_one_kind_for_all_rows(tmp_path):
    rows = [({"id": 1}, *wall(4.5)[1:]), ({"id": 2}, *wall(6.5)[1:])]
    study = load(tmp_path, *rows, study=STUDY + LAYER + 'one_kind = "closed"\n')
    assert study.barriers["kind"].tolist() == ["closed", "closed"]
    assert served(study) == ["f1", "", "f2"]


def test_a_planned_link_joins_an_island(tmp_path):
    path = tiny(tmp_path, STUDY + LAYER, barriers_geojson=features(
        ({"kind": "天桥", "name": "规划天桥", "status": "规划"}, "LineString", [list(at(4, 0)), list(at(5, 0))])
    ))  # fmt: skip
    nodes = {i + 1: (i, 0) for i in range(11)}
    write_osm(
        tmp_path / "streets.osm", nodes, {1: ([1, 2, 3, 4, 5], street()), 2: ([6, 7, 8], street()), 3: ([9, 10, 11], street())}
    )
    study = read_study(path)
    assert served(study) == ["f1", "f1", "f2"]
    done = applied(study)
    assert "规划天桥" in done.network.ways["name"].tolist()
    assert done.streets is study.network


def test_table_faults_are_one_sentence_each(tmp_path):
    text = STUDY.replace("minutes = 15", 'minutes = 15\nat = "10:00"') + LAYER.replace("path", "pfad")
    with pytest.raises(StudyFileError, match="pfad"):
        load(tmp_path, wall(1), study=text)
    found = check_study(tiny(tmp_path, STUDY.replace("minutes = 15", 'minutes = 15\nat = "10:00"')))
    assert told(found, "no time of the week")
    assert told(check_study(tiny(tmp_path, STUDY + LAYER, barriers_geojson="{")), "barriers.geojson")


@pytest.mark.parametrize("name", ["{{ 1 + 1 }}", "<img src=x>", "{count}", "${x}"])
def test_names_are_data(tmp_path, name):
    study = applied(load(tmp_path, ({"kind": "gate", "name": name}, "Point", list(at(3, 3)))))
    assert name in str(told(study.findings, "from any wall")[0].message)


def test_times_of_the_week():
    assert moment(" ") is None
    assert moment("Mo 10:00") == moment("周一 10：00") == moment("Monday 10:00")
    assert moment("星期天 8:30").weekday() == 6
    for wrong in ("10:00", "Mo", "Xx 10:00", "Mo 25:00", "Mo 10:70"):
        with pytest.raises(StudyFileError, match="time of the week"):
            moment(wrong)


def test_opening_hours():
    monday = moment("Mo 10:00")
    assert is_open("24/7", monday)
    assert is_open("全天", monday)
    assert is_open("Tu-Su 08:00-18:00", monday) is False
    assert is_open("6:00～22:00", monday)
    assert is_open("Mo unknown", monday) is None
    assert is_open("by appointment please", monday) is None


def test_locked_gates_of_the_street_file():
    network = make_network([(0, 0), (100, 0), (200, 0)], [(0, 1, [(50, 0)]), (1, 2)])
    columns = ["vertex", "node", "kind", "barrier", "access", "foot", "opening_hours", "name"]
    rows = [
        (1, -1, "gate", "gate", "private", "", "", "后门"),
        (1, -1, "gate", "gate", "private", "yes", "", "a"),
        (2, 1, "gate", "bollard", "no", "", "", "b"),
        (2, 1, "gate", "gate", "", "no", "", "c"),
        (2, 1, "gate", "gate", "", "", "Mo 08:00-09:00", "d"),
        (0, 0, "kerb", "kerb", "no", "", "", "e"),
    ]
    gated = replace(network, points=pd.DataFrame(rows, columns=columns))
    log = FindingLog("barriers")
    assert locked_gates(gated, None)["name"].tolist() == ["后门", "c"]
    assert locked_gates(gated, moment("Mo 10:00"))["name"].tolist() == ["后门", "c", "d"]
    note(locked_gates(gated, None), log, counted=True)
    assert "2 locked gates" in str(log.found[0].message)
    assert locked_gates(network, None).empty


def test_locked_gates_are_applied_only_when_asked(tmp_path):
    nodes = {i + 1: (i, 0) for i in range(11)} | {6: (5, 0, {"barrier": "gate", "access": "private"})}
    texts = {}
    for asked in (False, True):
        path = tiny(tmp_path, STUDY.replace('path = "streets.osm"', f'path = "streets.osm"\ngates = {json.dumps(asked)}', 1))
        write_osm(tmp_path / "streets.osm", nodes, {1: (list(nodes), street())})
        study = read_study(path)
        texts[asked] = applied(study).network.component.max(), bool(told(study.findings, "1 locked gates"))
    assert texts == {False: (0, False), True: (1, True)}
