"""Every JSON output is valid against its schema, and every field says what it means in both languages."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from geo.export import describe_fields, outputs_of, schema
from geo.export.fields import SCHEMAS
from geo.export.results import LAYERS
from geo.model import ServiceStandard
from tests.export.conftest import MADE
from tests.export.handmade import ADULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.export.outputs import Outputs

DOCUMENTS = {"summary": "summary.json", **{layer: f"{layer}.geojson" for layer in LAYERS}}


def validator(name: str) -> jsonschema.Draft202012Validator:
    found = schema(name)
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_outputs_are_valid(made: Outputs, name: str) -> None:
    validator(name).validate(json.loads(made.content(DOCUMENTS[name])))


def test_a_distance_rule_is_valid_too(made: Outputs) -> None:
    from dataclasses import replace

    standard = ServiceStandard(ADULT, distance_m=1000)
    areas = made.coverage.service_areas.rename(columns={"minutes": "distance_m"})
    by_distance = replace(made.coverage, standard=standard, service_areas=areas)
    other = outputs_of(made.study, by_distance, lang="en", made=MADE)
    for name in ("summary", "service_areas"):
        validator(name).validate(json.loads(other.content(DOCUMENTS[name])))
    assert json.loads(other.content("summary.json"))["standard"]["minutes"] is None


def test_rows_of_demand_are_valid(made: Outputs) -> None:
    check = validator("demand")
    table = made.results.demand[list(schema("demand")["properties"])]
    for row in json.loads(table.to_json(orient="records"))[:50]:
        check.validate(row)


def described(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema, wherever it stands."""
    if isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            yield f"{path}.{key}", value
        for key, value in node.items():
            # Below "properties" and "$defs" stand names, not words of the schema.
            inner = value.values() if key in {"properties", "$defs"} else [value]
            for one in inner:
                yield from described(one, f"{path}.{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from described(value, f"{path}[{place}]")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_has_a_meaning_in_both_languages(name: str) -> None:
    found = 0
    whole = schema(name)
    for path, node in described(whole):
        if "$ref" in node:
            node = whole["$defs"][node["$ref"].rsplit("/", 1)[-1]]  # noqa: PLW2901  (the property is what it points to)
        found += 1
        assert node.get("description"), path
        assert any("\u4e00" <= sign <= "\u9fff" for sign in node.get("description_zh", "")), path
    assert found >= 5
    assert whole["description"]
    assert whole["description_zh"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_fields_are_described_for_people(name: str) -> None:
    for lang in ("en", "zh"):
        fields = describe_fields(name, lang)
        assert len({field.heading for field in fields}) == len(fields)
        assert all(field.heading and field.meaning for field in fields)
    assert [field.name for field in describe_fields(name, "en")] == [field.name for field in describe_fields(name, "zh")]


@pytest.mark.parametrize("layer", LAYERS)
def test_the_schema_names_every_column_of_ours(made: Outputs, layer: str) -> None:
    known = [field.name for field in describe_fields(layer, "en")]
    written = list(json.loads(made.content(f"{layer}.geojson"))["features"][0]["properties"])
    ours = [name for name in written if name in known]
    assert ours == [name for name in known if name in written]
    assert set(known) - set(written) <= {"distance_m", "minutes"}
    if layer in {"service_areas", "gaps"}:
        assert ours == written


@pytest.mark.parametrize(
    ("layer", "path", "value"),
    [
        ("communities", ("features", 0, "properties", "coverage_ratio"), 1.5),
        ("communities", ("features", 0, "properties", "total_weight"), None),
        ("communities", ("crs",), {"type": "name"}),
        ("gaps", ("features", 0, "geometry"), {"type": "Point", "coordinates": [1, 2]}),
        ("facilities", ("features", 0, "geometry", "coordinates"), [114.0, 95.0]),
        ("facilities", ("features", 0, "properties", "snapped"), "yes"),
        ("service_areas", ("features", 0, "properties", "distance_m"), 5.0),
        ("service_areas", ("features", 0, "properties", "extra"), 5.0),
    ],
)
def test_the_schemas_refuse_what_is_wrong(made: Outputs, layer: str, path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(json.loads(made.content(f"{layer}.geojson")))
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validator(layer).validate(document)


def test_the_summary_says_what_was_asked_and_what_went_in(made: Outputs) -> None:
    summary = json.loads(made.content("summary.json"))
    profile = summary["standard"]["profile"]
    assert (profile["name"], profile["speed_kmh"], profile["source"], profile["confidence"]) == (
        "adult",
        4.32,
        "MUTCD 4 ft/s",
        "A",
    )
    assert summary["standard"]["snap_limit_m"] == 200
    assert summary["inputs"][0]["path"] == "=facilities.csv"
    assert summary["network"]["edges"] == 402
    assert summary["network"]["components"] == 1
    assert summary["generated"] == "2026-06-01T08:30:00+00:00"
    assert [item["message"] for item in summary["findings"]][:2] == ["“${x}”", "“<img src=x onerror=alert(1)>”"]
