"""Walls between homes and streets: which straight way from a point to a street is free.

A point that a wall parts from its nearest street is joined to the nearest one that it can walk to.
The straight way is tested from a centimetre off the point to a centimetre inside the street's
piece: a home that leans on a wall, and a street that ends at it, belong to their own side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.core.cells import Cells, cell_span, cells_of
from geo.core.engine import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASIDE_M = 0.01
"""How far off a point, and inside a street's piece, walls don't count."""


def fence_of(walls: NDArray[np.float64] | None) -> Cells | None:
    """The pieces of wall (q, 2, 2), metres, sorted by place; None without any."""
    if walls is None or not len(walls):
        return None
    return cells_of(np.ascontiguousarray(walls, dtype=np.float64).reshape(-1, 2), np.arange(0, 2 * len(walls), 2, dtype=np.int32))


@compiled
def is_free(fence: Cells, ax: float, ay: float, bx: float, by: float) -> bool:
    """Whether no wall is met on the straight line from ``a`` to ``b``, ends included."""
    first_x, last_x, first_y, last_y = cell_span(fence, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    for cy in range(first_y, last_y + 1):
        for cx in range(first_x, last_x + 1):
            cell = cy * fence.columns + cx
            for at in range(fence.start[cell], fence.start[cell + 1]):
                w = fence.member[at]
                # Seen from a: coordinates of millions of metres would eat up the digits.
                px, py = fence.xy[w, 0] - ax, fence.xy[w, 1] - ay
                qx, qy = fence.xy[w + 1, 0] - ax, fence.xy[w + 1, 1] - ay
                dx, dy = bx - ax, by - ay
                p_side = dx * py - dy * px
                q_side = dx * qy - dy * qx
                if (p_side > 0.0 and q_side > 0.0) or (p_side < 0.0 and q_side < 0.0):
                    continue
                ex, ey = qx - px, qy - py
                a_side = ey * px - ex * py
                b_side = ex * (dy - py) - ey * (dx - px)
                if (a_side > 0.0 and b_side > 0.0) or (a_side < 0.0 and b_side < 0.0):
                    continue
                if (
                    p_side == 0.0
                    and q_side == 0.0
                    and (
                        max(px, qx) < min(0.0, dx)
                        or min(px, qx) > max(0.0, dx)
                        or max(py, qy) < min(0.0, dy)
                        or min(py, qy) > max(0.0, dy)
                    )
                ):
                    continue  # on one line, apart
                return False
    return True


@compiled
def leg_is_free(fence: Cells, xy: NDArray[np.float64], segment: int, fraction: float, place: tuple[float, float]) -> bool:
    """Whether a point can walk straight to a place on a street, metres; walls along the last centimetre don't count."""
    ax, ay = xy[segment, 0], xy[segment, 1]
    dx, dy = xy[segment + 1, 0] - ax, xy[segment + 1, 1] - ay
    length = np.sqrt(dx * dx + dy * dy)
    inside = min(0.5, ASIDE_M / length) if length > 0.0 else 0.5
    t = min(max(fraction, inside), 1.0 - inside)
    bx, by = ax + t * dx, ay + t * dy
    px, py = place
    off = np.sqrt((bx - px) ** 2 + (by - py) ** 2)
    if off <= ASIDE_M:
        return True
    return is_free(fence, px + (bx - px) * ASIDE_M / off, py + (by - py) * ASIDE_M / off, bx, by)


@compiled
def first_free(
    streets: Cells, spare: NDArray[np.int32], fence: Cells, place: tuple[float, float], limit: float
) -> tuple[int, float, float]:
    """The nearest street within the limit that a point can walk to straight: segment (-1 for none), fraction, metres.

    ``spare`` segments count only where no other is free.
    """
    px, py = place
    first_x, last_x, first_y, last_y = cell_span(streets, px - limit, py - limit, px + limit, py + limit)
    most = 0
    for cy in range(first_y, last_y + 1):
        for cx in range(first_x, last_x + 1):
            cell = cy * streets.columns + cx
            most += streets.start[cell + 1] - streets.start[cell]
    near = np.empty(most, dtype=np.int32)
    count = 0
    for cy in range(first_y, last_y + 1):
        for cx in range(first_x, last_x + 1):
            cell = cy * streets.columns + cx
            for at in range(streets.start[cell], streets.start[cell + 1]):
                near[count] = streets.member[at]
                count += 1
    found = _free_of(streets.xy, np.unique(near), fence, place, limit)
    return found if found[0] >= 0 else _free_of(streets.xy, spare, fence, place, limit)


@compiled
def _free_of(
    xy: NDArray[np.float64], near: NDArray[np.int32], fence: Cells, place: tuple[float, float], limit: float
) -> tuple[int, float, float]:
    """The nearest of some segments, ascending, whose straight way is free; the first among equals."""
    px, py = place
    square = np.empty(len(near))
    fraction = np.empty(len(near))
    for i in range(len(near)):
        s = near[i]
        fraction[i], square[i] = foot_on(xy, s, px, py)
    best = -1
    for i in np.argsort(square, kind="mergesort"):
        if np.sqrt(square[i]) > limit or (best >= 0 and square[i] > square[best] + slack(square[best])):
            break
        if (best < 0 or near[i] < near[best]) and leg_is_free(fence, xy, near[i], fraction[i], place):
            best = i
    if best < 0:
        return -1, 0.0, np.inf
    return near[best], fraction[best], np.sqrt(square[best])


@compiled
def foot_on(xy: NDArray[np.float64], segment: int, px: float, py: float) -> tuple[float, float]:
    """The nearest point of a segment to a place: fraction, 0 to 1, and squared metres."""
    ax = xy[segment, 0]
    ay = xy[segment, 1]
    dx = xy[segment + 1, 0] - ax
    dy = xy[segment + 1, 1] - ay
    square = dx * dx + dy * dy
    t = 0.0
    if square > 0.0:
        t = min(max(((px - ax) * dx + (py - ay) * dy) / square, 0.0), 1.0)
    ex = px - (ax + t * dx)
    ey = py - (ay + t * dy)
    return t, ex * ex + ey * ey


@compiled
def slack(square: float) -> float:
    """Squared distances nearer than this are equal: a street split in two must not lose a tie to rounding."""
    return 1e-8 * square + 1e-10
