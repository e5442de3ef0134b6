"""Running a program as a process of its own, from start to end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.city import ROOT


@dataclass(frozen=True)
class Ended:
    """What a process took and gave."""

    seconds: float
    peak_mb: float | None
    answer: dict[str, Any]


class ProgramError(RuntimeError):
    """A timed program failed."""


def program(name: str, *args: str | Path) -> Ended:
    """One of :mod:`benchmarks.programs`, timed from the start of the interpreter to its end."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "benchmarks.programs", str(report), name, *map(str, args)]
        # Every installed program has its bytecode, peers' as well as ours; a checkout must be let write its own.
        own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begin
        if done.returncode:
            message = f"{name} failed: {done.stderr.strip()[-2000:]}"
            raise ProgramError(message)
        told = json.loads(report.read_text(encoding="utf-8"))
    return Ended(seconds, told["peak_mb"], told["answer"])


def quickest(one: Ended, other: Ended) -> Ended:
    return one if one.seconds <= other.seconds else other
