"""Joining points to the streets: to the nearest point on an edge, never just the nearest node.

A grid over the segments finds the nearest one exactly: cells are searched outwards
until nothing nearer can be left. Nearest *node* instead misjudges about three in a
hundred people (measured on Porto Alegre).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core.engine import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

_CELL_M = 100.0
_MOST_CELLS = 8_000_000
_REPORT_M = 10_000.0  # refused points are told their distance up to here


@dataclass(frozen=True, eq=False)
class Snapped:
    """Where p points meet the streets.

    ``segment`` (p,): the vertex that begins the nearest segment, -1 where the point is
    refused because no street lies within the snap limit. ``fraction`` (p,): how far along
    that segment, 0 to 1. ``access_m`` (p,): metres to it; for refused points the distance of
    the nearest street up to 10 km, infinite beyond. ``edge`` (p,): the segment's edge, or -1.
    """

    segment: NDArray[np.int64]
    fraction: NDArray[np.float64]
    access_m: NDArray[np.float64]
    edge: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def ok(self) -> NDArray[np.bool_]:
        """Which points are on the network, shape (p,)."""
        return np.asarray(self.segment >= 0)

    def take(self, rows: NDArray[np.int64]) -> Snapped:
        """Those rows only, in that order."""
        return Snapped(self.segment[rows], self.fraction[rows], self.access_m[rows], self.edge[rows])


def join(parts: list[Snapped]) -> Snapped:
    """Several sets of snapped points as one, in order."""
    return Snapped(
        np.concatenate([part.segment for part in parts]),
        np.concatenate([part.fraction for part in parts]),
        np.concatenate([part.access_m for part in parts]),
        np.concatenate([part.edge for part in parts]),
    )


@dataclass(frozen=True, eq=False)
class SnapIndex:
    """A grid over the segments of one network; build once, ask often."""

    xy: NDArray[np.float64]  # (k, 2) the network's vertices
    edge_start: NDArray[np.int64]  # (m + 1,)
    origin: NDArray[np.float64]  # (2,) lower left corner of the grid, metres
    cell_m: float
    shape: tuple[int, int]  # cells east, cells north
    cell_start: NDArray[np.int64]  # (cells + 1,)
    cell_segment: NDArray[np.int32]  # segments of each cell, ascending

    @classmethod
    def build(cls, network: WalkNetwork) -> SnapIndex:
        """Sort the segments into cells of about 100 m; time and memory grow with their number."""
        xy = network.vertex_xy
        begin = np.flatnonzero(network.segment_way >= 0).astype(np.int32)
        low = np.minimum(xy[begin], xy[begin + 1]) if len(begin) else np.zeros((0, 2))
        high = np.maximum(xy[begin], xy[begin + 1]) if len(begin) else np.zeros((0, 2))
        origin = low.min(axis=0) if len(begin) else np.zeros(2)
        size = high.max(axis=0) - origin if len(begin) else np.zeros(2)
        cell = max(_CELL_M, float(np.sqrt(max(size[0], 1.0) * max(size[1], 1.0) / _MOST_CELLS)))
        shape = (int(size[0] // cell) + 1, int(size[1] // cell) + 1)
        first = ((low - origin) // cell).astype(np.int64)
        last = ((high - origin) // cell).astype(np.int64)
        start, members = _fill_cells(begin, first, last, shape[0], shape[1])
        return cls(xy, network.edge_start, origin, cell, shape, start, members)

    def snap(self, xy: NDArray[np.float64], limit_m: float) -> Snapped:
        """Join points, metres of shape (p, 2), to the nearest street within ``limit_m`` (inclusive).

        Ties go to the segment that comes first in the network. A point with a coordinate
        that is not finite is refused.
        """
        points = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
        segment, fraction, access = _nearest(
            points,
            float(limit_m),
            self.xy,
            self.origin,
            self.cell_m,
            self.shape[0],
            self.shape[1],
            self.cell_start,
            self.cell_segment,
        )
        edge = np.full(len(points), -1, dtype=np.int32)
        ok = segment >= 0
        edge[ok] = np.searchsorted(self.edge_start, segment[ok], side="right") - 1
        return Snapped(segment, fraction, access, edge)

    def place(self, snapped: Snapped) -> NDArray[np.float64]:
        """The points on the streets, metres (p, 2); NaN where refused."""
        result = np.full((len(snapped), 2), np.nan)
        ok = snapped.ok
        begin = snapped.segment[ok]
        a, b = self.xy[begin], self.xy[begin + 1]
        result[ok] = a + (b - a) * snapped.fraction[ok, None]
        return result


@compiled
def _fill_cells(
    begin: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64], columns: int, rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Counting sort of segments into every cell that their bounding box touches."""
    start = np.zeros(columns * rows + 1, dtype=np.int64)
    for s in range(len(begin)):
        for cy in range(first[s, 1], last[s, 1] + 1):
            for cx in range(first[s, 0], last[s, 0] + 1):
                start[cy * columns + cx + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    fill = start[:-1].copy()
    members = np.empty(start[-1], dtype=np.int32)
    for s in range(len(begin)):
        for cy in range(first[s, 1], last[s, 1] + 1):
            for cx in range(first[s, 0], last[s, 0] + 1):
                cell = cy * columns + cx
                members[fill[cell]] = begin[s]
                fill[cell] += 1
    return start, members


@compiled
def _nearest(  # noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915  (one flat loop that numba compiles)
    points: NDArray[np.float64],
    limit: float,
    xy: NDArray[np.float64],
    origin: NDArray[np.float64],
    cell: float,
    columns: int,
    rows: int,
    start: NDArray[np.int64],
    members: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Search square rings of cells outwards until no unseen cell can hold anything nearer."""
    count = len(points)
    segment = np.full(count, -1, dtype=np.int64)
    fraction = np.zeros(count)
    access = np.full(count, np.inf)
    for p in range(count):
        px = points[p, 0]
        py = points[p, 1]
        if not (np.isfinite(px) and np.isfinite(py)):
            continue
        rx = (px - origin[0]) / cell
        ry = (py - origin[1]) / cell
        # A point outside the grid starts at the border cell: the rings it skips are empty.
        cx = int(min(max(np.floor(rx), -1.0), float(columns)))
        cy = int(min(max(np.floor(ry), -1.0), float(rows)))
        best = np.inf
        best_segment = -1
        best_fraction = 0.0
        ring = 0
        farthest = max(limit, _REPORT_M)
        while ring <= columns + rows + 2:
            # Every unseen cell lies beyond the square of this ring less one.
            # On a side where the grid ends there are none.
            bound = np.inf
            if cx - ring >= 0:
                bound = min(bound, px - (origin[0] + (cx - ring + 1) * cell))
            if cx + ring < columns:
                bound = min(bound, origin[0] + (cx + ring) * cell - px)
            if cy - ring >= 0:
                bound = min(bound, py - (origin[1] + (cy - ring + 1) * cell))
            if cy + ring < rows:
                bound = min(bound, origin[1] + (cy + ring) * cell - py)
            if ring > 0 and bound > 0 and (bound > farthest or bound * bound > best):
                break
            for y in range(max(cy - ring, 0), min(cy + ring, rows - 1) + 1):
                whole = y == cy - ring or y == cy + ring
                step = 1 if whole or ring == 0 else 2 * ring
                for x in range(cx - ring, cx + ring + 1, step):
                    if x < 0 or x >= columns:
                        continue
                    c = y * columns + x
                    for at in range(start[c], start[c + 1]):
                        s = members[at]
                        ax = xy[s, 0]
                        ay = xy[s, 1]
                        dx = xy[s + 1, 0] - ax
                        dy = xy[s + 1, 1] - ay
                        square = dx * dx + dy * dy
                        t = 0.0
                        if square > 0.0:
                            t = min(max(((px - ax) * dx + (py - ay) * dy) / square, 0.0), 1.0)
                        ex = px - (ax + t * dx)
                        ey = py - (ay + t * dy)
                        d = ex * ex + ey * ey
                        if d < best or (d == best and s < best_segment):
                            best = d
                            best_segment = s
                            best_fraction = t
            ring += 1
        access[p] = np.sqrt(best)
        if best_segment >= 0 and access[p] <= limit:
            segment[p] = best_segment
            fraction[p] = best_fraction
    return segment, fraction, access
