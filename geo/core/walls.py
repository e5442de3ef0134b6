"""Walls and closed lines laid over the streets: where they meet, and which street ends that parts.

A drawn wall is fitted to the streets first: where it comes within half a metre of one it is taken to
touch it, so that an outline traced along a road doesn't cut the road to pieces. Then, at
every place where a wall and a street meet, the walls' directions divide the round into
sectors. Street ends in one sector stay together; so a wall that only touches parts nothing, one that
crosses parts two sides, and at a junction every street stays with its own side. A street
*along* a wall belongs to the wall's left as drawn, outside for an area.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

TOUCH_M = 0.5
"""A wall this near to a street touches it; it must go on as far beyond to cross it."""

_SAME_M = 1e-5
_ALONG = 1e-5  # radians between a street and a wall that run as one
_ASIDE_M = 1e-3
_SHARPEST = 0.25  # of a mitre, so that a spike stays short


class Line(NamedTuple):
    """One line of a barrier: metres (v, 2), and the barrier's place among its kind."""

    xy: Floats
    row: int


@dataclass(frozen=True, eq=False)
class Pieces:
    """Straight pieces of lines, q in all."""

    begin: Floats  # (q, 2) metres
    end: Floats  # (q, 2)
    row: Ints  # (q,) barrier

    def drawn(self) -> NDArray[np.object_]:
        """As shapes."""
        return np.asarray(shapely.linestrings(np.stack([self.begin, self.end], axis=1)), dtype=object)


def lines_of(shapes: Sequence[shapely.Geometry]) -> list[Line]:
    """The lines of some shapes; outlines of areas run clockwise, so that outside lies to their left. Points have none."""
    found: list[Line] = []
    for row, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            if shapely.get_dimensions(part) < 1:
                continue
            turned = shapely.orient_polygons(part, exterior_cw=True)
            rings = [turned.exterior, *turned.interiors] if isinstance(turned, shapely.Polygon) else [turned]
            found += [Line(tidy, row) for ring in rings if len(tidy := _apart(shapely.get_coordinates(ring))) > 1]
    return found


def _apart(xy: Floats) -> Floats:
    """Without points that repeat the one before."""
    keep = np.append(True, np.hypot(*np.diff(xy, axis=0).T) > _SAME_M) if len(xy) else np.zeros(0, dtype=bool)
    result: Floats = xy[keep]
    return result


def pieces_of(lines: Sequence[Line]) -> Pieces:
    """All straight pieces of some lines."""
    begin = [line.xy[:-1] for line in lines] or [np.zeros((0, 2))]
    end = [line.xy[1:] for line in lines] or [np.zeros((0, 2))]
    row = np.repeat([line.row for line in lines], [len(line.xy) - 1 for line in lines]).astype(np.int64)
    return Pieces(np.vstack(begin), np.vstack(end), row)


@dataclass(frozen=True, eq=False)
class Nearby:
    """The street segments near some lines, as shapes and search trees."""

    begin: Ints  # (s,) the vertex that begins each
    shapes: NDArray[np.object_]
    tree: shapely.STRtree
    vertex: Ints  # (v,)
    vertices: NDArray[np.object_]
    vertex_tree: shapely.STRtree


def streets_near(network: WalkNetwork, lines: Sequence[Line], within_m: float = 1.0) -> Nearby:
    """The street segments whose boxes come near the box of some lines."""
    xy = network.vertex_xy
    begin = np.flatnonzero(network.segment_way >= 0)
    if lines and len(begin):
        places = np.vstack([line.xy for line in lines])
        low, high = places.min(axis=0) - within_m, places.max(axis=0) + within_m
        a, b = xy[begin], xy[begin + 1]
        begin = begin[((np.maximum(a, b) >= low) & (np.minimum(a, b) <= high)).all(axis=1)]
    else:
        begin = begin[:0]
    vertex = np.unique(np.concatenate([begin, begin + 1]))
    shapes = np.asarray(shapely.linestrings(np.stack([xy[begin], xy[begin + 1]], axis=1)), dtype=object)
    vertices = np.asarray(shapely.points(xy[vertex]), dtype=object)
    return Nearby(begin, shapes, shapely.STRtree(shapes), vertex, vertices, shapely.STRtree(vertices))


def fitted(lines: Sequence[Line], network: WalkNetwork, near: Nearby) -> list[Line]:
    """The lines with what lies within half a metre of a street moved onto it, and a point wherever they meet one."""
    moved = [Line(_apart(_onto(line.xy, network, near)), line.row) for line in lines]
    moved = [line for line in moved if len(line.xy) > 1]
    pieces = pieces_of(moved)
    tree = shapely.STRtree(pieces.drawn())
    which, piece = tree.query(near.vertices, predicate="dwithin", distance=TOUCH_M)
    through = _with_points(moved, piece, network.vertex_xy[near.vertex[which]])
    return _with_points(through, *_crossings(pieces_of(through), network, near))


def _onto(xy: Floats, network: WalkNetwork, near: Nearby) -> Floats:
    """Points within half a metre of a street vertex, else of a street, moved there."""
    result = xy.copy()
    places = np.asarray(shapely.points(xy), dtype=object)
    to_vertex = near.vertex_tree.query_nearest(places, max_distance=TOUCH_M, all_matches=False)
    to_street = near.tree.query_nearest(places, max_distance=TOUCH_M, all_matches=False)
    ways: NDArray[np.object_] = shapely.shortest_line(near.shapes[to_street[1]], places[to_street[0]])
    result[to_street[0]] = shapely.get_coordinates(ways)[::2]
    result[to_vertex[0]] = network.vertex_xy[near.vertex[to_vertex[1]]]
    return result


def _with_points(lines: Sequence[Line], piece: Ints, xy: Floats) -> list[Line]:
    """The lines drawn through more points: ``xy`` (p, 2) on or beside the pieces (p,), between their ends."""
    pieces = pieces_of(lines)
    run = pieces.end[piece] - pieces.begin[piece]
    along = ((xy - pieces.begin[piece]) * run).sum(axis=1) / (run * run).sum(axis=1)
    inside = (along > 0) & (along < 1)
    piece, xy, along = piece[inside], xy[inside], along[inside]
    order = np.lexsort((along, piece))
    piece, xy = piece[order], xy[order]
    result: list[Line] = []
    first = 0
    for line in lines:
        count = len(line.xy) - 1
        mine = slice(np.searchsorted(piece, first), np.searchsorted(piece, first + count))
        result.append(Line(_apart(np.insert(line.xy, piece[mine] - first + 1, xy[mine], axis=0)), line.row))
        first += count
    return [line for line in result if len(line.xy) > 1]


def _crossings(pieces: Pieces, network: WalkNetwork, near: Nearby) -> tuple[Ints, Floats]:
    """Where pieces cross street segments between the ends of both: pieces (c,) and places (c, 2)."""
    piece, street = near.tree.query(pieces.drawn(), predicate="intersects")
    a, b = network.vertex_xy[near.begin[street]], network.vertex_xy[near.begin[street] + 1]
    p, d, e = pieces.begin[piece], pieces.end[piece] - pieces.begin[piece], b - a
    cross = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((a - p)[:, 0] * e[:, 1] - (a - p)[:, 1] * e[:, 0]) / cross
        u = ((a - p)[:, 0] * d[:, 1] - (a - p)[:, 1] * d[:, 0]) / cross
    inside = (t > 0) & (t < 1) & (u > 0) & (u < 1)
    return piece[inside], a[inside] + e[inside] * u[inside, None]


def meetings(lines: Sequence[Line], network: WalkNetwork, near: Nearby) -> tuple[Ints, Floats]:
    """Where fitted lines meet the streets: segments (p,) and fractions along them, at vertices exactly 0 or 1."""
    if not lines:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    xy = np.unique(np.vstack([line.xy for line in lines]), axis=0)
    place, street = near.tree.query(shapely.points(xy), predicate="dwithin", distance=_SAME_M)
    segment = near.begin[street]
    a, run = network.vertex_xy[segment], network.vertex_xy[segment + 1] - network.vertex_xy[segment]
    square = (run * run).sum(axis=1)
    share = np.divide(((xy[place] - a) * run).sum(axis=1), square, out=np.zeros(len(square)), where=square > 0)
    length = np.sqrt(square)
    share = np.where(share * length < 2 * _SAME_M, 0.0, np.where((1 - share) * length < 2 * _SAME_M, 1.0, share))
    return segment, np.clip(share, 0.0, 1.0)


class Ray(NamedTuple):
    """A wall leaving a place: its direction in radians, whether it is drawn outwards, and its barrier."""

    angle: float
    outwards: bool
    row: int


def rays_at(pieces: Pieces, tree: shapely.STRtree, xy: Floats) -> list[list[Ray]]:
    """The walls that leave each of some places (p, 2)."""
    found: list[list[Ray]] = [[] for _ in xy]
    place, piece = tree.query(shapely.points(xy), predicate="dwithin", distance=2 * _SAME_M)
    for end, outwards in ((pieces.end, True), (pieces.begin, False)):
        run = end[piece] - xy[place]
        angle = np.arctan2(run[:, 1], run[:, 0])
        for i in np.flatnonzero(np.hypot(*run.T) > 10 * _SAME_M):
            found[place[i]].append(Ray(float(angle[i]), outwards, int(pieces.row[piece[i]])))
    return found


def sectors(rays: Sequence[Ray], angles: Floats) -> Ints:
    """The sector between walls that each street end (e,) lies in; ends in one sector can walk to each other."""
    full = 2 * np.pi
    kept: list[Ray] = []
    for ray in sorted(rays, key=lambda ray: (ray.row, not ray.outwards, ray.angle)):  # the first barrier decides among equals
        if all(abs(_turn(ray.angle, other.angle)) > _ALONG for other in kept):
            kept.append(ray)
    kept.sort(key=lambda ray: ray.angle % full)
    if len(kept) < 2:  # noqa: PLR2004  (one wall that ends here can be walked around)
        return np.zeros(len(angles), dtype=np.int64)
    edges = np.array([ray.angle % full for ray in kept])
    result = np.searchsorted(edges, angles % full, side="right") % len(kept)
    for e, angle in enumerate(angles):
        for r, ray in enumerate(kept):
            if abs(_turn(float(angle), ray.angle)) <= _ALONG:
                # Left of a wall drawn outwards lies the sector that follows; of one drawn inwards the one before.
                result[e] = (r + 1) % len(kept) if ray.outwards else r
    return result.astype(np.int64)


def _turn(a: float, b: float) -> float:
    """The angle from b to a, between minus and plus half a round."""
    return float((a - b + np.pi) % (2 * np.pi) - np.pi)


def blocking(lines: Sequence[Line]) -> Floats:
    """Walls as access legs meet them, (q, 2, 2) metres: a millimetre to the right, so that streets along them lie on the left."""
    parts = [np.stack([aside[:-1], aside[1:]], axis=1) for aside in (_aside(line.xy) for line in lines)]
    return np.concatenate(parts) if parts else np.zeros((0, 2, 2))


def _aside(xy: Floats) -> Floats:
    """The line moved to its right, mitred at its corners."""
    run = np.diff(xy, axis=0)
    right = np.column_stack([run[:, 1], -run[:, 0]]) / np.hypot(*run.T)[:, None]
    closed = bool((xy[0] == xy[-1]).all())
    before = np.vstack([right[-1:] if closed else right[:1], right])
    after = np.vstack([right, right[:1] if closed else right[-1:]])
    both = before + after
    result: Floats = xy + _ASIDE_M * both / np.maximum(1 + (before * after).sum(axis=1), _SHARPEST)[:, None]
    return result
