"""Order along a Hilbert curve: what is near on the ground comes near in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 16


def hilbert_order(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """The order in which a Hilbert curve visits the points; ties stay as given.

    The curve has 2^16 cells a side over the points' square. Algorithm: the usual
    rotation of quadrants, for example Warren, Hacker's Delight, chapter 16.

    Parameters
    ----------
    xy
        Points, shape (n, 2).

    Returns
    -------
    NDArray[np.int64]
        Indices, shape (n,).
    """
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    low = xy.min(axis=0)
    span = float((xy.max(axis=0) - low).max()) or 1.0
    x, y = (np.minimum((xy - low) / span * (1 << _BITS), (1 << _BITS) - 1)).astype(np.int64).T
    key = np.zeros(len(xy), dtype=np.int64)
    for bit in range(_BITS - 1, -1, -1):
        side = 1 << bit
        right, up = (x & side) > 0, (y & side) > 0
        key += np.int64(side) * side * ((3 * right) ^ up)
        flip = right & ~up
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
    return np.argsort(key, kind="stable")
