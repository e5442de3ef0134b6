"""A larger city made of a real one: the same streets laid side by side and joined at their borders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from geo.model import WalkNetwork

LINKS = 40  # streets that join two neighbouring tiles


def tile(network: WalkNetwork, across: int) -> WalkNetwork:
    """``across`` by ``across`` copies of the network, neighbours joined by straight streets."""
    if across == 1:
        return network
    low, high = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    step = high - low + 50.0
    tiles = across * across
    offset = np.array([(c * step[0], r * step[1]) for r in range(across) for c in range(across)])
    n, k = network.nodes, len(network.vertex_xy)
    u, v, xy = _links(network, across, offset)
    base = np.arange(tiles)
    vertex_xy = (network.vertex_xy[None, :, :] + offset[:, None, :]).reshape(-1, 2)
    segment_m = np.tile(network.segment_m, tiles)
    link_m = np.zeros(2 * len(u))
    link_m[::2] = np.hypot(*(xy[1::2] - xy[::2]).T)
    link_way = np.full(2 * len(u), -1, dtype=np.int32)
    link_way[::2] = 0
    starts = (network.edge_start[None, :-1] + k * base[:, None]).ravel()
    return replace(
        network,
        node_id=np.arange(n * tiles),
        node_xy=(network.node_xy[None] + offset[:, None, :]).reshape(-1, 2),
        edge_u=np.concatenate([(network.edge_u[None] + n * base[:, None]).ravel(), u]).astype(np.int32),
        edge_v=np.concatenate([(network.edge_v[None] + n * base[:, None]).ravel(), v]).astype(np.int32),
        edge_start=np.concatenate([starts, k * tiles + 2 * np.arange(len(u) + 1)]),
        vertex_xy=np.vstack([vertex_xy, xy]),
        segment_m=np.concatenate([segment_m, link_m]),
        segment_way=np.concatenate([np.tile(network.segment_way, tiles), link_way]).astype(np.int32),
        segment_crossing=np.concatenate([np.tile(network.segment_crossing, tiles), np.zeros(2 * len(u), dtype=np.uint8)]),
        **_repeated(network, tiles, 2 * len(u)),
        digest=f"{network.digest}-{across}x{across}",
    )


def _repeated(network: WalkNetwork, tiles: int, more: int) -> dict[str, np.ndarray]:
    """What is known here and there per vertex, once a tile; the joining streets are level and plain."""
    names = [name for name in ("vertex_z", "segment_incline", "segment_share") if getattr(network, name, None) is not None]
    plain = {"segment_share": 1}
    return {
        name: np.concatenate([np.tile(values, tiles), np.full(more, plain.get(name, np.nan), dtype=values.dtype)])
        for name in names
        for values in [getattr(network, name)]
    }


def _links(network: WalkNetwork, across: int, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends and vertices of the streets between neighbours: each border node to the next tile's nearest height."""
    main = np.flatnonzero(network.component == 0)
    xy = network.node_xy[main]
    u, v, line = [], [], []
    for axis, jump in ((0, 1), (1, across)):
        order = np.argsort(xy[:, axis])
        first, last = main[order[:LINKS]], main[order[-LINKS:]]
        first = first[np.argsort(network.node_xy[first, 1 - axis])]
        last = last[np.argsort(network.node_xy[last, 1 - axis])]
        for t in range(across * across):
            end = (t % across == across - 1) if axis == 0 else (t // across == across - 1)
            if end:
                continue
            other = t + jump
            u.append(last + t * network.nodes)
            v.append(first + other * network.nodes)
            pair = np.stack([network.node_xy[last] + offset[t], network.node_xy[first] + offset[other]], axis=1)
            line.append(pair.reshape(-1, 2))
    return np.concatenate(u), np.concatenate(v), np.vstack(line)
