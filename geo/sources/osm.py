"""OpenStreetMap files to flat arrays of walkable ways, with pyosmium and no network access.

osmium picks what has a ``highway`` tag and notes where all nodes are (16 bytes a node); Python
reads that in bulk (:mod:`geo.sources.osm_text`). What comes out is what the file says, before
any topology: see :mod:`geo.sources.osm_topology` for that.
"""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import osmium

from geo.crs import great_circle_m
from geo.errors import GeoError, InputMissingError, NetworkError, OutputError
from geo.messages import msg
from geo.sources.osm_bits import AREA, OPEN, STREET
from geo.sources.osm_filter import OURS, STREET_KEYS, is_walkable, squares, usually_open
from geo.sources.osm_ids import originals, with_positive_ids
from geo.sources.osm_oneway import ONEWAY_TAGS
from geo.sources.osm_text import clean, lines_and_places, lines_of, numbers, rows_of, tags_of
from geo.sources.osm_ways import Kinds, Nodes, Ways
from geo.table import distinct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.sources.osm_filter import WayFilter
    from geo.sources.osm_text import Lines, Places
    from geo.sources.osm_ways import ByRule
    from geo.table import Words

    Square = tuple[bytes, list[int]]  # drawn as a relation: the text of its tags (if any), and the ways that are its outline
    Progress = Callable[[str, float], None]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
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
    "foot:conditional",
    "access:conditional",
    "ramp:wheelchair",
    "width",
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
    "foot:conditional",
    "access:conditional",
    "locked",
    "wheelchair",
    "opening_hours",
    "name",
)


# A multipolygon with one of these tags is something of its own, and its outer way need not be a square.
_SPEAKING = frozenset({*STREET_KEYS, "building", "landuse", "leisure", "natural", "water", "boundary", "amenity"})


@dataclass
class Found:
    """What reading collects; ids are those that osmium sees (see :mod:`geo.sources.osm_ids`)."""

    ways: Ways
    nodes: Nodes
    places: Places
    relations: list[Square]
    own: int  # so many ways are walkable by their own tags; those after them are outlines


@dataclass(frozen=True)
class RawStreets:
    """The walkable ways of a file as flat arrays, in the order of the file.

    Shapes: w ways, r references to nodes, p nodes that the file holds and a way refers to.
    Way ``i`` passes the nodes in the rows ``ref[ref_start[i] : ref_start[i + 1]]``.
    """

    path: Path
    way_id: NDArray[np.int64]
    ref_start: NDArray[np.int64]  # (w + 1,)
    ref: NDArray[np.int64]  # (r,) row of the node, -1 where the file lacks it
    node_id: NDArray[np.int64]  # (p,) ascending
    lonlat: NDArray[np.float64]  # (p, 2) degrees
    main: NDArray[np.bool_]  # (p,) whether a main road passes there, walkable or not
    node_kind: NDArray[np.int32]  # (p,) row in ``node_tags``, -1 without tags of ours
    node_tags: list[dict[str, str]]  # few have tags like no other
    tag: dict[str, Words]  # WAY_TAGS and WAY_FLAGS
    square: NDArray[np.bool_]  # (w,) outlines of squares
    shut: NDArray[np.bool_]  # (w,) where walkers are kept out when no hour is named
    squares: list[list[int]]  # per square, the rows of the ways that are its outline
    by_rule_m: dict[str, float] = field(default_factory=dict)  # sentence of a rule of the filter: metres that it decided
    source_date: str = ""
    invented: bool = False  # no streets of the real world

    def tagged(self, is_so: Callable[[dict[str, str]], object]) -> NDArray[np.bool_]:
        """Which nodes have tags of some sort, shape (p,)."""
        result: NDArray[np.bool_] = np.array([*map(is_so, self.node_tags), False], dtype=np.bool_)[self.node_kind]
        return result


def read_streets(path: Path, progress: Progress | None = None, judge: WayFilter = OURS) -> RawStreets:
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
            report(msg("Reading places"), 0.0)
            found = _read(readable, report, judge)
        with osmium.io.Reader(path, osmium.osm.NOTHING) as reader:
            header = reader.header()
    except GeoError:
        raise
    except (RuntimeError, ValueError, OverflowError) as error:  # osmium raises nothing finer; the last two for impossible ids
        if any(os.strerror(number) in str(error) for number in _NO_ROOM):
            text = msg("There is no room for temporary files in “{folder}”; make some, or set TMPDIR to another folder.")
            raise OutputError(text, folder=tempfile.gettempdir()) from error
        raise NetworkError(
            msg("The street file “{name}” can't be read as OpenStreetMap data ({why}); export or download it again."),
            name=path.name,
            why=str(error),
        ) from error
    stamp = header.get("osmosis_replication_timestamp", "") or header.get("timestamp", "")
    return replace(
        _flat(path, found),
        source_date=(stamp or found.ways.newest[1:].decode())[:10],
        invented="synthetic" in header.get("generator", "").lower(),
    )


def _read(path: Path, report: Progress, judge: WayFilter) -> Found:
    """One pass over the file, and where squares are drawn as relations one more for their outlines."""
    ways, nodes = Ways(Kinds((*WAY_TAGS, *WAY_FLAGS, *ONEWAY_TAGS), judge)), Nodes()
    relations: list[Square] = []
    for_nodes, for_ways = osmium.filter.KeyFilter(*NODE_KEYS), osmium.filter.KeyFilter(*STREET_KEYS)
    for_relations = osmium.filter.TagFilter(("type", "multipolygon"))
    for_nodes.enable_for(osmium.osm.NODE)
    for_ways.enable_for(osmium.osm.WAY)
    for_relations.enable_for(osmium.osm.RELATION)
    with lines_and_places(path, for_nodes, for_ways, for_relations) as (every, places):
        for lines in every:
            report(msg("Reading streets"), 0.3)
            nodes.see(lines.of(b"n"))
            ways.see(lines.of(b"w"))
            relations += _squares(lines.of(b"r"), judge)
    own = sum(map(len, ways.way_id))
    drawn = ways.squares()
    relations = [(text, members) for text, members in relations if text or not drawn.isdisjoint(members)]
    if relations:
        _read_outlines(path, relations, ways)
    return Found(ways, nodes, places, relations, own)


def _squares(lines: Lines, judge: WayFilter) -> list[Square]:
    """The squares among multipolygons, and without a text those that say nothing: their outer way may be a square with holes."""
    found = []
    for text, members in zip(lines.tags, lines.rest, strict=True):
        tags = tags_of(text)
        silent = _SPEAKING.isdisjoint(tags)
        if silent or is_walkable(tags | {"area": "yes"}, judge):
            ways = [member.partition(b"@")[0] for member in members[1:].split(b",") if member.startswith(b"w")]
            found.append((b"" if silent else text, numbers(ways).tolist()))
    return found


def _read_outlines(path: Path, relations: list[Square], ways: Ways) -> None:
    """The outlines of squares drawn as relations: ways that mostly carry no tags of their own become walkable."""
    owner: dict[int, int] = {}
    for text, members in relations:
        owner.update(dict.fromkeys(members, ways.kinds.add([text or b"Tarea=yes"], STREET | AREA | OPEN)[0]))
    for known in ways.way_id:
        for way_id in owner.keys() & set(known.tolist()):
            del owner[way_id]
    if not owner:
        return
    with lines_of(path, osmium.osm.WAY, osmium.filter.IdFilter(owner)) as every:
        for lines in every:
            kind = [owner[way_id] for way_id in numbers(lines.name).tolist()]
            ways.see(lines, np.array(kind, dtype=np.int32))


def _flat(path: Path, found: Found) -> RawStreets:
    """What was found as arrays; of the nodes only those that walkable ways refer to."""
    ways, places = found.ways, found.places
    way_id, size, kind = np.concatenate(ways.way_id), np.concatenate(ways.size), np.concatenate(ways.kind)
    said = ways.kinds.said(kind)
    start, square = np.concatenate([[0], np.cumsum(size)]), squares(said)
    ref = originals(np.concatenate(ways.ref))
    drawn = np.flatnonzero(square[: found.own] & (size[: found.own] > 0))
    closed = drawn[ref[start[drawn]] == ref[start[drawn + 1] - 1]]
    node = rows_of(ref, places.id)
    used, node[node >= 0] = distinct(node[node >= 0])
    node_id = places.id[used]
    main = np.zeros(len(used) + 1, dtype=np.bool_)  # the last one is for nodes on no walkable way
    main[rows_of(originals(np.concatenate(ways.main)), node_id)] = True
    node_kind = np.full(len(used) + 1, -1, dtype=np.int32)
    node_kind[rows_of(originals(np.concatenate(found.nodes.node_id)), node_id)] = np.concatenate(found.nodes.kind)
    return RawStreets(
        path=path,
        way_id=originals(way_id),
        ref_start=start,
        ref=node,
        node_id=node_id,
        lonlat=np.column_stack([places.x[used], places.y[used]]) / 1e7,
        main=main[:-1],
        node_kind=node_kind[:-1],
        node_tags=[{key: clean(value) for key, value in tags_of(text).items() if key in NODE_TAGS} for text in found.nodes.texts],
        tag=ways.kinds.of(kind),
        square=square,
        shut=~usually_open(said),
        by_rule_m=_metres_by_rule(ways.told, places),
        squares=_with_holes(closed.tolist(), _outlines(found.relations, way_id, square)),
    )


def _with_holes(closed: list[int], outlines: list[list[int]]) -> list[list[int]]:
    """Every square once: one whose way is the outer ring of a relation has that relation's holes."""
    taken = {row for rows in outlines for row in rows}
    return [[row] for row in closed if row not in taken] + outlines


def _outlines(relations: list[Square], way_id: NDArray[np.int64], square: NDArray[np.bool_]) -> list[list[int]]:
    """The rows of each square's ways, those tagged as a square themselves first."""
    wanted = {member for _, members in relations for member in members}
    row = {way: at for at, way in enumerate(way_id.tolist()) if way in wanted}
    rows = [[row[member] for member in members if member in row] for _, members in relations]
    return [sorted(here, key=lambda at: not square[at]) for here in rows if here]


def _metres_by_rule(told: list[ByRule], places: Places) -> dict[str, float]:
    """How many metres of street each rule of the filter decided."""
    total: dict[str, float] = {}
    for sentence, size, ref in told:
        row = rows_of(originals(ref), places.id)
        way = np.repeat(np.arange(len(size)), size)[row >= 0]
        row = row[row >= 0]
        metres = great_circle_m(np.column_stack([places.x[row], places.y[row]]) / 1e7)
        total[sentence] = total.get(sentence, 0.0) + float(metres[way[1:] == way[:-1]].sum())
    return total
