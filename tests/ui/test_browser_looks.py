"""How the page looks, in a real Chromium: letters, names, legend, words of one language, phones, readers of screens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.planner_page import Planner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Frame, Page

pytestmark = pytest.mark.browser

LEAST_PX, LEAST_CONTRAST = 13, 4.5
NAMES = 15  # communities of the sample town
SETTLES_MS = 700  # animations, and what follows them a frame later

SEEN = (Path(__file__).parent / "seen.js").read_text(encoding="utf-8")

# The map's width and height, and the town's on it.
TOWN = """() => {
  const town = L.latLngBounds();
  map.eachLayer((one) => { if (one.feature && one.feature.properties.row !== undefined) town.extend(one.getBounds()); });
  const [a, z] = [town.getNorthWest(), town.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
  const size = map.getSize();
  return [size.x, size.y, z.x - a.x, z.y - a.y];
}"""

# Names, formats, units and sources that are written alike in both languages.
ALIKE = re.compile(
    r"(?i)(?<![a-z])(?:English|Language|TCRP-NCHRP|Lifecircle|OpenStreetMap|QGIS|Excel|WPS|PDF|PNG|XLSX|CSV|GeoJSON|GeoPackage|GPKG|ZIP|CAD|GIS|km|m|MB|GB|"
    r"UTF-8|GBK|CGCS2000|WGS-?84|GCJ-?02|BD-?09|Ctrl|Enter|Esc|lifecircle|check|doctor|DIR|STUDY|network|mends|D|toml|"
    r"[\w.-]+\.(?:toml|csv|json|geojson|gpkg|xlsx|html|png|pdf|zip|pbf|osm|py)|osm\.pbf|F\d+|K\d+|R\d+|S\d+|plan-\d+)(?![a-z])"
)


@pytest.fixture(scope="module")
def opened(chromium: Browser, address: str) -> Iterator[Callable[..., Planner]]:
    """Opens the planner in a window of a size and a language."""
    contexts = []

    def open_it(locale: str = "zh-CN", size: tuple[int, int] = (1366, 768), *, touch: bool = False) -> Planner:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale, has_touch=touch)
        contexts.append(context)
        one = Planner(context.new_page())
        one.listen()
        one.open(address)
        one.page.wait_for_timeout(SETTLES_MS)
        return one

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def shared(opened: Callable[..., Planner]) -> Callable[..., Planner]:
    """One window for each language, made as large as it is wanted; for tests that leave it as they find it."""
    known: dict[str, Planner] = {}

    def resized(locale: str = "zh-CN", size: tuple[int, int] = (1366, 768)) -> Planner:
        one = known[locale] = known.get(locale) or opened(locale, size)
        one.page.set_viewport_size({"width": size[0], "height": size[1]})
        one.page.wait_for_timeout(SETTLES_MS)
        return one

    return resized


def seen(where: Page | Frame, what: str, *given: str) -> Any:
    where.evaluate(SEEN)
    return where.evaluate(f"(given) => Seen.{what}(...given)", list(given))


def small(where: Page | Frame) -> list[tuple[str, float]]:
    return [(text["words"], text["px"]) for text in seen(where, "texts") if text["px"] < LEAST_PX]


def faint(where: Page | Frame) -> list[tuple[str, float, str]]:
    texts = seen(where, "texts")
    assert any(text["contrast"] for text in texts)
    return [
        (text["words"], round(text["contrast"], 2), text["of"])
        for text in texts
        if text["contrast"] and text["contrast"] < LEAST_CONTRAST
    ]


def meet(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    )


def bounds(page: Planner) -> str:
    return page.map.evaluate("map.getBounds().toBBoxString() + ' ' + map.getZoom()")


def sections(page: Planner) -> Iterator[str]:
    """Every section of the panel, opened one after the other."""
    buttons = page.page.locator("[class*='st-key-section-'] [data-testid='stButtonGroup'] button")
    for place in range(buttons.count()):
        name = buttons.nth(place).inner_text()
        buttons.nth(place).click()
        page.page.wait_for_timeout(400)
        page.page.locator("[data-testid='stSpinner']").wait_for(state="hidden", timeout=60_000)
        page.page.wait_for_timeout(200)
        yield name


def test_large_text_scales_page_and_map_and_stays(opened: Callable[..., Planner]) -> None:
    page = opened()
    sizes = (
        "getComputedStyle(document.querySelector('.lc-headline p')).fontSize",
        "getComputedStyle(document.querySelector('.lc-name span')).fontSize",
    )
    before = [float(where.evaluate(size)[:-2]) for where, size in zip((page.page, page.map), sizes, strict=True)]
    page.page.locator(".st-key-large label").click()
    page.page.wait_for_timeout(1500)
    page.page.reload()
    page.wait_drawn()
    page.page.wait_for_timeout(SETTLES_MS)
    after = [float(where.evaluate(size)[:-2]) for where, size in zip((page.page, page.map), sizes, strict=True)]
    assert all(new > 1.2 * old for old, new in zip(before, after, strict=True))
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [(1366, 768), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_town_fills_the_map_and_its_names_can_be_read(
    shared: Callable[..., Planner], locale: str, size: tuple[int, int]
) -> None:
    page = shared(locale, size)
    wide, high, across, up = page.map.evaluate(TOWN)
    assert max(across / wide, up / high) > 0.85
    assert up / high > 0.7
    names, badges = seen(page.map, "boxes", ".lc-name span"), seen(page.map, "boxes", ".leaflet-marker-pane .lc-badge")
    assert badges
    assert len(names) >= (
        NAMES if locale == "zh-CN" or size[0] > 1400 else NAMES - 2
    )  # English names are long; the others on zoom
    assert not [(name, badge) for name in names for badge in badges if meet(name, badge)]
    assert not [1 for place, name in enumerate(names) for other in names[:place] if meet(name, other)]
    assert all(name["left"] >= 0 and name["right"] <= wide and name["top"] >= 0 and name["bottom"] <= high for name in names)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
def test_the_legend_never_moves_the_map(shared: Callable[..., Planner], size: tuple[int, int]) -> None:
    page = shared(size=size)
    before = bounds(page)
    title = page.map.locator(".lc-legend-title")
    assert title.get_attribute("aria-expanded") == "false"
    title.click()
    page.page.wait_for_timeout(SETTLES_MS)
    assert page.map.locator(".lc-legend-body").is_visible()
    assert bounds(page) == before
    summary = page.map.locator(".lc-legend-group summary").first
    summary.click()
    assert not page.map.locator("input[name=homes]").is_visible()
    summary.click()
    title.click()
    page.page.wait_for_timeout(SETTLES_MS)
    assert bounds(page) == before
    assert page.sites() == []


def test_the_way_back_to_the_whole_town(shared: Callable[..., Planner]) -> None:
    page = shared()
    before = page.map.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]")
    page.section("服务盲区")
    page.page.locator("[class*='st-key-gap-'] button").first.click()
    page.page.wait_for_timeout(1500)
    assert page.map.evaluate("map.getZoom()") > before[0] + 0.5
    page.map.get_by_role("button", name="全图").click()
    page.page.wait_for_timeout(1500)
    assert page.map.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]") == pytest.approx(before, abs=0.02)


def test_a_phone_shows_the_map_first_and_the_panel_below(opened: Callable[..., Planner]) -> None:
    page = opened(size=(390, 844), touch=True)
    box = {name: page.page.locator(name).bounding_box() for name in (".st-key-toolbar", ".st-key-desk iframe", ".lc-headline")}
    tool, frame, headline = (box[name] for name in (".st-key-toolbar", ".st-key-desk iframe", ".lc-headline"))
    assert tool is not None
    assert frame is not None
    assert headline is not None
    assert tool["y"] + tool["height"] <= frame["y"] + 1
    assert frame["width"] == 390
    assert 300 < frame["height"] < 700
    assert frame["y"] + frame["height"] <= headline["y"]
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.page.locator("[data-testid=stMain]").evaluate("(one) => one.scrollTo(0, 9999)")
    page.page.wait_for_timeout(200)
    last = page.page.locator(".lc-table tr").last.bounding_box()
    assert last
    assert last["y"] < 844

    page.page.locator("[data-testid=stMain]").evaluate("(one) => one.scrollTo(0, 0)")
    sidebar = page.page.locator("[data-testid=stSidebar]")
    page.page.get_by_role("button", name="条件").click()
    page.page.wait_for_timeout(SETTLES_MS)
    assert sidebar.bounding_box()["x"] >= 0  # type: ignore[index]
    assert page.page.locator(".lc-study").is_visible()
    page.page.get_by_role("button", name="收起").click()
    page.page.wait_for_timeout(SETTLES_MS)
    assert not page.page.locator(".lc-study").is_visible() or sidebar.bounding_box()["x"] < -200  # type: ignore[index]


def test_everything_on_the_map_is_read_aloud_by_its_name(opened: Callable[..., Planner]) -> None:
    page = opened()
    assert page.page.locator(".st-key-desk iframe").get_attribute("title") == "规划地图"
    page.map.locator(".lc-legend-title").click()
    page.map.locator("input[name=requests]").check()
    page.map.locator("input[name=candidates]").check()
    page.page.wait_for_timeout(SETTLES_MS)
    marks = page.map.evaluate(
        """() => [...document.querySelectorAll(".leaflet-marker-icon[data-group]")].map((one) =>
        [one.dataset.group, one.getAttribute("role"), one.getAttribute("aria-label"), one.tabIndex])"""
    )
    groups = {mark[0] for mark in marks}
    assert {"facility", "lc-candidate", "lc-request", "heap"} <= groups
    assert all(role == "button" and len(label) > 3 for _, role, label, _ in marks)
    facilities = [label for group, _, label, _ in marks if group == "facility"]
    assert len(set(facilities)) == len(facilities) > 10
    assert "西门社区食堂：社区食堂，现状" in facilities
    for group in groups:
        assert [mark[3] for mark in marks if mark[0] == group].count(0) == 1  # one stop of the Tab key for each group
    page.map.locator("[data-group=facility][tabindex='0']").focus()
    first = page.map.evaluate("document.activeElement.getAttribute('aria-label')")
    page.page.keyboard.press("ArrowRight")
    second = page.map.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first != second
    page.page.keyboard.press("Enter")
    page.page.locator(".st-key-selected").get_by_text(second.split("：")[0]).first.wait_for()


def test_requests_in_a_heap_are_one_mark_until_one_looks_closer(opened: Callable[..., Planner]) -> None:
    page = opened()
    page.map.locator(".lc-legend-title").click()
    with page.page.expect_response(lambda answer: "/requests-" in answer.url) as waiting:
        page.map.locator("input[name=requests]").check()
    page.map.locator(".lc-heap").first.wait_for()
    many = len(waiting.value.json()["features"])
    heaps = [int(words) for words in page.map.locator(".lc-heap b").all_inner_texts()]
    alone = page.map.locator(".lc-request").count()
    assert sum(heaps) + alone == many
    assert min(heaps) > 1
    zoom = page.map.evaluate("map.getZoom()")
    page.map.locator(".leaflet-marker-icon[data-group=heap]").first.evaluate("(one) => one.click()")
    page.page.wait_for_timeout(1200)
    assert page.map.evaluate("map.getZoom()") > zoom
    assert page.sites() == []


def test_an_error_lies_beside_the_headline_and_moves_nothing(opened: Callable[..., Planner]) -> None:
    page = opened()
    page.page.locator(".st-key-chooser summary").click()
    before = page.page.locator(".st-key-desk iframe").bounding_box()
    page.map.evaluate("window.still = true")
    page.page.locator(".st-key-study-path input").fill("/nowhere/study.toml")
    page.page.keyboard.press("Enter")
    turn = page.turn
    page.page.locator(".st-key-open-path button:not([disabled])").click()
    page.wait_drawn(turn)
    notice = page.page.locator(".st-key-notice")
    notice.wait_for()
    headline = page.page.locator(".lc-headline").bounding_box()
    box = notice.bounding_box()
    assert box is not None
    assert headline is not None
    assert box["x"] + box["width"] <= headline["x"]
    assert page.page.locator(".st-key-desk iframe").bounding_box() == before
    assert page.map.evaluate("window.still")  # nor was the map built anew


# What the other language may have on a page: the switch between them, and the program's own name.
FOREIGN = {
    "zh-CN": lambda text: bool(re.search(r"[A-Za-z]{2,}", ALIKE.sub("", text))),
    "en-US": lambda text: bool(re.search(r"[\u4e00-\u9fff]", text)) and text not in {"中文", "语言 / Language", "十五分钟生活圈"},
}


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_letters_contrast_and_words_of_the_whole_page(opened: Callable[..., Planner], locale: str) -> None:
    """Every section, drawer, tooltip and open list: letters of 13 px and more, contrast of 4.5 and more, one language."""
    page = opened(locale)
    words: set[str] = set()

    def look(name: str, where: Page | Frame) -> None:
        words.update(seen(where, "words"))
        assert (name, small(where)) == (name, [])
        assert (name, faint(where)) == (name, [])

    page.page.locator(".st-key-chooser summary").click()
    page.map.locator(".lc-legend-title").click()
    for name in ("candidates", "requests", "suspects"):
        page.map.locator(f"input[name={name}]").check()
    page.page.wait_for_timeout(SETTLES_MS)
    look("map", page.map)
    for name in sections(page):
        look(name, page.page)
    page.map.evaluate("void map.eachLayer((one) => { if (one._icon && one.getTooltip && one.getTooltip()) one.openTooltip(); })")
    look("tooltips", page.map)
    page.map.evaluate("void map.eachLayer((one) => { if (one.getTooltip && one.getTooltip()) one.closeTooltip(); })")
    page.map.locator("[data-group=facility]").nth(3).evaluate("(one) => one.click()")
    page.page.locator(".st-key-selected").wait_for()
    look("facility", page.page)
    for button in page.page.locator("[data-testid=stSidebar] [data-testid=stTooltipHoverTarget]").all():
        button.hover()
        page.page.wait_for_timeout(SETTLES_MS)
        look("help", page.page)
    for box in ("stMultiSelect", "stSelectbox"):
        page.page.locator(f"[data-testid=stSidebar] [data-testid={box}] input").first.click()
        page.page.wait_for_timeout(SETTLES_MS)
        look(box, page.page)
        page.page.keyboard.press("Escape")
    assert {text for text in words if FOREIGN[locale](text)} == set()
