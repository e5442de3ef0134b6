"""map.html in a real browser: nothing leaves it, names are text, and it works."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geo.export.plain import plain
from geo.export.web import packed_homes, packed_streets
from geo.maps import words
from geo.maps.page import PACKED
from tests.export.handmade import EVIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.export.outputs import Outputs

CHROMIUM = Path("/usr/bin/chromium")


def test_the_file_names_no_host_but_in_text(made: Outputs) -> None:
    page = made.content("map.html").decode()
    for tag in re.findall(r"<(?:script|link|img|iframe|source|object|embed)\b[^>]*>", page.partition('id="page"')[0]):
        assert "src=" not in tag
        assert "href=" not in tag
    assert "sourceMappingURL" not in page
    assert "url(http" not in page
    assert re.search(r"url\([^#)]", page.partition("</style>")[0]) is None


def test_data_cannot_close_its_script(made: Outputs) -> None:
    page = made.content("map.html").decode()
    blocks = re.findall(r'<script type="application/json" id="[a-z_-]+">(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 8
    assert not any(set(block) & set("<>&") for block in blocks)

    class Scripts(HTMLParser):
        count = 0

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.count += tag == "script"
            assert tag not in {"img", "b"}, attrs

    parser = Scripts()
    parser.feed(page)
    assert parser.count == 8 + 2


def test_packed_streets_unpack_to_where_they_were(made: Outputs) -> None:
    packed = packed_streets(made.picture, 0.1)
    assert packed["steps"] == []
    west, south = 114.0, 30.72
    for lines in packed.values():
        first = [0, 0]
        for line in lines:
            first = [first[0] + line[0], first[1] + line[1]]
            x = [(first[0] + sum(line[2 : at + 1 : 2])) / PACKED for at in range(0, len(line), 2)]
            y = [(first[1] + sum(line[3 : at + 2 : 2])) / PACKED for at in range(0, len(line), 2)]
            assert all(west - 0.001 <= value <= west + 0.03 for value in x)
            assert all(south - 0.001 <= value <= south + 0.03 for value in y)
    lost = made.results.demand[~made.results.demand["served"] & (made.results.demand["weight"] > 0)]
    assert len(packed_homes(made.picture)) == 2 * len(lost)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: the job must install it (apt-get install chromium)")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"])
        yield started
        started.close()


class Watched:
    """A page and everything that it tried to do."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.requests: list[str] = []
        self.trouble: list[str] = []
        self.page = browser.new_page(viewport={"width": 1400, "height": 900})
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: (self.trouble.append(dialog.message), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("#communities td")


@pytest.fixture
def watched(browser: Any, made: Outputs, tmp_path: Path) -> Iterator[Watched]:
    path = tmp_path / "map.html"
    path.write_bytes(made.content("map.html"))
    found = Watched(browser, path)
    yield found
    found.page.close()
    assert found.requests == [path.as_uri()]
    assert found.trouble == []


@pytest.mark.browser
def test_names_show_as_text(watched: Watched) -> None:
    page = watched.page
    assert page.title() == "清河 {{ 1 + 1 }} <img src=x>"
    assert page.text_content("h1") == "清河 {{ 1 + 1 }} <img src=x>"
    listed = page.locator("#communities td button").all_text_contents()
    for name in EVIL:
        assert name in listed
    assert page.locator("img, #communities b").count() == 0
    labels = page.locator(".leaflet-tooltip.name > div > div:first-child").all_text_contents()
    assert set(EVIL) <= set(labels)


@pytest.mark.browser
def test_a_click_shows_the_figures_as_text(watched: Watched, made: Outputs) -> None:
    page = watched.page
    for row, name in enumerate(EVIL):
        site = page.locator(".leaflet-facilities-pane path").nth(row)
        site.dispatch_event("click")
        assert page.text_content("#details h3") == name
        said = dict(
            zip(page.locator("#details dt").all_text_contents(), page.locator("#details dd").all_text_contents(), strict=True)
        )
        assert said["电话"] == (plain(made.results.facilities["电话"].iloc[row]) or "–")
        assert said["状态"] == ("拟建" if row == 7 else "现状")
    page.locator("#communities td button", has_text="{{ 1 + 1 }}").click()
    assert page.text_content("#details h3") == "{{ 1 + 1 }}"


@pytest.mark.browser
def test_markup_that_got_in_could_not_run(watched: Watched) -> None:
    """The policy stops what escaping might miss: inline handlers, scripts and requests."""
    page = watched.page
    page.evaluate(
        "() => { const p = document.createElement('p'); p.innerHTML = '<img src=x onerror=alert(1)>'; document.body.append(p); }"
    )
    page.wait_for_timeout(200)
    blocked = [text for text in watched.trouble if "Content Security Policy" in text]
    assert blocked
    assert all("alert" not in text or "Policy" in text for text in watched.trouble)
    watched.trouble.clear()
    refused = page.evaluate("() => fetch('https://example.org/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    watched.trouble.clear()
    watched.requests[:] = [url for url in watched.requests if url.endswith("map.html")]


@pytest.mark.browser
def test_it_speaks_both_languages(watched: Watched) -> None:
    page = watched.page
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.text_content(".headline") == "43.1%"
    assert page.text_content(".served") == "682 人中已覆盖 294 人"
    page.click("#language")
    assert page.get_attribute("html", "lang") == "en"
    assert page.text_content(".served") == "294 of 682 people are served"
    assert page.text_content("#language") == "中文"
    legend = page.text_content("#legend")
    assert "everyone (100%)" in legend


@pytest.mark.browser
def test_layers_can_be_switched_off(watched: Watched, made: Outputs) -> None:
    page = watched.page
    paths = page.locator(".leaflet-facilities-pane path")
    assert paths.count() == len(made.results.facilities)
    page.locator("#legend label", has_text="设施").locator("input").uncheck()
    assert paths.count() == 0
    assert page.locator(".leaflet-facilities-pane text").count() == 0
    page.locator("#legend label", has_text="未覆盖的居住点").locator("input").check()
    assert page.locator(".leaflet-homes-pane canvas").count() == 1


@pytest.mark.browser
def test_gaps_are_hatched_and_numbered(watched: Watched) -> None:
    page = watched.page
    assert page.locator(".leaflet-gaps-pane path[fill='url(#hatch)']").count() == 2
    assert page.locator(".leaflet-tooltip.number .rank").all_text_contents() == ["1", "2"]
    assert "388" in page.text_content("#gaps")


@pytest.mark.browser
def test_it_prints_with_the_map_on_the_first_sheet(watched: Watched) -> None:
    page = watched.page
    document = page.pdf(prefer_css_page_size=True)
    assert 1 <= document.count(b"/Type /Page\n") <= 2
    page.wait_for_timeout(100)
    assert page.locator(".leaflet-streets-pane canvas").count() == 1
    assert "printing" not in (page.get_attribute("body", "class") or "")


@pytest.mark.browser
def test_the_page_reads_figures_as_all_other_outputs_do(watched: Watched) -> None:
    """Its minutes and shares are those of ``geo.maps.words``, beside the limit too (10 minutes here)."""
    page = watched.page
    seconds = [0.0, 2.9, 3.1, 594.0, 597.1, 599.99, 600.0, 600.001, 602.0, 605.9, 606.1, 1140.0, 4000.0, 366_000.0]
    ratios = [0.0, 1e-6, 0.0004, 0.4999, 0.5, 0.7349, 0.7499, 0.89999, 0.9, 0.99996, 1.0]
    said = page.evaluate("([s, r]) => [s.map(window.lifecircle.minutes), r.map(window.lifecircle.percent)]", [seconds, ratios])
    assert said == [[words.minutes(one, 600.0) for one in seconds], [words.percent(one, "en") for one in ratios]]


@pytest.mark.browser
def test_every_numbered_gap_is_listed(watched: Watched) -> None:
    page = watched.page
    listed = page.locator("#gaps td:first-child").all_text_contents()
    assert [name.partition(". ")[0] for name in listed] == page.locator(".leaflet-tooltip.number .rank").all_text_contents()
    assert listed == ["1. 东门、幸福里一带", "2. 不在任何社区内"]
    assert page.locator("#gaps td.number").all_text_contents() == ["15", "30.2", "388", "无路可达", "无路可达", "<1"]
