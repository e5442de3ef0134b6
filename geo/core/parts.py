"""The served area divided by nearest facility: parts that meet exactly and together are the whole.

Where two facilities are equally near there is a border too. Squares of the lattice with
three or four borders get a meeting point in their middle; all borders are then joined to
faces, and each face belongs to the facility of the lattice points in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.core.contour import EAST, NORTH, Crossings, find_crossings, place_crossings, positions
from geo.core.homecost import OUTSIDE
from geo.core.states import states

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.rings import Shape
    from geo.core.states import Board
    from geo.core.streetcost import Walk

_TOLERANCE = 0.04  # of a cell: points nearer than this to the line through their neighbours are left out


def parts(board: Board, walk: Walk, cutoff: tuple[int, float], halvings: int) -> dict[int, Shape]:
    """Each facility's part of the area within a cutoff (its place on the board, and value), by label.

    The board must have been drawn with labels. A facility that is nearest for nobody has
    no part.
    """
    crossings = find_crossings(board, cutoff[0])
    if not len(crossings.x):
        return {}
    edges, at = place_crossings(board, walk, crossings, cutoff, halvings)
    faces = shapely.get_parts(shapely.polygonize(_lines(board, crossings, positions(board, crossings, edges, at))))
    label = _labels(board, crossings, cutoff[0], faces)
    faces, label = faces[label != OUTSIDE], label[label != OUTSIDE]
    order = np.argsort(label, kind="stable")
    who, first = np.unique(label[order], return_index=True)
    whole = [_joined(group) for group in np.split(faces[order], first[1:])]
    thin = shapely.coverage_simplify(whole, _TOLERANCE * board.lattice.cell_m)
    return dict(zip(who.tolist(), thin, strict=True))


def _joined(faces: NDArray[np.object_]) -> Shape:
    """Faces of one facility as one shape; they never share a side."""
    return faces[0] if len(faces) == 1 else shapely.MultiPolygon(list(faces))


def _lines(board: Board, crossings: Crossings, xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Within every square the line between its two crossings, or lines from all to its middle."""
    sides = _sides(crossings)
    count = (sides >= 0).sum(axis=1)
    # The crossings of a square first, in the order south, east, north, west.
    ordered = np.take_along_axis(sides, np.argsort(sides < 0, axis=1, kind="stable"), axis=1)
    plain = count == 2  # noqa: PLR2004  (two sides: a line passes through)
    through = xy[ordered[plain][:, :2]]
    square, side = np.nonzero(sides[~plain] >= 0)
    meet = sides[~plain]
    ends = xy[meet[square, side]]
    middle = _middles(board, crossings, sides)[~plain][square]
    return np.asarray(shapely.linestrings(np.concatenate([through, np.stack([ends, middle], axis=1)])))


def _squares(crossings: Crossings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lower left corners of the squares on both sides of each crossing's edge, shape (2c,) each."""
    x, y, way = crossings.x, crossings.y, crossings.way
    return np.concatenate([x, x - (way == NORTH)]), np.concatenate([y, y - (way == EAST)])


def _sides(crossings: Crossings) -> NDArray[np.int64]:
    """For each crossed square its crossings to the south, east, north and west, -1 for none; shape (squares, 4)."""
    x, y = _squares(crossings)
    _, square = np.unique(y << 32 | x, return_inverse=True)
    # Seen from the square north or east of its edge a crossing lies south or west; from the other, north or east.
    side = np.concatenate([np.where(crossings.way == EAST, 0, 3), np.where(crossings.way == EAST, 2, 1)])
    result = np.full((int(square.max()) + 1, 4), -1, dtype=np.int64)
    result[square, side] = np.tile(np.arange(len(crossings.x)), 2)
    return result


def _middles(board: Board, crossings: Crossings, sides: NDArray[np.int64]) -> NDArray[np.float64]:
    """The middles of the squares of :func:`_sides`, metres."""
    x, y = _squares(crossings)
    _, first = np.unique(y << 32 | x, return_index=True)
    assert len(first) == len(sides)  # noqa: S101  (both are one row per square)
    h = board.lattice.cell_m
    return np.column_stack([board.lattice.left + (x[first] + 0.5) * h, board.lattice.bottom + (y[first] + 0.5) * h])


def _labels(board: Board, crossings: Crossings, level: int, faces: NDArray[np.object_]) -> NDArray[np.int32]:
    """Whose each face is: ask a lattice point in it, at an end of one of the crossed edges."""
    x = np.concatenate([crossings.x, crossings.x + (crossings.way == EAST)])
    y = np.concatenate([crossings.y, crossings.y + (crossings.way == NORTH)])
    h = board.lattice.cell_m
    points = np.asarray(shapely.points(board.lattice.left + x * h, board.lattice.bottom + y * h))
    face, point = shapely.STRtree(points).query(faces, predicate="contains")  # this way round the faces are prepared
    result = np.full(len(faces), OUTSIDE, dtype=np.int32)
    result[face] = states(board, x[point], y[point], level)
    return result
