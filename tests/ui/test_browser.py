"""The planner in a real Chromium, on the embedded town: what a planner does, and what must never happen."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from geo import crs
from geo.core import planner
from geo.core.doctor import diagnose
from geo.export import schema
from geo.sources.study import load_study
from tests.ui.planner_page import Planner, degrees

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from geo.model import Coverage, Study

pytestmark = pytest.mark.browser

QINGHE = Path(__file__).parents[2] / "data" / "qinghe"
KINDS = ("canteen", "meal_point")
HOSTILE = [
    "{{ 1 + 1 }}",
    "<img src=x onerror=alert(1)>",
    "${document.title}",
    "`backtick`",
    "{% raw %}",
    "</script><b>x</b>",
    "\\u0041$",
]

# How much one of the map's canvases shows, in pixels that are not clear.
INK = """((name) => {
  const sheet = document.querySelector(`.leaflet-lc-${name}-pane canvas`);
  if (!sheet || !sheet.width) return 0;
  return sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height).data.filter((v, i) => i % 4 === 3 && v > 0).length;
})"""


def expected(ready: planner.Prepared, sites: list[tuple[float, float]]) -> Coverage:
    """The core's own answer with these new canteens."""
    plan = ready.study.facilities
    for number, (lon, lat) in enumerate(sites):
        x, y = crs.project(np.array([lon]), np.array([lat]), ready.study.crs)[0]
        plan = plan.with_site(f"test-{number}", float(x), float(y), kind="canteen")
    return planner.measure(ready, plan, KINDS)


def picture(page: Planner, name: str) -> None:
    """A screenshot for the README, when a folder for them is named."""
    folder = os.environ.get("LIFECIRCLE_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.mode(0)
        page.page.mouse.move(2, 2)
        page.page.wait_for_timeout(800)
        page.page.screenshot(path=Path(folder) / f"{name}.png")
        page.mode(1)


def test_place_move_undo_redo_remove(page: Planner, ready: planner.Prepared, gap: tuple[float, float]) -> None:
    before = page.share()
    base = expected(ready, [])
    assert before == pytest.approx(base.totals.coverage_ratio, abs=1e-6)
    assert page.gained() == 0

    page.click(*gap, sites=1)
    placed = page.sites()
    answer = expected(ready, placed)
    assert page.gained() > 0
    assert page.gained() == pytest.approx(answer.totals.served_weight - base.totals.served_weight, abs=0.5)
    assert page.share() == pytest.approx(answer.totals.coverage_ratio, abs=1e-4)
    after_click = page.share()

    lon, lat = placed[0]
    page.drag((lon, lat), (lon + 0.004, lat + 0.002), sites=1)
    moved = page.sites()
    assert moved[0] == pytest.approx((lon + 0.004, lat + 0.002), abs=2e-4)
    assert page.share() == pytest.approx(expected(ready, moved).totals.coverage_ratio, abs=1e-4)
    assert page.share() != after_click

    page.press("undo", sites=1)
    assert page.share() == after_click
    assert page.sites()[0] == pytest.approx((lon, lat), abs=2e-6)
    page.press("undo", sites=0)
    assert page.share() == before
    assert page.gained() == 0
    page.press("redo", sites=1)
    assert page.share() == after_click
    page.press("remove-plan-1", sites=0)
    assert page.share() == before


def test_two_quick_clicks_place_two(page: Planner, gap: tuple[float, float]) -> None:
    page.mode(1)
    x, y = page.pixel(*gap)
    turn = page.turn
    page.page.mouse.click(x, y)
    page.page.mouse.click(x + 120, y)
    page.wait_drawn(turn, sites=2)
    assert len(page.sites()) == 2
    page.page.keyboard.press("Control+z")
    page.wait_drawn(turn + 1, sites=1)


def test_the_keyboard_alone_places_and_removes(page: Planner) -> None:
    page.mode(1)
    page.map.evaluate("map.getContainer().focus()")
    turn = page.turn
    page.page.keyboard.press("Enter")
    page.wait_drawn(turn, sites=1)
    middle = page.map.evaluate("[map.getCenter().lng, map.getCenter().lat]")
    assert page.sites()[0] == pytest.approx(middle, abs=2e-6)
    page.map.locator(".leaflet-marker-draggable").focus()
    turn = page.turn
    page.page.keyboard.press("Delete")
    page.wait_drawn(turn, sites=0)


def test_a_reload_loses_nothing(page: Planner, gap: tuple[float, float]) -> None:
    page.click(*gap, sites=1)
    share, placed = page.share(), page.sites()
    page.page.wait_for_url("**/?desk=*")
    page.page.reload()
    page.wait_drawn(sites=1)
    assert page.share() == share
    assert page.sites() == placed
    page.press("undo", sites=0)


def test_close_an_existing_facility(page: Planner, qinghe: Study) -> None:
    before = page.share()
    frame = qinghe.facilities.frame
    row = frame[frame["kind"] == "canteen"].iloc[0]
    page.click(*degrees(qinghe, row.geometry.x, row.geometry.y), sites=0)
    page.page.locator(".st-key-selected").get_by_text(row["name"]).wait_for()
    turn = page.turn
    page.page.get_by_text("在本方案中关闭").click()
    page.wait_drawn(turn)
    assert page.share() < before
    page.press("undo", sites=0)
    assert page.share() == before


def test_a_download_arrives_and_validates(
    page: Planner, gap: tuple[float, float], ready: planner.Prepared, tmp_path: Path
) -> None:
    page.click(*gap, sites=1)
    page.section("下载")
    with page.page.expect_download() as waiting:
        page.page.locator(".st-key-download-communities-geojson button").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "communities.geojson"
    layer = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator(schema("communities")).validate(layer)
    served = sum(feature["properties"]["served_weight"] for feature in layer["features"])
    assert served == pytest.approx(expected(ready, page.sites()).totals.served_weight, abs=1e-3)
    with page.page.expect_download() as waiting:
        page.page.locator(".st-key-download-all button").click()
    waiting.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert {"summary.json", "demand.csv", "gaps.geojson", "coverage.gpkg"} <= names
        summary = json.loads(archive.read("summary.json"))
        Draft202012Validator(schema("summary")).validate(summary)
        # The files know the plan that the screen shows, and the map has the river.
        assert [edit["type"] for edit in summary["scenario"]["edits"]] == ["place_site"]
        assert summary["gained_weight"] == pytest.approx(page.gained(), abs=1e-3)
        assert b'id="layer-water"' in archive.read("map.html")


def test_gaps_are_listed_and_shown(page: Planner) -> None:
    page.section("服务盲区")
    first = page.page.locator("[class*='st-key-gap-'] button").first
    first.wait_for()
    page.page.locator(".lc-gap-bar").nth(9).wait_for()  # they come one after the other
    # By its communities, with typical and longest walk; no single community is named that is smaller than its gap.
    assert first.inner_text() == "1. 机厂、铁东一带 3,260 人 · 典型 21.3 分钟 · 最远 34.4 分钟"
    rows = page.page.locator("[class*='st-key-gap-'] button").all_inner_texts()
    assert page.page.locator(".lc-gap-bar").count() == len(rows) == 10
    assert not any("15 分钟" in row for row in rows)
    zoom = page.map.evaluate("map.getZoom()")
    turn = page.turn
    first.click()
    page.wait_drawn(turn)
    page.page.wait_for_timeout(500)
    assert page.map.evaluate("map.getZoom()") > zoom


def test_both_languages(page: Planner, gap: tuple[float, float]) -> None:
    page.click(*gap, sites=1)
    page.page.wait_for_timeout(300)
    assert "人步行 15 分钟内可达社区食堂或助餐点" in page.panel()
    assert "点击地图新增社区食堂" in page.map.locator(".lc-hint").inner_text()
    assert page.page.evaluate("document.documentElement.lang") == "zh-CN"
    picture(page, "planner-zh")
    share = page.share()
    page.language("English")
    assert "people have a community canteen or a meal point within 15 minutes on foot." in page.panel()
    assert "Click the map" in page.map.locator(".lc-hint").inner_text()
    assert page.page.evaluate("document.documentElement.lang") == "en"
    assert page.share() == share
    page.page.set_viewport_size({"width": 1280, "height": 720})
    picture(page, "planner-en")


def test_doubtful_streets_are_fetched_and_drawn_when_switched_on(page: Planner, qinghe: Study) -> None:
    assert not any("/suspects-" in url for url in page.asked)
    found = diagnose(qinghe.network).suspects
    likely = found[found["confidence"] != "low"]
    turn = page.turn
    page.map.locator(".lc-legend-title").click()
    with page.page.expect_response(lambda answer: "/suspects-" in answer.url) as waiting:
        page.map.locator("input[name=suspects]").check()
    assert len(waiting.value.json()["features"]) == len(likely) > 0
    page.map.wait_for_function(f"{INK}('suspects') > 0")
    assert not any("/doubts-" in url for url in page.asked)
    assert page.turn == turn  # the server worked out nothing anew, and the click placed nothing
    assert page.sites() == []

    page.map.locator(".lc-legend-title").click()  # out of the way
    middle = likely.geometry.iloc[0].centroid
    x, y = page.pixel(*degrees(qinghe, middle.x, middle.y))
    page.page.mouse.move(x - 40, y)
    page.page.wait_for_timeout(100)  # the map looks where the hand is thirty times a second
    page.page.mouse.move(x, y)
    page.map.locator(".lc-tip").get_by_text(likely["suspect_id"].iloc[0]).wait_for()

    page.map.locator(".lc-legend-title").click()
    page.map.locator("input[name=suspects]").uncheck()
    page.map.wait_for_function(f"{INK}('suspects') === 0")
    page.section("数据检查")
    page.page.locator(".st-key-doctor").get_by_text("不会自动修补").wait_for()
    assert f"{len(found)} 处" in page.page.locator(".st-key-doctor").inner_text()


def test_a_click_on_a_candidate_places_at_its_very_point(page: Planner, qinghe: Study) -> None:
    assert qinghe.candidates is not None
    page.map.locator(".lc-legend-title").click()
    page.map.locator("input[name=candidates]").check()
    markers = page.map.locator(".lc-candidate")
    markers.last.wait_for()
    assert markers.count() == len(qinghe.candidates)
    places = qinghe.candidates.geometry
    eastmost = int(np.argmax(places.x))
    at = degrees(qinghe, places.x.iloc[eastmost], places.y.iloc[eastmost])
    page.mode(1)
    x, y = page.pixel(*at)
    turn = page.turn
    page.page.mouse.click(x + 3, y + 3)
    page.wait_drawn(turn, sites=1)
    assert page.sites()[0] == pytest.approx(at, abs=2e-6)


def test_hostile_names_are_text(page: Planner, tmp_path: Path) -> None:
    """A study opened by its path, with names that other maps run as code."""
    for file in QINGHE.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    table = pd.read_csv(tmp_path / "facilities.csv")
    rows = table.index[table["kind"] == "canteen"][: len(HOSTILE)]
    table.loc[rows, "name"] = HOSTILE[: len(rows)]
    table.to_csv(tmp_path / "facilities.csv", index=False)
    layer = json.loads((tmp_path / "communities.geojson").read_text(encoding="utf-8"))
    for feature, name in zip(layer["features"], HOSTILE, strict=False):
        feature["properties"]["name"] = name
    (tmp_path / "communities.geojson").write_text(json.dumps(layer), encoding="utf-8")
    text = (
        (tmp_path / "study.toml")
        .read_text(encoding="utf-8")
        .replace("清河（虚构示例县城）", "<img src=x onerror=alert(2)>{{7*7}}")
    )
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")

    turn = page.turn
    page.page.get_by_text("打开其他项目").click()
    page.page.locator(".st-key-study-path input").fill(str(tmp_path / "study.toml"))
    page.page.keyboard.press("Enter")
    page.page.locator(".st-key-open-path button:not([disabled])").click()
    page.page.locator(".lc-study").get_by_text("{{7*7}}").wait_for(timeout=20_000)
    page.wait_drawn(turn)

    assert "<img src=x onerror=alert(2)>{{7*7}}" in page.page.locator(".lc-study").inner_text()
    page.page.locator(".st-key-panel").get_by_text(HOSTILE[0], exact=True).wait_for()
    for name in HOSTILE:
        assert name in page.panel()
        assert name in page.map.locator(".leaflet-lc-names-pane").inner_text()
    study = load_study(tmp_path / "study.toml")
    frame = study.facilities.frame
    for name in HOSTILE[: len(rows)][:3]:
        row = frame[frame["name"] == name].iloc[0]
        x, y = page.pixel(*degrees(study, row.geometry.x, row.geometry.y))
        page.page.mouse.move(x, y)
        page.map.locator(".lc-tip").get_by_text(name, exact=True).wait_for()
        page.page.mouse.click(x, y)
        page.page.locator(".st-key-selected h3").get_by_text(name).wait_for()
    assert page.page.locator("img[src='x']").count() == 0
    assert page.map.locator("img[src='x']").count() == 0


def test_a_bad_path_keeps_the_town(page: Planner, tmp_path: Path) -> None:
    before = page.share()
    page.page.get_by_text("打开其他项目").click()
    page.page.locator(".st-key-study-path input").fill(str(tmp_path / "gone" / "study.toml"))
    page.page.keyboard.press("Enter")
    page.page.locator(".st-key-open-path button:not([disabled])").click()
    page.page.locator(".st-key-notice").get_by_text("gone").wait_for()
    assert page.share() == before


def test_upload_of_all_files_at_once(page: Planner) -> None:
    page.page.get_by_text("打开其他项目").click()
    names = (
        "study.toml",
        "streets.osm.pbf",
        "communities.geojson",
        "facilities.csv",
        "homes.csv",
        "candidates.csv",
        "requests.csv",
    )
    page.page.locator("[class*='st-key-upload-'] input[type=file]").set_input_files([QINGHE / name for name in names])
    turn = page.turn
    page.page.locator(".st-key-open-upload button").click()
    page.wait_drawn(turn, patience_ms=60_000)  # a process of its own reads what strangers send
    page.page.locator(".lc-study").get_by_text("清河").wait_for()
    assert page.page.locator(".st-key-notice").count() == 0


def test_headers_reach_the_browser(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    answer = context.request.get(address)
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    assert context.request.get(f"{address}/layers/{'0' * 32}/streets-{'0' * 16}.geojson").status == 404
    context.close()
