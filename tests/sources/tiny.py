"""A tiny study on disk: one street of a kilometre, two communities, three homes, two facilities."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.sources.osm_text import STEP, street, write_osm

if TYPE_CHECKING:
    from pathlib import Path

EAST = STEP * 1.1547

STUDY = """
[study]
name = "Tiny"
[network]
path = "streets.osm"
[communities]
path = "communities.geojson"
id = "id"
name = "name"
[facilities]
path = "facilities.csv"
id = "id"
kind = "kind"
lon = "lon"
lat = "lat"
[demand]
path = "homes.csv"
lon = "lon"
lat = "lat"
weight = "population"
[demand.groups]
elder = "age60plus"
[standard]
minutes = 15
profile = "adult"
"""
HOMES = "id,lon,lat,population,age60plus\n" + "".join(f"h{i},{110 + i * EAST:.6f},30.0001,{10 * i},{i}\n" for i in (1, 5, 9))
FACILITIES = (
    "id,name,kind,status,lon,lat\n"
    f"f1,一号食堂,canteen,现状,{110 + 2 * EAST:.6f},30.0001\n"
    f"f2,二号,canteen,规划,{110 + 8 * EAST:.6f},30.0001\n"
)


def at(east: float, north: float) -> tuple[float, float]:
    """lon, lat of a place in steps of about 100 m from 110 E 30 N."""
    return 110 + east * EAST, 30 + north * STEP


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[list(at(*corner)) for corner in corners]]


def features(*rows: tuple[dict, str, list]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": props,
                    "geometry": None if shape is None else {"type": kind, "coordinates": shape},
                }
                for props, kind, shape in rows
            ],
        },
        ensure_ascii=False,
    )


COMMUNITIES = features(
    ({"id": "A", "name": "甲社区", "pop": 100, "old": 20}, "Polygon", box(-1, -2, 5.5, 2)),
    ({"id": "B", "name": "乙社区", "pop": 60, "old": 7}, "Polygon", box(5.5, -2, 11, 2)),
)


def streets(path: Path) -> Path:
    nodes = {i + 1: (i, 0) for i in range(11)}
    return write_osm(path, nodes, {1: (list(nodes), street())})


def tiny(folder: Path, study: str = STUDY, **files: str | bytes) -> Path:
    """Write the study, with any of its files replaced; a name's underscore before the ending is a dot."""
    streets(folder / "streets.osm")
    given = {"homes_csv": HOMES, "facilities_csv": FACILITIES, "communities_geojson": COMMUNITIES, **files}
    for name, content in given.items():
        stem, _, ending = name.rpartition("_")
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / f"{stem}.{ending}").write_bytes(raw)
    (folder / "study.toml").write_text(study, encoding="utf-8")
    return folder / "study.toml"


def told(findings, part: str):
    """The findings whose sentence holds the words."""
    return [finding for finding in findings if part in str(finding.message)]
