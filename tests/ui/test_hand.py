"""The planner's hand in a real Chromium: looking before building, and a panel that moves without the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from shapely import Point

from geo.core import planner as core
from tests.ui.conftest import KINDS
from tests.ui.planner_page import Planner, degrees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

LAPTOP, PHONE = (1366, 768), (390, 844)


@pytest.fixture
def sized(page: Planner, request: pytest.FixtureRequest) -> Iterator[Planner]:
    """A page in a window of another size, as after the planner changed it."""
    before = page.page.viewport_size
    width, height = request.param
    page.page.set_viewport_size({"width": width, "height": height})
    page.page.wait_for_timeout(600)
    if page.page.locator("[data-testid='stSidebarCollapseButton'] button").is_visible() and width < 800:
        page.page.locator("[data-testid='stSidebarCollapseButton'] button").click()
        page.page.wait_for_timeout(600)
    yield page
    assert before is not None
    page.page.set_viewport_size(before)


def fields(ready: core.Prepared) -> tuple[float, float]:
    """A place in the middle of the town's height where nobody lives far around."""
    study = ready.study
    homes = study.demand.geometry
    west, south, east, north = homes.total_bounds
    grid = [(x, y) for x in np.linspace(west, east, 25) for y in np.linspace(south + 0.3 * (north - south), north, 15)]
    far = [float(homes.distance(Point(at)).min()) for at in grid]
    return degrees(study, *grid[int(np.argmax(far))])


at_sizes = pytest.mark.parametrize("sized", [LAPTOP, PHONE], indirect=True, ids=["1366", "390"])

LAST_ROW = """() => {
  const rows = document.querySelectorAll(".lc-table tr");
  const box = rows[rows.length - 1].getBoundingClientRect();
  return [box.top, box.bottom];
}"""


def check_a_row_brings_its_community_into_view(sized: Planner, ready: core.Prepared) -> None:
    name = "凤山社区"
    zoom = sized.map.evaluate("map.getZoom()")
    turn = sized.turn
    row = sized.page.locator("tr[data-community]").filter(has_text=name)
    row.focus()
    sized.page.keyboard.press("Enter")
    sized.page.wait_for_timeout(900)
    assert sized.map.evaluate("map.getZoom()") > zoom
    west, south, east, north = sized.map.evaluate(
        "(() => { const b = map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; })()"
    )
    places = ready.study.communities.set_index("name").geometry[name]
    lon, lat = degrees(ready.study, places.centroid.x, places.centroid.y)
    assert west < lon < east
    assert south < lat < north
    assert sized.turn == turn  # the server had nothing to work out


@at_sizes
def test_wheel_and_focus_go_through_the_whole_panel_and_the_map_stays(sized: Planner, ready: core.Prepared) -> None:
    page = sized.page
    before = sized.map_box()
    panel = page.locator(".st-key-panel").bounding_box()
    assert panel is not None
    height = page.viewport_size["height"]
    page.mouse.move(panel["x"] + panel["width"] / 2, min(panel["y"] + 150, height - 40))
    for _ in range(12):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(30)
    page.wait_for_timeout(300)
    top, bottom = page.evaluate(LAST_ROW)
    assert before["y"] <= top
    assert bottom <= height
    assert sized.map_box() == before

    check_a_row_brings_its_community_into_view(sized, ready)
    assert sized.map_box() == before

    sized.section("下载")
    page.locator(".st-key-download-all button").wait_for()
    page.wait_for_timeout(300)
    page.locator("[class*='st-key-section-'] button").first.focus()
    last = page.locator(".st-key-panel [class*='st-key-download-'] button").last
    for _ in range(40):
        page.keyboard.press("Tab")
        if last.evaluate("(one) => one === document.activeElement"):
            break
    else:
        pytest.fail("the focus never reached the last file")
    page.wait_for_timeout(300)
    box = last.bounding_box()
    assert box is not None
    assert sized.map_box() == before
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    below = before["y"] + before["height"] if page.viewport_size["width"] < 1000 else 0  # on a phone the panel lies under the map
    assert box["y"] >= below


@at_sizes
def test_looking_builds_nothing_and_a_double_click_never_does(
    sized: Planner, gap: tuple[float, float], ready: core.Prepared
) -> None:
    """A click on a home tells why; a second one elsewhere clears it; a double-click zooms; nothing is ever placed."""
    page = sized.page
    turn = sized.turn
    page.mouse.click(*sized.pixel(*gap))
    sized.wait_drawn(turn, sites=0)
    card = page.locator(".st-key-home")
    card.wait_for()
    assert "未覆盖" in card.inner_text()
    answer = core.measure(ready, kinds=KINDS)
    number = card.locator("dd").last.inner_text()
    row = answer.demand.set_index("id").loc[number]
    assert not row["served"]
    assert f"{row['distance_m']:,.0f} 米" in card.inner_text()
    name = answer.facilities.set_index("id").loc[row["facility_id"], "name"]
    assert name in card.inner_text()
    walk = sized.map.evaluate("Lifecircle.shown('walk').features.map((one) => [one.properties.part, one.geometry.type])")
    assert ["way", "LineString"] in walk

    zoom = sized.map.evaluate("map.getZoom()")
    turn = sized.turn
    page.mouse.click(*sized.pixel(*fields(ready)))
    sized.wait_drawn(turn, sites=0)
    card.wait_for(state="detached")

    page.mouse.dblclick(*sized.pixel(*gap))
    page.wait_for_timeout(900)
    assert sized.map.evaluate("map.getZoom()") > zoom

    sized.mode(1)
    zoom = sized.map.evaluate("map.getZoom()")
    page.mouse.dblclick(*sized.pixel(*gap))
    page.wait_for_timeout(1200)
    assert sized.map.evaluate("map.getZoom()") > zoom
    assert sized.sites() == []
    assert sized.gained() == 0
    assert sized.map.locator(".lc-ghost").count() == 0
    assert page.locator(".st-key-undo button").is_disabled()


def test_a_slow_double_click_takes_back_what_it_placed(page: Planner, gap: tuple[float, float]) -> None:
    page.mode(1)
    turn = page.turn
    x, y = page.pixel(*gap)
    page.page.mouse.click(x, y, click_count=1)
    page.page.wait_for_timeout(330)
    page.page.mouse.move(x, y)
    page.page.mouse.down(click_count=2)
    page.page.mouse.up(click_count=2)
    page.page.wait_for_timeout(700)
    page.wait_drawn(turn, sites=0)
    assert page.page.locator(".st-key-undo button").is_disabled()
    assert page.page.locator(".st-key-redo button").is_disabled()


def test_placing_is_left_by_escape_anywhere_and_by_its_button(page: Planner, gap: tuple[float, float]) -> None:
    placing = "document.querySelector('.lc-placing') !== null"
    assert not page.map.evaluate(placing)
    page.mode(1)
    assert page.map.evaluate(placing)
    turn = page.turn
    page.page.locator(".lc-share").click()  # the hand is in the panel
    page.page.keyboard.press("Escape")
    page.wait_drawn(turn)
    assert not page.map.evaluate(placing)
    page.mode(1)
    turn = page.turn
    page.page.locator(".st-key-toolbar [data-testid='stButtonGroup'] button").nth(1).click()
    page.wait_drawn(turn)
    assert not page.map.evaluate(placing)
    page.click(*gap, sites=1)
    turn = page.turn
    page.map.locator("body").press("Escape")
    page.wait_drawn(turn, sites=1)
    assert not page.map.evaluate(placing)


def test_undo_and_redo_by_key_wherever_the_hand_is(page: Planner, gap: tuple[float, float]) -> None:
    page.click(*gap, sites=1)
    page.page.locator(".lc-share").click()
    for key, sites in (("Control+z", 0), ("Control+y", 1), ("Control+z", 0), ("Control+Shift+z", 1)):
        turn = page.turn
        page.page.keyboard.press(key)
        page.wait_drawn(turn, sites=sites)
    page.page.locator("[class*='st-key-section-'] button").first.focus()
    turn = page.turn
    page.page.keyboard.press("Control+z")
    page.wait_drawn(turn, sites=0)
    turn = page.turn
    page.page.keyboard.press("Control+y")
    page.wait_drawn(turn, sites=1)
    page.page.get_by_text("打开其他").first.click()
    field = page.page.locator(".st-key-study-path input")
    field.click()
    field.press_sequentially("abc")
    page.page.keyboard.press("Control+z")  # belongs to what is written
    page.page.wait_for_timeout(800)
    assert len(page.sites()) == 1


def test_a_tooltip_is_never_a_step_behind(page: Planner, gap: tuple[float, float]) -> None:
    page.click(*gap, sites=1)
    lon, lat = page.sites()[0]
    for step in range(1, 5):
        there = (lon + 0.0016 * step, lat + 0.0008 * (-1) ** step)
        page.drag(page.sites()[0], there, sites=1)
        tip = page.map.locator(".lc-tip")
        tip.wait_for()
        gained = f"{page.gained():,.0f} 人"
        assert gained in tip.inner_text() or (page.gained() == 0 and "0 人" in tip.inner_text())
        assert page.page.locator("[class*='st-key-see-plan-'] button").inner_text().count(f"+{page.gained():,.0f} 人") == (
            1 if page.gained() else 0
        )


def test_an_empty_plan_has_no_box(page: Planner, gap: tuple[float, float]) -> None:
    page.click(*gap, sites=1)
    assert page.page.locator(".st-key-plan").count() == 1
    page.press("remove-plan-1", sites=0)
    assert page.page.locator(".st-key-plan").count() == 0


def test_a_closed_facility_says_so_and_is_opened_again_from_the_list_and_from_its_card(
    page: Planner, ready: core.Prepared
) -> None:
    frame = ready.study.facilities.frame
    row = frame[frame["kind"] == "canteen"].iloc[0]
    before = page.share()
    turn = page.turn
    page.page.mouse.click(*page.pixel(*degrees(ready.study, row.geometry.x, row.geometry.y)))
    page.wait_drawn(turn)
    card = page.page.locator(".st-key-selected")
    for way in (".st-key-reopen-selected button", f".st-key-reopen-{row['id']} button"):
        turn = page.turn
        card.get_by_text("在本方案中关闭").click()
        page.wait_drawn(turn)
        assert page.share() < before
        assert "本方案中已关闭" in card.inner_text()
        assert f"已关闭 · {row['name']}" in page.page.locator(".st-key-plan").inner_text()
        turn = page.turn
        page.page.locator(way).click()
        page.wait_drawn(turn)
        assert page.share() == before
        assert page.page.locator(".st-key-plan").count() == 0


def test_undo_undo_and_three_clicks_are_three_sites(page: Planner, gap: tuple[float, float]) -> None:
    page.click(*gap, sites=1)
    lon, lat = gap
    page.click(lon + 0.004, lat, sites=2)
    page.press("undo", sites=1)
    page.press("undo", sites=0)
    for place in range(3):
        page.click(lon + 0.004 * place, lat + 0.003, sites=place + 1)
    names = page.map.evaluate("Object.values(map._layers).filter((one) => one.site).map((one) => one.site.name)")
    assert len(set(names)) == 3
    page.page.reload()
    page.wait_drawn(sites=3)


def test_a_candidate_that_is_tried_keeps_its_name(page: Planner, ready: core.Prepared) -> None:
    candidates = ready.study.candidates
    assert candidates is not None
    page.mode(1)
    page.map.locator(".lc-legend-title").click()
    page.map.locator("input[name=candidates]").evaluate("(box) => box.click()")
    page.map.locator(".lc-candidate").last.wait_for()
    page.map.locator(".lc-legend-title").click()
    row = candidates.iloc[int(candidates.geometry.x.argmax())]
    turn = page.turn
    page.page.mouse.click(*page.pixel(*degrees(ready.study, row.geometry.x, row.geometry.y)))
    page.wait_drawn(turn, sites=1)
    plan = page.page.locator(".st-key-plan").inner_text()
    assert row["name"] in plan
    assert "平方米" in plan


def test_two_windows_of_one_plan(page: Planner, chromium: Browser, gap: tuple[float, float]) -> None:
    """What one does is in the other at its next step, and is told there; an undo of what was not seen is not done."""
    page.click(*gap, sites=1)
    page.page.wait_for_url("**/?desk=*")
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    other = Planner(context.new_page())
    other.open(page.page.url)
    lon, lat = gap
    other.click(lon + 0.004, lat, sites=2)
    page.click(lon, lat + 0.004, sites=3)
    assert "另一个窗口" in page.page.locator(".st-key-notice").inner_text()
    turn = other.turn
    other.page.locator(".st-key-undo button").click()
    other.wait_drawn(turn, sites=3)
    assert "没有执行" in other.page.locator(".st-key-notice").inner_text()
    context.close()
