"""Twenty pages at once: none sees another's layers, and their memory comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo.sources.process_watch import used_by
from tests.ui.many_pages import BarePage, status
from tests.ui.other_people import planner_process

if TYPE_CHECKING:
    from pathlib import Path

PAGES = 20
MORE_BYTES = 100_000_000  # that a second twenty may leave beyond the first


def memory_after(address: str, pid: int) -> int:
    """What the server holds once twenty pages have been opened, looked into each other and been closed."""
    pages = [BarePage(address, ("en", "zh-CN")[number % 2]) for number in range(PAGES)]
    for page in pages:
        page.open()
    for page in pages:
        page.drawn()
    tokens = [{token for token, _ in page.layers} for page in pages]
    assert len({token for own in tokens for token in own}) == PAGES
    assert {len(own) for own in tokens} == {1}
    files = [{file for _, file in page.layers} for page in pages]
    for page, other, theirs in zip(pages[:4], tokens[1:5], files[1:5], strict=True):
        (token,), (strange,) = {token for token, _ in page.layers}, other
        own = {file for _, file in page.layers}
        first = min(own - theirs)  # words of its language: the other page has no such file
        assert status(f"{address}/layers/{token}/{first}") == 200
        assert status(f"{address}/layers/{strange}/{first}") == 404
        assert status(f"{address}/layers/{'0' * 32}/{first}") == 404
    for page in pages:
        page.close()
    held = used_by(pid).memory_bytes
    assert held is not None
    return held


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_pages_are_apart_and_leave_nothing_behind(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    with planner_process(log) as (address, pid):
        held = [memory_after(address, pid) for _ in range(4)]
    print("MB after each twenty pages:", [round(one / 1e6) for one in held])  # noqa: T201
    assert held[-1] - held[1] < MORE_BYTES
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")
