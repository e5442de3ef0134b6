"""A watcher beside the command: whatever a file does to the process that reads it, the user gets one sentence.

Readers are compiled libraries; some files make them crash, loop or fill the memory, and no ``except`` catches that.
So on systems that can fork, the command is done by a child, forked before anything is imported (a thousandth of a
second), which tells through a pipe which file it is reading. The watcher ends it when one file takes more time or
memory than its size justifies, and says what happened. Work on data already read has no limit.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from geo.cli import voice
from geo.i18n import say
from geo.messages import msg
from geo.sources.attention import watcher
from geo.sources.process_watch import used_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS, SECONDS_PER_MB = 7.0, 4.0  # of the processor, for one file
MEMORY_BYTES, MEMORY_PER_BYTE = 250_000_000, 40  # beyond what was in use before it
_LOOK_S = 0.05
_DIES_WITH_PARENT = 1  # Linux's PR_SET_PDEATHSIG
_UNWATCHED = {"app"}  # it runs until it is told to end

_TOO_SLOW = msg("{file} took longer than {seconds} s to read and was given up; make it smaller, or save it again.")
_TOO_MUCH = msg("Reading {file} took more than {size} MB of memory and was given up; make it smaller, or save it again.")
_BROKEN = msg("{file} broke the program that reads it ({why}); the file is damaged, save it again.")
_BROKE_OFF = msg("The command broke off ({why}). This is a fault of the program; please report it with the study.")
_NO_MEMORY = msg(
    "The system ended the command, most likely because the memory was full; close other programs or take a smaller study."
)


@dataclass
class _File:
    """The file being read, and what was used up when its reading began."""

    name: str
    size: int
    work_s: float
    memory_bytes: int

    @property
    def seconds(self) -> float:
        return SECONDS + SECONDS_PER_MB * self.size / 1e6

    @property
    def bytes(self) -> int:
        return MEMORY_BYTES + MEMORY_PER_BYTE * self.size


def watched(work: Callable[[], None]) -> None:
    """Do the work under a watcher where that is possible; else just do it."""
    plain = sys.stdout is sys.__stdout__ and sys.stderr is sys.__stderr__ and threading.active_count() == 1
    if not hasattr(os, "fork") or not plain or _UNWATCHED & set(sys.argv[1:3]):
        work()
        return
    ear, mouth = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(mouth)
        _watch(child, ear)
    os.close(ear)
    _die_with(parent)
    watcher.set(lambda path: _tell(mouth, path))
    work()


def _die_with(parent: int) -> None:
    """End at once when the watcher is killed: who kills the command means all of it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def _tell(mouth: int, path: Path | None) -> None:
    size = 0
    with contextlib.suppress(OSError):  # the reader says it when there is no such file
        size = path.stat().st_size if path is not None else 0
    line = json.dumps([path.name[:200], size] if path is not None else None)
    with contextlib.suppress(BrokenPipeError):  # nobody watches any more
        os.write(mouth, line.encode() + b"\n")


def _watch(child: int, ear: int) -> NoReturn:
    """Wait for the child's end and end alike, with a sentence where it could say none itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells both, and the child ends in its own way
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: os.kill(child, got))
    file: _File | None = None
    sentence: str | None = None
    heard = b""
    while True:
        ready, _, _ = select.select([ear], [], [], _LOOK_S if file else None)
        if ready:
            piece = os.read(ear, 1 << 16)
            if not piece:
                break
            *lines, heard = (heard + piece).split(b"\n")
            for line in lines:
                file = _begun(line, child)
        elif file and sentence is None:
            sentence = _over(file, child)
            if sentence:
                os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    _end(os.waitstatus_to_exitcode(status), sentence, file)


def _begun(line: bytes, child: int) -> _File | None:
    told = json.loads(line)
    if told is None:
        return None
    used = used_by(child)
    return _File(told[0], told[1], used.work_s or 0.0, used.memory_bytes or 0)


def _over(file: _File, child: int) -> str | None:
    """The sentence when a file takes more than its size justifies."""
    used = used_by(child)
    if used.work_s is not None and used.work_s - file.work_s > file.seconds:
        return say(_TOO_SLOW, voice.language(), file=file.name, seconds=round(file.seconds))
    if used.memory_bytes is not None and used.memory_bytes - file.memory_bytes > file.bytes:
        return say(_TOO_MUCH, voice.language(), file=file.name, size=file.bytes // 1_000_000)
    return None


def _end(code: int, sentence: str | None, file: _File | None) -> NoReturn:
    if code >= 0:
        os._exit(code)  # the child has said everything
    if sentence is None:
        if -code in {signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE}:
            signal.signal(-code, signal.SIG_DFL)
            os.kill(os.getpid(), -code)
        why = signal.strsignal(-code) or str(-code)
        if -code == signal.SIGKILL:
            sentence = say(_NO_MEMORY, voice.language())
        elif file:
            sentence = say(_BROKEN, voice.language(), file=file.name, why=why)
        else:
            sentence = say(_BROKE_OFF, voice.language(), why=why)
    voice.complain(sentence)
    sys.stderr.flush()
    os._exit(1)
