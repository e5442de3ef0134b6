"""Straight pieces sorted into square cells, so that what lies near a place is found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.core.engine import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CELL_M = 100.0
_MOST_CELLS = 8_000_000


class Cells(NamedTuple):
    """A grid over pieces: those of cell ``c = row * columns + column`` are ``member[start[c] : start[c + 1]]``.

    Piece ``s`` runs from ``xy[s]`` to ``xy[s + 1]``, metres. Members are ascending within a cell.
    """

    xy: NDArray[np.float64]  # (k, 2)
    origin: NDArray[np.float64]  # (2,) lower left corner of the grid, metres
    cell_m: float
    columns: int  # cells east
    rows: int  # cells north
    start: NDArray[np.int64]  # (cells + 1,)
    member: NDArray[np.int32]


def cells_of(xy: NDArray[np.float64], begin: NDArray[np.int32]) -> Cells:
    """Sort the pieces that begin at the given rows of ``xy`` into cells of about 100 m.

    Time and memory (4 bytes a piece and cell) grow with the number of pieces.
    """
    low, high = _bounds(xy, begin)
    size = high - low
    cell = max(_CELL_M, float(np.sqrt(max(size[0], 1.0) * max(size[1], 1.0) / _MOST_CELLS)))
    columns, rows = int(size[0] // cell) + 1, int(size[1] // cell) + 1
    start, member = _fill_cells(xy, begin, low, cell, (columns, rows))
    return Cells(xy, low, cell, columns, rows, start, member)


@compiled
def _bounds(xy: NDArray[np.float64], begin: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of the rectangle around all pieces; zeros without any."""
    if not len(begin):
        return np.zeros(2), np.zeros(2)
    low = xy[begin[0]].copy()
    high = low.copy()
    for s in begin:
        for axis in range(2):
            low[axis] = min(low[axis], xy[s, axis], xy[s + 1, axis])
            high[axis] = max(high[axis], xy[s, axis], xy[s + 1, axis])
    return low, high


@compiled
def _cells_under(a: float, b: float, origin: float, cell: float) -> tuple[int, int]:
    """The first and the last cell between two coordinates."""
    return int((min(a, b) - origin) // cell), int((max(a, b) - origin) // cell)


@compiled
def _fill_cells(
    xy: NDArray[np.float64], begin: NDArray[np.int32], origin: NDArray[np.float64], cell: float, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Counting sort of pieces into every cell, of ``shape`` columns and rows, that their bounding box touches."""
    columns, rows = shape
    start = np.zeros(columns * rows + 1, dtype=np.int64)
    for s in begin:
        x0, x1 = _cells_under(xy[s, 0], xy[s + 1, 0], origin[0], cell)
        y0, y1 = _cells_under(xy[s, 1], xy[s + 1, 1], origin[1], cell)
        for cy in range(y0, y1 + 1):
            for cx in range(x0, x1 + 1):
                start[cy * columns + cx + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    fill = start[:-1].copy()
    member = np.empty(start[-1], dtype=np.int32)
    for s in begin:
        x0, x1 = _cells_under(xy[s, 0], xy[s + 1, 0], origin[0], cell)
        y0, y1 = _cells_under(xy[s, 1], xy[s + 1, 1], origin[1], cell)
        for cy in range(y0, y1 + 1):
            for cx in range(x0, x1 + 1):
                at = cy * columns + cx
                member[fill[at]] = s
                fill[at] += 1
    return start, member


@compiled
def cell_span(cells: Cells, low_x: float, low_y: float, high_x: float, high_y: float) -> tuple[int, int, int, int]:
    """Columns and rows, first and last, of the cells that a rectangle touches; none where last < first."""
    first_x = max(int(np.floor((low_x - cells.origin[0]) / cells.cell_m)), 0)
    last_x = min(int(np.floor((high_x - cells.origin[0]) / cells.cell_m)), cells.columns - 1)
    first_y = max(int(np.floor((low_y - cells.origin[1]) / cells.cell_m)), 0)
    last_y = min(int(np.floor((high_y - cells.origin[1]) / cells.cell_m)), cells.rows - 1)
    return first_x, last_x, first_y, last_y
