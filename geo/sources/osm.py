"""OpenStreetMap files to flat arrays of walkable ways, with pyosmium and no network access.

Two passes: one over the nodes, whose places stay in osmium's own compact table (16 bytes
a node) and of which Python sees only the tagged ones; one over the ways, of which Python
sees only those with a ``highway`` tag. What comes out is what the file says, before
any topology: see :mod:`geo.sources.osm_topology` for that.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
import osmium

from geo.errors import InputMissingError, NetworkError
from geo.messages import msg
from geo.sources.osm_filter import FORBIDDEN, MAIN_ROADS, is_square, is_walkable
from geo.sources.osm_ids import OFFSET, original, with_positive_ids

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from osmium.osm.types import Relation, Way

    Progress = Callable[[str, float], None]
    Ask = Callable[[str, str], str]

WAY_TAGS = (
    "highway",
    "name",
    "foot",
    "access",
    "wheelchair",
    "surface",
    "smoothness",
    "incline",
    "footway",
    "sidewalk",
    "crossing",
    "opening_hours",
    "layer",
)
"""Text tags that every row of ``WalkNetwork.ways`` keeps (empty text where the way has none)."""

WAY_FLAGS = ("bridge", "tunnel")
"""Tags of which only yes or no is kept."""

NODE_KEYS = ("highway", "crossing", "barrier", "entrance", "kerb", "railway")
"""A node with none of these tags is nothing but a place."""

NODE_TAGS = (
    *NODE_KEYS,
    "crossing:signals",
    "access",
    "foot",
    "wheelchair",
    "opening_hours",
    "name",
)

# Asking a way for these few tags is twice as fast as going through all it has.
_COLUMNS = (*WAY_TAGS, *WAY_FLAGS)
_DECIDING = ("area", *FORBIDDEN)

_NOWHERE = 2_147_483_647  # osmium's coordinate of a node that the file does not hold
_STEP = 20_000  # ways between two reports of progress


@dataclass(frozen=True)
class Words:
    """A text column: each row's number in a list of words."""

    words: list[str]
    code: NDArray[np.int32]  # (w,)

    def among(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """Which rows have one of the words, shape (w,)."""
        result: NDArray[np.bool_] = np.array([word in wanted for word in self.words], dtype=np.bool_)[self.code]
        return result


@dataclass(frozen=True)
class RawStreets:
    """The walkable ways of a file as flat arrays, in the order of the file.

    Shapes: w ways, r node references. Way ``i`` passes the nodes
    ``ref[ref_start[i] : ref_start[i + 1]]``; ``x`` and ``y`` are their places in 1e-7
    degrees, or ``_NOWHERE`` where the file lacks the node.
    """

    way_id: NDArray[np.int64]
    ref_start: NDArray[np.int64]  # (w + 1,)
    ref: NDArray[np.int64]  # (r,)
    x: NDArray[np.int32]  # (r,)
    y: NDArray[np.int32]  # (r,)
    tag: dict[str, Words]  # WAY_TAGS and WAY_FLAGS
    square: NDArray[np.bool_]  # (w,) outlines of squares
    main_ref: NDArray[np.int64]  # nodes on main roads, walkable or not
    node_tags: dict[int, dict[str, str]]  # tagged nodes
    squares: list[list[int]]  # per square, the rows of the ways that are its outline
    source_date: str = ""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which references the file has a place for, shape (r,)."""
        result: NDArray[np.bool_] = self.x != _NOWHERE
        return result

    def lonlat(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Degrees of the references ``at``, shape (len(at), 2)."""
        return np.column_stack([self.x[at], self.y[at]]) / 1e7


@dataclass
class _Ways:
    """What the pass over the ways collects."""

    way_id: array[int] = field(default_factory=lambda: array("q"))
    start: array[int] = field(default_factory=lambda: array("q", [0]))
    ref: array[int] = field(default_factory=lambda: array("q"))
    x: array[int] = field(default_factory=lambda: array("i"))
    y: array[int] = field(default_factory=lambda: array("i"))
    main: array[int] = field(default_factory=lambda: array("q"))
    words: list[dict[str, int]] = field(default_factory=lambda: [{} for _ in _COLUMNS])
    codes: list[array[int]] = field(default_factory=lambda: [array("i") for _ in _COLUMNS])
    square: bytearray = field(default_factory=bytearray)
    squares: list[list[int]] = field(default_factory=list)
    newest: dt.datetime | None = None

    def add(self, way: Way, ask: Ask, *, square: bool) -> None:
        """One more walkable way; ``ask`` gives a tag's value, or its second argument."""
        ref, x, y = self.ref.append, self.x.append, self.y.append
        for node in way.nodes:
            place = node.location
            ref(node.ref)
            x(place.x)
            y(place.y)
        self.start.append(len(self.ref))
        self.way_id.append(way.id)
        for key, words, codes in zip(_COLUMNS, self.words, self.codes, strict=True):
            codes.append(words.setdefault(ask(key, ""), len(words)))
        self.square.append(square)

    def columns(self) -> dict[str, Words]:
        """Each tag's words and codes."""
        return {
            key: Words([clean(word) for word in words], np.frombuffer(codes, dtype=np.int32))
            for key, words, codes in zip(_COLUMNS, self.words, self.codes, strict=True)
        }


@lru_cache(4096)
def _judge(values: tuple[str, ...]) -> tuple[bool, bool, bool]:
    """Of the deciding tags: is the way walkable, a square, a main road? Asked once per combination, of which there are few."""
    tags = {key: value for key, value in zip(_DECIDING, values, strict=True) if value}
    return is_walkable(tags), is_square(tags), tags.get("highway") in MAIN_ROADS


def read_streets(path: Path, progress: Progress | None = None) -> RawStreets:
    """The walkable ways of an OpenStreetMap file (.osm.pbf, .osm, .osm.gz, .osm.bz2).

    Raises
    ------
    InputMissingError
        When there is no such file.
    NetworkError
        When the file is damaged or something else than OpenStreetMap data.
    """
    if not path.is_file():
        raise InputMissingError(msg("The street file “{path}” is not there; check the path."), path=path)
    report = progress or (lambda _stage, _share: None)
    try:
        with with_positive_ids(path) as readable:
            return _read(str(readable), report)
    except RuntimeError as error:  # osmium raises nothing finer
        raise NetworkError(
            msg("The street file “{name}” can't be read as OpenStreetMap data ({why}); export or download it again."),
            name=path.name,
            why=str(error),
        ) from error


def _read(path: str, report: Progress) -> RawStreets:
    stamp = header_date(path)
    report(msg("Reading places"), 0.0)
    table = osmium.index.create_map("flex_mem")
    places = osmium.NodeLocationsForWays(table)
    places.ignore_errors()
    node_tags = _read_nodes(path, places)
    report(msg("Reading streets"), 0.3)
    ways = _read_ways(path, places, report, dated=not stamp)
    _read_square_relations(path, places, ways)
    date = stamp or (ways.newest.date().isoformat() if ways.newest and ways.newest.year > 1970 else "")  # noqa: PLR2004
    return RawStreets(
        way_id=_originals(ways.way_id),
        ref_start=np.frombuffer(ways.start, dtype=np.int64),
        ref=_originals(ways.ref),
        x=np.frombuffer(ways.x, dtype=np.int32),
        y=np.frombuffer(ways.y, dtype=np.int32),
        tag=ways.columns(),
        square=np.frombuffer(ways.square, dtype=np.bool_),
        main_ref=np.unique(_originals(ways.main)),
        node_tags=node_tags,
        squares=ways.squares,
        source_date=date,
    )


def header_date(path: str) -> str:
    """The date that the file's header gives to its data, as ISO text; empty without one."""
    with osmium.io.Reader(path, osmium.osm.NOTHING) as reader:
        header = reader.header()
        stamp = header.get("osmosis_replication_timestamp", "") or header.get("timestamp", "")
    return str(stamp)[:10]


def header_generator(path: str | Path) -> str:
    """The program that wrote the file, as its header tells; invented streets say so there."""
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        return str(reader.header().get("generator", ""))


def _read_nodes(path: str, places: osmium.NodeLocationsForWays) -> dict[int, dict[str, str]]:
    tagged: dict[int, dict[str, str]] = {}
    # A handler must outlive the iterator that uses it: osmium keeps no reference of its own.
    wanted = osmium.filter.KeyFilter(*NODE_KEYS)
    with osmium.io.Reader(path, osmium.osm.NODE) as reader:
        for node in osmium.OsmFileIterator(reader, places, wanted):
            tagged[original(node.id)] = {key: clean(value) for key, value in node.tags if key in NODE_TAGS}
    return tagged


def _read_ways(path: str, places: osmium.NodeLocationsForWays, report: Progress, *, dated: bool) -> _Ways:
    ways = _Ways()
    wanted = osmium.filter.KeyFilter("highway")
    with osmium.io.Reader(path, osmium.osm.WAY) as reader:
        for count, way in enumerate(cast("Iterator[Way]", osmium.OsmFileIterator(reader, places, wanted))):
            if count % _STEP == 0:
                report(msg("Reading streets"), 0.3)
            ask = cast("Ask", way.tags.get)
            walkable, square, main = _judge(tuple([ask(key, "") for key in _DECIDING]))
            if main:
                ways.main.extend([node.ref for node in way.nodes])
            if not walkable:
                continue
            if square and way.is_closed():
                ways.squares.append([len(ways.way_id)])
            ways.add(way, ask, square=square)
            if dated and (ways.newest is None or way.timestamp > ways.newest):
                ways.newest = way.timestamp
    return ways


def _read_square_relations(path: str, places: osmium.NodeLocationsForWays, ways: _Ways) -> None:
    """Squares drawn as multipolygons: their outline ways, which mostly carry no tags of their own, become walkable."""
    squares: list[tuple[dict[str, str], list[int]]] = []
    wanted = osmium.filter.KeyFilter("highway")
    for relation in cast("Iterator[Relation]", osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(wanted)):
        tags = {key: clean(value) for key, value in relation.tags} | {"area": "yes"}
        if tags.get("type") == "multipolygon" and is_walkable(tags):
            squares.append((tags, [member.ref for member in relation.members if member.type == "w"]))
    if not squares:
        return
    row = {way_id: at for at, way_id in enumerate(ways.way_id)}
    owner = {member: tags for tags, members in squares for member in members if member not in row}
    by_id = osmium.filter.IdFilter(owner)
    with osmium.io.Reader(path, osmium.osm.WAY) as reader:
        for way in cast("Iterator[Way]", osmium.OsmFileIterator(reader, places, by_id)):
            row[way.id] = len(ways.way_id)
            ways.add(way, owner[way.id].get, square=True)
    for _, members in squares:
        here = [row[member] for member in members if member in row]
        if here:
            ways.squares.append(sorted(here, key=lambda at: not ways.square[at]))


def _originals(ids: array[int]) -> NDArray[np.int64]:
    """Ids as they stand in the user's file, shape (n,)."""
    numbers = np.frombuffer(ids, dtype=np.int64)
    result: NDArray[np.int64] = np.where(numbers > OFFSET, OFFSET - numbers, numbers)
    return result


def clean(text: str) -> str:
    """Text of a file without NUL, the one sign that our compiled files need for themselves."""
    return text.replace("\0", "") if "\0" in text else text
