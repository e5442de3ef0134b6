"""Places where a walker waits or is stopped: road crossings, gates, kerbs, doors, lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.sources.osm_filter import FOOT_CLASS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.sources.osm import RawStreets
    from geo.sources.osm_topology import Edges

POINT_TAGS = ("barrier", "access", "foot", "wheelchair", "kerb", "opening_hours", "name")
"""Text columns of ``WalkNetwork.points``, beside ``osm_id``, ``vertex``, ``node`` and ``kind``."""

_NO_CROSSING = frozenset({"no", ""})
_SIGNAL_VALUES = frozenset({"traffic_signals", "pelican", "toucan", "puffin", "pegasus"})


def crossing_nibbles(streets: RawStreets, edges: Edges, way: NDArray[np.int64], node_id: NDArray[np.int64]) -> NDArray[np.uint8]:
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

    plain, signalled = _crossing_places(streets, node_id)
    marked = streets.tag["footway"].among({"crossing"})
    main = _membership(streets.main_ref, node_id)
    on_crossing_way = np.zeros(len(node_id), dtype=np.bool_)
    along = at[marked[way[at]]]
    on_crossing_way[edges.place[along]] = on_crossing_way[edges.place[along + 1]] = True
    plain = (plain | on_crossing_way) & main & ~signalled

    nibbles = np.zeros(len(way), dtype=np.uint8)
    for end in (at, at + 1):
        nibbles[at] += plain[edges.place[end]].astype(np.uint8)
        nibbles[at] += signalled[edges.place[end]].astype(np.uint8) << 4
    return nibbles


def _membership(ids: NDArray[np.int64], node_id: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the places are among the ids, shape (p,)."""
    result: NDArray[np.bool_] = np.isin(node_id, ids, assume_unique=True)
    return result


def _crossing_places(streets: RawStreets, node_id: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Places tagged as a crossing, and those of them (or traffic lights) with signals."""
    crossing = [ref for ref, tags in streets.node_tags.items() if is_crossing(tags)]
    signals = [ref for ref, tags in streets.node_tags.items() if has_signals(tags)]
    as_ids = (np.array(sorted(found), dtype=np.int64) for found in (crossing, signals))
    plain, signalled = (_membership(ids, node_id) for ids in as_ids)
    return plain, signalled


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


def node_points(streets: RawStreets, edges: Edges, node_id: NDArray[np.int64]) -> pd.DataFrame:
    """Gates, kerbs, entrances and lifts that stand on the network, by OSM id.

    Columns ``osm_id``; ``vertex`` (one vertex that lies there); ``node`` (the network node
    there, -1 within an edge); ``kind``; and the text tags ``POINT_TAGS``.
    """
    kinds = {ref: kind for ref, tags in streets.node_tags.items() if (kind := point_kind(tags))}
    vertex_of = np.full(len(node_id), -1, dtype=np.int64)
    vertex_of[edges.place[::-1]] = np.arange(len(edges.place) - 1, -1, -1)
    node_of = np.full(len(node_id), -1, dtype=np.int64)
    node_of[edges.node] = np.arange(len(edges.node))
    wanted = np.array(sorted(kinds), dtype=np.int64)
    place = np.flatnonzero(_membership(wanted, node_id) & (vertex_of >= 0))
    refs = node_id[place].tolist()
    columns: dict[str, object] = {
        "osm_id": node_id[place],
        "vertex": vertex_of[place],
        "node": node_of[place],
        "kind": pd.Categorical([kinds[ref] for ref in refs]),
    }
    for tag in POINT_TAGS:
        columns[tag] = pd.Categorical([streets.node_tags[ref].get(tag, "") for ref in refs])
    return pd.DataFrame(columns)
