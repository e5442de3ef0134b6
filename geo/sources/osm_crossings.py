"""Places where a walker waits or is stopped: road crossings, gates, kerbs, doors, lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.sources.osm_filter import FOOT_CLASS
from geo.table import Table, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.sources.osm import RawStreets
    from geo.sources.osm_topology import Edges

POINT_TAGS = (
    "barrier",
    "access",
    "foot",
    "foot:conditional",
    "access:conditional",
    "locked",
    "wheelchair",
    "kerb",
    "opening_hours",
    "name",
)
"""Text columns of ``WalkNetwork.points``, beside ``osm_id``, ``vertex``, ``node`` and ``kind``."""

_NO_CROSSING = frozenset({"no", ""})
_SIGNAL_VALUES = frozenset({"traffic_signals", "pelican", "toucan", "puffin", "pegasus"})


def crossing_nibbles(streets: RawStreets, edges: Edges, way: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Half crossings on every segment, shape (k,): unsignalled in the low nibble, signalled in the high one.

    At a crossing each foot-class segment that meets there carries one half, so whoever walks
    through it on foot ways pays one whole, and whoever walks along the road through it pays
    nothing. Without signals only a crossing of a main road counts. A crossing is a node tagged
    ``highway=crossing`` or ``crossing=*``, or one where a way tagged ``footway=crossing`` meets a
    main road; signals are told by ``crossing=traffic_signals``, ``crossing:signals=yes`` or
    ``highway=traffic_signals``.
    """
    at = np.flatnonzero((way >= 0) & (way < len(streets.way_id)))  # links across squares lie beyond
    at = at[streets.tag["highway"].among(FOOT_CLASS)[way[at]]]

    plain, signalled = streets.tagged(is_crossing), streets.tagged(has_signals)
    marked = streets.tag["footway"].among({"crossing"})
    on_crossing_way = np.zeros(len(plain), dtype=np.bool_)
    along = at[marked[way[at]]]
    on_crossing_way[edges.place[along]] = on_crossing_way[edges.place[along + 1]] = True
    plain = (plain | on_crossing_way) & streets.main & ~signalled

    nibbles = np.zeros(len(way), dtype=np.uint8)
    for end in (at, at + 1):
        nibbles[at] += plain[edges.place[end]].astype(np.uint8)
        nibbles[at] += signalled[edges.place[end]].astype(np.uint8) << 4
    return nibbles


def is_crossing(tags: Mapping[str, str]) -> bool:
    """Whether walkers cross a road at this node."""
    return tags.get("highway") == "crossing" or tags.get("crossing", "") not in _NO_CROSSING


def has_signals(tags: Mapping[str, str]) -> bool:
    """Whether the node has traffic lights."""
    return (
        tags.get("highway") == "traffic_signals"
        or tags.get("crossing") in _SIGNAL_VALUES
        or tags.get("crossing:signals", "no") not in _NO_CROSSING
    )


def point_kind(tags: Mapping[str, str]) -> str:
    """What a tagged node on a street is to a walker: gate, kerb, entrance, elevator; empty when nothing."""
    if tags.get("highway") == "elevator":
        return "elevator"
    if tags.get("barrier", "kerb") != "kerb":
        return "gate"
    if "entrance" in tags or tags.get("railway") == "subway_entrance":
        return "entrance"
    if "kerb" in tags or tags.get("barrier") == "kerb":
        return "kerb"
    return ""


def node_points(streets: RawStreets, edges: Edges) -> Table:
    """Gates, kerbs, entrances and lifts that stand on the network, by OSM id.

    Columns ``osm_id``; ``vertex`` (one vertex that lies there); ``node`` (the network node
    there, -1 within an edge); ``kind``; and the text tags ``POINT_TAGS``.
    """
    vertex_of = np.full(len(streets.node_id), -1, dtype=np.int64)
    vertex_of[edges.place[::-1]] = np.arange(len(edges.place) - 1, -1, -1)
    node_of = np.full(len(streets.node_id), -1, dtype=np.int64)
    node_of[edges.node] = np.arange(len(edges.node))
    place = np.flatnonzero(streets.tagged(point_kind) & (vertex_of >= 0))

    kind = streets.node_kind[place]
    texts = {tag: [tags.get(tag, "") for tags in streets.node_tags] for tag in POINT_TAGS}
    texts = {"kind": [point_kind(tags) for tags in streets.node_tags], **texts}
    numbers = {"osm_id": streets.node_id[place], "vertex": vertex_of[place], "node": node_of[place]}
    return Table({**numbers, **{name: Words.of(column).take(kind) for name, column in texts.items()}})
