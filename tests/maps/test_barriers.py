"""Walls, gates and links on paper and on the page: every look is drawn, and named in the legend."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from shapely.geometry import LineString, Point, box

from geo.export import outputs_of
from geo.maps.barriers import LOOKS, barrier_legend, barrier_lines, barrier_looks
from tests.export.handmade import CRS, EAST, NORTH
from tests.maps.conftest import MADE

if TYPE_CHECKING:
    from geo.model import Coverage, Study

ROWS = gpd.GeoDataFrame(
    {"kind": ["wall", "gate", "gate", "closed", "stairs"], "open": [True, True, False, True, True], "name": "<b>"},
    geometry=[
        box(EAST + 100, NORTH + 100, EAST + 400, NORTH + 400),
        Point(EAST + 100, NORTH + 200),
        Point(EAST + 400, NORTH + 200),
        LineString([(EAST + 500, NORTH), (EAST + 500, NORTH + 90)]),
        LineString([(EAST + 600, NORTH), (EAST + 600, NORTH + 90)]),
    ],
    crs=CRS,
)


def test_every_row_has_a_look_and_an_outline_is_a_line() -> None:
    assert barrier_looks(ROWS) == ["wall", "gate", "shut", "closed", "link"]
    assert barrier_lines(ROWS).geom_type.tolist() == ["LineString", "Point", "Point", "LineString", "LineString"]
    assert [one.label for one in barrier_legend(ROWS, "zh")] == ["围墙", "开放出入口", "封闭出入口", "封闭道路", "规划连通道"]
    assert [one.sort for one in barrier_legend(ROWS, "en")] == ["line", "ring", "ring", "dash", "dash"]
    assert barrier_legend(None, "en") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_page_and_on_paper(study: Study, coverage: Coverage, lang: str) -> None:
    made = outputs_of(replace(study, barriers=ROWS), coverage, lang=lang, made=MADE)  # type: ignore[arg-type]
    page = made.content("map.html").decode()
    layer = json.loads(re.search(r'id="layer-barriers">(.*?)</script>', page, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert [one["properties"]["look"] for one in layer["features"]] == barrier_looks(ROWS)
    sheet = made.sheet
    said = {text.get_text() for axes in sheet.axes for text in axes.texts}
    assert {one.label for one in barrier_legend(ROWS, lang)} <= said  # type: ignore[arg-type]
    artists = sheet.axes[1].get_children()
    drawn = {to_hex(one.get_edgecolor()).upper() for one in artists if isinstance(one, PathPatch)}
    drawn |= {to_hex(one.get_markeredgecolor()).upper() for one in artists if isinstance(one, Line2D)}
    assert {look.colour.upper() for look in LOOKS.values()} <= drawn


def test_a_study_without_any_has_no_layer(study: Study, coverage: Coverage) -> None:
    assert "layer-barriers" not in outputs_of(study, coverage, lang="en", made=MADE).content("map.html").decode()
