"""How long a walker takes for each piece of street, each way: from the network's attributes and the walking profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.exact import exact

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.model import WalkNetwork, WalkProfile


def segment_seconds(network: WalkNetwork, profile: WalkProfile) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds to walk each segment forward and backward, shape (k,) each; 0 at edges' last vertices.

    Infinite where the profile can't go. Where slopes change nothing both are the very same
    array. Rounded to the quantum of :mod:`geo.core.exact`.
    """
    pace = np.append(way_pace(network.ways, profile), 0.0)  # the last entry serves the -1 of last vertices
    level = np.where(network.segment_m > 0, pace[network.segment_way], 0.0)  # a piece without length closes nothing
    level *= network.segment_m
    delay = _waiting(network, profile)
    if profile.needs_wheels:
        level[raised_kerbs(network)] = np.inf
    slope = segment_slope(network) if profile.tobler or profile.max_slope is not None else None
    if slope is not None and profile.max_slope is not None:
        level[np.abs(slope) > profile.max_slope] = np.inf
    if slope is None or not profile.tobler:
        level += delay
        seconds = exact(level)
        return seconds, seconds
    return exact(level / tobler(slope) + delay), exact(level / tobler(-slope) + delay)


def _waiting(network: WalkNetwork, profile: WalkProfile) -> NDArray[np.float64] | float:
    """Seconds of waiting at crossings and for lifts on each segment, shape (k,); zero for who never waits."""
    delay: NDArray[np.float64] | float = 0.0
    if profile.crossing_s or profile.signal_s:
        halves = network.segment_crossing
        delay = (halves & 15) * (profile.crossing_s / 2) + (halves >> 4) * (profile.signal_s / 2)
        if network.segment_share is not None:
            delay = delay * network.segment_share
    if profile.lift_s:
        delay = delay + lift_delay(network, profile.lift_s)
    return delay


def lift_delay(network: WalkNetwork, lift_s: float) -> NDArray[np.float64]:
    """Seconds of waiting and riding on each segment, shape (k,): ``lift_s`` for a whole lift, however it is drawn.

    A lift drawn as a way spreads its time over the way's length; one drawn as a point puts
    half of it on each side, so that passing through pays it once.
    """
    delay = np.zeros(len(network.segment_m))
    walked = np.flatnonzero(network.segment_way >= 0)
    way = network.segment_way[walked]
    if "highway" in network.ways:
        whole = np.bincount(way, network.segment_m[walked], len(network.ways))
        lifts = walked[(network.ways["highway"].astype(str).to_numpy() == "elevator")[way] & (whole[way] > 0)]
        delay[lifts] = lift_s * network.segment_m[lifts] / whole[network.segment_way[lifts]]
    if network.points is not None and len(network.points):
        for vertex in _vertices_of(network, network.points[network.points["kind"].astype(str) == "elevator"]):
            np.add.at(delay, _beside(network, vertex), lift_s / 2)
    return delay


def raised_kerbs(network: WalkNetwork) -> NDArray[np.int64]:
    """Segments that wheels can't pass for a raised kerb within an edge: the shorter of the two beside it.

    Only one of them is closed, so that homes on the other still get away on their own side.
    Kerbs at junctions close nothing: there it is not known which way they stand.
    """
    if network.points is None or "kerb" not in network.points:
        return np.zeros(0, dtype=np.int64)
    raised = network.points[(network.points["kerb"].astype(str) == "raised") & (network.points["node"] < 0)]
    sides = [_beside(network, vertex) for vertex in raised["vertex"].to_numpy(dtype=np.int64)]
    shorter = [int(side[np.argmin(network.segment_m[side])]) for side in sides if len(side)]
    return np.array(shorter, dtype=np.int64)


def _vertices_of(network: WalkNetwork, points: pd.DataFrame) -> NDArray[np.int64]:
    """All the vertices at the points: the ends of every edge at a node, or the one within an edge."""
    nodes = points["node"].to_numpy(dtype=np.int64)
    at_node = np.zeros(network.nodes, dtype=bool)
    at_node[nodes[nodes >= 0]] = True
    begins = network.edge_start[:-1][at_node[network.edge_u]]
    ends = network.edge_start[1:][at_node[network.edge_v]] - 1
    return np.concatenate([points["vertex"].to_numpy(dtype=np.int64)[nodes < 0], begins, ends])


def _beside(network: WalkNetwork, vertex: np.int64) -> NDArray[np.int64]:
    """The segments of one edge that meet at a vertex of it: one at an end, two within."""
    before = [vertex - 1] if vertex > 0 and network.segment_way[vertex - 1] >= 0 else []
    after = [vertex] if network.segment_way[vertex] >= 0 else []
    return np.array([*before, *after], dtype=np.int64)


def tobler(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Walking speed on a slope (rise over run, uphill positive) as a share of that on the level.

    Tobler's hiking function (1993), 6 exp(-3.5 |s + 0.05|) km/h, divided by its value at
    s = 0, so that the group's own speed holds on the level. Right for paths; steps have
    their own factor.
    """
    result: NDArray[np.float64] = np.exp(-3.5 * (np.abs(slope + 0.05) - 0.05))
    return result


def segment_slope(network: WalkNetwork) -> NDArray[np.float64] | None:
    """Rise over run of each segment as drawn, shape (k,), 0 where unknown and on steps; None when nothing is known.

    Elevations come first, ``incline`` tags where there are none. Bridges and tunnels are
    level unless tagged: the ground under or over them says nothing.
    """
    slope = np.zeros(len(network.segment_m))
    known = False
    if network.segment_incline is not None:
        slope = np.nan_to_num(network.segment_incline.astype(np.float64))
        known = True
    if network.vertex_z is not None:
        rise = np.append(np.diff(network.vertex_z.astype(np.float64)), 0.0)
        measured = np.isfinite(rise) & (network.segment_m > 0) & ~_off_the_ground(network)
        slope[measured] = rise[measured] / network.segment_m[measured]
        known = True
    if not known:
        return None
    steps = np.append(network.ways["steps"].to_numpy(dtype=bool), False)
    slope[steps[network.segment_way]] = 0.0
    return slope


def _off_the_ground(network: WalkNetwork) -> NDArray[np.bool_]:
    off = np.zeros(len(network.ways) + 1, dtype=bool)
    for kind in ("bridge", "tunnel"):
        if kind in network.ways:
            off[:-1] |= network.ways[kind].to_numpy(dtype=bool)
    result: NDArray[np.bool_] = off[network.segment_way]
    return result


# Surfaces on which small wheels sink or stick (OpenStreetMap's names).
_ROUGH = ("sand", "mud", "grass", "ground", "dirt", "earth", "gravel", "pebblestone", "rock", "unpaved", "woodchips")


def way_pace(ways: pd.DataFrame, profile: WalkProfile) -> NDArray[np.float64]:
    """Seconds per metre on every way on the level, shape (w,); infinite where the profile can't go.

    Walkers on wheels stay off ways tagged ``wheelchair=no``, rough surfaces and steps, unless
    the way is tagged ``wheelchair=yes``; everyone else pays for steps by the profile's factor.
    """
    pace = np.full(len(ways), 1.0 / profile.speed_m_s)
    steps = ways["steps"].to_numpy(dtype=bool)
    pace[steps] = pace[steps] / profile.steps_factor if profile.steps_factor else np.inf
    if profile.needs_wheels:
        tag = ways["wheelchair"].astype(str).to_numpy() if "wheelchair" in ways else np.full(len(ways), "")
        rough = ways["surface"].astype(str).isin(_ROUGH).to_numpy() if "surface" in ways else np.zeros(len(ways), dtype=bool)
        pace[(tag == "no") | rough] = np.inf
        pace[np.isin(tag, ["yes", "designated"])] = 1.0 / profile.speed_m_s
    return pace
