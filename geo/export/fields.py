"""What every written field means, in Chinese and English: read from the JSON Schemas in the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from geo.i18n import Lang

SCHEMAS = ("summary", "communities", "service_areas", "gaps", "facilities", "demand")


@dataclass(frozen=True)
class Field:
    """One field of an output: its name in the files, a short heading and its meaning for people."""

    name: str
    heading: str
    meaning: str


@cache
def _schema_text(name: str) -> str:
    return (files("geo") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an output: one of ``SCHEMAS``; of a row for demand."""
    return cast("dict[str, Any]", json.loads(_schema_text(name)))


def describe_fields(name: str, lang: Lang) -> list[Field]:
    """The fields of a layer, of a row of demand.csv, or of the summary's totals, in the order of the files."""
    described = schema(name)["properties"]
    if name == "summary":
        described = described["totals"]["properties"]
    elif "features" in described:
        described = described["features"]["items"]["properties"]["properties"]["properties"]
    end = "_zh" if lang == "zh" else ""
    return [Field(key, value[f"title{end}"], value[f"description{end}"]) for key, value in described.items()]


def headings(name: str, lang: Lang) -> dict[str, str]:
    """Field name to the heading that people see."""
    return {field.name: field.heading for field in describe_fields(name, lang)}
