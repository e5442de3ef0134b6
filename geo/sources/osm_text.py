"""An OpenStreetMap file in bulk: what passes osmium's filters as lines of text, and where all nodes are.

osmium writes both into temporary files of its own formats: OPL text, a line a thing, and a
list of nodes with their places. Python splits the text and numpy reads the numbers; to ask
osmium thing by thing and node by node takes ten times as long.
"""

from __future__ import annotations

import re
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast

import numpy as np
import osmium

from geo.errors import OutputError
from geo.messages import msg
from geo.sources.osm_ids import originals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_AT_ONCE = 8 << 20  # bytes of text that are split at once
_BUFFER = 1 << 18  # bytes; small, so that osmium writes one while it reads the next
_FORM = "opl,add_metadata=timestamp"
_FIELDS = 5  # name, visible, time, tags, and the nodes, members or place
_NODES_AT_ONCE = 1 << 16
_NODE = np.dtype([("id", "<i8"), ("x", "<i4"), ("y", "<i4")])  # osmium's list of places, 1e-7 degrees
_NOWHERE = 2_147_483_647  # osmium's coordinate of what has none
_SPACES = bytes.maketrans(b"wNn,", b"    ")
_ESCAPED = re.compile(r"%([0-9a-fA-F]+)%")


class Lines(NamedTuple):
    """Some lines of a file by field: ``w5``, ``t2024-05-01T00:00:00Z``, ``Thighway=steps``, ``Nn1,n2``."""

    name: list[bytes]
    time: list[bytes]
    tags: list[bytes]
    rest: list[bytes]

    def of(self, letter: bytes) -> Lines:
        """Only the nodes (n), ways (w) or relations (r)."""
        letters = bytes([name[0] for name in self.name])
        begin, count = max(letters.find(letter), 0), letters.count(letter)
        if letters.rfind(letter) + 1 - begin == count:  # as in most files they stand together
            return Lines(*(field[begin : begin + count] for field in self))
        return Lines(*([value for value, one in zip(field, letters, strict=True) if one == letter[0]] for field in self))


class Places(NamedTuple):
    """All nodes of a file, ids ascending, with their places in 1e-7 degrees."""

    id: NDArray[np.int64]  # (n,)
    x: NDArray[np.int32]
    y: NDArray[np.int32]


@contextmanager
def lines_and_places(path: Path, *filters: osmium.BaseFilter) -> Iterator[tuple[Iterator[Lines], Places]]:
    """The lines of what passes the filters, and the places of all nodes; their files are gone after the block."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nodes"
        table = osmium.NodeLocationsForWays(osmium.index.create_map(_list_at(file)))
        table.apply_nodes_to_ways = False  # so it does not matter what comes first in the file
        with lines_of(path, osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION, table, *filters) as lines:
            yield lines, _places(file)
        del table  # it holds the file


@contextmanager
def lines_of(path: Path, sorts: osmium.osm.osm_entity_bits, *handlers: osmium.BaseHandler) -> Iterator[Iterator[Lines]]:
    """The lines of the things of some sorts that pass the handlers."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "things.opl"
        with osmium.SimpleWriter(osmium.io.File(text, _FORM), _BUFFER) as writer, osmium.io.Reader(path, sorts) as reader:
            osmium.apply(reader, *handlers, writer)
        with text.open("rb") as file:
            yield _lines(file)


def _list_at(file: Path) -> str:
    """How osmium is told to keep its list of places in a file.

    It parts the name at commas, and on Windows it takes it in the system's code page: what
    else would fail in a home folder with a Chinese name.
    """
    if "," in str(file):
        raise OutputError(
            msg("Temporary files can't be kept in “{folder}”, because of the comma; set TMPDIR to another folder."),
            folder=file.parent.parent,
        )
    told = f"sparse_file_array,{file}"
    return cast("str", told.encode("mbcs")) if sys.platform == "win32" else told


def _places(file: Path) -> Places:
    parts = [np.fromfile(file, _NODE, _NODES_AT_ONCE)]
    while len(parts[-1]) and parts[-1][-1]["id"]:  # empty places end the list
        parts.append(np.fromfile(file, _NODE, _NODES_AT_ONCE, offset=len(parts) * _NODES_AT_ONCE * _NODE.itemsize))
    parts = [part[part["x"] != _NOWHERE] for part in parts]
    ids, x, y = (np.concatenate([part[name] for part in parts]) for name in ("id", "x", "y"))
    ids = originals(ids)
    if np.all(ids[1:] > ids[:-1]):
        return Places(ids, x, y)
    order = np.argsort(ids, kind="stable")
    return Places(ids[order], x[order], y[order])


def _lines(file: IO[bytes]) -> Iterator[Lines]:
    """The lines in portions; the last one is empty."""
    text = b"\n"
    while text:
        text = file.read(_AT_ONCE)
        # Spaces part fields and nothing else, but a node has two of them for its place.
        fields = (text + file.readline()).replace(b" y", b"y").split()
        yield Lines(*(fields[at::_FIELDS] for at in (0, 2, 3, 4)))


def numbers(texts: list[bytes]) -> NDArray[np.int64]:
    """The ids in ``w5`` or ``Nn1,n2`` of several fields, one after the other."""
    text = b" ".join(texts).translate(_SPACES).strip()
    return np.fromstring(text.decode("ascii"), dtype=np.int64, sep=" ")


def rows_of(ids: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each id stands among ids that ascend, -1 where it is not among them, shape (len(ids),)."""
    if not len(among):
        return np.full(len(ids), -1, dtype=np.int64)
    row = np.minimum(np.searchsorted(among, ids), len(among) - 1)
    return np.where(among[row] == ids, row, -1)


def tags_of(text: bytes) -> dict[str, str]:
    """The tags of a line: ``Thighway=steps,name=Long%20%Way`` as a dictionary."""
    pairs = (pair.partition(b"=") for pair in text[1:].split(b",") if pair)
    return {plain(key): plain(value) for key, _, value in pairs}


def plain(text: bytes) -> str:
    """Text as it was before it was written into a line: ``Long%20%Way``."""
    words = text.decode()
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), words) if "%" in words else words


def clean(text: str) -> str:
    """Text of a file without NUL, the one sign that our compiled files need for themselves."""
    return text.replace("\0", "") if "\0" in text else text
