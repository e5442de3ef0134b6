"""Finding a Chromium, and starting and ending the planner's server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.ui.launch import command

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_HOW = (
    "The browser tests need Chromium or Chrome: install it "
    "(Debian: apt-get install chromium; Windows and macOS: google.com/chrome), "
    "or set LIFECIRCLE_CHROMIUM to its program file."
)
_SECONDS_TO_START = 60


def find_chromium() -> str:
    """The browser's program file; without one the test is skipped, and fails where CI is set."""
    named = os.environ.get("LIFECIRCLE_CHROMIUM", "")
    found = [path for path in (named, *_USUAL) if path and Path(path).is_file()]
    found += [path for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (path := shutil.which(name))]
    if found:
        return found[0]
    if os.environ.get("CI"):
        pytest.fail(_HOW)
    pytest.skip(_HOW)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def planner_server(log: Path) -> Iterator[str]:
    """The planner on a free port of this machine; ended by its own process when the tests are done."""
    port = free_port()
    server = start_planner(log, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        end_planner(server)


def start_planner(log: Path, port: int, **more: str) -> subprocess.Popen[bytes]:
    """Start the planner and wait until it answers; ``more`` is set in its environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMLIT_", "LIFECIRCLE_"))}
    env["LIFECIRCLE_CACHE_DIR"] = str(log.parent / "cache")  # no plan of these tests is ever offered to anybody
    with log.open("ab") as out:
        server = subprocess.Popen(command(port, headless=True), env=env | more, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log)
    except BaseException:
        end_planner(server)
        raise
    return server


def end_planner(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  (our own server)
                return
        except OSError:
            time.sleep(0.2)
    print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)  # noqa: T201
    pytest.fail("The planner's server did not start; its log is above.")
