"""New nodes on edges, and new edges between nodes: the only place where a network changes its shape.

Everything returns a new :class:`~geo.model.WalkNetwork`; old nodes keep their numbers, new ones
come after them, so that results by node stay comparable before and after.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

S = TypeVar("S", bound=np.generic)

SAME_M = 1e-3
"""Positions nearer than this to a vertex are taken to be there."""


def split_at(network: WalkNetwork, segment: Ints, fraction: Floats) -> tuple[WalkNetwork, Ints]:
    """Make a node at each position on the streets.

    A segment that is cut keeps its length and its way in every piece; what a walker pays for
    a crossing stays on its first piece. A position at an old node gives that node.

    Parameters
    ----------
    segment, fraction
        Positions, shape (p,): the vertex that begins the segment, and how far along it, 0 to 1.

    Returns
    -------
    network, node
        The network with nodes there, and the node of each position, shape (p,).
    """
    wider, vertex = _with_vertices(network, segment, fraction)
    return _cut(wider, vertex)


def _with_vertices(network: WalkNetwork, segment: Ints, fraction: Floats) -> tuple[WalkNetwork, Ints]:
    """The network with a vertex at each position, and the number of that vertex, shape (p,)."""
    length = network.segment_m[segment]
    along = np.round(np.clip(fraction, 0, 1) * length / SAME_M) * SAME_M
    inner = (along > 0) & (along < length - SAME_M / 2)
    spots, which = np.unique(np.column_stack([segment[inner], along[inner]]), axis=0, return_inverse=True)
    base, far = spots[:, 0].astype(np.int64), spots[:, 1]
    k = len(network.vertex_xy)
    place_of_old = np.arange(k) + np.searchsorted(base, np.arange(k))
    place_of_new = base + 1 + np.arange(len(base))
    share = far / network.segment_m[base]

    def woven(old: NDArray[S], new: NDArray[S]) -> NDArray[S]:
        result = np.empty((k + len(base), *old.shape[1:]), dtype=old.dtype)
        result[place_of_old], result[place_of_new] = old, new
        return result

    def between(values: NDArray[S]) -> NDArray[S]:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        low, high = (np.asarray(values[at], dtype=np.float64) for at in (base, base + 1))
        return np.asarray(low * (1 - weight) + high * weight, dtype=values.dtype)

    begins = woven(np.zeros(k), far)  # metres from the segment's begin to each vertex on it
    metres = woven(network.segment_m, network.segment_m[base]) - begins
    cut = np.flatnonzero(np.isin(np.arange(len(metres) - 1) + 1, place_of_new))
    metres[cut] = begins[cut + 1] - begins[cut]
    vertex = np.where(along > 0, segment + 1, segment)
    vertex = place_of_old[vertex]
    vertex[inner] = place_of_new[which.ravel()]
    heights, incline, shares = network.vertex_z, network.segment_incline, network.segment_share
    return (
        replace(
            network,
            edge_start=np.append(place_of_old[network.edge_start[:-1]], len(metres)).astype(np.int64),
            vertex_xy=woven(network.vertex_xy, between(network.vertex_xy)),
            vertex_z=None if heights is None else woven(heights, between(heights)),
            segment_m=metres,
            segment_way=woven(network.segment_way, network.segment_way[base]),
            segment_crossing=woven(network.segment_crossing, np.zeros(len(base), dtype=np.uint8)),
            segment_incline=None if incline is None else woven(incline, incline[base]),
            segment_share=None if shares is None else woven(shares, shares[base]),
            points=_moved(network.points, place_of_old),
        ),
        vertex,
    )


def _cut(network: WalkNetwork, vertex: Ints) -> tuple[WalkNetwork, Ints]:
    """Cut the edges at those of the vertices that lie within one, and give the node at each vertex, shape (p,)."""
    start = network.edge_start
    edge_of = np.repeat(np.arange(network.edges), np.diff(start))
    first, last = start[:-1][edge_of[vertex]], start[1:][edge_of[vertex]] - 1
    at = np.unique(vertex[(vertex > first) & (vertex < last)])
    twice = np.ones(len(edge_of), dtype=np.int64)
    twice[at] = 2
    old = np.repeat(np.arange(len(edge_of)), twice)
    ends = at + np.arange(len(at))  # where a piece now ends; the next begins one further
    metres, way, crossing = network.segment_m[old], network.segment_way[old], network.segment_crossing[old]
    metres[ends], way[ends], crossing[ends] = 0.0, -1, 0
    incline = None if network.segment_incline is None else network.segment_incline[old]
    if incline is not None:
        incline[ends] = np.nan

    new = np.arange(len(at), dtype=np.int32) + network.nodes
    begin = np.concatenate([start[:-1], at])
    order = np.argsort(begin, kind="stable")
    u = np.concatenate([network.edge_u, new])[order].astype(np.int32)
    v = np.empty_like(u)
    is_last = (
        np.append(edge_of[begin[order]][1:] != edge_of[begin[order]][:-1], [True]) if len(order) else np.zeros(0, dtype=bool)
    )
    v[is_last] = network.edge_v
    v[~is_last] = np.append(u[1:], 0)[~is_last]
    after = np.arange(len(edge_of)) + np.searchsorted(at, np.arange(len(edge_of)), side="right")

    node = np.where(vertex <= first, network.edge_u[edge_of[vertex]], network.edge_v[edge_of[vertex]]).astype(np.int64)
    within = np.isin(vertex, at)
    node[within] = network.nodes + np.searchsorted(at, vertex[within])
    lowest = min(int(network.node_id.min(initial=0)), 0)
    points = _moved(network.points, after)
    if points is not None and network.points is not None:
        here = np.isin(network.points["vertex"].to_numpy(), at)
        there = network.nodes + np.searchsorted(at, network.points["vertex"].to_numpy())
        points["node"] = np.where(here, there, points["node"].to_numpy())
    return (
        replace(
            network,
            node_id=np.append(network.node_id, lowest - 1 - np.arange(len(at))),
            node_xy=np.vstack([network.node_xy, network.vertex_xy[at]]),
            edge_u=u,
            edge_v=v,
            edge_start=np.append(after[begin[order]], len(old)).astype(np.int64),
            vertex_xy=network.vertex_xy[old],
            vertex_z=None if network.vertex_z is None else network.vertex_z[old],
            segment_m=metres,
            segment_way=way,
            segment_crossing=crossing,
            segment_incline=incline,
            segment_share=None if network.segment_share is None else network.segment_share[old],
            points=points,
        ),
        node,
    )


def _moved(points: pd.DataFrame | None, place: Ints) -> pd.DataFrame | None:
    """The points with their vertices numbered anew."""
    return None if points is None else points.assign(vertex=place[points["vertex"].to_numpy()])


def with_edges(network: WalkNetwork, u: Ints, v: Ints, tags: Mapping[str, object]) -> WalkNetwork:
    """With one straight edge more from each node ``u`` to its partner ``v``; each gets a way of its own.

    Parameters
    ----------
    tags
        Values of ``network.ways`` columns for the new ways; columns not named are empty or false.
    """
    count = len(u)
    line = np.stack([network.node_xy[u], network.node_xy[v]], axis=1).reshape(-1, 2)
    metres = np.zeros(2 * count)
    metres[::2] = np.hypot(*(network.node_xy[u] - network.node_xy[v]).T)
    way = np.full(2 * count, -1, dtype=np.int32)
    way[::2] = len(network.ways) + np.arange(count)
    heights, incline, shares = network.vertex_z, network.segment_incline, network.segment_share
    if heights is not None:
        heights = np.append(heights, _heights(network, np.stack([u, v], axis=1).ravel()))
    if incline is not None:
        incline = np.append(incline, np.full(2 * count, np.nan, dtype=np.float32))
    if shares is not None:
        shares = np.append(shares, np.ones(2 * count))
    return replace(
        network,
        edge_u=np.append(network.edge_u, u.astype(np.int32)),
        edge_v=np.append(network.edge_v, v.astype(np.int32)),
        edge_start=np.append(network.edge_start, network.edge_start[-1] + 2 * (1 + np.arange(count))),
        vertex_xy=np.vstack([network.vertex_xy, line]),
        vertex_z=heights,
        segment_m=np.append(network.segment_m, metres),
        segment_way=np.append(network.segment_way, way),
        segment_crossing=np.append(network.segment_crossing, np.zeros(2 * count, dtype=np.uint8)),
        segment_incline=incline,
        segment_share=shares,
        ways=_more_ways(network.ways, count, tags),
    )


def _heights(network: WalkNetwork, node: Ints) -> NDArray[np.float32]:
    """Height of each node, taken from the end of any edge there."""
    height = np.full(network.nodes, np.nan, dtype=np.float32)
    if network.vertex_z is not None:
        height[network.edge_v] = network.vertex_z[network.edge_start[1:] - 1]
        height[network.edge_u] = network.vertex_z[network.edge_start[:-1]]
    return height[node]


def _more_ways(ways: pd.DataFrame, count: int, tags: Mapping[str, object]) -> pd.DataFrame:
    """The table of ways with ``count`` rows more; their ids are negative and below all others."""
    lowest = min(int(ways["way_id"].min()) if len(ways) else 0, 0)
    longer: dict[Any, object] = {}
    for name, column in ways.items():
        value = tags.get(str(name), "")
        if name == "way_id":
            longer[name] = np.append(column.to_numpy(), lowest - 1 - np.arange(count))
        elif isinstance(column.dtype, pd.CategoricalDtype):
            words = column.cat.categories
            words = words if value in words else words.append(pd.Index([value]))
            codes = np.append(column.cat.codes.to_numpy(), np.full(count, words.get_loc(value)))
            longer[name] = pd.Categorical.from_codes(codes, words)
        elif column.dtype == np.bool_:
            longer[name] = np.append(column.to_numpy(), np.full(count, bool(value)))
        else:
            longer[name] = [*column.tolist(), *[value] * count]
    return pd.DataFrame(longer)
