"""The walkable ways and tagged nodes of an OpenStreetMap file, collected from its lines of text."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.sources.osm_bits import MAIN, STREET
from geo.sources.osm_filter import LEFT_OUT, LET_IN, OURS, first_rule, squares, walkable
from geo.sources.osm_text import clean, numbers, plain
from geo.table import Words

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from geo.sources.osm_filter import WayFilter
    from geo.sources.osm_text import Lines

    Ints: TypeAlias = NDArray[np.int32]

_NONE = np.zeros(0, dtype=np.int32)
_TEXTS_KEPT = 200_000  # as many texts of tags are known again without being looked at


class _Tags(dict[bytes, int]):
    """Numbers for single tags (``surface=asphalt``); 0 is any that is neither kept nor says whether one may walk."""

    def __init__(self, columns: tuple[str, ...], judge: WayFilter) -> None:
        super().__init__()
        self._judge = judge
        self.columns = {key: at for at, key in enumerate(columns)}
        self.words: list[dict[str, int]] = [{"": 0} for _ in columns]
        # Of each number:
        self.column, self.word, self.said = array("i", [len(columns)]), array("i", [0]), array("I", [0])

    def __missing__(self, pair: bytes) -> int:
        key, _, text = pair.partition(b"=")
        self[pair] = number = self._add(key.decode(), clean(plain(text))) if key.decode() in self.columns else 0
        return number

    def _add(self, key: str, value: str) -> int:
        column = self.columns[key]
        words = self.words[column]
        self.column.append(column)
        self.word.append(words.setdefault(value, len(words)))
        self.said.append(self._judge.said_by(key, value) if value else 0)
        return len(self.word) - 1


class Kinds:
    """Numbers for texts of tags (``Thighway=steps,name=A``): each text is looked at once, and each tag only once ever.

    Most texts are like no other, for they hold a name, but the tags in them are few.
    """

    def __init__(self, columns: tuple[str, ...], judge: WayFilter = OURS) -> None:
        self.columns = columns
        self.judge = judge
        self._known: dict[bytes, int] = {}
        self._tags = _Tags((*columns, *sorted(judge.keys.difference(columns))), judge)
        self._tag: list[Ints] = [_NONE]  # the tags of all kinds, one after the other
        self._size: list[Ints] = [_NONE]  # how many each kind has
        self._said = array("I")  # by all of a kind's tags together

    def numbers(self, texts: list[bytes]) -> Ints:
        """The kinds of some texts, shape (len(texts),)."""
        if len(self._known) > _TEXTS_KEPT:
            self._known.clear()
            self._tags.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.add(new), strict=True))
        return np.fromiter(map(self._known.__getitem__, texts), dtype=np.int32, count=len(texts))

    def add(self, texts: list[bytes], said: int | None = None) -> range:
        """New kinds with these tags; what is given as said outweighs what they say themselves."""
        first = len(self._said)
        if not texts:
            return range(first, first)
        pairs = b",".join([text[1:] for text in texts]).split(b",")
        tag = np.fromiter(map(self._tags.__getitem__, pairs), dtype=np.int32, count=len(pairs))
        size = np.array([text.count(b",") + 1 for text in texts], dtype=np.int32)
        by_tags = np.bitwise_or.reduceat(np.frombuffer(self._tags.said, dtype=np.uint32)[tag], np.cumsum(size) - size)
        self._tag.append(tag)
        self._size.append(size)
        self._said.extend(by_tags.tolist() if said is None else [said] * len(texts))
        return range(first, len(self._said))

    def said(self, kind: Ints) -> NDArray[np.uint32]:
        """What the tags of ways of these kinds say (see :mod:`geo.sources.osm_bits`)."""
        result: NDArray[np.uint32] = np.frombuffer(self._said, dtype=np.uint32)[kind]
        return result

    def of(self, kind: Ints) -> dict[str, Words]:
        """The columns of ways of these kinds."""
        tag, size = np.concatenate(self._tag), np.concatenate(self._size)
        column, word = (np.frombuffer(numbers, dtype=np.int32)[tag] for numbers in (self._tags.column, self._tags.word))
        code = np.zeros((len(self._tags.words) + 1, len(size)), dtype=np.int32)
        code[column, np.repeat(np.arange(len(size)), size)] = word
        return {key: Words(list(self._tags.words[at]), code[at]).take(kind) for at, key in enumerate(self.columns)}


class ByRule(NamedTuple):
    """Ways that one rule of the filter decided."""

    sentence: str
    size: NDArray[np.int64]  # nodes of each way
    ref: NDArray[np.int64]


@dataclass
class Ways:
    """The walkable ways of a file, in its order, and the nodes that they and the main roads pass."""

    kinds: Kinds
    kind: list[Ints] = field(default_factory=list)
    way_id: list[NDArray[np.int64]] = field(default_factory=list)
    size: list[NDArray[np.int64]] = field(default_factory=list)  # nodes of each way
    ref: list[NDArray[np.int64]] = field(default_factory=list)
    main: list[NDArray[np.int64]] = field(default_factory=list)
    told: list[ByRule] = field(default_factory=list)
    newest: bytes = b""

    def squares(self) -> set[int]:
        """The ids of the ways that are squares by their own tags."""
        return {
            way for ids, kind in zip(self.way_id, self.kind, strict=True) for way in ids[squares(self.kinds.said(kind))].tolist()
        }

    def see(self, lines: Lines, kind: Ints | None = None) -> None:
        """Add those of the ways that are walkable; their tags tell when no kind is given."""
        if kind is None:
            kind = self.kinds.numbers(lines.tags)
        said = self.kinds.said(kind)
        walked, main = walkable(said), (said & MAIN) > 0
        left = ((said & STREET) > 0) & ~walked
        size = np.array([nodes.count(b"n") for nodes in lines.rest], dtype=np.int64)
        ref = numbers(lines.rest)
        self.kind.append(kind[walked])
        self.way_id.append(numbers(lines.name)[walked])
        self.size.append(size[walked])
        self.ref.append(ref[np.repeat(walked, size)])
        self.main.append(ref[np.repeat(main, size)])
        for ways, rules in ((left, LEFT_OUT), (walked, LET_IN)) if self.kinds.judge is OURS else ():
            rule = first_rule(said, rules)
            for number in np.unique(rule[ways & (rule >= 0)]).tolist():
                here = ways & (rule == number)
                self.told.append(ByRule(rules[number].sentence, size[here], ref[np.repeat(here, size)]))
        self.newest = max(self.newest, max(compress(lines.time, walked.tolist()), default=b""))


@dataclass
class Nodes:
    """The tagged nodes of a file; many have the same tags."""

    texts: dict[bytes, int] = field(default_factory=dict)
    node_id: list[NDArray[np.int64]] = field(default_factory=list)
    kind: list[Ints] = field(default_factory=list)  # number of the text of their tags

    def see(self, lines: Lines) -> None:
        """Add nodes."""
        kind = [self.texts.setdefault(text, len(self.texts)) for text in lines.tags]
        self.node_id.append(numbers(lines.name))
        self.kind.append(np.array(kind, dtype=np.int32))
