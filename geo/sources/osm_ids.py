"""Files straight from an editor: objects not yet uploaded have negative ids, which osmium's tables leave out."""

from __future__ import annotations

import bz2
import gzip
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import osmium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from osmium.osm.types import Node, Relation, Way

OFFSET = 1 << 40
"""A negative id -5 becomes OFFSET + 5, far beyond any id that OpenStreetMap has given out."""

_NEGATIVE = re.compile(rb"""<(?:node|way)\s[^>]*\bid=["']-""")
_CHUNK = 1 << 20
_OVERLAP = 512  # a heading that two chunks share is seen in the second


def original(number: int) -> int:
    """The id as it stands in the user's file."""
    return OFFSET - number if number > OFFSET else number


def originals(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ids as they stand in the user's file, shape (n,)."""
    result: NDArray[np.int64] = np.where(numbers > OFFSET, OFFSET - numbers, numbers)
    return result


@contextmanager
def with_positive_ids(path: Path) -> Iterator[Path]:
    """The same data in a file that has no negative ids, for as long as the block runs; mostly the file itself."""
    if not _has_negative(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "positive.osm.pbf"
        with osmium.SimpleWriter(copy) as writer:
            for node in cast("Iterator[Node]", osmium.FileProcessor(path, osmium.osm.NODE)):
                writer.add_node(node.replace(id=_positive(node.id)))
            for way in cast("Iterator[Way]", osmium.FileProcessor(path, osmium.osm.WAY)):
                writer.add_way(way.replace(id=_positive(way.id), nodes=[_positive(node.ref) for node in way.nodes]))
            for relation in cast("Iterator[Relation]", osmium.FileProcessor(path, osmium.osm.RELATION)):
                members = [(member.type, _positive(member.ref), member.role) for member in relation.members]
                writer.add_relation(relation.replace(id=_positive(relation.id), members=members))
        yield copy


def _positive(number: int) -> int:
    return OFFSET - number if number < 0 else number


def _has_negative(path: Path) -> bool:
    """Whether a text file names a negative id; the packed format, which editors don't write, is taken to have none."""
    name = path.name.lower()
    if name.endswith(".pbf"):
        return False
    opener = gzip.open if name.endswith(".gz") else bz2.open if name.endswith(".bz2") else open
    try:
        with opener(path, "rb") as file:
            return _mentions(cast("IO[bytes]", file))
    except (OSError, EOFError):  # damaged: osmium will say so in its own words
        return False


def _mentions(file: IO[bytes]) -> bool:
    tail = b""
    while chunk := file.read(_CHUNK):
        if _NEGATIVE.search(tail + chunk):
            return True
        tail = chunk[-_OVERLAP:]
    return False
