"""The user's own columns ride along; names that are also ours give way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from geo.export import OUTPUTS, outputs_of
from geo.export.results import LAYERS, RESERVED, free_names, round_results
from geo.model import Facilities
from tests.export.conftest import MADE
from tests.export.handmade import CRS, EVIL
from tests.export.test_schemas import validator

if TYPE_CHECKING:
    from geo.export.outputs import Outputs


def first(made: Outputs, layer: str) -> dict[str, object]:
    properties: dict[str, object] = json.loads(made.content(f"{layer}.geojson"))["features"][0]["properties"]
    return properties


def test_columns_of_communities_ride_along(made: Outputs) -> None:
    assert list(first(made, "communities")) == [
        *("id", "name", "coverage_ratio_input", "note", "opened", "floor", "mixed"),
        *("total_weight", "served_weight", "unserved_weight", "coverage_ratio", "mean_time_s", "max_time_s"),
    ]
    assert first(made, "communities")["coverage_ratio_input"] == "高"
    assert first(made, "communities")["opened"] == "2024-05-01T00:00:00"


def test_columns_of_facilities_ride_along(made: Outputs) -> None:
    row = first(made, "facilities")
    assert list(row) == [
        *("id", "name", "kind", "status", "capacity", "hours", "Name_input", "电话", "snapped_input"),
        *("community_id", "access_m", "snapped", "catchment_weight"),
    ]
    assert row["snapped_input"] == "user's own"
    assert row["snapped"] is True
    assert made.results.facilities["name"].tolist() == list(EVIL)


@given(st.lists(st.text(max_size=8)), st.lists(st.sampled_from(["id", "weight", "time_s"]), unique=True))
def test_names_never_meet_whatever_their_case(given_names: list[str], taken: list[str]) -> None:
    names = free_names(given_names, taken)
    assert len(names) == len(given_names)
    lower = [name.lower() for name in (*names, *taken, *RESERVED)]
    assert len(set(lower)) == len(lower)


def test_a_community_called_outside_is_not_mixed_up_with_those_outside(made: Outputs) -> None:
    study, coverage = made.study, made.coverage
    rename = {"c0": "outside", "outside": "outside-2"}
    own = study.communities.assign(id=study.communities["id"].replace(rename))
    table = coverage.communities.assign(id=coverage.communities["id"].replace(rename))
    demand = coverage.demand.assign(community_id=coverage.demand["community_id"].replace({"c0": "outside"}))
    other = round_results(replace(study, communities=own), replace(coverage, communities=table, demand=demand))
    assert other.communities["total_weight"].tolist() == made.results.communities["total_weight"].tolist()


def test_inputs_are_unchanged(made: Outputs) -> None:
    before = {name: getattr(made.coverage, name).copy() for name in (*LAYERS, "demand")}
    round_results(made.study, made.coverage)
    for name, frame in before.items():
        assert_geodataframe_equal(frame, getattr(made.coverage, name))


@pytest.mark.parametrize("communities", [12, 0])
def test_an_empty_answer_can_be_written(made: Outputs, communities: int) -> None:
    """No people, no facilities, no gaps, even no communities: every file is still there and says so."""
    none = {name: getattr(made.coverage, name).iloc[:0] for name in ("demand", "facilities", "service_areas", "gaps")}
    table = made.coverage.communities.iloc[:communities].assign(
        total_weight=0.0, served_weight=0.0, unserved_weight=0.0, coverage_ratio=float("nan"), mean_time_s=float("nan")
    )
    totals = replace(made.coverage.totals, demand_weight=0.0, served_weight=0.0, coverage_ratio=None, facilities=0)
    nobody = replace(made.coverage, **none, communities=table, totals=totals)
    empty = Facilities(gpd.GeoDataFrame(pd.DataFrame(made.study.facilities.frame.iloc[:0]), geometry="geometry", crs=CRS))
    study = replace(
        made.study, facilities=empty, demand=made.study.demand.iloc[:0], communities=made.study.communities.iloc[:communities]
    )
    written = outputs_of(study, nobody, lang="zh", made=MADE)
    for name in OUTPUTS:
        assert written.content(name)
    assert json.loads(written.content("summary.json"))["totals"]["coverage_ratio"] is None
    for layer in LAYERS:
        validator(layer).validate(json.loads(written.content(f"{layer}.geojson")))
