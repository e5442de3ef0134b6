"""The walking streets as lines to draw: near a place, by class, thinned to what can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo import crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Box = tuple[float, float, float, float]

STREET_CLASSES = ("major", "minor", "path", "steps")
_MAJOR = frozenset(f"{name}{end}" for name in ("trunk", "primary", "secondary", "tertiary") for end in ("", "_link"))
_PATHS = frozenset({"footway", "path", "track", "pedestrian", "cycleway", "bridleway", "corridor"})


def street_lines(network: WalkNetwork, tolerance_m: float, box: Box) -> dict[str, NDArray[np.object_]]:
    """Streets near a box as lines thinned to a tolerance in metres, by class: major, minor, path, steps."""
    edges = edges_near(network, box)
    lines = np.asarray(shapely.simplify(edge_lines(network, edges), tolerance_m, preserve_topology=False), dtype=object)
    label = edge_class(network, edges)
    return {name: lines[label == name] for name in STREET_CLASSES}


def packed_lines(lines: NDArray[Any], system: str, parts: float) -> list[list[int]]:
    """Lines in metres as whole parts of a degree: each place told from the one before, a line's first from that of the last line.

    Parameters
    ----------
    system
        The coordinate system of the lines.
    parts
        So many to a degree: a million are 0.1 m each.
    """
    if not len(lines):
        return []
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    whole = np.rint(crs.unproject(xy, system) * parts).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=0)
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    steps[first] = np.diff(whole[first], axis=0, prepend=0)
    return [line.ravel().tolist() for line in np.split(steps, first[1:])]


def joined_lines(lines: NDArray[Any]) -> NDArray[np.object_]:
    """The same lines with those that go on in one another made one: fewer ends to write down."""
    if not len(lines):
        return np.zeros(0, dtype=object)
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))), dtype=object)


def edges_near(network: WalkNetwork, box: Box) -> NDArray[np.int64]:
    """Edges whose own bounds touch a box (west, south, east, north in metres)."""
    if not network.edges:
        return np.zeros(0, dtype=np.int64)
    first = network.edge_start[:-1]
    near = np.ones(network.edges, dtype=bool)
    for axis, (low, high) in enumerate(((box[0], box[2]), (box[1], box[3]))):
        values = network.vertex_xy[:, axis]
        near &= (np.maximum.reduceat(values, first) >= low) & (np.minimum.reduceat(values, first) <= high)
    return np.flatnonzero(near).astype(np.int64)


def edge_lines(network: WalkNetwork, edges: NDArray[np.int64]) -> NDArray[np.object_]:
    """The given edges as lines in metres, shape (e,)."""
    if not len(edges):
        return np.zeros(0, dtype=object)
    counts = np.diff(network.edge_start)[edges]
    owner = np.repeat(np.arange(len(edges)), counts)
    # Vertex numbers of all edges in a row: each edge's first, then on by one.
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    vertices = np.repeat(network.edge_start[edges], counts) + within
    return np.asarray(shapely.linestrings(network.vertex_xy[vertices], indices=owner), dtype=object)


def edge_class(network: WalkNetwork, edges: NDArray[np.int64]) -> NDArray[np.str_]:
    """Each given edge's class by the way that it begins on, shape (e,)."""
    known = network.ways["highway"].astype(str).to_numpy(dtype=object)
    by_way = np.array([_class_of(highway) for highway in known] or ["minor"])
    way = network.segment_way[network.edge_start[edges]]
    result: NDArray[np.str_] = np.where(way < 0, "minor", by_way[np.maximum(way, 0)])
    return result


def _class_of(highway: str) -> str:
    if highway in _MAJOR:
        return "major"
    if highway == "steps":
        return "steps"
    return "path" if highway in _PATHS else "minor"
