"""Files appear whole or not at all."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from geo.errors import OutputError
from geo.messages import msg
from geo.whole import beside, swap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_whole(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place in one step.

    Whoever reads ``path`` sees the old content or the new, never half, even when the
    machine stops in between.

    Raises
    ------
    OutputError
        When the folder is missing, full or closed to us; the old file is then untouched.
    """
    try:
        with beside(path.parent) as hidden:
            with (hidden / path.name).open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            swap(hidden, [path.name])
    except OSError as error:
        raise OutputError(
            msg("“{path}” can't be written ({why}); choose another folder."),
            path=path,
            why=error.strerror or type(error).__name__,
        ) from error
