"""All streets as lines between shared nodes: where two meet, both get a vertex there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree
from shapely import STRtree, box
from shapely.geometry import LineString

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.generator.town import Street

_Extra = defaultdict[int, list[tuple[float, tuple[float, float]]]]  # per segment: share along it and the place
_TOUCH_M = 0.35  # an end this near to a street is meant to lie on it
_MERGE_M = 2.0  # junctions nearer than this are one


@dataclass(frozen=True)
class Woven:
    """Nodes and, for each street, the nodes along it."""

    xy: NDArray[np.float64]
    lines: tuple[tuple[int, ...], ...]


def weave(streets: list[Street]) -> Woven:
    """Give streets that cross or touch on one level a common node; drop repeated vertices."""
    a = np.vstack([s.xy[:-1] for s in streets])
    b = np.vstack([s.xy[1:] for s in streets])
    level = np.repeat([s.level for s in streets], [len(s.xy) - 1 for s in streets])
    extra: _Extra = defaultdict(list)
    tree = STRtree([LineString([p, q]) for p, q in zip(a, b, strict=True)])
    _crossings(tree, a, b, level, extra)
    _touches(tree, a, b, np.vstack([street.xy[[0, -1]] for street in streets]), extra)
    points: list[tuple[float, float]] = []
    lines: list[list[int]] = []
    k = 0
    for street in streets:
        first = len(points)
        for i in range(len(street.xy) - 1):
            points += [xy for _, xy in sorted([(0.0, _pair(street.xy[i])), *extra[k]])]
            k += 1
        points.append(_pair(street.xy[-1]))
        lines.append(list(range(first, len(points))))
    return _merged(np.array(points), lines, [street.level for street in streets])


def _pair(xy: NDArray[np.float64]) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])


def _crossings(tree: STRtree, a: NDArray[np.float64], b: NDArray[np.float64], level: NDArray[np.int64], extra: _Extra) -> None:
    """Where two segments (from a to b) of one level cross, note the place on both."""
    first, second = tree.query(tree.geometries, predicate="intersects")
    pairs = np.unique(np.sort(np.column_stack([first, second]), axis=1), axis=0)
    for i, j in pairs[(pairs[:, 0] != pairs[:, 1])].tolist():
        d, e, f = b[i] - a[i], b[j] - a[j], a[j] - a[i]
        cross = d[0] * e[1] - d[1] * e[0]
        if level[i] != level[j] or abs(cross) < 1e-9:
            continue
        t, s = (f[0] * e[1] - f[1] * e[0]) / cross, (f[0] * d[1] - f[1] * d[0]) / cross
        spot = (round(float(a[i][0] + t * d[0]), 2), round(float(a[i][1] + t * d[1]), 2))
        extra[i].append((float(t), spot))
        extra[j].append((float(s), spot))


def _touches(tree: STRtree, a: NDArray[np.float64], b: NDArray[np.float64], ends: NDArray[np.float64], extra: _Extra) -> None:
    """Where a street ends on a segment, on whichever level, note the place."""
    which, hit = tree.query([box(x - _TOUCH_M, y - _TOUCH_M, x + _TOUCH_M, y + _TOUCH_M) for x, y in ends])
    for n, k in sorted(zip(which.tolist(), hit.tolist(), strict=True)):
        along = b[k] - a[k]
        t = float(np.clip(np.dot(ends[n] - a[k], along) / max(float(np.dot(along, along)), 1e-12), 0, 1))
        if np.hypot(*(a[k] + t * along - ends[n])) <= _TOUCH_M and 1e-9 < t < 1 - 1e-9:
            extra[k].append((t, _pair(ends[n])))


def _merged(points: NDArray[np.float64], lines: list[list[int]], levels: list[int]) -> Woven:
    """Make one node of what lies at one place, and of junctions that nearly do."""
    _, first, inverse = np.unique(np.round(points, 2), axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    label = rank[inverse.ravel()]
    xy: NDArray[np.float64] = np.round(points, 2)[np.sort(first)]
    joined = [_distinct([int(label[i]) for i in line]) for line in lines]
    root = _near_junctions(xy, joined, levels)
    return Woven(xy, tuple(tuple(_distinct([root.get(n, n) for n in line])) for line in joined))


def _near_junctions(xy: NDArray[np.float64], lines: list[list[int]], levels: list[int]) -> dict[int, int]:
    """Junctions and ends nearer to each other than ``_MERGE_M`` on one level: which node each becomes."""
    use = Counter(node for line in lines for node in (*line, line[0], line[-1]))
    on: dict[int, set[int]] = defaultdict(set)
    for line, level in zip(lines, levels, strict=True):
        for node in line:
            on[node].add(level)
    junctions = sorted(node for node, count in use.items() if count > 1)
    parent = {node: node for node in junctions}

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for i, j in sorted(cKDTree(xy[junctions]).query_pairs(_MERGE_M)):
        u, v = root(junctions[i]), root(junctions[j])
        if u != v and on[u] & on[v]:
            parent[max(u, v)] = min(u, v)
    return {node: root(node) for node in junctions}


def _distinct(line: list[int]) -> list[int]:
    """The line without a node repeated next to itself."""
    return [node for i, node in enumerate(line) if i == 0 or node != line[i - 1]]
