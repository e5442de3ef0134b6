"""OpenStreetMap files to flat arrays of walkable ways, with pyosmium and no network access.

Two passes: one over the nodes, whose places stay in osmium's own compact table (16 bytes
a node) and of which Python sees only the tagged ones; one over the ways with a ``highway``
tag, in bulk (:mod:`geo.sources.osm_ways`). What comes out is what the file says, before
any topology: see :mod:`geo.sources.osm_topology` for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import osmium

from geo.errors import InputMissingError, NetworkError
from geo.messages import msg
from geo.sources.osm_filter import FORBIDDEN, MAIN_ROADS, is_square, is_walkable
from geo.sources.osm_ids import OFFSET, original, with_positive_ids
from geo.sources.osm_ways import NOWHERE, Kind, Ways, Words, as_text, tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from osmium.osm.types import Relation

    Progress = Callable[[str, float], None]

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

_COLUMNS = (*WAY_TAGS, *WAY_FLAGS)
_DECIDING = ("area", *FORBIDDEN)


@dataclass(frozen=True)
class RawStreets:
    """The walkable ways of a file as flat arrays, in the order of the file.

    Shapes: w ways, r node references. Way ``i`` passes the nodes
    ``ref[ref_start[i] : ref_start[i + 1]]``; ``x`` and ``y`` are their places in 1e-7
    degrees, or ``NOWHERE`` where the file lacks the node.
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
        result: NDArray[np.bool_] = self.x != NOWHERE
        return result

    def lonlat(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Degrees of the references ``at``, shape (len(at), 2)."""
        return np.column_stack([self.x[at], self.y[at]]) / 1e7


def _kind(tags: dict[str, str]) -> Kind:
    """Whether a way with these tags is walkable, a square, a main road; and what is kept of its tags."""
    deciding = {key: tags[key] for key in _DECIDING if tags.get(key)}
    return Kind(is_walkable(deciding), is_square(deciding), deciding.get("highway") in MAIN_ROADS, _kept(tags))


def _kept(tags: dict[str, str]) -> tuple[str, ...]:
    return tuple(clean(tags.get(key, "")) for key in _COLUMNS)


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
    ways = _read_ways(path, places, lambda: report(msg("Reading streets"), 0.3))
    of_ways = len(ways.way_id)
    squares = _read_square_relations(path, places, ways)
    start, square = ways.start, ways.square
    ref, x, y = (np.concatenate(parts) for parts in zip(*ways.refs, strict=True))
    drawn = np.flatnonzero(square[:of_ways] & (np.diff(start[: of_ways + 1]) > 0))
    closed = drawn[ref[start[drawn]] == ref[start[drawn + 1] - 1]]
    return RawStreets(
        way_id=_originals(np.frombuffer(ways.way_id, dtype=np.int64)),
        ref_start=start,
        ref=_originals(ref),
        x=x,
        y=y,
        tag={key: ways.column(at) for at, key in enumerate(_COLUMNS)},
        square=square,
        main_ref=np.unique(_originals(np.concatenate(ways.main))),
        node_tags=node_tags,
        squares=[[row] for row in closed.tolist()] + squares,
        source_date=stamp or ways.newest.decode()[:10],
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
    """The tags of nodes that have any of ours, by id; ``places`` keeps where all nodes are."""
    known: dict[bytes, dict[str, str]] = {}
    tagged: dict[int, dict[str, str]] = {}
    with as_text(path, osmium.osm.NODE, (places, osmium.filter.KeyFilter(*NODE_KEYS))) as lines:
        for line in lines:
            name, _visible, _stamp, text, _place = line.split(b" ", 4)
            tags = known.get(text)
            if tags is None:
                tags = known[text] = {key: clean(value) for key, value in tags_of(text).items() if key in NODE_TAGS}
            tagged[original(int(name[1:]))] = tags
    return tagged


def _read_ways(path: str, places: osmium.NodeLocationsForWays, tell: Callable[[], None]) -> Ways:
    ways = Ways()
    kinds: dict[bytes, Kind] = {}  # few ways have tags like no other

    def kind_of(_way_id: int, text: bytes) -> Kind:
        known = kinds.get(text)
        if known is None:
            known = kinds[text] = _kind(tags_of(text))
        return known

    ways.read(path, (places, osmium.filter.KeyFilter("highway")), kind_of, tell)
    return ways


def _read_square_relations(path: str, places: osmium.NodeLocationsForWays, ways: Ways) -> list[list[int]]:
    """Squares drawn as multipolygons: their outline ways, which mostly carry no tags of their own, become walkable.

    Gives the rows of each square's ways, those tagged as a square themselves first.
    """
    squares: list[tuple[dict[str, str], list[int]]] = []
    wanted = osmium.filter.KeyFilter("highway")
    for relation in cast("Iterator[Relation]", osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(wanted)):
        tags = {key: clean(value) for key, value in relation.tags} | {"area": "yes"}
        if tags.get("type") == "multipolygon" and is_walkable(tags):
            squares.append((tags, [member.ref for member in relation.members if member.type == "w"]))
    if not squares:
        return []
    known = set(ways.way_id)
    owner = {member: tags for tags, members in squares for member in members if member not in known}
    by_id = osmium.filter.IdFilter(owner)
    ways.read(path, (places, by_id), lambda way_id, _: Kind(True, True, False, _kept(owner[way_id])))  # noqa: FBT003
    row = {way_id: at for at, way_id in enumerate(ways.way_id)}
    rows = [[row[member] for member in members if member in row] for _, members in squares]
    square = ways.square
    return [sorted(here, key=lambda at: not square[at]) for here in rows if here]


def _originals(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ids as they stand in the user's file, shape (n,)."""
    result: NDArray[np.int64] = np.where(ids > OFFSET, OFFSET - ids, ids)
    return result


def clean(text: str) -> str:
    """Text of a file without NUL, the one sign that our compiled files need for themselves."""
    return text.replace("\0", "") if "\0" in text else text
