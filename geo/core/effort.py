"""How much a search may do: one that looks at every pair of things close to each other has no end where all are close.

Drawings laid over each other, or thirty thousand streets between two places, would keep such a search busy for
hours. What it may do is counted, not timed, so the same streets are always looked at equally far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 64  # shapes


class CrowdedError(Exception):
    """A search has done as much as it may."""


class Effort:
    """Steps that are left: a pair looked at, a street walked along."""

    def __init__(self, steps: float) -> None:
        self.left = steps

    def spend(self, steps: float) -> None:
        """Take steps off.

        Raises
        ------
        CrowdedError
            When there are not so many left.
        """
        self.left -= steps
        if self.left < 0:
            raise CrowdedError


def pairs(
    tree: shapely.STRtree, shapes: NDArray[np.object_], effort: Effort, within_m: float | None = None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Which of the tree cross some shapes, or lie within some metres, a few shapes at a time: indices, indices in the tree.

    Every pair whose boxes meet is a step.

    Raises
    ------
    CrowdedError
        When more meet than may be looked at.
    """
    for begin in range(0, len(shapes), _AT_ONCE):
        some = shapes[begin : begin + _AT_ONCE]
        west, south, east, north = shapely.bounds(some).T
        reach = within_m or 0.0
        boxes = shapely.box(west - reach, south - reach, east + reach, north + reach)
        effort.spend(tree.query(boxes).shape[1])
        if within_m is None:
            at, other = tree.query(some, predicate="crosses")
        else:
            at, other = tree.query(some, predicate="dwithin", distance=within_m)
        yield at + begin, other
