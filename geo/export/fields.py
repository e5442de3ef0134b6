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


# What is counted where nobody counted people: each home counts as one, and no heading may call it a person.
_HOMES = {
    "zh": (("人口覆盖率", "居住点覆盖率"), ("总人数", "居住点总数"), ("人数", "居住点数")),
    "en": (("People", "Homes"), ("people", "homes")),
}


def describe_fields(name: str, lang: Lang, *, people: bool = True) -> list[Field]:
    """The fields of a layer, of a row of demand.csv, or of the summary's totals, in the order of the files.

    ``people``: whether the weights are people that somebody counted; else the headings speak of homes.
    """
    described = schema(name)["properties"]
    if name == "summary":
        described = described["totals"]["properties"]
    elif "features" in described:
        described = described["features"]["items"]["properties"]["properties"]["properties"]
    end = "_zh" if lang == "zh" else ""
    fields = [Field(key, value[f"title{end}"], value[f"description{end}"]) for key, value in described.items()]
    return fields if people else [Field(one.name, _of_homes(one.heading, lang), _of_homes(one.meaning, lang)) for one in fields]


def _of_homes(text: str, lang: Lang) -> str:
    for of_people, of_homes in _HOMES[lang]:
        text = text.replace(of_people, of_homes)
    return text


def headings(name: str, lang: Lang, *, people: bool = True) -> dict[str, str]:
    """Field name to the heading that people see."""
    return {field.name: field.heading for field in describe_fields(name, lang, people=people)}
