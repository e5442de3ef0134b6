"""A lock on a file that ends with its holder, however that ends: for several pages, and several programs, on one cache folder."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SECONDS = 10.0
_PAUSE = 0.01


def hold(path: Path) -> int | None:
    """Take the lock if nobody has it; gives the handle that keeps it until it is closed, None when another has it.

    Raises
    ------
    OSError
        When the file can't be opened.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle)
    except OSError:  # somebody else has it
        os.close(handle)
        return None
    return handle


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock, at most some seconds, and keep it for as long as the block runs.

    Raises
    ------
    OSError
        When the file can't be opened, or the lock doesn't come free.
    """
    until = time.monotonic() + _SECONDS
    while (handle := hold(path)) is None:
        if time.monotonic() > until:
            raise TimeoutError(0, "in use")
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
