"""Pedestrian squares: walkers go round them on their outline and straight across.

A square is an area, and a graph knows only lines. Its outline is walkable as it is drawn;
across it we lay straight links between the places where streets meet the outline,
bending only round its corners and holes. Not every pair needs its own link: pairs are taken in the order of
their distance, and a link is laid only where the way that exists is more than
``DETOUR`` times the shortest way within the square (a greedy spanner: Althöfer et al. 1993,
"On sparse spanners of weighted graphs"). So no crossing is longer than the true one by more than 2 %,
and a square with twenty entries gets some forty links and not 190. Squares side by side, which share a piece of their
outlines, are crossed as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

DETOUR = 1.02
MOST_CORNERS = 60
"""Corners of one square that links may bend round; of more, the sharpest are taken."""
MOST_ENTRIES = 200


@dataclass(frozen=True)
class Links:
    """Straight pieces across squares, from place to place; ``way`` is the square's row."""

    a: Ints
    b: Ints
    way: Ints


def square_links(squares: Sequence[Sequence[int]], segments: tuple[Ints, Ints, Ints], xy: Floats) -> Links:
    """Links across every square.

    Parameters
    ----------
    squares
        For each square the rows of the ways that make up its outline.
    segments
        Places at the two ends, and the row of the way, of every segment of the network, each (s,).
    xy
        Places in metres, (p, 2).

    Returns
    -------
    Links
        Empty for squares that no two streets meet, or whose outline is not closed.
    """
    a, b, way = segments
    order = np.argsort(way, kind="stable")
    sorted_way = way[order]
    degree = np.bincount(a, minlength=len(xy)) + np.bincount(b, minlength=len(xy))
    laid: list[tuple[int, int, int]] = []
    own = [
        np.concatenate([order[np.searchsorted(sorted_way, row) : np.searchsorted(sorted_way, row, side="right")] for row in rows])
        for rows in squares
    ]
    for together in _side_by_side([np.column_stack([a[one], b[one]]) for one in own]):
        row = squares[together[0]][0]
        laid.extend((*pair, row) for pair in _across([(a[own[one]], b[own[one]]) for one in together], degree, xy))
    links = np.array(laid, dtype=np.int64).reshape(-1, 3)
    return Links(links[:, 0], links[:, 1], links[:, 2])


def _side_by_side(outlines: list[Ints]) -> list[list[int]]:
    """Which squares share a piece of their outlines, by number: each in one group, in the order of the first of each."""
    if not outlines:
        return []
    pieces = np.sort(np.vstack(outlines), axis=1)
    square = np.repeat(np.arange(len(outlines)), [len(one) for one in outlines])
    _, piece = np.unique(pieces, axis=0, return_inverse=True)
    piece = piece.ravel()
    touching = coo_array((np.ones(len(piece), dtype=np.int8), (square, piece))).tocsr()
    _, group = connected_components(touching @ touching.T, directed=False)
    groups: dict[int, list[int]] = {}
    for one, number in enumerate(group.tolist()):
        groups.setdefault(number, []).append(one)
    return list(groups.values())


def _across(outlines: list[tuple[Ints, Ints]], degree: Ints, xy: Floats) -> list[tuple[int, int]]:
    """Links across one square, or several side by side, each with the segments of its outline."""
    a, b = (np.concatenate(ends) for ends in zip(*outlines, strict=True))
    outline, inverse = np.unique(np.concatenate([a, b]), return_inverse=True)
    own = np.bincount(inverse, minlength=len(outline))
    entries = outline[degree[outline] > own][:MOST_ENTRIES]
    if len(entries) < 2:  # noqa: PLR2004  (nothing to link)
        return []
    area = shapely.union_all([shapely.build_area(shapely.GeometryCollection([*_lines(xy[u], xy[v])])) for u, v in outlines])
    if area is None or shapely.is_empty(area):
        return []
    corners = sorted(_corners(area, outline, xy).difference(entries.tolist()))
    stops = np.append(entries, np.array(corners, dtype=np.int64))
    seen = _visible(area, xy[stops])
    return [(int(stops[i]), int(stops[j])) for i, j in _spanner(seen, _round(area, xy[stops]), len(entries))]


def _corners(area: shapely.Geometry, outline: Ints, xy: Floats) -> set[int]:
    """Places where a shortest way may bend: outer corners that point inwards, and those of holes that point out."""
    place = {tuple(xy[at]): int(at) for at in outline}
    found: list[tuple[float, int]] = []
    for part in shapely.get_parts(area):
        for ring in shapely.get_rings(shapely.orient_polygons(part)):
            points = shapely.get_coordinates(ring)[:-1]
            before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
            turn = np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1))
            # The inside lies to the left of every ring, so a turn to the right leaves it concave there.
            found.extend((float(turn[i]), place[tuple(points[i])]) for i in np.flatnonzero(turn < 0) if tuple(points[i]) in place)
    return {at for _, at in sorted(found)[:MOST_CORNERS]}


def _visible(area: shapely.Geometry, points: Floats) -> Floats:
    """Straight distances between points that see each other within the area, infinite for the rest, (k, k)."""
    i, j = np.triu_indices(len(points), 1)
    lines = _lines(points[i], points[j])
    # A hair wider than drawn: a line along the outline must not fail on the last bit of a coordinate.
    wide = shapely.buffer(area, 0.01)
    shapely.prepare(wide)
    clear = shapely.covers(wide, lines)
    result = np.full((len(points), len(points)), np.inf)
    result[i[clear], j[clear]] = result[j[clear], i[clear]] = shapely.length(lines[clear])
    return result


def _lines(begin: Floats, end: Floats) -> NDArray[np.object_]:
    """Straight lines from each point to its partner, shape (n,)."""
    result: NDArray[np.object_] = np.asarray(shapely.linestrings(np.stack([begin, end], axis=1)), dtype=object)
    return result


def _round(area: shapely.Geometry, points: Floats) -> Floats:
    """Shortest distances between points of the outline along it, infinite between two rings, (k, k)."""
    result = np.full((len(points), len(points)), np.inf)
    np.fill_diagonal(result, 0.0)
    for ring in shapely.get_rings(shapely.get_parts(area)):
        corners = shapely.get_coordinates(ring)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
        at = {tuple(corner): far for corner, far in zip(corners[:-1], along[:-1], strict=True)}
        here = np.array([row for row, point in enumerate(points) if tuple(point) in at], dtype=np.int64)
        far = np.array([at[tuple(points[row])] for row in here])
        ahead = np.abs(far[:, None] - far[None, :])
        result[np.ix_(here, here)] = np.minimum(result[np.ix_(here, here)], np.minimum(ahead, along[-1] - ahead))
    return result


def _shortest(direct: Floats) -> tuple[Floats, Ints]:
    """All shortest distances by way of all others (Floyd and Warshall), and the stop before each last one, (k, k)."""
    best = direct.copy()
    np.fill_diagonal(best, 0.0)
    before = np.repeat(np.arange(len(best))[:, None], len(best), axis=1)
    for via in range(len(best)):
        detour = best[:, via, None] + best[None, via, :]
        shorter = detour < best
        best = np.where(shorter, detour, best)
        before = np.where(shorter, before[via][None, :], before)
    return best, before


def _spanner(seen: Floats, walk: Floats, entries: int) -> list[tuple[int, int]]:
    """Which straight pieces to lay so that every two entries are joined well.

    Parameters
    ----------
    seen
        Straight distances between stops that see each other, (k, k).
    walk
        Distances along what can be walked already, (k, k).
    entries
        The first so many stops are entries, the rest corners.
    """
    best, before = _shortest(seen)
    i, j = np.triu_indices(entries, 1)
    laid: list[tuple[int, int]] = []
    for pair in np.lexsort((j, i, best[i, j])):
        start, stop = int(i[pair]), int(j[pair])
        if not np.isfinite(best[start, stop]) or walk[start, stop] <= best[start, stop] * DETOUR:
            continue
        while stop != start:
            back = int(before[start, stop])
            if walk[back, stop] > seen[back, stop] * DETOUR:
                laid.append((back, stop))
                direct = seen[back, stop]
                one = walk[:, back, None] + direct + walk[None, stop, :]
                walk = np.minimum(walk, np.minimum(one, one.T))
            stop = back
    return laid
