"""Files appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from geo.errors import OutputError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable


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
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise OutputError(
            msg("“{path}” can't be written ({why}); choose another folder."), path=path, why=error.strerror
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as error:
        raise OutputError(
            msg("“{path}” can't be written ({why}); choose another folder."), path=path, why=error.strerror
        ) from error
    finally:
        with contextlib.suppress(FileNotFoundError):  # gone once it is in its place
            Path(beside).unlink()
