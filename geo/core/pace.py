"""How long a walker takes for each piece of street, each way: from the network's attributes and the walking profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core import wheels
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
    return _each_way(network, profile, level)


def _each_way(
    network: WalkNetwork, profile: WalkProfile, level: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From seconds on the level, (k,), those forward and backward: waiting, kerbs, slopes, one-way pieces."""
    delay = _waiting(network, profile)
    if profile.needs_wheels:
        level[wheels.stopped(network)] = np.inf
    slope = segment_slope(network) if profile.tobler or profile.max_slope is not None else None
    if slope is not None and profile.max_slope is not None:
        level[np.abs(slope) > profile.max_slope] = np.inf
    if slope is None or not profile.tobler:
        level += delay
        seconds = exact(level)
        return _one_way(network, seconds, seconds)
    return _one_way(network, exact(level / tobler(slope) + delay), exact(level / tobler(-slope) + delay))


def _one_way(
    network: WalkNetwork, forward: NDArray[np.float64], backward: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Infinite against the only direction of escalators and the like; where there are none, as given."""
    if network.segment_oneway is None:
        return forward, backward
    stretch = network.segment_m > 0
    against = stretch & (network.segment_oneway == 2), stretch & (network.segment_oneway == 1)  # noqa: PLR2004  (see WalkNetwork)
    return np.where(against[0], np.inf, forward), np.where(against[1], np.inf, backward)


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
            pieces = wheels.beside(network, int(vertex))
            if not delay[pieces].any():  # the end of a lift that is drawn as a way has been paid for with it
                np.add.at(delay, pieces, lift_s / 2)
    return delay


def _vertices_of(network: WalkNetwork, points: pd.DataFrame) -> NDArray[np.int64]:
    """All the vertices at the points: the ends of every edge at a node, or the one within an edge."""
    nodes = points["node"].to_numpy(dtype=np.int64)
    at_node = np.zeros(network.nodes, dtype=bool)
    at_node[nodes[nodes >= 0]] = True
    begins = network.edge_start[:-1][at_node[network.edge_u]]
    ends = network.edge_start[1:][at_node[network.edge_v]] - 1
    return np.concatenate([points["vertex"].to_numpy(dtype=np.int64)[nodes < 0], begins, ends])


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

    Elevations come first, ``incline`` tags where there are none.
    """
    slope = np.zeros(len(network.segment_m))
    known = False
    if network.segment_incline is not None:
        slope = np.nan_to_num(network.segment_incline.astype(np.float64))
        known = True
    if network.vertex_z is not None:
        rise = np.append(np.diff(network.vertex_z.astype(np.float64)), 0.0)
        measured = np.isfinite(rise) & (network.segment_m > 0)
        slope[measured] = rise[measured] / network.segment_m[measured]
        known = True
    if not known:
        return None
    steps = np.append(network.ways["steps"].to_numpy(dtype=bool), False)
    slope[steps[network.segment_way]] = 0.0
    return slope


def way_pace(ways: pd.DataFrame, profile: WalkProfile) -> NDArray[np.float64]:
    """Seconds per metre on every way on the level, shape (w,); infinite where the profile can't go.

    Nobody goes where the public is kept out (``shut``). Walkers on wheels stay off what
    :mod:`geo.core.wheels` names, and off steps without a ramp; everyone else pays for steps by the profile's factor.
    """
    pace = np.full(len(ways), 1.0 / profile.speed_m_s)
    steps = ways["steps"].to_numpy(dtype=bool)
    pace[steps] = pace[steps] / profile.steps_factor if profile.steps_factor else np.inf
    if profile.needs_wheels:
        no, yes = wheels.ways_for_wheels(ways)
        pace[no] = np.inf
        pace[yes] = 1.0 / profile.speed_m_s
    if "shut" in ways:
        pace[ways["shut"].to_numpy(dtype=bool)] = np.inf
    return pace
