"""What is inside at the points of a lattice: the picture from which contours are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.core.engine import compiled
from geo.core.homecost import OUTSIDE
from geo.core.lattice import SHIFT, TILE, Lattice

if TYPE_CHECKING:
    from numpy.typing import NDArray

MASK = TILE - 1


class Window(NamedTuple):
    """The part of the lattice that a question is about, in tiles."""

    column: int
    row: int
    columns: int
    rows: int


class Board(NamedTuple):
    """In t tiles, the lattice points that may be inside some of ascending cutoffs; all others are outside.

    The *band* of a point is the place of the smallest cutoff that it is inside of, and the
    number of cutoffs where it is outside all. The points of a tile that is one as a whole
    are not stored.
    """

    lattice: Lattice
    window: Window
    where: NDArray[np.int32]  # per tile of the window its place in the arrays of t below, or -1
    tiles: NDArray[np.int64]  # (t,) tile numbers in the lattice, ascending
    segment: NDArray[np.int32]  # (s, 32, 32) nearest streets of the raster ...
    slot: NDArray[np.int32]  # (t,) ... and the place of each tile there
    low: NDArray[np.uint8]  # (t,) smallest band of a tile
    high: NDArray[np.uint8]  # (t,) largest band; 255 when its labels differ
    owner: NDArray[np.int32]  # (t,) label of a tile that is not stored
    block: NDArray[np.int32]  # (t,) place of its points in the arrays of b below, -1 if they are not stored
    band: NDArray[np.uint8]  # (b, 32, 32)
    label: NDArray[np.int32]  # (b, 32, 32) the facility's; without points when there is one label only, 0
    labelled: bool


@compiled
def place_of(board: Board, x: int, y: int) -> int:
    """Where the tile of a lattice point lies in the board's arrays, -1 if it is not there."""
    column = (x >> SHIFT) - board.window.column
    row = (y >> SHIFT) - board.window.row
    if column < 0 or row < 0 or column >= board.window.columns or row >= board.window.rows:
        return -1
    return int(board.where[row * board.window.columns + column])


@compiled
def state_at(board: Board, x: int, y: int, level: int) -> int:
    """The label of the facility that a lattice point belongs to within the cutoff of that place, -1 outside."""
    a = place_of(board, x, y)
    if a < 0:
        return OUTSIDE
    b = board.block[a]
    if b < 0:
        return int(board.owner[a]) if board.low[a] <= level else OUTSIDE
    if board.band[b, y & MASK, x & MASK] > level:
        return OUTSIDE
    return int(board.label[b, y & MASK, x & MASK]) if board.labelled else 0


def places(board: Board, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int32]:
    """As :func:`place_of`, for many points at once."""
    column, row = (x >> SHIFT) - board.window.column, (y >> SHIFT) - board.window.row
    known = (column >= 0) & (row >= 0) & (column < board.window.columns) & (row < board.window.rows)
    return np.where(known, board.where[np.where(known, row * board.window.columns + column, 0)], -1)


def states(board: Board, x: NDArray[np.int64], y: NDArray[np.int64], level: int) -> NDArray[np.int32]:
    """As :func:`state_at`, for many points at once."""
    result = np.full(x.shape, OUTSIDE, dtype=np.int32)
    a = places(board, x, y)
    b = np.where(a >= 0, board.block[a], -1) if len(board.block) else np.full(x.shape, -1)
    whole = (a >= 0) & (b < 0)
    result[whole] = np.where(board.low[a[whole]] <= level, board.owner[a[whole]], OUTSIDE)
    asked = b >= 0
    points = b[asked], y[asked] & MASK, x[asked] & MASK
    label = board.label[points] if board.labelled else 0
    result[asked] = np.where(board.band[points] <= level, label, OUTSIDE)
    return result


def segments(board: Board, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int32]:
    """The nearest street of lattice points, -1 where there is none."""
    a = places(board, x, y)
    return np.where(a >= 0, board.segment[board.slot[a], y & MASK, x & MASK], -1)
