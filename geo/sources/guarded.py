"""Reading strangers' files in a process of their own, with limits of memory and time.

A file may be made to crash a reader or to fill the memory. Here the reading is done by a child
(``python -m geo.sources.guarded``) that is told by a line of JSON what to read and answers by
another; whatever happens to it, the parent only gets rows or a sentence.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from geo import errors
from geo.errors import GeoError, InputDataError
from geo.messages import Message, msg
from geo.sources import guard, study_file
from geo.sources.layers import Layer, LayerRequest, read_layer
from geo.sources.network import read_network
from geo.sources.network_store import open_network, save_network
from geo.sources.plainform import layer_from_plain, message_from_plain, plain_layer, plain_message

if TYPE_CHECKING:
    from types import TracebackType

    from geo.model import WalkNetwork

MEMORY_BYTES = 3_000_000_000
SECONDS = 120.0


class GuardedReader:
    """A child process that reads one layer after another; use it in a ``with`` block."""

    def __init__(self, folder: Path, seconds: float = SECONDS) -> None:
        self._folder, self._seconds = folder.resolve(), seconds
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def read(self, ask: LayerRequest) -> Layer:
        """The layer, as :func:`geo.sources.layers.read_layer` gives it.

        Raises
        ------
        GeoError
            What that function raises; and InputDataError when the file lies outside the study's
            folder, takes too long, or breaks the reader.
        """
        guard.check_inside(ask.path, self._folder, ask.table.path)
        answer = self._answer({**asdict(ask), "path": str(ask.path.resolve()), "sort": type(ask.table).__name__}, ask.table.path)
        return layer_from_plain(answer)

    def network(self, path: Path, crs: str) -> WalkNetwork:
        """The walk network of a street file, built by the child and handed over as a compiled file.

        Raises
        ------
        GeoError
            As :func:`geo.sources.network.read_network`, and as :meth:`read`.
        """
        guard.check_inside(path, self._folder, path.name)
        handle, made = tempfile.mkstemp(prefix="lifecircle-", suffix=".lcnet")
        os.close(handle)
        compiled = Path(made)
        try:
            self._answer({"network": str(path.resolve()), "crs": crs, "out": made}, path.name)
            network = open_network(compiled)
        except BaseException:
            compiled.unlink(missing_ok=True)
            raise
        # The arrays stay on disk until used; the file goes when the network does.
        weakref.finalize(network, _remove, compiled)
        return network

    def _answer(self, request: dict[str, Any], file: str) -> dict[str, Any]:
        """The child's answer, or its error raised here."""
        answer = self._ask(request, file)
        if "error" in answer:
            message = message_from_plain(answer["error"])
            sort = getattr(errors, str(answer["sort"]), InputDataError)
            raise sort(message.template, **dict(message.values))
        return answer

    def _ask(self, request: dict[str, Any], file: str) -> dict[str, Any]:
        child = self._child or self._start()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        line = ""
        try:
            if child.stdin is not None and child.stdout is not None:
                child.stdin.write(json.dumps(request) + "\n")
                child.stdin.flush()
                line = child.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if line.endswith("\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._stop()
        if late.is_set():
            sentence = msg("{file} took longer than {seconds} s to read and was given up; make it smaller.")
            raise InputDataError(sentence, file=file, seconds=self._seconds)
        raise InputDataError(msg("{file} needs too much memory or is damaged; it was not read."), file=file)

    def _start(self) -> subprocess.Popen[str]:
        """A child whose GDAL has only plain drivers and whose libraries keep to one thread."""
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "geo.sources.guarded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
            env={**os.environ, **guard.GDAL_ENVIRONMENT, **threads, "PYTHONIOENCODING": "utf-8"},
        )
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        with contextlib.suppress(OSError):  # what was on its way to a dead child is of no use
            child.communicate()


def _limit() -> None:
    """Bound this process's memory, where the system can do that (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):  # Windows keeps a file that is still mapped
        path.unlink(missing_ok=True)


def _answer(line: str) -> dict[str, Any]:
    raw = json.loads(line)
    file = Path(raw.get("path") or raw["network"]).name
    try:
        if "network" in raw:
            guard.check_size(Path(raw["network"]), guard.UPLOADED)
            save_network(read_network(raw["network"], raw["crs"]), Path(raw["out"]))
            return {}
        return plain_layer(_layer(raw))
    except GeoError as error:
        return {"sort": type(error).__name__, "error": plain_message(error.message)}
    except MemoryError:
        told = Message(msg("{file} needs too much memory or is damaged; it was not read."), {"file": file})
        return {"sort": "InputDataError", "error": plain_message(told)}


def _layer(raw: dict[str, Any]) -> Layer:
    table = getattr(study_file, raw["sort"])(**{**raw["table"], "tags": tuple(raw["table"]["tags"])})
    area = tuple(raw["area"]) if raw["area"] else None
    return read_layer(LayerRequest(raw["name"], Path(raw["path"]), table, area, tuple(raw["wanted"])), guard.UPLOADED)


def main() -> None:
    """Answer requests, a line each, until there are no more."""
    _limit()
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(_answer(line)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
