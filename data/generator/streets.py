"""All streets as lines between shared nodes: where two meet, both get a vertex there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree
from shapely import STRtree, linestrings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.generator.town import Street

_TOUCH_M = 0.35  # an end this near to a street is meant to lie on it
_MERGE_M = 2.0  # junctions nearer than this are one


@dataclass(frozen=True)
class Woven:
    """Nodes and, for each street, the nodes along it."""

    xy: NDArray[np.float64]
    lines: tuple[tuple[int, ...], ...]


def weave(streets: list[Street]) -> Woven:
    """Give streets that cross or touch on one level a common node; drop repeated vertices."""
    a, b, owner, level = _segments(streets)
    extra = _meetings(a, b, owner, level, _ends(streets))
    points: list[tuple[float, float]] = []
    lines: list[list[int]] = []
    k = 0
    for street in streets:
        line = []
        for i in range(len(street.xy) - 1):
            spots = [(0.0, tuple(street.xy[i])), *extra[k]]
            k += 1
            for _, xy in sorted(spots):
                line.append(len(points))
                points.append(xy)
        line.append(len(points))
        points.append(tuple(street.xy[-1]))
        lines.append(line)
    return _merged(np.array(points), lines, streets)


def _segments(
    streets: list[Street],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    a = np.vstack([s.xy[:-1] for s in streets])
    b = np.vstack([s.xy[1:] for s in streets])
    owner = np.repeat(np.arange(len(streets)), [len(s.xy) - 1 for s in streets])
    level = np.array([s.level for s in streets])[owner]
    return a, b, owner, level


def _ends(streets: list[Street]) -> NDArray[np.float64]:
    return np.vstack([street.xy[[0, -1]] for street in streets])


def _meetings(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    owner: NDArray[np.int64],
    level: NDArray[np.int64],
    ends: NDArray[np.float64],
) -> dict[int, list[tuple[float, tuple[float, float]]]]:
    """For each segment, where along it (0 to 1) another street meets it."""
    extra: dict[int, list[tuple[float, tuple[float, float]]]] = defaultdict(list)
    tree = STRtree(linestrings(np.stack([a, b], axis=1)))
    first, second = tree.query(linestrings(np.stack([a, b], axis=1)), predicate="intersects")
    pairs = np.unique(np.sort(np.column_stack([first, second]), axis=1), axis=0)
    for i, j in pairs[(pairs[:, 0] != pairs[:, 1])]:
        if level[i] != level[j]:
            continue
        d, e, f = b[i] - a[i], b[j] - a[j], a[j] - a[i]
        cross = d[0] * e[1] - d[1] * e[0]
        if abs(cross) < 1e-9:
            continue
        t, s = (f[0] * e[1] - f[1] * e[0]) / cross, (f[0] * d[1] - f[1] * d[0]) / cross
        spot = (round(float(a[i][0] + t * d[0]), 2), round(float(a[i][1] + t * d[1]), 2))
        extra[int(i)].append((float(t), spot))
        extra[int(j)].append((float(s), spot))
    boxes = np.column_stack([ends - _TOUCH_M, ends + _TOUCH_M])
    from shapely import box

    which, hit = tree.query(box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]))
    for n, k in sorted(zip(which.tolist(), hit.tolist(), strict=True)):
        along = b[k] - a[k]
        t = float(np.clip(np.dot(ends[n] - a[k], along) / max(float(np.dot(along, along)), 1e-12), 0, 1))
        if np.hypot(*(a[k] + t * along - ends[n])) <= _TOUCH_M and 1e-9 < t < 1 - 1e-9:
            extra[k].append((t, (float(ends[n][0]), float(ends[n][1]))))
    return extra


def _merged(points: NDArray[np.float64], lines: list[list[int]], streets: list[Street]) -> Woven:
    """Make one node of what lies at one place, and of junctions that nearly do."""
    _, first, inverse = np.unique(np.round(points, 2), axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    label = rank[inverse.ravel()]
    xy = np.round(points, 2)[np.sort(first)]
    joined = [_distinct([int(label[i]) for i in line]) for line in lines]
    use: dict[int, int] = defaultdict(int)
    for line in joined:
        for node in line:
            use[node] += 1
        use[line[0]] += 1
        use[line[-1]] += 1
    levels: dict[int, set[int]] = defaultdict(set)
    for street, line in zip(streets, joined, strict=True):
        for node in line:
            levels[node].add(street.level)
    junctions = np.array(sorted(n for n, count in use.items() if count > 1))
    parent = {int(n): int(n) for n in junctions}
    for i, j in sorted(cKDTree(xy[junctions]).query_pairs(_MERGE_M)):
        u, v = int(junctions[i]), int(junctions[j])
        while parent[u] != u:
            u = parent[u]
        while parent[v] != v:
            v = parent[v]
        if u != v and levels[u] & levels[v]:
            parent[max(u, v)] = min(u, v)

    def root(node: int) -> int:
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    return Woven(xy, tuple(tuple(_distinct([root(n) for n in line])) for line in joined))


def _distinct(line: list[int]) -> list[int]:
    """The line without a node repeated next to itself."""
    out = [line[0]]
    for node in line[1:]:
        if node != out[-1]:
            out.append(node)
    return out
