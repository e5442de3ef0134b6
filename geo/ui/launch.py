"""Start the planner: the web server on this machine, and the browser on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from geo.settings import Settings
from geo.ui.hosts import named_hosts
from geo.ui.opening import STUDY_VARIABLE
from geo.ui.upload_room import LARGEST_MB

_HERE = Path(__file__).parent
_SECONDS_TO_END = 5.0
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (asked for by name on the command line, never by itself)
# What must hold wherever it is started from; how it looks stands in .streamlit/config.toml.
HOST = "127.0.0.1"
OPTIONS = {
    "server.maxUploadSize": str(LARGEST_MB),
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


def command(port: int, *, headless: bool, host: str = HOST) -> list[str]:
    """What is typed to start the server."""
    options = [f"--{name}={value}" for name, value in ({"server.address": host} | OPTIONS).items()]
    start = [sys.executable, "-m", "streamlit", "run", str(entry())]
    return [*start, *options, f"--server.port={port}", f"--server.headless={str(headless).lower()}"]


class Listening(NamedTuple):
    """Where the server listens, and the names it answers to besides this machine's own."""

    port: int = 8501
    host: str = HOST
    allow_hosts: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Every such name: those of the setting, those of the command, and the address itself if it is one.

        Raises
        ------
        SettingError
            For what is no name of a host.
        """
        own = () if self.host in EVERYWHERE else (self.host,)
        names = tuple(dict.fromkeys((*Settings().allow_hosts, *self.allow_hosts, *own)))
        named_hosts(names)
        return names


def launch(study: Path | None, listening: Listening | None = None, *, headless: bool = False) -> int:
    """Run the planner until it is stopped; gives the exit status.

    Parameters
    ----------
    study
        Study file to open; the embedded town when None.
    listening
        Where it listens; at port 8501 of this machine, and not to other machines, when None.
    headless
        Whether to leave the browser closed.
    """
    listening = listening or Listening()
    env = dict(os.environ) | {"LIFECIRCLE_ALLOW_HOSTS": ",".join(listening.names())}
    if study is not None:
        env[STUDY_VARIABLE] = str(study.resolve())
    typed = command(listening.port, headless=headless, host=listening.host)
    server = subprocess.Popen(typed, env=env)  # noqa: S603  (our own command)
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
