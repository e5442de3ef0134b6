"""The walkable ways and tagged nodes of an OpenStreetMap file, collected from its lines of text."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from geo.sources.osm_filter import FORBIDDEN, MAIN_ROADS, is_square, is_walkable
from geo.sources.osm_text import clean, numbers, plain
from geo.table import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.sources.osm_text import Lines

DECIDING = frozenset({"area", *FORBIDDEN})
_TEXTS_KEPT = 200_000  # as many texts of tags are known again without being looked at


WALKABLE, SQUARE, MAIN = 1, 2, 4  # what tags make of a way; the sum of what is true of it


class _Tags(dict[bytes, int]):
    """Numbers for single tags (``surface=asphalt``); 0 is any that is neither kept nor decides."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__()
        self.columns = {key.encode(): at for at, key in enumerate(columns)}
        self.words: list[dict[str, int]] = [{"": 0} for _ in columns]
        self.column, self.word = array("i", [len(columns)]), array("i", [0])  # of each number
        self.deciding: dict[int, tuple[str, str]] = {}

    def __missing__(self, pair: bytes) -> int:
        key, _, text = pair.partition(b"=")
        self[pair] = number = self._add(key, clean(plain(text))) if key in self.columns else 0
        return number

    def _add(self, key: bytes, value: str) -> int:
        number, column = len(self.word), self.columns[key]
        words = self.words[column]
        self.column.append(column)
        self.word.append(words.setdefault(value, len(words)))
        if value and key.decode() in DECIDING:
            self.deciding[number] = key.decode(), value
        return number


class Kinds:
    """Numbers for texts of tags (``Thighway=steps,name=A``): each text is looked at once, and each tag only once ever.

    Most texts are like no other, for they hold a name, but the tags in them are few.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.verdict = array("B")
        self._known: dict[bytes, int] = {}
        self._tags = _Tags((*columns, *sorted(DECIDING.difference(columns))))
        self._tag, self._size = array("i"), array("i")  # the tags of all kinds, one after the other; how many each has
        self._verdicts: dict[tuple[int, ...], int] = {}

    def numbers(self, texts: list[bytes]) -> NDArray[np.int32]:
        """The kinds of some texts, shape (len(texts),)."""
        if len(self._known) > _TEXTS_KEPT:
            self._known.clear()
            self._tags.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.add(new), strict=True))
        return np.fromiter(map(self._known.__getitem__, texts), dtype=np.int32, count=len(texts))

    def add(self, texts: list[bytes], verdict: int | None = None) -> range:
        """New kinds with these tags; a verdict, where one is given, outweighs what they say."""
        first = len(self.verdict)
        if texts:
            size = [text.count(b",") + 1 for text in texts]
            tags = list(map(self._tags.__getitem__, b",".join([text[1:] for text in texts]).split(b",")))
            self._tag.extend(tags)
            self._size.extend(size)
            self.verdict.extend(self._judge(tags, size) if verdict is None else [verdict] * len(texts))
        return range(first, len(self.verdict))

    def _judge(self, tags: list[int], size: list[int]) -> Iterator[int]:
        deciding, end = self._tags.deciding, 0
        for count in size:
            begin, end = end, end + count
            said = tuple([tag for tag in tags[begin:end] if tag in deciding])
            known = self._verdicts.get(said)
            if known is None:
                known = self._verdicts[said] = _verdict(dict(deciding[tag] for tag in said))
            yield known

    def are(self, verdict: int, kind: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Of which of the kinds a verdict is true."""
        result: NDArray[np.bool_] = (np.frombuffer(self.verdict, dtype=np.uint8)[kind] & verdict) > 0
        return result

    def of(self, kind: NDArray[np.int32]) -> dict[str, Words]:
        """The columns of ways of these kinds."""
        tag, size = (np.frombuffer(numbers, dtype=np.int32) for numbers in (self._tag, self._size))
        column, word = (np.frombuffer(numbers, dtype=np.int32)[tag] for numbers in (self._tags.column, self._tags.word))
        code = np.zeros((len(self._tags.words) + 1, len(size)), dtype=np.int32)
        code[column, np.repeat(np.arange(len(size)), size)] = word
        return {key: Words(list(self._tags.words[at]), code[at]).take(kind) for at, key in enumerate(self.columns)}


def _verdict(tags: dict[str, str]) -> int:
    return WALKABLE * is_walkable(tags) + SQUARE * is_square(tags) + MAIN * (tags.get("highway") in MAIN_ROADS)


@dataclass
class Ways:
    """The walkable ways of a file, in its order, and the nodes that they and the main roads pass."""

    kinds: Kinds
    kind: list[NDArray[np.int32]] = field(default_factory=list)
    way_id: list[NDArray[np.int64]] = field(default_factory=list)
    size: list[NDArray[np.int64]] = field(default_factory=list)  # nodes of each way
    ref: list[NDArray[np.int64]] = field(default_factory=list)
    main: list[NDArray[np.int64]] = field(default_factory=list)
    newest: bytes = b""

    def see(self, lines: Lines, kind: NDArray[np.int32] | None = None) -> None:
        """Add those of the ways that are walkable; their tags tell when no kind is given."""
        if kind is None:
            kind = self.kinds.numbers(lines.tags)
        walkable, main = self.kinds.are(WALKABLE, kind), self.kinds.are(MAIN, kind)
        size = np.array([nodes.count(b"n") for nodes in lines.rest], dtype=np.int64)
        ref = numbers(lines.rest)
        self.kind.append(kind[walkable])
        self.way_id.append(numbers(lines.name)[walkable])
        self.size.append(size[walkable])
        self.ref.append(ref[np.repeat(walkable, size)])
        self.main.append(np.unique(ref[np.repeat(main, size)]))
        self.newest = max(self.newest, max(compress(lines.time, walkable.tolist()), default=b""))


@dataclass
class Nodes:
    """The tagged nodes of a file; many have the same tags."""

    texts: dict[bytes, int] = field(default_factory=dict)
    node_id: list[NDArray[np.int64]] = field(default_factory=list)
    kind: list[NDArray[np.int32]] = field(default_factory=list)  # number of the text of their tags

    def see(self, lines: Lines) -> None:
        """Add nodes."""
        kind = [self.texts.setdefault(text, len(self.texts)) for text in lines.tags]
        self.node_id.append(numbers(lines.name))
        self.kind.append(np.array(kind, dtype=np.int32))
