"""Which street is nearest: a raster over the study, filled tile by tile when first asked.

Every home walks from the street that is nearest to it. So a service area is decided not
only by how far people walk but by *which* street they start from: a plain buffer around
the reached streets claims homes across a river that start from the other bank. The
raster answers that question once for all facilities and all cutoffs.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.core.lattice import TILE, Lattice, Tiles, no_tiles
from geo.core.nearest_street import fill

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.snapping import SnapIndex

_ASIDE = 0.381966  # of a cell: the lattice shuns round coordinates, where borders of hand-made plans like to lie
_MOST_TILES = 131_072  # about 600 MB; the raster starts afresh beyond


class StreetRaster:
    """The nearest street of every lattice point, filled on demand and kept.

    Parameters
    ----------
    index
        The segments' places.
    cell_m
        Metres between lattice points.
    limit_m
        Points farther than this from every street have none (-1).
    """

    def __init__(self, index: SnapIndex, cell_m: float, limit_m: float) -> None:
        self.limit_m = float(limit_m)
        self._index = index
        size = cell_m * TILE
        width = np.array(index.shape) * index.cell_m
        # Two tiles to spare all round: a contour needs a frame that is outside.
        low = np.floor((index.origin - limit_m) / size) - 2
        high = np.ceil((index.origin + width + limit_m) / size) + 2
        columns, rows = (high - low).astype(int)
        left, bottom = low * size + _ASIDE * cell_m
        self.lattice = Lattice(float(left), float(bottom), float(cell_m), int(columns), int(rows))
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._slot = np.full(self.lattice.columns * self.lattice.rows, -1, dtype=np.int32)
        self._tiles = no_tiles(64, 1024)
        self._used = 0
        self._members = 0

    def __getstate__(self) -> dict[str, Any]:
        """Travel light between processes: tiles are cheap to fill again."""
        return {"index": self._index, "cell_m": self.lattice.cell_m, "limit_m": self.limit_m}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["index"], state["cell_m"], state["limit_m"])  # type: ignore[misc]

    def tiles(self, wanted: NDArray[np.int64]) -> tuple[Tiles, NDArray[np.int32]]:
        """The filled tiles and the slot of each wanted tile.

        ``wanted`` are tile numbers, ``row * columns + column``. What is given stays as it is
        while others ask.
        """
        with self._lock:
            new = wanted[self._slot[wanted] < 0]
            if len(new) and self._used + len(new) > _MOST_TILES:
                self._forget()
                new = wanted
            if len(new):
                filled = fill(self._index, self.lattice, new, self.limit_m)
                self._add(new, filled)
            return self._tiles, self._slot[wanted]

    def _add(self, new: NDArray[np.int64], fresh: Tiles) -> None:
        first, last = self._used, self._used + len(new)
        members, end = self._members, self._members + len(fresh.member)
        old = self._tiles
        self._tiles = Tiles(
            _room(old.segment, first, last),
            _room(old.far_m, first, last),
            _room(old.begin, first, last),
            _room(old.size, first, last),
            _room(old.member, members, end),
        )
        self._tiles.segment[first:last] = fresh.segment
        self._tiles.far_m[first:last] = fresh.far_m
        self._tiles.begin[first:last] = fresh.begin + members
        self._tiles.size[first:last] = fresh.size
        self._tiles.member[members:end] = fresh.member
        self._slot[new] = np.arange(first, last, dtype=np.int32)
        self._used, self._members = last, end


def _room(old: NDArray[Any], used: int, needed: int) -> NDArray[Any]:
    """The array itself if it is long enough, else a longer copy of its used part."""
    if needed <= len(old):
        return old
    new = np.empty((max(2 * len(old), needed), *old.shape[1:]), dtype=old.dtype)
    new[:used] = old[:used]
    return new
