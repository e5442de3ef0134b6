"""The child of :mod:`geo.sources.guarded`: does one job and answers by lines of JSON.

``python -m geo.sources.guarded_child JOB``; the job is a module of ours with ``get_ready()``, which has no stranger's file
in its hands and is not counted, and ``run(request, says)``.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from geo.errors import GeoError, InputDataError
from geo.messages import Message, msg
from geo.sources.plainform import plain_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_ROOM_BYTES = 3_000_000_000  # of addresses beyond the memory: libraries and threads reserve much that they never use
_FILE_BYTES = 2_000_000_000


class Says:
    """What the child says on its way."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._file = ""

    def line(self, **values: object) -> None:
        """One line of JSON."""
        self._out.write(json.dumps(values) + "\n")
        self._out.flush()

    def file(self, name: str) -> None:
        """Which file is being read; empty for work on all of them."""
        self._file = name
        self.line(file=name)

    def stage(self, stage: str, share: float) -> None:
        """What is being done, and how much of it."""
        self.line(stage=stage, share=share)

    def made_ready(self, work: Callable[[], None]) -> None:
        """Do what has no stranger's file in its hands, which is not counted; the parent allows it once."""
        self.file("")
        self.line(starting=True)
        work()
        self.line(ready=True)

    def end(self, work: Callable[[], object]) -> None:
        """Do the work and say how it ended."""
        try:
            self.line(done=work())
        except GeoError as error:
            self.line(sort=type(error).__name__, error=plain_message(error.message))
        except MemoryError:
            told = Message(msg("{file} needs too much memory or is damaged; it was not read."), {"file": self._file})
            self.line(sort=InputDataError.__name__, error=plain_message(told))
        except Exception:  # noqa: BLE001  (what nobody foresaw: its trace goes to the server's log, not to the page)
            trace = [line[:200] for line in traceback.format_exc().splitlines() if line.strip(" ~^")]
            self.line(broken=" | ".join(trace[-8:])[-1500:])


def _limit(memory_bytes: int) -> None:
    """Bound this process's memory and files, where the system can do that (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    most = memory_bytes + _ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent() -> None:
    """Nobody waits for an answer when the other end of standard input is gone: the server has ended."""
    sys.stdin.read()
    os._exit(1)


def main(job: str) -> None:
    """Do the one job that stands on standard input."""
    # What a library prints must not get between the answers.
    says = Says(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)
    request: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(int(request["memory_bytes"]))
    module = importlib.import_module(job)
    module.get_ready()
    says.line(ready=True)
    says.end(lambda: module.run(request, says))


if __name__ == "__main__":
    main(sys.argv[1])
