"""What each piece of street costs a walker, each way, and the graph that carries it.

The costs come from the network's attributes and the walking profile; the rule of the
standard decides whether seconds or metres are minimised, and the other measure rides
along the same path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import compiled
from geo.core.exact import exact

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.model import ServiceStandard, WalkNetwork, WalkProfile


@dataclass(frozen=True, eq=False)
class WalkGraph:
    """A network as one group of walkers meets it, as arcs toward the facility.

    Per segment (k,): ``forward``/``backward`` is the cost of walking it from its first
    vertex to the next and back, ``*_other`` the other measure (metres beside seconds, or
    seconds beside metres); infinite where this walker can't go. When both ways cost the
    same, they are one array.

    Per arc, sorted by node (CSR, 2m): from node ``x`` the arcs ``indptr[x]:indptr[x+1]``
    lead to ``head``; ``cost`` is that of walking *from head to x*, because people walk to
    the facility and the search runs away from it.
    """

    edge_start: NDArray[np.int64]
    edge_u: NDArray[np.int32]
    edge_v: NDArray[np.int32]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    forward_other: NDArray[np.float64]
    backward_other: NDArray[np.float64]
    indptr: NDArray[np.int32]
    head: NDArray[np.int32]
    arc_edge: NDArray[np.int32]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]
    access: float  # cost of one metre off the streets
    access_other: float  # its other measure
    step: float  # the pace of searches: about the cost of three edges

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.indptr) - 1

    def arcs_of(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The arcs of some nodes, and the node that each belongs to."""
        size = self.indptr[nodes + 1] - self.indptr[nodes]
        ends = np.cumsum(size)
        arcs = np.repeat(self.indptr[nodes] - (ends - size), size) + np.arange(ends[-1] if len(ends) else 0)
        return arcs, np.repeat(nodes, size)


def walk_graph(network: WalkNetwork, standard: ServiceStandard) -> WalkGraph:
    """The network with costs for the standard's walkers, under its rule.

    Memory is about 50 bytes an edge and 16 to 32 a segment; time grows with their number.
    """
    seconds_f, seconds_b = segment_seconds(network, standard.profile)
    metres_f = _where_open(network, seconds_f)
    metres_b = metres_f if seconds_b is seconds_f else _where_open(network, seconds_b)
    by_time = standard.rule == "time"
    cost_f, cost_b, other_f, other_b = (
        (seconds_f, seconds_b, metres_f, metres_b) if by_time else (metres_f, metres_b, seconds_f, seconds_b)
    )
    pace = 1.0 / standard.profile.speed_m_s
    indptr, head, arc_edge, cost, other = _arcs(
        network.nodes, network.edge_u, network.edge_v, network.edge_start, (cost_f, cost_b, other_f, other_b)
    )
    return WalkGraph(
        edge_start=network.edge_start,
        edge_u=network.edge_u,
        edge_v=network.edge_v,
        forward=cost_f,
        backward=cost_b,
        forward_other=other_f,
        backward_other=other_b,
        indptr=indptr,
        head=head,
        arc_edge=arc_edge,
        cost=cost,
        other=other,
        access=pace if by_time else 1.0,
        access_other=1.0 if by_time else pace,
        step=_pace_of_search(cost),
    )


def _where_open(network: WalkNetwork, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of each segment, shape (k,), infinite where this walker can't go."""
    metres = exact(network.segment_m)
    metres[~np.isfinite(seconds)] = np.inf
    return metres


def _pace_of_search(cost: NDArray[np.float64]) -> float:
    """Three times the mean arc: measured best on city networks, and anything above zero is right."""
    usable = cost[np.isfinite(cost) & (cost > 0)]
    return float(usable.mean()) * 3 if len(usable) else 1.0


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


def _arcs(
    nodes: int,
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    edge_start: NDArray[np.int64],
    segment: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Both arcs of every edge in CSR order, the cost being that of walking toward the row's node."""
    if not len(u):
        none = np.zeros(0, dtype=np.int32)
        return np.zeros(nodes + 1, dtype=np.int32), none, none, np.zeros(0), np.zeros(0)
    forward, backward, forward_other, backward_other = (np.add.reduceat(part, edge_start[:-1]) for part in segment)
    return _sort_arcs(nodes, u, v, forward, backward, forward_other, backward_other)


@compiled
def _sort_arcs(  # noqa: PLR0913, PLR0917  (flat arrays for numba)
    nodes: int,
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
    forward_other: NDArray[np.float64],
    backward_other: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Counting sort of the 2m arcs by their row; within a row in edge order, so always the same."""
    m = len(u)
    indptr = np.zeros(nodes + 1, dtype=np.int32)
    for e in range(m):
        indptr[u[e] + 1] += 1
        indptr[v[e] + 1] += 1
    for x in range(nodes):
        indptr[x + 1] += indptr[x]
    fill = indptr[:-1].copy()
    head = np.empty(2 * m, dtype=np.int32)
    edge = np.empty(2 * m, dtype=np.int32)
    cost = np.empty(2 * m)
    other = np.empty(2 * m)
    for e in range(m):
        at = fill[u[e]]  # row u: someone walks from v to u, backward along the edge
        fill[u[e]] += 1
        head[at] = v[e]
        edge[at] = e
        cost[at] = backward[e]
        other[at] = backward_other[e]
        at = fill[v[e]]
        fill[v[e]] += 1
        head[at] = u[e]
        edge[at] = e
        cost[at] = forward[e]
        other[at] = forward_other[e]
    return indptr, head, edge, cost, other
