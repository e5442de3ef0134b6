"""Start the planner: the web server on this machine, and the browser on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from geo.ui.opening import STUDY_VARIABLE

_HERE = Path(__file__).parent
_SECONDS_TO_END = 5.0
# What must hold wherever it is started from; how it looks stands in .streamlit/config.toml.
OPTIONS = {
    "server.address": "127.0.0.1",
    "server.maxUploadSize": "50",
    "server.enableXsrfProtection": "true",
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": "false",  # else the first start waits for an answer in the terminal
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
}


def entry() -> Path:
    """The file that builds the web application: beside this one when installed, else at the top of the repository."""
    beside = _HERE / "app.py"
    return beside if beside.is_file() else _HERE.parent.parent / "app.py"


def command(port: int, *, headless: bool) -> list[str]:
    """What is typed to start the server."""
    options = [f"--{name}={value}" for name, value in OPTIONS.items()]
    start = [sys.executable, "-m", "streamlit", "run", str(entry())]
    return [*start, *options, f"--server.port={port}", f"--server.headless={str(headless).lower()}"]


def launch(study: Path | None, port: int = 8501, *, headless: bool = False) -> int:
    """Run the planner until it is stopped; gives the exit status.

    Parameters
    ----------
    study
        Study file to open; the embedded town when None.
    port
        Port on this machine; nothing listens to other machines.
    headless
        Whether to leave the browser closed.
    """
    env = dict(os.environ)
    if study is not None:
        env[STUDY_VARIABLE] = str(study.resolve())
    server = subprocess.Popen(command(port, headless=headless), env=env)  # noqa: S603  (our own command)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us ends the server as well
    try:
        return server.wait()
    except KeyboardInterrupt:
        return _ended(server)
    finally:
        signal.signal(signal.SIGTERM, before)


def _ended(server: subprocess.Popen[bytes]) -> int:
    """End the server; it would wait for every open page, so its patience is limited."""
    server.terminate()
    try:
        return server.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()
