"""What other people notice of a server at work: how fast it answers them, and how much memory it takes."""

from __future__ import annotations

import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo.sources.process_watch import used_by
from tests.ui.chromium import end_planner, free_port, start_planner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_PATHS = ("/_stcore/health", "/", "/assets/leaflet.js")


@dataclass
class Probe:
    """Somebody who asks the server for something a few times a second, each time timed alone, and an eye on its memory."""

    address: str
    pid: int
    slowest_s: dict[str, float] = field(default_factory=dict)
    most_bytes: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.over.wait(0.2):
            for path in _PATHS:
                begin = time.monotonic()
                with urllib.request.urlopen(self.address + path, timeout=30) as answer:  # noqa: S310  (our own server)
                    answer.read()
                self.slowest_s[path] = max(self.slowest_s.get(path, 0.0), time.monotonic() - begin)
            self.most_bytes = max(self.most_bytes, used_by(self.pid).memory_bytes or 0)

    @property
    def told(self) -> str:
        slow = ", ".join(f"{path} {seconds:.2f} s" for path, seconds in self.slowest_s.items())
        return f"slowest answers to others: {slow}; server at most {self.most_bytes / 1e6:.0f} MB"


@contextmanager
def probing(address: str, pid: int) -> Iterator[Probe]:
    """A probe at work beside the test."""
    probe = Probe(address, pid)
    thread = threading.Thread(target=probe.run, daemon=True)
    thread.start()
    try:
        yield probe
    finally:
        probe.over.set()
        thread.join()


@contextmanager
def planner_process(log: Path) -> Iterator[tuple[str, int]]:
    """The planner's address and the number of its process."""
    port = free_port()
    server = start_planner(log, port)
    try:
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        end_planner(server)


def begin_upload(page: Any, files: Iterable[Path]) -> str:
    """Upload by hand and press the button; gives the study that is open before."""
    page.locator(".st-key-chooser summary").click()
    before = str(page.locator(".lc-study").inner_text())
    page.locator("[class*='st-key-upload-'] input[type=file]").set_input_files([*files])
    page.locator(".st-key-open-upload button").click(timeout=60_000)
    return before


def end_of_upload(page: Any, before: str, meanwhile: Callable[[], object] = lambda: None, patience_s: float = 100) -> str | None:
    """The sentence that answers it; None when it opens."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if page.locator(".st-key-notice").count():
            return str(page.locator(".st-key-notice").inner_text())
        if page.locator(".lc-study").count() and page.locator(".lc-study").inner_text() != before:
            return None
        meanwhile()
        page.wait_for_timeout(200)
    return f"Something went wrong: no answer in {patience_s} s"
