"""A plan is shown as a plan in everything that leaves the program: edits, before and after, new, moved and closed sites."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import jsonschema
import numpy as np
import openpyxl
import pytest
import shapely

from geo.export import schema
from geo.maps import style
from geo.maps.drawing import draw_map
from tests.export.qinghe_plan import CLOSED, KINDS, MOVED, planned_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.export.outputs import Outputs

NEW = [f"plan-{number}" for number in range(1, 6)]
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def planned() -> Outputs:
    return planned_outputs()


@pytest.fixture(scope="module")
def summary(planned: Outputs) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(planned.content("summary.json"))
    return found


def test_the_summary_holds_the_plan_as_the_contract_names_it(summary: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema("summary")).validate(summary)
    edits = summary["scenario"]["edits"]
    assert [edit["type"] for edit in edits] == ["place_site"] * 5 + ["move_site", "close_site"]
    assert edits[-1] == {"type": "close_site", "id": CLOSED}
    assert set(edits[0]) == {"type", "id", "kind", "name", "lon", "lat"}
    assert re.fullmatch(r"[0-9a-f]{64}", summary["scenario"]["digest"])
    assert summary["after"] == {"totals": summary["totals"], "groups": summary["groups"]}
    assert summary["before"]["totals"]["served_weight"] == 33069
    assert set(summary["before"]["groups"]) == set(summary["groups"]) == {"elder", "elder80", "child"}


def test_before_and_gained_and_lost_make_after(summary: dict[str, Any]) -> None:
    before, after = summary["before"]["totals"]["served_weight"], summary["after"]["totals"]["served_weight"]
    assert summary["gained_weight"] > 0
    assert summary["lost_weight"] > 0
    assert before + summary["gained_weight"] - summary["lost_weight"] == after
    # Whoever gains does so by a site that the plan brought or moved; whoever loses had one that it closed or moved.
    assert sum(site["gain_weight"] for site in summary["sites"]) == summary["gained_weight"]
    assert sum(site["lost_weight"] for site in summary["sites"]) == summary["lost_weight"]
    assert [(site["id"], site["change"]) for site in summary["sites"]] == [
        *((site, "new") for site in NEW),
        (MOVED, "moved"),
        (CLOSED, "closed"),
    ]


def test_without_a_plan_the_summary_has_none(made: Outputs) -> None:
    assert not {"scenario", "before", "after", "gained_weight", "lost_weight", "sites"} & set(
        json.loads(made.content("summary.json"))
    )


def where(planned: Outputs) -> dict[str, str | None]:
    """The community that holds each facility of the answer, by hand: point in polygon."""
    communities = planned.study.communities
    found: dict[str, str | None] = {}
    for site, point in zip(planned.coverage.facilities["id"], planned.coverage.facilities.geometry, strict=True):
        inside = communities[communities.geometry.covers(point)]["id"]
        found[site] = None if inside.empty else inside.iloc[0]
    return found


def test_the_community_of_every_site_is_set_in_every_file(planned: Outputs, tmp_path: Path) -> None:
    expected = where(planned)
    features = json.loads(planned.content("facilities.geojson"))["features"]
    said = {feature["properties"]["id"]: feature["properties"]["community_id"] for feature in features}
    assert {site: said[site] for site in [*NEW, MOVED]} == {site: expected[site] for site in [*NEW, MOVED]}
    assert all(said[site] for site in NEW)
    given = planned.study.facilities.frame.set_index("id")["community_id"]
    assert said[MOVED] != given[MOVED]  # moved across a border: the user's own word no longer holds
    assert all(said[site] == given[site] for site in said if site not in {*NEW, MOVED})
    path = tmp_path / "coverage.gpkg"
    path.write_bytes(planned.content("coverage.gpkg"))
    with closing(sqlite3.connect(path)) as database:
        assert dict(database.execute("SELECT id, community_id FROM facilities")) == said
    sheet = openpyxl.load_workbook(io.BytesIO(planned.content("coverage.xlsx")))["设施"]
    heads = [cell.value for cell in sheet[1]]
    at, ids = heads.index("所在社区编号"), heads.index("设施编号")
    assert {row[ids].value: row[at].value for row in sheet.iter_rows(min_row=2)} == said


def texts(figure: Any) -> str:
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            (
                *(
                    "方案实施前（含拟建设施 1 处） 73.5% → 方案实施后",
                    "新增覆盖 4,625 人",
                    "不再覆盖",
                    "新 1",
                    "新 5",
                    "移 1",
                    "撤 1",
                ),
                *("方案新增", "方案迁移（虚线自原址）", "方案撤并", "水关巷社区食堂", "水系", "服务盲区编号", "示意图"),
                *("坐标系：CGCS2000 三度带，中央经线 117°E（EPSG:4548）", "人口口径：按项目人口数据（homes.csv）"),
                *("编制单位：", "审核：", "日期：", "审图号："),
            ),
        ),
        (
            "en",
            (
                *("before the plan (proposed facilities included: 1) 73.5% →", "4,625 people newly served", "N1", "M1", "C1"),
                *("new in the plan", "closed in the plan", "Shuiguan Lane Canteen", "rivers and lakes", "Sketch map"),
                *("central meridian 117°E", "Population basis: as in homes.csv", "Drawn up by:", "Map approval no.:"),
            ),
        ),
    ],
)
def test_paper_says_what_the_plan_is_and_on_what_the_map_rests(lang: Any, words: tuple[str, ...]) -> None:
    said = texts(planned_outputs(lang).sheet).replace("\n", " ")
    whole = re.sub(r"\s+", "", said)
    assert [one for one in words if re.sub(r"\s+", "", one) not in whole] == []


def test_only_listed_gaps_bear_a_number_on_paper(planned: Outputs) -> None:
    there, panel = planned.sheet.axes[1], planned.sheet.axes[2]
    numbers = [text.get_text() for text in there.texts if text.get_text().isdecimal()]
    listed = [text.get_text() for text in panel.texts if text.get_text().isdecimal() and text.get_color() == "#FFFFFF"]
    assert numbers
    assert numbers == listed[1:][: len(numbers)]  # the first stands in the legend
    assert len(listed) == len(numbers) + 1


def test_new_moved_and_closed_sites_are_drawn_unlike_the_others(planned: Outputs) -> None:
    from matplotlib.figure import Figure

    def marks(of: Any) -> tuple[int, int]:
        axes = Figure().add_axes((0, 0, 1, 1))
        draw_map(axes, of, "zh", (280, 240), 4)
        lines = axes.get_lines() + [one for one in axes.artists if hasattr(one, "get_marker")]
        return sum(one.get_marker() == "s" for one in lines), sum(one.get_marker() == "x" for one in lines)

    from dataclasses import replace

    assert marks(planned.picture) == (6, 1)
    assert marks(replace(planned.picture, planned=None)) == (0, 0)


def test_the_river_is_on_the_map(planned: Outputs) -> None:
    water = planned.picture.water_near
    assert shapely.area(water).sum() > 100_000
    page = planned.content("map.html").decode()
    assert 'id="layer-water"' in page
    without = [patch for patch in planned.sheet.axes[1].get_children() if _face(patch) == style.WATER.lower()]
    assert len(without) == len(water)


def _face(artist: Any) -> str:
    from matplotlib.colors import to_hex
    from matplotlib.patches import PathPatch

    return to_hex(artist.get_facecolor()) if isinstance(artist, PathPatch) else ""


@pytest.fixture(scope="module")
def page(planned: Outputs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: the job must install it (apt-get install chromium)")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    path = tmp_path_factory.mktemp("page") / "map.html"
    path.write_bytes(planned.content("map.html"))
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"])
        one = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        trouble: list[str] = []
        one.on("pageerror", lambda error: trouble.append(str(error)))
        one.on("console", lambda message: trouble.append(message.text))
        one.goto(path.as_uri())
        one.wait_for_selector("#communities td")
        yield one
        assert trouble == []
        browser.close()


@pytest.mark.browser
def test_the_page_shows_the_plan(page: Any) -> None:
    assert page.locator(".leaflet-tooltip.mark").all_text_contents() == [*(f"新 {n}" for n in range(1, 6)), "移 1", "撤 1"]
    assert page.locator(".leaflet-plan-pane .sign.plan").count() == 7
    assert page.locator(".leaflet-plan-pane .sign.plan.closed").count() == 1
    assert page.locator(".leaflet-plan-pane path").count() == 2  # the dashed line, and where the moved one stood
    assert page.locator(".leaflet-water-pane path").count() >= 1
    assert "方案实施前（含拟建设施 1 处）73.5% → 方案实施后 78.9%" in page.inner_text("aside").replace("） 7", "）7")
    rows = page.locator("#plan tr").all_inner_texts()
    assert len(rows) == 8
    assert rows[1].split("\t") == ["新 1", "新建社区食堂 1", "+1,552 人"]
    assert "−1,505 人" in rows[-1]
    assert "方案撤并" in page.inner_text("#legend")
    assert "示意图" in page.inner_text("footer")
    page.locator("#legend label", has_text="方案设施").locator("input").uncheck()
    page.wait_for_timeout(400)  # it fades
    assert page.locator(".leaflet-tooltip.mark").count() == 0
    page.locator("#legend label", has_text="方案设施").locator("input").check()


def test_a_gain_is_that_of_a_count_by_hand(planned: Outputs) -> None:
    """Counted anew from the two tables of homes, without the code that compares answers."""
    answer = planned.coverage
    assert answer.plan is not None
    before, after = answer.plan.before.demand, answer.demand
    assert answer.kinds == KINDS
    new = after["served"].to_numpy() & ~before["served"].to_numpy() & (after["facility_id"] == NEW[0]).to_numpy()
    said = {site["id"]: site["gain_weight"] for site in json.loads(planned.content("summary.json"))["sites"]}
    assert said[NEW[0]] == after["weight"].to_numpy()[new].sum() > 0
    assert isinstance(planned.results.planned.sites, gpd.GeoDataFrame) if planned.results.planned else False
    assert np.isfinite(list(said.values())).all()
