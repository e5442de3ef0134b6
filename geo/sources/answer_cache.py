"""Answers of servers, kept on disk with a checksum: what is damaged is fetched anew, never believed."""

from __future__ import annotations

import contextlib
import hashlib
from typing import IO, TYPE_CHECKING

from geo.sources.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def kept(folder: Path, question: str, suffix: str, fetch: Callable[[], bytes | bytearray]) -> Path:
    """The file with the answer to a question; ``fetch`` is called only when no sound answer is kept.

    Beside each answer lies its SHA-256. A file that was cut short, changed or lost its
    checksum is thrown away and fetched again. Nothing is kept when ``fetch`` raises.

    Parameters
    ----------
    folder
        Where answers are kept; made when it is missing.
    question
        All that the answer depends on: server and query.
    suffix
        Ending of the file's name, such as ``.osm``.
    fetch
        Gives the answer's bytes.
    """
    name = hashlib.sha256(question.encode()).hexdigest()[:32]
    answer, checksum = folder / f"{name}{suffix}", folder / f"{name}{suffix}.sha256"
    if is_sound(answer, checksum):
        return answer
    for file in (checksum, answer):
        with contextlib.suppress(FileNotFoundError):
            file.unlink()
    content = fetch()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(answer, lambda file: _put(file, content))
    digest = hashlib.sha256(content).hexdigest()
    write_whole(checksum, lambda file: _put(file, digest.encode()))
    return answer


def _put(file: IO[bytes], content: bytes | bytearray) -> None:
    file.write(content)


def is_sound(answer: Path, checksum: Path) -> bool:
    """Whether both files are there and agree."""
    if not (answer.is_file() and checksum.is_file()):
        return False
    with answer.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().encode() == checksum.read_bytes().strip()
