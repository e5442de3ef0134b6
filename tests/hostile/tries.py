"""One try of a case: the installed command in a process of its own, with what it used."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = Path(sys.executable).parent / "lifecircle"
METER = Path(__file__).with_name("meter.py")


class Outcome(NamedTuple):
    """How a command ended: status, what it said, seconds of the processor, and the most memory of any of its processes."""

    status: int
    out: str
    err: str
    work_s: float
    memory_mb: float


def tried(*words: object) -> Outcome:
    """The command, bounded; what its processes used is told by the system when they end."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        got = subprocess.run(
            [sys.executable, "-I", "-S", METER, report, COMMAND, *map(str, words)],
            capture_output=True,
            check=False,
            env={**os.environ, "LIFECIRCLE_LANG": "en"},
        )
        used = json.loads(report.read_text())
    return Outcome(out=got.stdout.decode(errors="replace"), err=got.stderr.decode(errors="replace"), **used)


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine where nobody should call, and who did."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        calls: list[str] = []
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    guest, _ = door.accept()
                except TimeoutError:
                    continue
                with guest:
                    guest.settimeout(1)
                    calls.append(guest.recv(200).decode(errors="replace"))

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield door.getsockname()[1], calls
        finally:
            over.set()
            listener.join()
