"""The points at which areas are asked, and what is known of them once and for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILE = 32  # lattice points on a tile's side; a power of two
SHIFT = 5  # 2 ** SHIFT == TILE


class Lattice(NamedTuple):
    """Points ``(x, y) = (left + i * cell_m, bottom + j * cell_m)``, in tiles of 32 × 32."""

    left: float
    bottom: float
    cell_m: float
    columns: int  # tiles east
    rows: int  # tiles north


class Tiles(NamedTuple):
    """Filled tiles, s slots: the nearest segment of every point, and what tells about a tile as a whole."""

    segment: NDArray[np.int32]  # (s, 32, 32), -1 where no street is within the limit
    far_m: NDArray[np.float64]  # (s,) metres to the nearest street where it is farthest; infinite if any point has none
    begin: NDArray[np.int64]  # (s,) the tile's segments are ``member[begin : begin + size]``
    size: NDArray[np.int64]  # (s,)
    member: NDArray[np.int32]


def no_tiles(slots: int, members: int) -> Tiles:
    """Room for so many."""
    return Tiles(
        np.empty((slots, TILE, TILE), dtype=np.int32),
        np.empty(slots),
        np.empty(slots, dtype=np.int64),
        np.empty(slots, dtype=np.int64),
        np.empty(members, dtype=np.int32),
    )
