"""Mends of the streets that a planner has accepted: data, applied to a copy of the network, never silently.

A mend is a place and what to do there, in WGS-84 degrees, so that it can be kept in a
study and laid on a newer street file. One that no longer fits is reported and left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from geo import crs as systems
from geo.core.joining import NewEdge, with_edges
from geo.core.surgery import digest_with, split_at
from geo.messages import Message, msg
from geo.model import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.model import Mend, WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

NEAR_M = 3.0
"""An end of a mend must lie so near a street; otherwise the streets have changed since it was accepted."""
_ON_M = 0.2  # streets that pass so near the place of a junction belong to it
_WAY: Mapping[str, object] = {"highway": "footway", "snap": False}  # else a home might start on it and get a longer way


def apply_mends(network: WalkNetwork, mends: Sequence[Mend]) -> WalkNetwork:
    """The network with the mends laid on it; the given one is unchanged.

    Nobody's way gets longer by a mend. Old nodes keep their numbers. The findings say how
    many mends were laid and which no longer fit.
    """
    if not mends:
        return network
    begin, end = (_metric([getattr(mend, side) for mend in mends], network.crs) for side in ("begin", "end"))
    places, pairs, lost = _positions(network, [mend.kind for mend in mends], begin, end)
    mended, node = split_at(network, places[:, 0].astype(np.int64), places[:, 1])
    ends = [(int(u), int(v)) for u, v in node[pairs] if u != v]
    links = [NewEdge(u, v, mended.node_xy[[u, v]], dict(_WAY)) for u, v in ends]
    mended = with_edges(mended, links)
    said = (repr((mend.kind, mend.begin, mend.end)).encode() for mend in mends)
    return replace(
        mended,
        digest=digest_with(network, *said),
        findings=(*network.findings, *_told(len(mends) - len(lost), lost)),
    )


def _metric(lonlat: list[tuple[float, float]], crs: str) -> Floats:
    lon, lat = np.array(lonlat, dtype=np.float64).T
    return systems.project(lon, lat, crs)


def _positions(network: WalkNetwork, kinds: list[str], begin: Floats, end: Floats) -> tuple[Floats, NDArray[np.int64], list[int]]:
    """Where to make nodes (segment, fraction), which of them to link, and the mends that don't fit (counted from 1)."""
    tree, segment = _segments(network)
    places: list[tuple[int, float]] = []
    pairs: list[tuple[int, int]] = []
    lost: list[int] = []
    for row, kind in enumerate(kinds):
        if kind == "join":
            here = [_on(network, s, begin[row]) for s in _near(tree, segment, begin[row], _ON_M)]
        else:
            sides = [_near(tree, segment, side[row], NEAR_M)[:1] for side in (begin, end)]
            here = [_on(network, s, side[row]) for side, near in zip((begin, end), sides, strict=True) for s in near]
        if len(here) < 2:  # noqa: PLR2004  (nothing to link)
            lost.append(row + 1)
            continue
        first = len(places)
        places.extend(here)
        pairs.extend((first, first + other) for other in range(1, len(here)))
    return np.array(places, dtype=np.float64).reshape(-1, 2), np.array(pairs, dtype=np.int64).reshape(-1, 2), lost


def _segments(network: WalkNetwork) -> tuple[shapely.STRtree, Ints]:
    """An index of all segments, and the vertex that begins each."""
    segment = np.flatnonzero(network.segment_way >= 0)
    ends = np.stack([network.vertex_xy[segment], network.vertex_xy[segment + 1]], axis=1)
    return shapely.STRtree(np.asarray(shapely.linestrings(ends), dtype=object)), segment


def _near(tree: shapely.STRtree, segment: Ints, place: Floats, within_m: float) -> list[int]:
    """Segments within some metres of a place, the nearest first."""
    point = shapely.Point(place)
    found = np.sort(tree.query(point, predicate="dwithin", distance=within_m))
    far = shapely.distance(tree.geometries[found], point)
    return [int(s) for s in segment[found[np.argsort(far, kind="stable")]]]


def _on(network: WalkNetwork, segment: int, place: Floats) -> tuple[int, float]:
    """The position on a segment nearest to a place: segment and fraction."""
    begin, end = network.vertex_xy[segment], network.vertex_xy[segment + 1]
    along = end - begin
    square = float(along @ along)
    return segment, float(np.clip((place - begin) @ along / square, 0, 1)) if square else 0.0


def _told(laid: int, lost: list[int]) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if laid:
        found.append(
            Finding(
                "mended", "network", Message(msg("{count} accepted mends were laid on the streets."), {"count": laid}), count=laid
            )
        )
    if lost:
        text = msg(
            "{count} accepted mends no longer fit the streets and were left out; look at them again in the network doctor."
        )
        found.append(Finding("doubtful", "network", Message(text, {"count": len(lost)}), tuple(lost), len(lost)))
    return tuple(found)
