"""Walkable ways of an OpenStreetMap file to a :class:`~geo.model.WalkNetwork`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo import crs as systems
from geo.errors import NetworkError
from geo.messages import Message, msg
from geo.model import Finding, WalkNetwork
from geo.sources.network_store import CUT_WAYS
from geo.sources.origin import OSM_CREDIT, network_digest
from geo.sources.osm import WAY_FLAGS, WAY_TAGS
from geo.sources.osm_crossings import crossing_nibbles, node_points
from geo.sources.osm_incline import drawn_inclines
from geo.sources.osm_oneway import drawn_oneway, oneway
from geo.sources.osm_squares import square_links
from geo.sources.osm_topology import join_segments
from geo.table import Table, distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.sources.osm import RawStreets

_WORTH_TELLING_M = 50.0  # less is nobody's way


@dataclass(frozen=True)
class Segments:
    """Straight pieces between two nodes of the file, which are called places here. Shapes: s segments."""

    a: NDArray[np.int64]  # (s,) place
    b: NDArray[np.int64]  # (s,)
    way: NDArray[np.int64]  # (s,) row of the way


def build_network(streets: RawStreets, crs: str = "auto", *, squares: bool = True) -> WalkNetwork:
    """The walk network of the ways that a file holds.

    Parameters
    ----------
    streets
        As :func:`geo.sources.osm.read_streets` gives them.
    crs
        Metric system of the coordinates; ``auto`` takes the one that fits the middle of the streets.
    squares
        False leaves pedestrian squares out, as OSMnx does; for comparison.

    Raises
    ------
    NetworkError
        When the file holds no street that can be walked.
    """
    segments = _segments(streets, squares=squares)
    if not len(segments.a):
        raise NetworkError(msg("The street file holds no street that can be walked; check that it is the right extract."))
    if crs == "auto":
        used = np.zeros(len(streets.node_id), dtype=np.bool_)
        used[segments.a] = used[segments.b] = True
        crs = systems.choose_metric(*(float(one.min() + one.max()) / 2 for one in streets.lonlat[used].T))
    xy = systems.project(streets.lonlat[:, 0], streets.lonlat[:, 1], systems.check_metric(crs))
    if squares:
        segments = _with_links(segments, streets, xy)
    edges = join_segments(segments.a, segments.b, segments.way, xy)
    along = edges.place == segments.a[edges.segment]
    way = np.where(edges.segment >= 0, segments.way[edges.segment], -1)
    ways, row = distinct(way + 1)  # the first is "no way"
    return WalkNetwork(
        crs=crs,
        node_id=streets.node_id[edges.node],
        node_xy=xy[edges.node],
        edge_u=edges.u.astype(np.int32),
        edge_v=edges.v.astype(np.int32),
        edge_start=edges.start,
        vertex_xy=xy[edges.place],
        segment_m=segment_lengths(streets.lonlat[edges.place], edges.start),
        segment_way=(row - 1).astype(np.int32),
        segment_crossing=crossing_nibbles(streets, edges, way),
        segment_incline=_inclines(streets, along, way),
        segment_oneway=drawn_oneway(oneway(streets.tag), _own(streets, way), along),
        ways=ways_table(streets, ways[1:] - 1),
        points=node_points(streets, edges),
        source=streets.path.name,
        source_date=streets.source_date,
        credit="" if streets.invented else OSM_CREDIT,
        digest=network_digest(streets.path, crs),
        findings=(*_cut_ways(streets), *_by_rule(streets)),
    )


def _segments(streets: RawStreets, *, squares: bool) -> Segments:
    """Segments between consecutive nodes that the file has a place for; a node named twice in a row counts once."""
    way = np.repeat(np.arange(len(streets.way_id)), np.diff(streets.ref_start))
    at = streets.ref
    real = (way[1:] == way[:-1]) & (at[1:] >= 0) & (at[:-1] >= 0) & (at[1:] != at[:-1])
    if not squares:
        real &= ~streets.square[way[:-1]]
    return Segments(at[:-1][real], at[1:][real], way[:-1][real])


def _with_links(segments: Segments, streets: RawStreets, xy: NDArray[np.float64]) -> Segments:
    """With the links across squares, whose way is the square's row plus the number of ways."""
    links = square_links(streets.squares, (segments.a, segments.b, segments.way), xy)
    return replace(
        segments,
        a=np.append(segments.a, links.a),
        b=np.append(segments.b, links.b),
        way=np.append(segments.way, links.way + len(streets.way_id)),
    )


def _own(streets: RawStreets, way: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ways that are drawn; -1 for a link across a square, which has no slope and no direction of its own."""
    return np.where(way < len(streets.way_id), way, -1)


def _inclines(streets: RawStreets, along: NDArray[np.bool_], way: NDArray[np.int64]) -> NDArray[np.float32] | None:
    tag, own = streets.tag["incline"], _own(streets, way)
    return drawn_inclines(tag.words, tag.code[own], along, own >= 0)


def _by_rule(streets: RawStreets) -> tuple[Finding, ...]:
    """How much each rule about who may walk left out or let in."""
    told = [(sentence, metres) for sentence, metres in streets.by_rule_m.items() if metres >= _WORTH_TELLING_M]
    return tuple(
        Finding("info", "network", Message(sentence, {"km": round(metres / 1000, 1)})) for sentence, metres in sorted(told)
    )


def segment_lengths(lonlat: NDArray[np.float64], edge_start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Great-circle metres from each vertex to the next of its edge; 0 at each edge's last, shape (k,)."""
    length = np.zeros(len(lonlat))
    length[:-1] = systems.great_circle_m(lonlat)
    length[edge_start[1:] - 1] = 0.0
    return length


def ways_table(streets: RawStreets, rows: NDArray[np.int64]) -> Table:
    """One row per way with the tags that walkers care about, empty where unknown.

    A row beyond the ways stands for the links across a square (``link`` is then true): the
    tags of the square once more, for lines that no map shows as a street.
    """
    link = rows >= len(streets.way_id)
    rows = np.where(link, rows - len(streets.way_id), rows)
    texts = {tag: streets.tag[tag].take(rows) for tag in WAY_TAGS}
    flags = {tag: ~streets.tag[tag].among({"", "no"})[rows] for tag in WAY_FLAGS}
    flags["shut"] = streets.shut[rows]
    steps = texts["highway"].among({"steps"})
    return Table({"way_id": streets.way_id[rows], **texts, **flags, "steps": steps, "square": streets.square[rows], "link": link})


def _cut_ways(streets: RawStreets) -> tuple[Finding, ...]:
    """Say how many streets run on beyond what the file holds."""
    unknown = np.flatnonzero(streets.ref < 0)
    if not len(unknown):
        return ()
    ways, _ = distinct(np.searchsorted(streets.ref_start, unknown, side="right"))
    return (Finding("info", "network", Message(CUT_WAYS, {"count": len(ways)}), count=len(ways)),)
