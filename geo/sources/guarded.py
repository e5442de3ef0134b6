"""Work on strangers' files in a process of its own, with limits of memory and time.

A file may be made to crash a reader, to fill the memory or to keep it busy. So whatever is done with an uploaded file
is done by a child (``python -m geo.sources.guarded_child JOB``) that is told by a line of JSON what to do, answers by lines of
JSON and leaves its results as plain files; whatever happens to it, the parent only gets values or a sentence.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import errors
from geo.errors import GeoError, InputDataError
from geo.messages import msg, one_line
from geo.sources import guard
from geo.sources.plainform import message_from_plain
from geo.sources.process_watch import used_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Progress = Callable[[str, float], None]

MEMORY_BYTES = 3_000_000_000
SECONDS = 120.0
AT_ONCE = 2  # children at work; others wait their turn, so that many uploads don't multiply memory
_SMALL = (480_000_000, 7.0)  # bytes and seconds that any study may take …
_EACH_MB = (40_000_000, 4.0)  # … and more for each megabyte of files: some ten times what honest ones take
_SECONDS_TO_START = 180.0  # the very first start compiles the loops
_LOOK_S = 0.025
_LONGEST_LINE = 200_000
_LINES_AHEAD = 100
_LONGEST_WHY = 200
_turn = threading.BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Budget:
    """How much memory a child may use, how long it may work, and how long it may take whatever it waits for."""

    memory_bytes: int = MEMORY_BYTES
    work_s: float = SECONDS
    wall_s: float = SECONDS

    @classmethod
    def of_files(cls, folder: Path) -> Budget:
        """What files of their size may take; large ones no more than there is."""
        size_mb = sum(part.stat().st_size for part in folder.rglob("*") if part.is_file()) / 1e6
        memory, seconds = (least + each * size_mb for least, each in zip(_SMALL, _EACH_MB, strict=True))
        return cls(int(min(memory, MEMORY_BYTES)), min(seconds, SECONDS))


class Cancelled(Exception):  # noqa: N818  (nothing went wrong: somebody wants it no longer)
    """The work was given up because nobody wants it any more."""


def _never() -> bool:
    return False


def _silent(_stage: str, _share: float) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class Work:
    """What a child is to do.

    ``job``: a module of ours with a function ``run``; ``request``: what that is told, as JSON values; ``file``: what a
    sentence names as long as the child has not begun with any file; ``folder``: where the files lie, which no sentence tells;
    ``progress`` is called as for :func:`geo.sources.study.load_study`; ``cancelled`` is asked whether it is still wanted.
    """

    job: str
    request: Mapping[str, Any]
    file: str
    folder: Path
    budget: Budget = field(default_factory=Budget)
    progress: Progress = _silent
    cancelled: Callable[[], bool] = _never


def done_by_child(work: Work) -> Any:  # noqa: ANN401  (JSON values)
    """What the child answers; its results lie where the request said.

    Raises
    ------
    GeoError
        What the child raised; and InputDataError when it took too long or too much memory, or broke.
    Cancelled
        When it was no longer wanted.
    """
    while not _turn.acquire(timeout=0.2):
        if work.cancelled():
            raise Cancelled
    try:
        return _Child(work).answer()
    finally:
        _turn.release()


class _Child:
    """One process at one piece of work."""

    def __init__(self, work: Work) -> None:
        self._work, self._file = work, work.file
        self._lines: queue.Queue[str] = queue.Queue(_LINES_AHEAD)
        self._over = threading.Event()
        self._begun = time.monotonic()
        self._at_work: float | None = None  # seconds of work used up when it was ready; None while it starts
        self._may_rest = True  # it may get ready once more, for what comes after the reading
        self._process = _start(work)

    def answer(self) -> Any:  # noqa: ANN401
        """Wait for the end, told or not."""
        listener = threading.Thread(target=self._listen, daemon=True)
        listener.start()
        try:
            while True:
                try:
                    line = self._lines.get(timeout=_LOOK_S)
                except queue.Empty:
                    self._look()
                    continue
                told = _told(line)
                if "done" in told:
                    return told["done"]
                try:
                    self._take(told)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    if isinstance(error, GeoError):
                        raise
                    raise self._broken() from error
        finally:
            self._over.set()
            self._process.kill()
            listener.join()
            with contextlib.suppress(OSError):  # what was on its way to a dead child is of no use
                self._process.communicate()

    def _listen(self) -> None:
        """Pass the child's lines on; an empty one is the end."""
        out, line = self._process.stdout, "-"
        while out is not None and line:
            line = out.readline(_LONGEST_LINE)
            while not self._over.is_set():
                with contextlib.suppress(queue.Full):
                    self._lines.put(line, timeout=_LOOK_S)
                    break

    def _take(self, told: Mapping[str, Any]) -> None:
        """What the child says on its way."""
        work = self._work
        if not told:
            raise self._broken()
        if "starting" in told and self._may_rest:
            self._begun, self._at_work, self._may_rest = time.monotonic(), None, False
        elif "ready" in told and self._at_work is None:
            self._begun, self._at_work = time.monotonic(), used_by(self._process.pid).work_s or 0.0
        elif "file" in told:
            self._file = one_line(str(told["file"]))[:_LONGEST_WHY] or work.file
        elif "stage" in told:
            work.progress(message_from_plain({"template": told["stage"], "values": {}}).template, float(told["share"]))
        elif "error" in told:
            raise _error_of(told, work.folder)
        elif "broken" in told:
            _log.warning("The child stopped at %s: %s", self._file, one_line(str(told["broken"]))[:4000])
            # The words of a library say nothing to a planner; whoever runs the server finds them in its log.
            sentence = msg(
                "{file} is damaged or written in a way that is not read; export it again from the program that made it."
            )
            raise InputDataError(sentence, file=self._file)
        self._look()

    def _look(self) -> None:
        """See that the child keeps within its limits and is still wanted."""
        work, budget = self._work, self._work.budget
        if work.cancelled():
            raise Cancelled
        wall = time.monotonic() - self._begun
        if self._at_work is None:
            if wall > _SECONDS_TO_START:
                raise self._late(_SECONDS_TO_START)
            return
        used = used_by(self._process.pid)
        if used.memory_bytes is not None and used.memory_bytes > budget.memory_bytes:
            sentence = msg("{file} needs more than {limit} MB of memory and was given up; make it smaller.")
            raise InputDataError(sentence, file=self._file, limit=budget.memory_bytes // 1_000_000)
        at_work = wall if used.work_s is None else used.work_s - self._at_work
        if at_work > budget.work_s or wall > budget.wall_s:
            raise self._late(budget.work_s if at_work > budget.work_s else budget.wall_s)

    def _broken(self) -> InputDataError:
        return InputDataError(msg("{file} needs too much memory or is damaged; it was not read."), file=self._file)

    def _late(self, seconds: float) -> InputDataError:
        sentence = msg("{file} took longer than {seconds} s to read and was given up; make it smaller.")
        return InputDataError(sentence, file=self._file, seconds=round(seconds, 1))


def _start(work: Work) -> subprocess.Popen[str]:
    """A child whose GDAL has only plain drivers and whose libraries keep to one thread."""
    few = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "PROJ_NETWORK": "OFF"}
    child = subprocess.Popen(  # noqa: S603  (our own program and one of our own modules)
        [sys.executable, "-m", "geo.sources.guarded_child", work.job],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        cwd=Path(__file__).parents[2],
        env={**os.environ, **guard.GDAL_ENVIRONMENT, **few, "PYTHONIOENCODING": "utf-8"},
    )
    with contextlib.suppress(OSError):  # one that died at once is told by its silence
        if child.stdin is not None:
            child.stdin.write(json.dumps({"memory_bytes": work.budget.memory_bytes, **work.request}) + "\n")
            child.stdin.flush()
    return child


def _told(line: str) -> dict[str, Any]:
    """The values of a line; nothing for the end and for what is no whole line."""
    if not line.endswith("\n"):
        return {}
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _at_home(value: object, folder: Path) -> object:
    """A value of a sentence without the folder of the files, which is the server's own affair."""
    if isinstance(value, str):
        return value.replace(str(folder) + os.sep, "").replace(str(folder), ".")
    return tuple(_at_home(item, folder) for item in value) if isinstance(value, tuple) else value


def _error_of(told: Mapping[str, Any], folder: Path) -> GeoError:
    """The child's error as one of ours."""
    message = message_from_plain(told["error"])
    sort = getattr(errors, str(told.get("sort")), InputDataError)
    known = isinstance(sort, type) and issubclass(sort, GeoError)
    values = {key: _at_home(value, folder) for key, value in message.values.items()}
    return (sort if known else InputDataError)(message.template, **values)
