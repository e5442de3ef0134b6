"""Which file is being read: told to whoever watches this process, who can then name it when reading breaks the process."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

watcher: ContextVar[Callable[[Path | None], None] | None] = ContextVar("watcher", default=None)
"""Called with a file when the reading of it begins, and with None when it ends; None where nobody watches."""


@contextmanager
def attended(path: Path) -> Iterator[None]:
    """Say that a file is being read, for the length of the block."""
    tell = watcher.get()
    if tell is None:
        yield
        return
    tell(path)
    try:
        yield
    finally:
        tell(None)
