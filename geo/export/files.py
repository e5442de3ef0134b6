"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import OutputError
from geo.messages import msg
from geo.whole import beside, swap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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


def replace_files(folder: Path, contents: Mapping[str, bytes], gone: Iterable[str] = ()) -> list[Path]:
    """Write several files beside their places, then swap them all in (see :mod:`geo.whole`).

    Until every one is whole on the disk no old file is touched; other files in the folder
    never are.

    Parameters
    ----------
    gone
        Names of files that belong to the old set and to no new one.

    Returns
    -------
    list[Path]
        The written files in the order given.

    Raises
    ------
    OutputError
        When the folder can't be made or written to, the disk is full, or a file is held
        open by another program; all files are then as they were.
    """
    place = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with beside(folder) as hidden:
            for name, content in contents.items():
                place = folder / name
                _write(hidden / name, content)
            place = folder
            swap(hidden, list(contents), gone)
    except OSError as error:
        raise OutputError(
            msg("“{path}” could not be written ({reason}). Close the file if it is open, or choose another folder."),
            path=_known(place, error),
            reason=error.strerror or type(error).__name__,
        ) from error
    return [folder / name for name in contents]


def _known(place: Path, error: OSError) -> Path:
    """The file that a swap stumbled over, if it is one that the user knows; else what was being written."""
    told = Path(error.filename) if isinstance(error.filename, str) else place
    return told if told.parent == place and not told.name.startswith(".") else place


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
