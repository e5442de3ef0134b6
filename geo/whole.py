"""Files that appear whole or not at all, one or several together, whoever is killed meanwhile.

A set of files is written into a hidden folder beside its place, on the same disk. When all are whole, a
journal says what is to be put where; only then are they renamed into place, and the folder goes. Who is
killed before the journal has changed nothing; what somebody killed after it left undone is
finished by the next one who writes into that folder. A hidden folder whose maker lives is locked by
him, and the system unlocks it when he dies: only the folders of the dead are cleared away.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_HIDDEN = re.compile(r"\.lifecircle-[0-9a-f]{32}")
_OLD = re.compile(r"\..+\.[0-9a-f]{32}\.part")  # what earlier versions left behind when they were killed
_OLD_AFTER_S = 3600.0
_JOURNAL, _KEPT = "journal.json", "kept"
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF}  # disks of the net that can't lock
_DEAD_AFTER_S = 86_400.0  # where nothing can be locked
_PATIENCE_S, _PAUSE_S = 60.0, 0.02


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A hidden folder in ``folder`` to write into, gone afterwards; what dead ones left there is put in order first.

    Raises
    ------
    OSError
        When the folder can't be written to, or others keep writing into it for a minute.
    """
    with _locked(folder):
        _put_in_order(folder)
        place = folder / f".lifecircle-{uuid4().hex}"
        place.mkdir()
        hold = _hold(place)
    try:
        yield place
    finally:
        if hold is not None:
            os.close(hold)
        shutil.rmtree(place, ignore_errors=True)


def swap(place: Path, names: Collection[str], gone: Iterable[str] = ()) -> None:
    """Put the files of a hidden folder in their places beside it, all or none; those called ``gone`` go with the old ones.

    Raises
    ------
    OSError
        When a place can't be taken, with its path; then everything is as it was.
    """
    folder = place.parent
    with _locked(folder):
        leaving = [name for name in gone if (folder / name).is_file()]
        _keep(folder, place / _KEPT, [*names, *leaving])
        if len(names) + len(leaving) > 1:  # one rename is whole by itself
            with (place / "half").open("w", encoding="utf-8") as file:
                json.dump({"names": list(names), "gone": leaving}, file)
                file.flush()
                os.fsync(file.fileno())
            (place / "half").replace(place / _JOURNAL)
            _sync(place)
        try:
            _carry_out(folder, place, names, leaving)
        except OSError:
            _take_back(folder, place, [*names, *leaving])
            raise
        finally:
            (place / _JOURNAL).unlink(missing_ok=True)
        _sync(folder)


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """A folder of its own for what needs no place yet; gone afterwards, and those of the dead with it."""
    with beside(Path(tempfile.gettempdir())) as place:
        yield place


def _keep(folder: Path, kept: Path, names: Iterable[str]) -> None:
    """Hold on to the old files until the new ones are in place."""
    kept.mkdir()
    for name in names:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
        if not (folder / name).is_file():
            continue
        try:
            (kept / name).hardlink_to(folder / name)
        except OSError:
            shutil.copy2(folder / name, kept / name)


def _carry_out(folder: Path, place: Path, names: Iterable[str], gone: Iterable[str]) -> None:
    """Do what the journal says; what is done already is left alone."""
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    for name in names:
        if (place / name).is_file():
            try:
                (place / name).replace(folder / name)
            except OSError as error:
                raise type(error)(error.errno, error.strerror, str(folder / name)) from error


def _take_back(folder: Path, place: Path, names: Iterable[str]) -> None:
    """The old files in their places again, and none where there was none."""
    for name in names:
        with contextlib.suppress(OSError):  # the one that can't be replaced was not
            if (place / _KEPT / name).is_file():
                (place / _KEPT / name).replace(folder / name)
            elif not (place / name).is_file():
                (folder / name).unlink(missing_ok=True)


def _put_in_order(folder: Path) -> None:
    """Finish what the dead had begun to put in place, and clear away what they left."""
    now = time.time()
    for entry in list(os.scandir(folder)):
        path = folder / entry.name
        if _HIDDEN.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False) and _is_dead(path, now):
            journal = path / _JOURNAL
            if journal.is_file():
                said = json.loads(journal.read_bytes())
                _carry_out(folder, path, said["names"], said["gone"])
                _sync(folder)
            shutil.rmtree(path, ignore_errors=True)
        elif _OLD.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > _OLD_AFTER_S:
                    path.unlink()


def _is_dead(place: Path, now: float) -> bool:
    """Whether the maker of a hidden folder is gone."""
    try:
        handle = _open(place)
    except OSError:  # cleared away meanwhile, or not ours to touch
        return False
    try:
        return _lock(handle) or (not _can_lock(handle) and now - place.stat().st_mtime > _DEAD_AFTER_S)
    finally:
        os.close(handle)


def _hold(place: Path) -> int | None:
    handle = _open(place)
    if _lock(handle):
        return handle
    os.close(handle)
    return None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else creates or swaps in that folder meanwhile."""
    handle = _open(folder)
    try:
        until = time.monotonic() + _PATIENCE_S
        while not _lock(handle) and _can_lock(handle):
            if time.monotonic() > until:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(folder))
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(handle)
        if sys.platform == "win32":
            with contextlib.suppress(OSError):  # another one has it open
                (folder / ".lifecircle-lock").unlink()


if sys.platform == "win32":
    import msvcrt

    def _open(folder: Path) -> int:
        return os.open(folder / ".lifecircle-lock", os.O_RDWR | os.O_CREAT)

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _can_lock(handle: int) -> bool:  # noqa: ARG001  (as the other system's)
        return True

    def _sync(folder: Path) -> None:
        """Windows has no such call and needs none."""

else:
    import fcntl

    def _open(folder: Path) -> int:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def _lock(handle: int) -> bool:
        """Whether the lock is ours now; the system lets go of it when we die."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _can_lock(handle: int) -> bool:
        """Whether this disk has locks at all."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in _NO_LOCKS
        return True

    def _sync(folder: Path) -> None:
        """Make the new names last through a power cut."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
