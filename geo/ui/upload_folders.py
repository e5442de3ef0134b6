"""Where uploaded files lie: people's addresses, which must not outlive the program.

Every running program has one folder of its own among the temporary files, with a lock inside that ends with it. It is
cleaned away when the program ends; the next one to start clears what a killed program left, and only that.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import signal
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from geo.ui.filelock import hold

if TYPE_CHECKING:
    from types import FrameType

    from geo.ui.state import StudyRef

_PREFIX = "lifecircle-upload-"
_LOCK = ".alive"
_KEPT = 8  # uploads that a reload of their page finds again
_SECONDS_TO_LOCK = 60.0  # a folder that young may not have its lock yet
_ENDING = (signal.SIGTERM, signal.SIGINT)


class UploadFolder:
    """A folder for one planner's files, cleaned away when nobody holds it any more; ``digest`` tells the files apart."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(dir=HOME.open()))
        self.digest = ""
        self.clean = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def seal(self) -> None:
        """Note which files these are, by their names and content."""
        told = hashlib.sha256()
        for path in sorted(self.path.iterdir()):
            told.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        self.digest = told.hexdigest()
        _held[str(self.path)] = self
        while len(_held) > _KEPT:
            _held.popitem(last=False)


# An upload must outlive a reload of its page.
_held: OrderedDict[str, UploadFolder] = OrderedDict()


def held(ref: StudyRef) -> UploadFolder | None:
    """The uploaded files of a study, while the program runs."""
    return _held.get(str(Path(ref.name).parent)) if ref.source == "upload" else None


class _Home:
    """The folder of this program, made when the first upload comes."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._path: Path | None = None
        self._handle: int | None = None

    def open(self) -> Path:
        """The folder, with its lock held."""
        with self._guard:
            if self._path is None or not self._path.is_dir():
                self._path = Path(tempfile.mkdtemp(prefix=_PREFIX))
                self._handle = hold(self._path / _LOCK)
                atexit.register(self.close)
            return self._path

    def close(self) -> None:
        """Clean everything away."""
        path, handle, self._path, self._handle = self._path, self._handle, None, None
        if handle is not None:
            os.close(handle)  # before its file goes, or some systems would not let it go
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)


HOME = _Home()


def clear_leftovers() -> None:
    """Clean away what programs left that were killed; what a running one holds stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another person's
            if not folder.is_symlink() and folder.is_dir() and _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether nobody holds the folder's lock; one that has no lock yet may be just being made."""
    lock = folder / _LOCK
    if not lock.exists():
        return time.time() - folder.stat().st_mtime > _SECONDS_TO_LOCK
    handle = hold(lock)
    if handle is None:
        return False
    os.close(handle)
    return True


def clear_at_the_end() -> None:
    """Clean up as soon as the program is told to end: it may not be given the time to end in order."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _ENDING:
        before = signal.getsignal(number)

        def end(number: int, frame: FrameType | None, before: object = before) -> None:
            HOME.close()
            if callable(before):
                before(number, frame)
            elif before == signal.SIG_DFL:
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        signal.signal(number, end)
