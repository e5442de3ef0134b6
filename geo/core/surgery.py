"""Cutting a walk network: nodes made within edges, edge ends parted (:mod:`geo.core.joining` adds edges).

Every function gives a new :class:`~geo.model.WalkNetwork`. Old nodes keep their numbers and
new ones come after them; edges keep their order, the parts of a split one standing in its place. So the
segments stay in their order, too, and points that are equally far from two streets are joined to
the same one before and after.

A split changes nobody's time: the parts of a segment add up to it to the last bit, each carries
its share of what crossings cost on it, and the slope of the whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from geo.core.exact import exact
from geo.core.pace import segment_slope

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

S = TypeVar("S", bound=np.generic)

SAME_M = 1e-6
"""Positions nearer than this to a vertex are taken to be there; far below what anyone can draw or measure."""


def split_at(network: WalkNetwork, segment: Ints, fraction: Floats) -> tuple[WalkNetwork, Ints]:
    """Make a node at each position on the streets.

    Parameters
    ----------
    segment, fraction
        Positions, shape (p,): the vertex that begins the segment, and how far along it, 0 to 1.

    Returns
    -------
    tuple
        The network with nodes there, and the node of each position, shape (p,); a
        position at an old node gives that node.
    """
    if not len(segment):
        return network, np.zeros(0, dtype=np.int64)
    wider, vertex = _with_vertices(network, np.asarray(segment, dtype=np.int64), np.asarray(fraction, dtype=np.float64))
    return _cut(wider, vertex)


def _with_vertices(network: WalkNetwork, segment: Ints, fraction: Floats) -> tuple[WalkNetwork, Ints]:
    """The network with a vertex at each position, and the number of that vertex, shape (p,)."""
    drawn = np.hypot(*(network.vertex_xy[segment + 1] - network.vertex_xy[segment]).T)
    at_end = (1 - fraction) * drawn <= SAME_M
    inner = (fraction * drawn > SAME_M) & ~at_end
    spots, which = np.unique(np.column_stack([segment[inner], fraction[inner]]), axis=0, return_inverse=True)
    base, far = spots[:, 0].astype(np.int64), spots[:, 1]
    k, fresh = len(network.vertex_xy), len(base)
    old_at = np.arange(k) + np.searchsorted(base, np.arange(k))
    new_at = base + 1 + np.arange(fresh)

    def woven(old: NDArray[S], new: NDArray[S]) -> NDArray[S]:
        result = np.empty((k + fresh, *old.shape[1:]), dtype=old.dtype)
        result[old_at], result[new_at] = old, new
        return result

    def pieces(whole: Floats, begin: Floats) -> Floats:
        """Split each whole at the given distances from its begin; the pieces add up to it exactly."""
        low = woven(np.zeros(k), begin)
        high = woven(whole, whole[base])
        high[new_at - 1] = begin
        return high - low

    share = np.ones(k) if network.segment_share is None else network.segment_share
    a, b = network.vertex_xy[base], network.vertex_xy[base + 1]
    vertex = old_at[np.where(at_end, segment + 1, segment)]
    vertex[inner] = new_at[which.ravel()]
    incline, height = _inclines(network, base)
    return replace(
        network,
        edge_start=np.append(old_at[network.edge_start[:-1]], k + fresh).astype(np.int64),
        vertex_xy=woven(network.vertex_xy, a + (b - a) * far[:, None]),
        vertex_z=None if height is None else woven(height, np.full(fresh, np.nan, dtype=height.dtype)),
        segment_m=pieces(network.segment_m, exact(network.segment_m[base] * far)),
        segment_way=woven(network.segment_way, network.segment_way[base]),
        segment_crossing=woven(network.segment_crossing, network.segment_crossing[base]),
        segment_incline=None if incline is None else woven(incline, incline[base]),
        segment_oneway=None if network.segment_oneway is None else woven(network.segment_oneway, network.segment_oneway[base]),
        segment_share=pieces(share, share[base] * far) if network.segment_share is not None or _costs(network, base) else None,
        points=_moved(network.points, old_at),
    ), vertex


def _costs(network: WalkNetwork, segments: Ints) -> bool:
    return bool(network.segment_crossing[segments].any())


def _inclines(network: WalkNetwork, split: Ints) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
    """Inclines that keep the slope of segments which are about to be split, and the heights.

    Heights are too coarse (float32) for pieces of a few centimetres, so a new vertex gets none.
    """
    incline, height = network.segment_incline, network.vertex_z
    slope = segment_slope(network) if len(split) else None
    if slope is None or height is None:
        return incline, height
    incline = np.full(len(slope), np.nan, dtype=np.float32) if incline is None else incline.copy()
    incline[split] = slope[split]
    return incline, height


def _cut(network: WalkNetwork, vertex: Ints) -> tuple[WalkNetwork, Ints]:
    """Cut the edges at those of the vertices that lie within one, and give the node at each vertex, shape (p,)."""
    start, n = network.edge_start, network.nodes
    edge_of = np.repeat(np.arange(network.edges), np.diff(start))
    mine = edge_of[vertex]
    first, last = start[:-1][mine], start[1:][mine] - 1
    at = np.unique(vertex[(vertex > first) & (vertex < last)])
    node = np.where(vertex <= first, network.edge_u[mine], network.edge_v[mine]).astype(np.int64)
    within = (vertex > first) & (vertex < last)
    node[within] = n + np.searchsorted(at, vertex[within])
    if not len(at):
        return network, node
    old = np.repeat(np.arange(len(edge_of)), 1 + np.isin(np.arange(len(edge_of)), at))
    ends = at + np.arange(len(at))  # where a part now ends; the next one begins one further
    metres, way, crossing = network.segment_m[old], network.segment_way[old], network.segment_crossing[old]
    metres[ends], way[ends], crossing[ends] = 0.0, -1, 0

    parts = 1 + np.bincount(edge_of[at], minlength=network.edges)
    is_first = np.zeros(parts.sum(), dtype=bool)
    is_first[np.cumsum(parts) - parts] = True
    u, v = np.empty((2, len(is_first)), dtype=np.int32)
    u[is_first], u[~is_first] = network.edge_u, n + np.arange(len(at))
    is_last = np.append(is_first[1:], True)
    v[is_last], v[~is_last] = network.edge_v, n + np.arange(len(at))
    begins = np.sort(np.concatenate([start[:-1], at]))
    place = np.arange(len(edge_of)) + np.searchsorted(at, np.arange(len(edge_of)), side="right")
    points = _moved(network.points, place)
    if points is not None and network.points is not None:
        where = network.points["vertex"].to_numpy()
        points["node"] = np.where(np.isin(where, at), n + np.searchsorted(at, where), points["node"].to_numpy())
    return replace(
        with_nodes(network, network.vertex_xy[at]),
        edge_u=u,
        edge_v=v,
        edge_start=np.append(place[begins], len(old)).astype(np.int64),
        vertex_xy=network.vertex_xy[old],
        vertex_z=_rows(network.vertex_z, old),
        segment_m=metres,
        segment_way=way,
        segment_crossing=crossing,
        segment_incline=_rows(network.segment_incline, old),
        segment_share=_rows(network.segment_share, old),
        segment_oneway=_rows(network.segment_oneway, old),
        points=points,
    ), node


def _rows(values: NDArray[S] | None, rows: Ints) -> NDArray[S] | None:
    return None if values is None else values[rows]


def _moved(points: pd.DataFrame | None, place: Ints) -> pd.DataFrame | None:
    """The points with their vertices numbered anew."""
    return None if points is None else points.assign(vertex=place[points["vertex"].to_numpy()])


def with_nodes(network: WalkNetwork, xy: Floats) -> WalkNetwork:
    """With nodes more, at metric places (q, 2), that no edge meets yet; their ids are negative and below all others."""
    lowest = min(int(network.node_id.min(initial=0)), 0)
    return replace(
        network,
        node_id=np.append(network.node_id, lowest - 1 - np.arange(len(xy), dtype=np.int64)),
        node_xy=np.vstack([network.node_xy, xy]),
    )


def ends_at(network: WalkNetwork, nodes: Ints) -> Ints:
    """The edge ends at some nodes, ascending: ``2 * edge`` where it begins, ``2 * edge + 1`` where it ends."""
    wanted = np.zeros(network.nodes, dtype=bool)
    wanted[nodes] = True
    return np.flatnonzero(wanted[np.column_stack([network.edge_u, network.edge_v]).ravel()])


def part(network: WalkNetwork, end: Ints, group: Ints) -> WalkNetwork:
    """Part edge ends that meet at one node: those of different groups meet no longer.

    Parameters
    ----------
    end, group
        Edge ends as :func:`ends_at` names them and the group of each, shape (q,). The lowest group at a node
        keeps it; every other one gets a node of its own at the same place. Ends that
        are not named stay at the node.
    """
    node = np.column_stack([network.edge_u, network.edge_v]).ravel().astype(np.int64)
    spots, which = np.unique(np.column_stack([node[end], group]), axis=0, return_inverse=True)
    stays = np.append(True, spots[1:, 0] != spots[:-1, 0])[: len(spots)]
    copy = spots[:, 0].copy()
    copy[~stays] = network.nodes + np.arange(np.count_nonzero(~stays))
    node[end] = copy[which.ravel()]
    wider = with_nodes(network, network.node_xy[spots[~stays, 0]])
    return replace(wider, edge_u=node[::2].astype(np.int32), edge_v=node[1::2].astype(np.int32))


def digest_with(network: WalkNetwork, *parts: bytes) -> str:
    """SHA-256 (hex) of the network's own digest and of what was done to it."""
    total = hashlib.sha256(network.digest.encode())
    for each in parts:
        total.update(len(each).to_bytes(8, "little"))
        total.update(each)
    return total.hexdigest()
