"""The walkable ways of an OpenStreetMap file, in bulk.

osmium writes the ways asked for, with the places of their nodes, into a temporary file of
its own plain text (OPL, a line a way). Python looks at each line once and at each
combination of tags once; numpy reads the numbers. Asking osmium way by way and node by
node takes three times as long.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import osmium

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from numpy.typing import NDArray

Handlers: TypeAlias = tuple[osmium.NodeLocationsForWays, osmium.BaseFilter]

NOWHERE = 2_147_483_647  # osmium's coordinate, in 1e-7 degrees, of a node that the file does not hold
_AT_ONCE = 20_000  # ways whose numbers are read at once
_NO_PLACE = (b"xy", b"x%.7fy%.7f" % (NOWHERE / 1e7, NOWHERE / 1e7))
_SPACES = bytes.maketrans(b"Nnxy,", b"     ")
_ESCAPED = re.compile(r"%([0-9a-fA-F]+)%")


class Kind(NamedTuple):
    """What its tags make of a way; ``values`` are those of the columns that are kept."""

    walkable: bool
    square: bool
    main: bool
    values: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A text column: each row's number in a list of words."""

    words: list[str]
    code: NDArray[np.int32]  # (w,)

    def among(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """Which rows have one of the words, shape (w,)."""
        result: NDArray[np.bool_] = np.array([word in wanted for word in self.words], dtype=np.bool_)[self.code]
        return result


@dataclass
class Ways:
    """What reading collects; references come in pieces of three arrays: id, x, y (1e-7 degrees)."""

    way_id: array[int] = field(default_factory=lambda: array("q"))
    size: array[int] = field(default_factory=lambda: array("q"))
    kind: array[int] = field(default_factory=lambda: array("i"))  # of each way its number among the kinds
    kinds: dict[Kind, int] = field(default_factory=dict)
    refs: list[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]] = field(default_factory=list)
    main: list[NDArray[np.int64]] = field(default_factory=list)
    newest: bytes = b""

    def read(
        self, path: str, handlers: Handlers, kind_of: Callable[[int, bytes], Kind], tell: Callable[[], None] = lambda: None
    ) -> None:
        """Add the walkable ones of the ways that a filter lets pass; ``kind_of`` is asked with id and tags."""
        with as_text(path, osmium.osm.WAY, handlers) as lines:
            some = list(islice(lines, _AT_ONCE))
            while some or not self.refs:
                self._see(some, kind_of)
                tell()
                some = list(islice(lines, _AT_ONCE))

    def _see(self, lines: list[bytes], kind_of: Callable[[int, bytes], Kind]) -> None:
        walked: list[bytes] = []
        main: list[bytes] = []
        for line in lines:
            name, _visible, stamp, tags, nodes = line.rstrip(b"\n").split(b" ")
            kind = kind_of(int(name[1:]), tags)
            if kind.main:
                main.append(nodes)
            if kind.walkable:
                self.way_id.append(int(name[1:]))
                self.size.append(nodes.count(b"x"))
                self.kind.append(self.kinds.setdefault(kind, len(self.kinds)))
                walked.append(nodes)
                self.newest = max(self.newest, stamp[1:])
        self.refs.append(_numbers(walked))
        self.main.append(_numbers(main)[0])

    @property
    def start(self) -> NDArray[np.int64]:
        """Where each way's references begin, and the end of the last, shape (w + 1,)."""
        return np.concatenate([[0], np.cumsum(np.frombuffer(self.size, dtype=np.int64))])

    @property
    def square(self) -> NDArray[np.bool_]:
        """Which ways are outlines of squares, shape (w,)."""
        return np.array([kind.square for kind in self.kinds], dtype=np.bool_)[np.frombuffer(self.kind, dtype=np.int32)]

    def column(self, at: int) -> Words:
        """The column's words and codes, words in the order of their first row."""
        words: dict[str, int] = {}
        codes = np.array([words.setdefault(kind.values[at], len(words)) for kind in self.kinds], dtype=np.int32)
        return Words(list(words), codes[np.frombuffer(self.kind, dtype=np.int32)])


@contextmanager
def as_text(path: str, sort: osmium.osm.osm_entity_bits, handlers: Handlers) -> Iterator[IO[bytes]]:
    """The lines of the nodes or ways that pass the handlers; their file is gone after the block."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "things.opl"
        plain = osmium.io.File(str(text), "opl,add_metadata=timestamp,locations_on_ways=true")
        with osmium.SimpleWriter(plain) as writer, osmium.io.Reader(path, sort) as reader:
            osmium.apply(reader, *handlers, writer)
        with text.open("rb") as lines:
            yield lines


def tags_of(text: bytes) -> dict[str, str]:
    """The tags of a line: ``Thighway=steps,name=Long%20%Way`` as a dictionary."""
    pairs = (pair.split("=", 1) for pair in text[1:].decode().split(",") if pair)
    return {_plain(key): _plain(value) for key, value in pairs}


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


def _numbers(nodes: list[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Ids and places of the nodes in ``Nn1x13.4y52.5,n2x…`` of several lines, one after the other."""
    text = b" ".join(nodes).replace(*_NO_PLACE).translate(_SPACES).strip()
    number = np.fromstring(text.decode("ascii"), dtype=np.float64, sep=" ").reshape(-1, 3)  # whole up to 2^53
    x, y = (np.rint(number[:, column] * 1e7).astype(np.int32) for column in (1, 2))
    return number[:, 0].astype(np.int64), x, y
