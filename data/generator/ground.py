"""Which ground is taken: a fine grid that keeps buildings apart and off the streets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CELL_M = 1.5
_WEST, _SOUTH, _EAST, _NORTH = -4200.0, -3600.0, 4200.0, 3000.0


class Ground:
    """A raster of taken cells over the whole drawing."""

    def __init__(self) -> None:
        shape = (int((_NORTH - _SOUTH) / _CELL_M) + 1, int((_EAST - _WEST) / _CELL_M) + 1)
        self._taken = np.zeros(shape, dtype=bool)

    def _cells(self, xy: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        col = np.clip(((xy[:, 0] - _WEST) / _CELL_M).astype(np.int64), 0, self._taken.shape[1] - 1)
        row = np.clip(((xy[:, 1] - _SOUTH) / _CELL_M).astype(np.int64), 0, self._taken.shape[0] - 1)
        return row, col

    def free(self, corners: NDArray[np.float64]) -> bool:
        """Whether nothing stands in the quadrilateral."""
        return not self._taken[self._cells(_filled(corners))].any()

    def take(self, corners: NDArray[np.float64]) -> None:
        """Mark the quadrilateral as taken."""
        self._taken[self._cells(_filled(corners))] = True

    def take_line(self, line: NDArray[np.float64], half_width_m: float) -> None:
        """Mark a strip along the line as taken."""
        for a, b in pairwise(line):
            along = b - a
            length = float(np.hypot(*along))
            if length == 0:
                continue
            across = np.array([-along[1], along[0]]) / length * half_width_m
            self.take(np.array([a - across, b - across, b + across, a + across]))


def _filled(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points all over a quadrilateral, closer together than the cells."""
    a, b, c, d = corners
    n = max(2, int(max(np.hypot(*(b - a)), np.hypot(*(c - d))) / (_CELL_M * 0.8)) + 2)
    m = max(2, int(max(np.hypot(*(d - a)), np.hypot(*(c - b))) / (_CELL_M * 0.8)) + 2)
    s, t = (grid.ravel()[:, None] for grid in np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, m)))
    points: NDArray[np.float64] = (1 - s) * (1 - t) * a + s * (1 - t) * b + s * t * c + (1 - s) * t * d
    return points
