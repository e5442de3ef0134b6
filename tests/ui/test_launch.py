"""Starting and ending the planner from the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from geo.ui import launch

if TYPE_CHECKING:
    from pathlib import Path


def test_only_this_machine_is_listened_to_and_nothing_is_sent_anywhere() -> None:
    typed = launch.command(8599, headless=True)
    assert "--server.address=127.0.0.1" in typed
    assert "--browser.gatherUsageStats=false" in typed
    assert "--server.port=8599" in typed
    assert launch.entry().is_file()


def test_the_study_reaches_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    script = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(os.environ['LIFECIRCLE_STUDY'])"
    monkeypatch.setattr(launch, "command", lambda *_a, **_k: [sys.executable, "-c", script])
    assert launch.launch(tmp_path / "study.toml", headless=True) == 0
    assert told.read_text() == str(tmp_path / "study.toml")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to pass on")
def test_whoever_ends_the_command_ends_the_server(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"import os, pathlib, time; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(60)"
    typed = f"launch.command = lambda *a, **k: [sys.executable, '-c', {child!r}]"
    program = f"import sys; from geo.ui import launch; {typed}; launch.launch(None)"
    with subprocess.Popen([sys.executable, "-c", program]) as command:
        until = time.monotonic() + 20
        while not (pid.exists() and pid.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        command.send_signal(signal.SIGTERM)
        command.wait(10)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
