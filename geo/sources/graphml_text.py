"""The text of a GraphML file as plain rows, read piece by piece: attributes by name, nodes, edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 16
_LONGEST = 20_000_000  # letters of one attribute
_DEEPEST = 20  # elements within elements
Data = dict[str, str]


class NotGraphMLError(ValueError):
    """The text is none."""


@dataclass
class Graph:
    """A graph as it is written. ``edges``: from, to, and the attributes of each."""

    data: Data = field(default_factory=dict)
    nodes: dict[str, Data] = field(default_factory=dict)
    edges: list[tuple[str, str, Data]] = field(default_factory=list)


def parse_graphml(path: Path) -> Graph:
    """The graph of a file.

    Raises
    ------
    NotGraphMLError
        When it is damaged, declares entities, or holds no graph.
    """
    reader = _Reader()
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                reader.parser.Parse(piece, False)  # noqa: FBT003  (expat knows no names)
            reader.parser.Parse(b"", True)  # noqa: FBT003
        except (expat.ExpatError, LookupError, ValueError) as error:  # an unknown encoding is a LookupError
            raise NotGraphMLError(str(error)[:200]) from error
    if not reader.graphs:
        raise NotGraphMLError("no graph")
    return reader.graph


class _Reader:
    """What expat calls while it reads."""

    def __init__(self) -> None:
        self.graph, self.graphs = Graph(), 0
        self._keys: dict[str, str] = {}
        self._into: list[Data] = []  # where attributes go: the graph's, a node's or an edge's
        self._text: list[str] | None = None
        self._length, self._key, self._depth = 0, "", 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._letters
        self.parser.StartDoctypeDeclHandler = self._declared

    def _declared(self, *_: Any) -> None:  # noqa: ANN401  (what expat gives)
        raise NotGraphMLError("it declares entities")

    def _begin(self, name: str, given: Data) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotGraphMLError("elements within elements")
        name = name.rpartition(" ")[2]
        if name == "graph":
            self.graphs += 1
            self._into.append(self.graph.data)
        elif name == "key":
            self._keys[given.get("id", "")] = given.get("attr.name", "")
        elif name == "node":
            self._into.append(self.graph.nodes.setdefault(given.get("id", ""), {}))
        elif name == "edge":
            begin, end = given.get("source", ""), given.get("target", "")
            data: Data = {}
            for node in (begin, end):
                self.graph.nodes.setdefault(node, {})
            self.graph.edges.append((begin, end, data))
            self._into.append(data)
        elif name == "data":
            self._key, self._text, self._length = given.get("key", ""), [], 0

    def _end(self, name: str) -> None:
        self._depth -= 1
        name = name.rpartition(" ")[2]
        if name in {"graph", "node", "edge"}:
            self._into.pop()
        elif name == "data" and self._text is not None:
            if self._into:
                self._into[-1][self._keys.get(self._key, self._key)] = "".join(self._text)
            self._text = None

    def _letters(self, text: str) -> None:
        if self._text is None:
            return
        self._length += len(text)
        if self._length > _LONGEST:
            raise NotGraphMLError("an attribute is too long")
        self._text.append(text)
