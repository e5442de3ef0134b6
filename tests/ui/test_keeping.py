"""No edit that was on the screen is lost: not by a kill, a reload, another window, or a full disk."""

from __future__ import annotations

import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.ui.chromium import end_planner, free_port, start_planner
from tests.ui.conftest import QINGHE
from tests.ui.planner_page import Planner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from subprocess import Popen

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SECTIONS = ("社区", "服务盲区", "对比", "数据检查", "下载")


class Program:
    """The planner as a program that is killed and started again on the same address, cache and temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.server: Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = start_planner(self.folder / "log.txt", self.port, TMPDIR=str(self.temp), LIFECIRCLE_LANG="zh")

    def end(self, number: signal.Signals) -> None:
        assert self.server is not None
        self.server.send_signal(number)
        self.server.wait(15)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    one = Program(tmp_path)
    one.start()
    yield one
    if one.server is not None:
        end_planner(one.server)


@pytest.fixture
def planner(program: Program, chromium: Browser) -> Iterator[Planner]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    one = Planner(context.new_page())
    one.open(program.address)
    one.page.wait_for_url("**/?desk=*")
    yield one
    context.close()


def seen(page: Planner, sites: int) -> None:
    """Until that many sites stand in the plan's list: what is lost after that was on the screen."""
    page.page.locator("[class*='st-key-see-plan-']").nth(sites - 1).wait_for()


def again(page: Planner, sites: int) -> None:
    for attempt in range(3):
        try:
            page.page.reload()
            break
        except Exception:  # the server of before is just gone
            if attempt == 2:
                raise
            time.sleep(1)
    page.wait_drawn(sites=sites, patience_ms=90_000)


def place(page: Planner) -> None:
    """Place in the middle of the map, by the keyboard: no site that stands there already is in the way."""
    page.map.evaluate("map.getContainer().focus()")
    page.page.keyboard.press("Enter")


def work(program: Program, page: Planner, rounds: int, sections: Sequence[str]) -> None:
    """Place, and kill or reload in the moment that the site is seen, with each section open in turn."""
    sites = 0
    for section in sections:
        page.section(section)
        page.page.wait_for_timeout(200)
        for number in range(rounds):
            page.mode(1)
            place(page)
            sites += 1
            seen(page, sites)
            if number % 2 == 0:
                program.end(signal.SIGKILL)
                program.start()
            again(page, sites)
            assert len(page.sites()) == sites


def test_a_kill_and_a_reload_while_the_comparison_is_open_lose_nothing(program: Program, planner: Planner) -> None:
    work(program, planner, 2, ("对比",))


def test_an_edit_without_an_answer_is_kept_by_the_browser_and_done_once(program: Program, planner: Planner) -> None:
    """The site is on the map, the program stands still; then it is killed, or it goes on while the page is reloaded."""
    assert program.server is not None
    planner.mode(1)
    planner.page.wait_for_timeout(500)
    for sites, number in ((1, signal.SIGKILL), (2, signal.SIGCONT)):
        program.server.send_signal(signal.SIGSTOP)
        place(planner)
        planner.map.locator(".lc-ghost").wait_for()
        if number == signal.SIGKILL:
            program.end(number)
            program.start()
        else:
            program.server.send_signal(number)
        again(planner, sites)
        planner.mode(1)
    again(planner, 2)
    assert len(planner.sites()) == 2


@pytest.mark.long
@pytest.mark.timeout(1700)
def test_twenty_kills_and_reloads_with_every_section_open_lose_nothing(program: Program, planner: Planner) -> None:
    work(program, planner, 20, SECTIONS)


@pytest.mark.long
def test_forty_edits_in_two_windows_are_forty(planner: Planner, chromium: Browser) -> None:
    """Alternately, and then both at once."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    other = Planner(context.new_page())
    other.open(planner.page.url)
    both = (planner, other)
    for page in both:
        page.mode(1)
    for number in range(20):
        one, turn = both[number % 2], both[number % 2].turn
        place(one)
        one.wait_drawn(turn, sites=number + 1)
    for _ in range(10):
        for page in both:
            place(page)
        planner.page.wait_for_timeout(600)
    for page in both:
        page.wait_drawn()  # all that was done has been handled: what only waits in the browser dies with a reload
    again(planner, 40)
    context.close()


@pytest.mark.long
def test_a_full_disk_is_said_at_once_and_what_was_done_is_kept_afterwards(
    program: Program, planner: Planner, gap: tuple[float, float]
) -> None:
    planner.click(*gap, sites=1)
    desks = program.folder / "cache" / "desks"
    desks.rename(program.folder / "aside")
    desks.write_text("in the way", encoding="utf-8")  # nothing can be written there, by nobody
    said = planner.page.locator(".st-key-unkept")
    for sites in (2, 3):
        planner.click(gap[0] + 0.002 * sites, gap[1], sites=sites)
        said.get_by_text("暂时无法保存").wait_for()
    box, headline = said.bounding_box(), planner.page.locator(".lc-headline").bounding_box()
    assert box is not None
    assert headline is not None
    assert box["x"] + box["width"] <= headline["x"]
    desks.unlink()
    shutil.move(program.folder / "aside", desks)
    planner.click(gap[0] + 0.002 * 4, gap[1], sites=4)
    said.wait_for(state="detached")
    again(planner, 4)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_upload_goes_with_the_program_and_its_plan_comes_back_with_the_files(
    program: Program, planner: Planner, gap: tuple[float, float], number: signal.Signals
) -> None:
    def upload() -> None:
        planner.page.get_by_text("打开其他项目").click()
        names = ("study.toml", "streets.osm.pbf", "communities.geojson", "facilities.csv", "homes.csv", "candidates.csv")
        field = planner.page.locator("[class*='st-key-upload-'] input[type=file]")
        field.set_input_files([QINGHE / name for name in (*names, "requests.csv")])
        before = planner.page.url
        planner.page.locator(".st-key-open-upload button").click()
        # until then the study of before is open, and drawn again
        planner.page.wait_for_url(lambda url: url != before and "desk=" in url, timeout=60_000)
        planner.wait_drawn(patience_ms=60_000)

    upload()
    planner.page.wait_for_timeout(500)
    planner.click(*gap, sites=1)
    assert list(program.temp.rglob("homes.csv"))
    program.end(number)
    if number == signal.SIGTERM:
        assert not list(program.temp.rglob("homes.csv"))
    program.start()
    assert not list(program.temp.rglob("homes.csv"))
    again(planner, 0)
    planner.page.locator(".st-key-notice").get_by_text("重新上传同样的文件").wait_for()
    upload()
    planner.wait_drawn(sites=1)
