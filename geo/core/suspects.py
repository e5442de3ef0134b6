"""The four searches of the network doctor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import shapely

from geo.core.effort import Effort, pairs
from geo.core.nearby import Nearby

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Lines: TypeAlias = NDArray[np.object_]

Confidence = Literal["high", "medium", "low"]

SEARCH_M = 400.0
"""Ways longer than this count as none."""
DETOUR = 4.0
"""A link is worth a look when the way on foot is so many times its length, and ...."""
WORTH_M = 60.0
"""... so many metres at least."""
FACING_M = 120.0
"""Two ends that point at each other lie at most so far apart."""
_FACING_COS = np.cos(np.radians(25))
_SURE_M, _LIKELY_M = 10.0, 50.0
_TOUCH_M = 2.0
_CROSS_M = 0.1  # links shorter than this are missing junctions
_STEPS, _STEPS_PER_EDGE = 1_000_000, 30  # of each search; towns take some 10 for each edge
_LOOK = 100  # steps that one crossing or one end takes


@dataclass(frozen=True)
class Suspect:
    """One place where the map may be wrong; see :class:`geo.core.doctor.Diagnosis` for the meaning."""

    kind: str
    shape: shapely.Geometry
    confidence: Confidence
    walk_m: float = np.inf
    gain_m: float = 0.0

    @property
    def length_m(self) -> float:
        """Metres of the missing link; 0 for a missing junction."""
        return float(shapely.length(self.shape))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A network made ready for the searches."""

    network: WalkNetwork
    lines: Lines  # (m,) every edge as a line
    tree: shapely.STRtree
    level: Ints  # (w,) the same number for ways that could meet: of one layer, bridge and tunnel
    walks: Nearby

    def effort(self) -> Effort:
        """What one search may do."""
        return Effort(_STEPS + _STEPS_PER_EDGE * self.network.edges)

    @classmethod
    def of(cls, network: WalkNetwork) -> Drawn:
        """Draw the edges and index them."""
        edge = np.repeat(np.arange(network.edges), np.diff(network.edge_start))
        lines = np.asarray(shapely.linestrings(network.vertex_xy, indices=edge), dtype=object)
        return cls(network, lines, shapely.STRtree(lines), _levels(network), Nearby(network))

    def way_at(self, edge: int, along_m: float) -> int:
        """The way of the segment so many metres along an edge."""
        first, beyond = self.network.edge_start[edge : edge + 2]
        metres = np.cumsum(self.network.segment_m[first : beyond - 1])
        return int(self.network.segment_way[first + min(int(np.searchsorted(metres, along_m)), len(metres) - 1)])

    def along_m(self, edge: int, point: shapely.Geometry) -> float:
        """Metres from an edge's beginning to the place on it nearest to a point."""
        return float(shapely.line_locate_point(self.lines[edge], point))

    def one_level(self, places: Iterable[tuple[int, float]]) -> bool:
        """Whether streets that meet at these positions (edge, metres along it) lie on one level."""
        return len({int(self.level[self.way_at(edge, along)]) for edge, along in places}) == 1


def _levels(network: WalkNetwork) -> Ints:
    """A number for the level of each way, shape (w,)."""
    names = [name for name in ("layer", "bridge", "tunnel") if name in network.ways]
    if not names:
        return np.zeros(len(network.ways), dtype=np.int64)
    groups = network.ways.groupby(names, observed=True, sort=True).ngroup()
    return np.asarray(groups.to_numpy(), dtype=np.int64)


def _by_length(metres: float) -> Confidence:
    return "high" if metres <= _SURE_M else "medium" if metres <= _LIKELY_M else "low"


def _near_confidence(metres: float) -> Confidence:
    return "high" if metres <= _TOUCH_M else "medium" if metres <= _SURE_M / 2 else "low"


def islands(drawn: Drawn) -> Iterator[Suspect]:
    """For every component but the largest, the shortest link that joins it, perhaps by way of another island.

    Links are those of a shortest tree over the distances from each island to the largest
    component and to its nearest other island (Kruskal).
    """
    network, effort = drawn.network, drawn.effort()
    label = network.component[network.edge_u]
    count = int(label.max(initial=0))
    if not count:
        return
    order = np.argsort(label, kind="stable")
    parts = np.split(drawn.lines[order], np.searchsorted(label[order], np.arange(1, count + 1)))
    shapes = np.array([shapely.multilinestrings(list(part)) for part in parts], dtype=object)
    metres = np.bincount(label, weights=network.edge_length_m, minlength=count + 1).astype(np.float64)
    shapely.prepare(shapes)
    island = np.arange(1, count + 1)
    pairs = [np.column_stack([island, np.zeros(count, dtype=np.int64)])]
    if count > 1:
        tree = shapely.STRtree(shapes[1:])
        near = tree.query_nearest(shapes[1:], exclusive=True, all_matches=False)
        pairs.append(near.T + 1)
    pair = np.unique(np.sort(np.vstack(pairs), axis=1), axis=0)
    links = np.asarray(shapely.shortest_line(shapes[pair[:, 1]], shapes[pair[:, 0]]), dtype=object)
    for suspect in _tree(pair, links, metres):
        yield _junction(drawn, suspect, effort)


def _junction(drawn: Drawn, suspect: Suspect, effort: Effort) -> Suspect:
    """An island that crosses or touches another street lacks a junction, unless one passes over the other."""
    if suspect.length_m >= _CROSS_M:
        return suspect
    point = shapely.Point(shapely.get_coordinates(suspect.shape)[0])
    near = [int(edge) for edge in drawn.tree.query(point, predicate="dwithin", distance=_CROSS_M)]
    effort.spend(_LOOK * len(near))
    label = drawn.network.component[drawn.network.edge_u[near]]
    ways = {
        (part, int(drawn.level[drawn.way_at(edge, drawn.along_m(edge, point))])) for edge, part in zip(near, label, strict=True)
    }
    meet = any(a[0] != b[0] and a[1] == b[1] for a, b in combinations(ways, 2))
    return replace(suspect, shape=point, confidence="high" if meet else "low")


def _tree(pair: Ints, links: Lines, metres: Floats) -> list[Suspect]:
    """The links that join what is not joined yet, shortest first; each gains the smaller of its two sides."""
    above = list(range(len(metres)))

    def top(part: int) -> int:
        while above[part] != part:
            above[part] = part = above[above[part]]
        return part

    size = metres.copy()
    lengths = shapely.length(links)
    found = []
    for row in np.argsort(lengths, kind="stable"):
        a, b = (top(part) for part in pair[row].tolist())
        if a == b:
            continue
        length = float(lengths[row])
        keep, lose = (a, b) if size[a] >= size[b] else (b, a)
        found.append(Suspect("island", links[row], _by_length(length), gain_m=float(size[lose])))
        size[keep] += size[lose]
        above[lose] = keep
    return found


def _ends(network: WalkNetwork) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Nodes where one street ends: node, its edge, and whether the edge begins there."""
    degree = np.bincount(network.edge_u, minlength=network.nodes) + np.bincount(network.edge_v, minlength=network.nodes)
    single = degree == 1
    at_u, at_v = np.flatnonzero(single[network.edge_u]), np.flatnonzero(single[network.edge_v])
    node = np.concatenate([network.edge_u[at_u], network.edge_v[at_v]]).astype(np.int64)
    edge = np.concatenate([at_u, at_v])
    begins = np.concatenate([np.ones(len(at_u), dtype=np.bool_), np.zeros(len(at_v), dtype=np.bool_)])
    order = np.argsort(node, kind="stable")
    return node[order], edge[order], begins[order]


def loose_ends(drawn: Drawn, reach_m: float) -> Iterator[Suspect]:
    """Ends of streets that stop within ``reach_m`` of another street to which the way on foot is long."""
    network, effort = drawn.network, drawn.effort()
    node, own, begins = _ends(network)
    points = np.asarray(shapely.points(network.node_xy[node]), dtype=object)
    done = np.zeros(len(node), dtype=np.bool_)
    for at, other in pairs(drawn.tree, points, effort, reach_m):
        far = shapely.distance(points[at], drawn.lines[other])
        for k in np.lexsort((other, far, at)):
            end, target = int(at[k]), int(other[k])
            joined = target == own[end] or node[end] in (network.edge_u[target], network.edge_v[target])
            if joined or done[end]:
                continue
            here = (int(own[end]), 0.0 if begins[end] else float(network.edge_length_m[own[end]]))
            there = (target, drawn.along_m(target, points[end]))
            effort.spend(_LOOK)
            if not drawn.one_level((here, there)):
                continue
            walk = drawn.walks.walk_m(here, there, SEARCH_M, effort)
            if walk >= max(DETOUR * far[k], WORTH_M):
                done[end] = True
                link = shapely.LineString([points[end], shapely.line_interpolate_point(drawn.lines[target], there[1])])
                yield Suspect("near_miss", link, _near_confidence(float(far[k])), walk)


def facing_ends(drawn: Drawn, reach_m: float, water: gpd.GeoDataFrame | None) -> Iterator[Suspect]:
    """Pairs of street ends beyond ``reach_m`` that point at each other over a gap; over water: a missing bridge."""
    network, effort = drawn.network, drawn.effort()
    node, own, begins = _ends(network)
    pair = _facing_pairs(network, own, begins, effort)
    place = network.node_xy[node]
    links = np.asarray(shapely.linestrings(np.stack([place[pair[:, 0]], place[pair[:, 1]]], axis=1)), dtype=object)
    free, wet = _free(drawn, links, effort), _over(links, water)
    for k in np.flatnonzero(free & (shapely.length(links) > reach_m)):
        ends = [(int(own[e]), 0.0 if begins[e] else float(network.edge_length_m[own[e]])) for e in pair[k]]
        walk = drawn.walks.walk_m(ends[0], ends[1], 3 * SEARCH_M, effort)
        if walk >= max(DETOUR * shapely.length(links[k]), WORTH_M):
            yield Suspect("bridge_gap" if wet[k] else "gap", links[k], "medium" if wet[k] else "low", walk)


def _facing_pairs(network: WalkNetwork, own: Ints, begins: NDArray[np.bool_], effort: Effort) -> Ints:
    """Pairs of ends, each within the other's line of sight straight on, shape (q, 2)."""
    from scipy.spatial import KDTree

    start = network.edge_start
    place = network.vertex_xy[np.where(begins, start[own], start[own + 1] - 1)]
    if len(place) < 2:  # noqa: PLR2004  (no pair)
        return np.zeros((0, 2), dtype=np.int64)
    aim = place - network.vertex_xy[np.where(begins, start[own] + 1, start[own + 1] - 2)]
    aim /= np.maximum(np.hypot(*aim.T), 1e-9)[:, None]
    tree = KDTree(place)
    effort.spend(tree.count_neighbors(tree, FACING_M))
    pair = np.sort(tree.query_pairs(FACING_M, output_type="ndarray").reshape(-1, 2), axis=1)
    pair = pair[np.lexsort(pair.T[::-1])].astype(np.int64)
    i, j = pair.T
    toward = place[j] - place[i]
    toward /= np.maximum(np.hypot(*toward.T), 1e-9)[:, None]
    straight = ((aim[i] * toward).sum(axis=1) > _FACING_COS) & ((aim[j] * -toward).sum(axis=1) > _FACING_COS)
    result: Ints = pair[straight & (own[i] != own[j])]
    return result


def _free(drawn: Drawn, links: Lines, effort: Effort) -> NDArray[np.bool_]:
    """Which links cross no street on their way (a street between would be the one to join)."""
    result = np.ones(len(links), dtype=np.bool_)
    for hit, _ in pairs(drawn.tree, links, effort):
        result[hit] = False
    return result


def _over(links: Lines, water: gpd.GeoDataFrame | None) -> NDArray[np.bool_]:
    """Which links lead over water."""
    result = np.zeros(len(links), dtype=np.bool_)
    if water is not None and len(links):
        hit, _ = shapely.STRtree(water.geometry.to_numpy()).query(links, predicate="intersects")
        result[hit] = True
    return result


def crossings(drawn: Drawn) -> Iterator[Suspect]:
    """Places where two streets cross on one level without a junction, and the way round is long."""
    ways, effort = drawn.network.ways, drawn.effort()
    link = ways["link"].to_numpy() if "link" in ways else np.zeros(len(ways), dtype=np.bool_)
    for one, two in pairs(drawn.tree, drawn.lines, effort):
        for a, b in zip(one[one < two].tolist(), two[one < two].tolist(), strict=True):
            for point in shapely.get_parts(shapely.intersection(drawn.lines[a], drawn.lines[b])):
                effort.spend(_LOOK)
                if shapely.get_type_id(point) != 0 or _at_common_end(drawn.network, a, b, shapely.get_coordinates(point)[0]):
                    continue
                places = [(edge, drawn.along_m(edge, point)) for edge in (a, b)]
                if not drawn.one_level(places) or any(link[drawn.way_at(*place)] for place in places):
                    continue
                walk = drawn.walks.walk_m(places[0], places[1], SEARCH_M, effort)
                if walk >= WORTH_M:
                    yield Suspect("crossing", point, "high" if np.isinf(walk) else "medium", walk)


def _at_common_end(network: WalkNetwork, a: int, b: int, place: Floats) -> bool:
    """Whether two edges meet at this place in a node of both."""
    shared = {int(network.edge_u[a]), int(network.edge_v[a])} & {int(network.edge_u[b]), int(network.edge_v[b])}
    return any(np.hypot(*(network.node_xy[node] - place)) < 0.01 for node in shared)  # noqa: PLR2004  (a centimetre)
