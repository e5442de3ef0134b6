"""A user who adds up a column gets the total in the summary: exactly, in decimals."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from geo.export.outputs import Outputs


def decimals(content: bytes) -> Any:
    return json.loads(content, parse_float=Decimal, parse_int=Decimal)


def rows(made: Outputs, layer: str) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in decimals(made.content(f"{layer}.geojson"))["features"]]


@pytest.fixture(scope="module")
def demand(made: Outputs) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.content("demand.csv").decode("utf-8"), newline="")))


@pytest.fixture(scope="module")
def totals(made: Outputs) -> dict[str, Decimal]:
    found: dict[str, Decimal] = decimals(made.content("summary.json"))["totals"]
    return found


def added(table: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in table), Decimal(0))


def test_demand_adds_up_to_the_summary(demand: list[dict[str, str]], totals: dict[str, Decimal]) -> None:
    assert added(demand, "weight") == totals["demand_weight"]
    assert added([row for row in demand if row["served"] == "true"], "weight") == totals["served_weight"]
    assert added([row for row in demand if row["reason"] == "off_network"], "weight") == totals["unsnapped_demand_weight"]
    assert all((row["reason"] == "") == (row["served"] == "true") for row in demand)


def test_communities_add_up_to_the_summary(made: Outputs, totals: dict[str, Decimal]) -> None:
    table = rows(made, "communities")
    assert added(table, "total_weight") == totals["demand_weight"]
    assert added(table, "served_weight") == totals["served_weight"]
    assert all(row["served_weight"] + row["unserved_weight"] == row["total_weight"] for row in table)


def test_every_community_is_the_sum_of_its_homes(made: Outputs, demand: list[dict[str, str]]) -> None:
    people: dict[str, Decimal] = defaultdict(Decimal)
    served: dict[str, Decimal] = defaultdict(Decimal)
    for row in demand:
        people[row["community_id"] or "outside"] += Decimal(row["weight"])
        served[row["community_id"] or "outside"] += Decimal(row["weight"]) if row["served"] == "true" else 0
    for row in rows(made, "communities"):
        assert row["total_weight"] == people[row["id"]]
        assert row["served_weight"] == served[row["id"]]
        if row["total_weight"]:
            assert float(row["coverage_ratio"]) == pytest.approx(float(row["served_weight"] / row["total_weight"]), abs=1e-15)
        else:
            assert row["coverage_ratio"] is None


def test_catchments_add_up_to_the_served(made: Outputs, totals: dict[str, Decimal]) -> None:
    assert added(rows(made, "facilities"), "catchment_weight") == totals["served_weight"]


def test_gaps_hold_all_who_are_not_served(made: Outputs, totals: dict[str, Decimal]) -> None:
    assert added(rows(made, "gaps"), "unserved_weight") == totals["demand_weight"] - totals["served_weight"]


def test_rounding_moves_no_total(made: Outputs, totals: dict[str, Decimal]) -> None:
    for name, value in asdict(made.coverage.totals).items():
        assert float(totals[name]) == pytest.approx(value, abs=2e-6)


def test_groups_add_up(made: Outputs) -> None:
    said = decimals(made.content("summary.json"))["groups"]["elder"]
    table = made.results.demand
    assert sum(map(Decimal, map(str, table["elder"]))) == said["total_weight"]
    assert sum(map(Decimal, map(str, table["elder"][table["served"]]))) == said["served_weight"]


def test_floats_of_pandas_give_the_total_to_the_last_digit_that_matters(made: Outputs, totals: dict[str, Decimal]) -> None:
    table = pd.read_csv(io.BytesIO(made.content("demand.csv")))
    assert round(table["weight"].sum(), 6) == float(totals["demand_weight"])
    assert table["served"].dtype == bool


def test_geopackage_and_workbook_hold_the_same_numbers(made: Outputs, tmp_path: Path) -> None:
    path = tmp_path / "coverage.gpkg"
    path.write_bytes(made.content("coverage.gpkg"))
    with sqlite3.connect(path) as database:
        weights = [row[0] for row in database.execute("SELECT weight FROM demand ORDER BY fid")]
        people = [row[0] for row in database.execute("SELECT total_weight FROM communities ORDER BY fid")]
    assert weights == made.results.demand["weight"].tolist()
    assert people == made.results.communities["total_weight"].tolist()
    book = openpyxl.load_workbook(io.BytesIO(made.content("coverage.xlsx")))
    sheet = book["社区"]
    at = [cell.value for cell in sheet[1]].index("总人数") + 1
    assert [sheet.cell(row, at).value for row in range(2, sheet.max_row + 1)] == people
