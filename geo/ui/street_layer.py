"""The streets below the map: an overview that is small whatever the size of the city, and every street in tiles.

The overview is what the page fetches first. Where it is too coarse for how close the planner looks, or leaves
classes of small streets out, the page fetches the tiles it shows, which hold every street.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo import crs
from geo.maps.streets import STREET_CLASSES, joined_lines, packed_lines, street_lines
from geo.ui.layers import Packed, Tiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.model import WalkNetwork

TILE_M = 2_000.0


class _Detail(NamedTuple):
    """How finely streets are drawn, and how many points that may take: some four bytes each at 0.1 m, three at 1 m."""

    tolerance_m: float
    parts: float  # so many to a degree
    points: int


_FINEST = _Detail(0.5, 1e6, 45_000)
_DETAILS = (_FINEST, *(_Detail(metres, 1e5, 60_000) for metres in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)))
_BY_SIZE = ("major", "minor", "steps", "path")  # the last are left out first


def streets(network: WalkNetwork) -> Packed:
    """The walking streets in four classes; with tiles where not everything is in the overview."""
    loose = street_lines(network, 0.0, _box(network))

    @cache
    def joined(name: str) -> NDArray[np.object_]:
        return joined_lines(loose[name])

    for detail in _DETAILS:
        kept, left_out = _most_important(joined, detail)
        if not left_out:
            break
    view = _text(kept, network.crs, detail)
    if detail is _FINEST and not left_out:
        return Packed(_json(view))
    grid = _Grid.of(network)
    view |= {"tiles": grid._asdict() | {"tolerance_m": detail.tolerance_m}, "left_out": left_out}

    def tile(column: int, row: int) -> Packed | None:
        box = grid.box(column, row, network.crs)
        return (
            None if box is None else Packed(_json(_text(street_lines(network, _FINEST.tolerance_m, box), network.crs, _FINEST)))
        )

    return Tiled(_json(view), tile)


def _most_important(joined: Callable[[str], NDArray[np.object_]], detail: _Detail) -> tuple[dict[str, NDArray[np.object_]], bool]:
    """Of larger classes first, and of the first that is too large the longest, as many as fit; whether any had to be left out."""
    kept: dict[str, NDArray[np.object_]] = {}
    left = detail.points
    for name in _BY_SIZE:
        lines = np.asarray(shapely.simplify(joined(name), detail.tolerance_m, preserve_topology=False), dtype=object)
        longest = lines[np.argsort(-shapely.length(lines), kind="stable")]
        points = np.cumsum(shapely.get_num_coordinates(longest))
        fits = int(np.searchsorted(points, left, side="right"))
        kept[name] = longest[:fits]
        if fits < len(longest):
            return kept, True
        left -= int(points[-1]) if len(points) else 0
    return kept, False


class _Grid(NamedTuple):
    """Tiles in degrees, so that the page can tell which it shows: so many across and up from the south-west."""

    west: float
    south: float
    wide: float
    high: float
    across: int
    up: int

    @classmethod
    def of(cls, network: WalkNetwork) -> _Grid:
        lonlat = crs.unproject(network.vertex_xy, network.crs)
        (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
        high = TILE_M / 111_000.0
        wide = high / max(np.cos(np.radians((south + north) / 2)), 0.1)
        across, up = (max(int(np.ceil(span)), 1) for span in ((east - west) / wide, (north - south) / high))
        west, south, wide, high = (round(float(value), 7) for value in (west, south, wide, high))
        return cls(west, south, wide, high, across, up)

    def box(self, column: int, row: int, system: str) -> tuple[float, float, float, float] | None:
        """A tile's bounds in metres; None beyond the grid."""
        if not (0 <= column < self.across and 0 <= row < self.up):
            return None
        west, south = self.west + column * self.wide, self.south + row * self.high
        lon, lat = np.meshgrid([west, west + self.wide], [south, south + self.high])
        xy = crs.project(lon.ravel(), lat.ravel(), system)
        return (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist())


def _box(network: WalkNetwork) -> tuple[float, float, float, float]:
    xy = network.vertex_xy
    return (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist()) if len(xy) else (0.0, 0.0, 0.0, 0.0)


def _text(lines: dict[str, NDArray[np.object_]], system: str, detail: _Detail) -> dict[str, object]:
    packed = {name: packed_lines(lines[name], system, detail.parts) for name in STREET_CLASSES if name in lines}
    return {"parts": detail.parts, "lines": {name: of for name, of in packed.items() if of}}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
