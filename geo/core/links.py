"""Links between streets: planned paths, crossings, bridges and stairs, and the ways through gates.

Adding a link adds edges and takes none away, and nobody's way begins on one. So it never makes
anyone's walk longer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import shapely

from geo.core.fence import ASIDE_M, fence_of, is_free
from geo.core.joining import NewEdge, with_edges
from geo.core.snapping import SnapIndex, Snapped
from geo.core.surgery import SAME_M, split_at, with_nodes
from geo.core.walls import TOUCH_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.core.cells import Cells
    from geo.core.cuts import Gate
    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

JOIN_M = 30.0
"""How far the end of a link may be from a street."""

YARD_M = 100.0
"""How far a gate may be from the streets on either side that it is joined to, straight across the yard."""

ACROSS_M = 300.0
"""How far apart two gates of a yard without streets may be, and a home and its gate."""

HOME_M = 200.0
"""A home with a street as near as this walks on that, not across the yard."""

_TAGS: dict[str, dict[str, object]] = {
    "link": {"highway": "footway"},
    "crossing": {"highway": "footway", "footway": "crossing"},
    "bridge": {"highway": "footway", "bridge": True},
    "stairs": {"highway": "steps", "steps": True},
}
LINK_KINDS = tuple(_TAGS)
_YARD: dict[str, object] = {"highway": "footway"}


class Link(NamedTuple):
    """One link: its barrier, what it is, its name, and its line (v, 2) in metres."""

    row: int
    kind: str
    name: str
    xy: Floats


@dataclass
class _Plan:
    """New places and the edges between them, gathered before the network is touched."""

    places: list[Floats] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    edges: list[tuple[int, int, NewEdge]] = field(default_factory=list)

    def place(self, xy: Floats, limit_m: float) -> int:
        self.places.append(xy)
        self.limits.append(limit_m)
        return len(self.places) - 1


@dataclass(frozen=True, eq=False)
class Joined:
    """The network with its links, and the barriers of the links that were left out because an end meets nothing."""

    network: WalkNetwork
    left_out: frozenset[int]


def with_links(network: WalkNetwork, links: Sequence[Link], gates: Sequence[tuple[Gate, str]], homes: Floats) -> Joined:
    """Join links, and gates (with their names) that no street goes through, to the streets.

    An end of a link is joined straight to the nearest street within 30 m that no wall
    parts it from, and to the ends of other links within half a metre. Homes (p, 2) with no street
    of their own are joined straight to every such gate that they see.
    """
    plan = _Plan()
    ends, end_of = _ends(links)
    for xy in ends:
        plan.place(xy, JOIN_M)
    through = [_through(plan, gate, name) for gate, name in gates]
    index = SnapIndex.build(network)
    at = _nearest(index, plan)
    used, left_out = _used(links, end_of, at.ok[: len(ends)])
    for link, (a, b), use in zip(links, end_of.tolist(), used, strict=True):
        if use:
            line = np.vstack([ends[a], link.xy[1:-1], ends[b]])
            edge = NewEdge(0, 0, line, {**_TAGS[link.kind], "name": link.name}, int(link.kind == "crossing"))
            plan.edges.append((a, b, edge))
    needed = np.ones(len(plan.places), dtype=bool)
    needed[: len(ends)] = np.isin(np.arange(len(ends)), end_of[used])
    if gates:
        _across_yards(plan, network, through, at.ok)
        _from_homes(plan, network, through, homes[~index.snap(homes, HOME_M).ok])
    return Joined(_built(network, plan, at, needed), frozenset(links[i].row for i in left_out))


def _ends(links: Sequence[Link]) -> tuple[list[Floats], Ints]:
    """The places where links end, those within half a metre being one (the first), and each link's two: (l, 2)."""
    places: list[Floats] = []
    end_of = np.zeros((len(links), 2), dtype=np.int64)
    for i, link in enumerate(links):
        for side, xy in enumerate((link.xy[0], link.xy[-1])):
            away = np.hypot(*(np.array(places).reshape(-1, 2) - xy).T)
            if places and away.min() <= TOUCH_M:
                end_of[i, side] = int(np.argmin(away))
                continue
            end_of[i, side] = len(places)
            places.append(xy)
    return places, end_of


def _through(plan: _Plan, gate: Gate, name: str) -> tuple[int, int]:
    """The way through a gate: its two ends."""
    a, b = plan.place(gate.xy + gate.across, YARD_M), plan.place(gate.xy - gate.across, YARD_M)
    line = np.vstack([plan.places[a], plan.places[b]])
    plan.edges.append((a, b, NewEdge(0, 0, line, {"highway": "footway", "name": name, "gate": True})))
    return a, b


def _nearest(index: SnapIndex, plan: _Plan) -> Snapped:
    """Where the places meet the streets, each within its own limit."""
    limits = np.array(plan.limits)
    at = index.snap(np.array(plan.places).reshape(-1, 2), float(limits.max(initial=0.0)))
    far = at.access_m > limits
    return Snapped(np.where(far, -1, at.segment), at.fraction, at.access_m, np.where(far, -1, at.edge).astype(np.int32))


def _used(links: Sequence[Link], end_of: Ints, on_street: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Ints]:
    """Which links have both ends on a street or on another link that is used, and which have not."""
    used = np.ones(len(links), dtype=bool)
    while True:
        two = end_of[used]
        loops = two[:, 0] == two[:, 1]
        meets = np.bincount(np.append(two[:, 0], two[~loops, 1]), minlength=len(on_street))
        now = used & (on_street | (meets > 1))[end_of].all(axis=1)
        if (now == used).all():
            return used, np.flatnonzero(~used)
        used = now


def _across_yards(plan: _Plan, network: WalkNetwork, through: Sequence[tuple[int, int]], joined: NDArray[np.bool_]) -> None:
    """Straight ways between gates that face each other, where a yard has no street to walk on."""
    fence = fence_of(network.walls)
    inner = [(gate, place) for gate, pair in enumerate(through) for place in pair]
    for i, (gate, a) in enumerate(inner):
        for other, b in inner[i + 1 :]:
            if gate != other and not (joined[a] and joined[b]) and _see(fence, plan.places[a], plan.places[b]):
                plan.edges.append((a, b, NewEdge(0, 0, np.vstack([plan.places[a], plan.places[b]]), _YARD)))


def _from_homes(plan: _Plan, network: WalkNetwork, through: Sequence[tuple[int, int]], homes: Floats) -> None:
    """Straight ways from homes to the gates that they see: with one gate more, nobody's way gets longer."""
    fence = fence_of(network.walls)
    for home in np.unique(homes, axis=0):
        seen = [place for pair in through for place in pair if _see(fence, home, plan.places[place])]
        if seen:
            here = plan.place(home, -1.0)
            for place in seen:
                line = np.vstack([home, plan.places[place]])
                plan.edges.append((here, place, NewEdge(0, 0, line, {**_YARD, "home": True})))


def _see(fence: Cells | None, a: Floats, b: Floats) -> bool:
    """Whether two places are near enough to walk straight from one to the other, and no wall stands between."""
    away = float(np.hypot(*(b - a)))
    if away > ACROSS_M:
        return False
    ax, ay = (a + (b - a) * min(1.0, ASIDE_M / away)).tolist() if away > 0 else a.tolist()
    return fence is None or bool(is_free(fence, ax, ay, float(b[0]), float(b[1])))


def _built(network: WalkNetwork, plan: _Plan, at: Snapped, needed: NDArray[np.bool_]) -> WalkNetwork:
    """The network with the plan's nodes and edges, each needed place joined straight to its street."""
    met = np.flatnonzero(at.ok & needed)
    needed = np.append(needed, np.ones(len(plan.places) - len(needed), dtype=bool))  # homes, which meet no street
    wider, street = split_at(network, at.segment[met], at.fraction[met])
    on_it = at.access_m[met] <= SAME_M
    node = np.full(len(plan.places), -1, dtype=np.int64)
    node[met[on_it]] = street[on_it]
    fresh = np.flatnonzero(needed & (node < 0))
    node[fresh] = wider.nodes + np.arange(len(fresh))
    if len(fresh):
        wider = with_nodes(wider, np.array([plan.places[i] for i in fresh]))
    edges = []
    for a, b, edge in plan.edges:
        xy = edge.xy.copy()
        xy[0], xy[-1] = wider.node_xy[node[a]], wider.node_xy[node[b]]
        edges.append(NewEdge(int(node[a]), int(node[b]), xy, edge.tags, edge.crossings))
    for i, end in zip(met[~on_it], street[~on_it], strict=True):
        edges.append(NewEdge(int(node[i]), int(end), wider.node_xy[[node[i], end]], {"highway": "footway"}))
    return with_edges(wider, edges)


def links_of(row: int, kind: str, name: str, shape: shapely.Geometry) -> list[Link]:
    """The links that one barrier draws: one for each of its lines, pieces that continue each other being one."""
    merged = shapely.line_merge(shape) if shapely.get_num_geometries(shape) > 1 else shape
    lines = [shapely.get_coordinates(part) for part in shapely.get_parts(merged)]
    return [Link(row, kind, name, xy) for xy in lines if len(xy) > 1]
