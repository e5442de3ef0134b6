"""What the browser tests share: a Chromium, the planner's server, a page of it, and the embedded town."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from geo.core import planner
from geo.sources.study import load_study
from tests.ui.chromium import find_chromium, planner_server
from tests.ui.planner_page import Planner, degrees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.model import Study

QINGHE = Path(__file__).parents[2] / "data" / "qinghe"
KINDS = ("canteen", "meal_point")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[str]:
    assert chromium.is_connected()  # without a browser no server is started
    with planner_server(tmp_path_factory.mktemp("server") / "log.txt") as one:
        yield one


@pytest.fixture(scope="module")
def window(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """One window for all tests, so that Streamlit's own scripts are fetched once; closed before the server ends."""
    assert address
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext, address: str) -> Iterator[Planner]:
    one = Planner(window.new_page())
    one.listen()
    one.open(address)
    yield one
    one.page.close()
    assert one.complaints == []
    elsewhere = {url for url in one.asked if urlsplit(url).scheme not in {"data", "blob"}}
    assert {urlsplit(url).netloc for url in elsewhere} == {urlsplit(address).netloc}


@pytest.fixture(scope="module")
def qinghe() -> Study:
    return load_study(QINGHE / "study.toml")


@pytest.fixture(scope="module")
def ready(qinghe: Study) -> planner.Prepared:
    return planner.prepare(qinghe)


@pytest.fixture(scope="module")
def gap(ready: planner.Prepared) -> tuple[float, float]:
    """Longitude and latitude of a home in the worst gap."""
    answer = planner.sketch(ready, planner.measure(ready, kinds=KINDS))
    shape = answer.gaps.geometry.iloc[0]
    demand = answer.demand
    homes = demand[~demand["served"] & demand.geometry.intersects(shape)]
    middle = homes.geometry.distance(shape.centroid).idxmin()
    return degrees(ready.study, homes.geometry[middle].x, homes.geometry[middle].y)
