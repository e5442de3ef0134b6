"""Where wheels can't go: ways too rough, too narrow or stepped, kerbs, turnstiles and what else stands in the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Ints = NDArray[np.int64]

# OpenStreetMap's names, here and below. Surfaces on which small wheels sink or stick:
_ROUGH = ("sand", "mud", "grass", "ground", "dirt", "earth", "gravel", "pebblestone", "rock", "unpaved", "woodchips")
# The wiki's scale of smoothness: "bad" is for robust wheels, wheelchairs need at least "intermediate".
_BUMPY = ("bad", "very_bad", "horrible", "very_horrible", "impassable")
_NARROWEST_M = 0.8
"""A wheelchair is some 0.70 m wide and the hands on its wheels need a little more (ISO 7176-5 names 0.70 m)."""
_WITH_WHEELS = ("yes", "designated")
_STOPS = (
    "block_of_steps", "cattle_grid", "full-height_turnstile", "horse_stile", "kissing_gate", "log", "motorcycle_barrier",
    "squeeze", "squeeze_stile", "step", "steps", "stile", "turnstile", "v_stile",
)  # fmt: skip
_FOOT = ("footway", "path", "pedestrian", "steps", "cycleway", "living_street", "corridor", "bridleway", "platform")
_METRES = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(m|cm)?\s*")


def ways_for_wheels(ways: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which ways wheels can't go, and which they can whatever else is tagged (steps with a ramp), shape (w,) each."""
    tag = _texts(ways, "wheelchair")
    shut = (tag == "no") | np.isin(_texts(ways, "surface"), _ROUGH) | np.isin(_texts(ways, "smoothness"), _BUMPY)
    width = _texts(ways, "width")
    narrow = {text: _metres(text) < _NARROWEST_M for text in np.unique(width).tolist()}
    shut |= np.array([narrow[text] for text in width.tolist()], dtype=bool)
    ramp = np.isin(_texts(ways, "ramp:wheelchair"), _WITH_WHEELS) & (tag != "no")
    return shut, ramp | np.isin(tag, _WITH_WHEELS)


def _texts(frame: pd.DataFrame, column: str) -> NDArray[np.str_]:
    texts = frame[column].astype(str).to_numpy(dtype=str) if column in frame else np.full(len(frame), "", dtype=str)
    return np.asarray(texts, dtype=str)


def _metres(text: str) -> float:
    """A width in metres; infinite where it is not understood."""
    found = _METRES.fullmatch(text)
    if found is None:
        return float("inf")
    return float(found[1].replace(",", ".")) / (100 if found[2] == "cm" else 1)


def stopped(network: WalkNetwork) -> Ints:
    """Segments that wheels can't pass for what stands at one end of them: raised kerbs, turnstiles, stiles.

    Within an edge only the shorter of the two pieces beside it is closed, so that homes on the other still get away on their
    own side. At a junction a kerb closes the footways that meet a road there, or else the crossing; where the side
    is not told, and at turnstiles, all pieces but the longest, so that nobody passes.
    """
    points = network.points
    if points is None or not len(points):
        return np.zeros(0, dtype=np.int64)
    wheelchair, barrier = _texts(points, "wheelchair"), _texts(points, "barrier")
    kerb = (_texts(points, "kerb") == "raised") & ~np.isin(wheelchair, _WITH_WHEELS)
    stop = (np.isin(barrier, _STOPS) & ~np.isin(wheelchair, _WITH_WHEELS)) | ((barrier != "") & (wheelchair == "no"))
    rows = np.flatnonzero(kerb | stop)
    vertex, node = (points[name].to_numpy(dtype=np.int64)[rows] for name in ("vertex", "node"))
    closed = [_shorter(network, beside(network, at)) for at in vertex[node < 0].tolist()]
    around = _around(network, node[node >= 0])
    for at, is_kerb in zip(node[node >= 0].tolist(), kerb[rows][node >= 0].tolist(), strict=True):
        closed.append(_at_junction(network, around[at], kerb=is_kerb))
    return np.concatenate([np.zeros(0, dtype=np.int64), *closed])


def _at_junction(network: WalkNetwork, pieces: Ints, *, kerb: bool) -> Ints:
    """Which of the pieces that meet there are closed."""
    if not len(pieces):
        return pieces
    if kerb:
        ways = network.ways.iloc[network.segment_way[pieces]]
        foot = np.isin(_texts(ways, "highway"), _FOOT)
        if foot.any() and not foot.all():
            return np.compress(foot, pieces)
        crossing = _texts(ways, "footway") == "crossing"
        if crossing.any() and not crossing.all():
            return np.compress(crossing, pieces)
    return np.delete(pieces, int(np.argmax(network.segment_m[pieces])))


def _shorter(network: WalkNetwork, pieces: Ints) -> Ints:
    return pieces[[np.argmin(network.segment_m[pieces])]] if len(pieces) else pieces


def _around(network: WalkNetwork, nodes: Ints) -> dict[int, Ints]:
    """The segments that meet at each of some nodes."""
    wanted = np.zeros(network.nodes, dtype=bool)
    wanted[nodes] = True
    first, last = network.edge_start[:-1], network.edge_start[1:] - 2
    at_u, at_v = np.flatnonzero(wanted[network.edge_u]), np.flatnonzero(wanted[network.edge_v])
    node = np.concatenate([network.edge_u[at_u], network.edge_v[at_v]])
    piece = np.concatenate([first[at_u], last[at_v]])
    return {at: np.unique(piece[node == at]) for at in np.unique(nodes).tolist()}


def beside(network: WalkNetwork, vertex: int) -> Ints:
    """The segments of one edge that meet at a vertex of it: one at an end, two within."""
    before = [vertex - 1] if vertex > 0 and network.segment_way[vertex - 1] >= 0 else []
    after = [vertex] if network.segment_way[vertex] >= 0 else []
    return np.array([*before, *after], dtype=np.int64)
