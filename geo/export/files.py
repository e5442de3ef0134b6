"""Writing files whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from geo.errors import OutputError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def spare_inputs(results: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse to write results over the files that they are made from.

    Raises
    ------
    OutputError
        Naming the first input that would be lost.
    """
    kept = {path.resolve() for path in inputs}
    for path in results:
        if path.resolve() in kept:
            text = msg("“{path}” is one of the files that this is worked out from and would be lost; choose another place.")
            raise OutputError(text, path=path)


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write several files beside their places, then swap them all in.

    Until every one is whole on the disk no old file is touched; other files in the folder
    never are.

    Returns
    -------
    list[Path]
        The written files in the order given.

    Raises
    ------
    OutputError
        When the folder can't be made or written to, the disk is full, or a file is held
        open by another program.
    """
    beside: dict[Path, Path] = {}
    place = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            place = folder / name
            if place.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), place)
            beside[place] = folder / f".{name}.{uuid4().hex}.part"
            _write(beside[place], content)
        for place, part in beside.items():
            part.replace(place)
        _sync_folder(folder)
    except OSError as error:
        raise OutputError(
            msg("“{path}” could not be written ({reason}). Close the file if it is open, or choose another folder."),
            path=place,
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)
    return list(beside)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new names last through a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder of its own for libraries that can only write to a path; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lifecircle-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
