"""Files straight from an editor: negative ids, and what was deleted there.

Objects not yet uploaded have negative ids, which osmium's tables leave out; deleted ones are still written down, marked so.
"""

from __future__ import annotations

import bz2
import gzip
import re
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import osmium

from geo.errors import NetworkError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from osmium.osm.types import Node, Relation, Way

OFFSET = 1 << 40
"""A negative id -5 becomes OFFSET + 5, far beyond any id that OpenStreetMap has given out."""

_ODD = re.compile(
    rb"""<(node|way|relation)\s(?:[^<>]{0,4000}?\s)?(?:id=["']-|action=["']delete["']|visible=["']false["'])[^<>]*>"""
)
_DELETED = re.compile(rb"""\s(?:action=["']delete["']|visible=["']false["'])""")
_ID = re.compile(rb"""\sid=["'](-?\d+)["']""")
_CHUNK = 1 << 20
_LONGEST_TAG = 4 << 20  # bytes without the end of one tag
_ANY_LENGTH, _MOST_PACKED = 100_000_000, 100  # maps are packed to a tenth, not to a hundredth
_OVERLAP = 4096  # a heading that two chunks share is seen in the second


def original(number: int) -> int:
    """The id as it stands in the user's file."""
    return OFFSET - number if number > OFFSET else number


def originals(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ids as they stand in the user's file, shape (n,)."""
    result: NDArray[np.int64] = np.where(numbers > OFFSET, OFFSET - numbers, numbers)
    return result


@dataclass(frozen=True)
class _Odd:
    """What a text file holds that osmium does not understand."""

    negative: bool = False
    deleted: frozenset[tuple[str, int]] = frozenset()  # node, way or relation, and its id

    def __bool__(self) -> bool:
        return self.negative or bool(self.deleted)


@contextmanager
def with_positive_ids(path: Path) -> Iterator[Path]:
    """The same data in a file without negative ids and deleted things, for as long as the block runs; mostly the file itself."""
    odd = _odd_things(path)
    if not odd:
        yield path
        return

    def kept(sort: str, thing: Node | Way | Relation) -> bool:
        return (sort, thing.id) not in odd.deleted

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "positive.osm.pbf"
        with osmium.SimpleWriter(copy) as writer:
            for node in cast("Iterator[Node]", osmium.FileProcessor(path, osmium.osm.NODE)):
                if kept("node", node):
                    writer.add_node(node.replace(id=_positive(node.id)))
            for way in cast("Iterator[Way]", osmium.FileProcessor(path, osmium.osm.WAY)):
                if kept("way", way):
                    writer.add_way(way.replace(id=_positive(way.id), nodes=[_positive(node.ref) for node in way.nodes]))
            for relation in cast("Iterator[Relation]", osmium.FileProcessor(path, osmium.osm.RELATION)):
                if kept("relation", relation):
                    members = [(member.type, _positive(member.ref), member.role) for member in relation.members]
                    writer.add_relation(relation.replace(id=_positive(relation.id), members=members))
        yield copy


def _positive(number: int) -> int:
    return OFFSET - number if number < 0 else number


def _odd_things(path: Path) -> _Odd:
    """What a text file holds of the sort; the packed format, which editors don't write, is taken to have none."""
    name = path.name.lower()
    if name.endswith(".pbf"):
        return _Odd()
    opener = gzip.open if name.endswith(".gz") else bz2.open if name.endswith(".bz2") else open
    try:
        with opener(path, "rb") as file:
            return _search(cast("IO[bytes]", file), path)
    except (OSError, EOFError, zlib.error):  # damaged: osmium will say so in its own words
        return _Odd()


def _search(file: IO[bytes], path: Path) -> _Odd:
    """Read the text through; one that is no map is refused before osmium unpacks all of it."""
    tail, negative, deleted = b"", False, set()
    length = without_end = 0
    most = max(_ANY_LENGTH, path.stat().st_size * _MOST_PACKED)
    while chunk := file.read(_CHUNK):
        length += len(chunk)
        without_end = without_end + len(chunk) if b">" not in chunk else 0
        if without_end > _LONGEST_TAG or length > most:
            sentence = msg("The street file “{name}” holds no map, but one endless text; export or download it again.")
            raise NetworkError(sentence, name=path.name)
        for found in _ODD.finditer(tail + chunk):
            told = _ID.search(found[0])
            if told is None:
                continue
            negative |= told[1].startswith(b"-") and found[1] != b"relation"
            if _DELETED.search(found[0]):
                deleted.add((found[1].decode(), int(told[1])))
        tail = chunk[-_OVERLAP:]
    return _Odd(negative, frozenset(deleted))
