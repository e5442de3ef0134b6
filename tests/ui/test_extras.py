"""Layers beside the answer: every row arrives, words are known in both languages, names stay text."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from geo.core.doctor import diagnose
from geo.sources.study import load_study
from geo.ui import extras
from tests.studies import study

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.layers import Packed

TOWN = study([(0, 0), (100, 0)], [5, 20], [(0, 0)])
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture(scope="module")
def qinghe() -> Study:
    return load_study(Path(__file__).parents[2] / "data" / "qinghe" / "study.toml")


def read(packed: Packed) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(gzip.decompress(packed.data))["features"]
    return features


def frame(shapes: list[Any], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=TOWN.crs)


SUSPECTS = frame(
    [Point(500_000, 3_400_000), LineString([(500_000, 3_400_000), (500_004, 3_400_000)]), Point(500_100, 3_400_000)],
    suspect_id=["crossing-1", "near_miss-1", "island-1"],
    kind=["crossing", "near_miss", "island"],
    confidence=["medium", "high", "low"],
    length_m=[0.0, 4.0, 0.0],
    gain_m=[0.0, 0.0, 812.0],
    walk_m=[430.0, np.inf, np.inf],
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_suspects_are_all_there_in_one_of_two_layers(qinghe: Study, lang: Lang) -> None:
    found = diagnose(qinghe.network).suspects
    sure, rest = (read(extras.suspects(found, lang, likely=likely)) for likely in (True, False))
    assert sure
    assert rest
    assert len(sure) + len(rest) == len(found)
    assert {one["properties"]["sure"] for one in rest} == {"low"}
    assert "low" not in {one["properties"]["sure"] for one in sure}


def test_a_suspect_says_what_it_is_and_what_hangs_on_it() -> None:
    junction, link = (one["properties"] for one in read(extras.suspects(SUSPECTS, "en", likely=True)))
    assert junction["note"] == "possible · 430 m to walk round today · crossing-1"
    assert link["name"] == "street end that stops just short of another street"
    assert link["note"] == "likely · 4.0 m are missing · near_miss-1"
    assert read(extras.suspects(SUSPECTS, "zh", likely=False))[0]["properties"]["note"] == "可能性小 · 牵涉道路 812 米 · island-1"


def test_notes_count_every_suspect() -> None:
    head, lines, todo = extras.doctor_notes(SUSPECTS, "en")
    assert "at 3 places; 2 of them are likely or possible, 1 unlikely" in head
    assert len(lines) == 3
    assert "Nothing is mended by itself" in todo
    assert "mends.csv" in extras.doctor_notes(SUSPECTS, "zh")[2]
    assert extras.doctor_notes(SUSPECTS.iloc[:0], "zh")[1:] == ([], "")


def test_candidates_and_requests_of_the_town(qinghe: Study) -> None:
    assert qinghe.candidates is not None
    assert qinghe.requests is not None
    sites = read(extras.candidates(qinghe.candidates, "zh"))
    assert len(sites) == len(qinghe.candidates)
    assert sites[0]["properties"]["note"] == "闲置底层用房 · 260 平方米 · 420,000 元"
    assert read(extras.candidates(qinghe.candidates, "en"))[0]["properties"]["name"] == "Idle ground floor, Engine Shed compound"
    asked = read(extras.requests(qinghe.requests, "zh"))
    assert len(asked) == len(qinghe.requests)
    assert asked[0]["properties"]["note"] == "老两口做饭不方便，铁东能不能有个社区食堂？\n已办结 · 2026-01-05"
    assert read(extras.requests(qinghe.requests, "en"))[0]["properties"]["note"].startswith("Cooking is hard")


def test_names_of_a_file_stay_as_they_are() -> None:
    at = [Point(500_000, 3_400_000)]
    row = {"id": ["1"], "name": [HOSTILE], "kind": [HOSTILE], "text": [HOSTILE]}
    assert read(extras.candidates(frame(at, **row), "en"))[0]["properties"]["name"] == HOSTILE
    assert read(extras.requests(frame(at, **row), "en"))[0]["properties"]["note"] == HOSTILE
    wall = frame(at, kind=["gate"], name=[HOSTILE])
    assert read(extras.barriers(wall, "en"))[0]["properties"] == {"look": "gate", "name": HOSTILE, "note": "open gate"}


def test_barriers_by_what_they_are() -> None:
    lines = [box(500_000, 3_400_000, 500_050, 3_400_050), Point(500_000, 3_400_010), Point(500_050, 3_400_010)]
    walls = frame(
        [*lines, LineString([(500_000, 3_400_100), (500_050, 3_400_100)])],
        kind=["wall", "gate", "gate", "bridge"],
        name=["", "", "", ""],
        open=[True, True, False, True],
    )
    drawn = read(extras.barriers(walls, "zh"))
    assert [one["properties"]["look"] for one in drawn] == ["wall", "gate", "shut", "link"]
    assert [one["geometry"]["type"] for one in drawn] == ["LineString", "Point", "Point", "LineString"]
    row = extras.barriers_legend(replace(TOWN, barriers=walls), "zh")[0]
    assert row["layer"] == "barriers"
    assert "off" not in row
    assert [key["label"] for key in row["keys"]] == ["围墙", "开放出入口", "封闭出入口", "规划连通道"]  # type: ignore[attr-defined]


def test_legend_lists_what_the_study_has(qinghe: Study) -> None:
    assert [row["layer"] for row in extras.legend(TOWN, "en")] == ["suspects", "doubts"]
    rows = extras.legend(qinghe, "zh")
    assert [row["layer"] for row in rows] == ["candidates", "requests", "suspects", "doubts"]
    assert all(row["off"] for row in rows)
    assert extras.barriers_legend(TOWN, "en") == []
