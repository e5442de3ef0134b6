"""Curves and measures on the drawing plane, and its place on the globe."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry import LineString, Polygon


G = TypeVar("G", bound=BaseGeometry)

# Open farmland between Dingyuan and Mingguang in Anhui, far from any real county town:
# CGCS2000 3-degree zone with central meridian 117 E (EPSG:4548).
LON0, LAT0 = 117.84, 32.65
TURN = math.radians(-5.0)  # the town's own north lies a little to the east of true north

_A = 6_378_137.0  # WGS-84 semi-major axis, metres
_E2 = 0.006_694_379_990_141_32  # WGS-84 first eccentricity squared


def _metres_per_degree() -> tuple[float, float]:
    """Length of a degree of longitude and of latitude at LAT0 (radii of curvature of WGS-84)."""
    s = math.sin(math.radians(LAT0))
    w = math.sqrt(1 - _E2 * s * s)
    east = _A / w * math.cos(math.radians(LAT0))
    north = _A * (1 - _E2) / w**3
    return math.radians(east), math.radians(north)


_EAST_M, _NORTH_M = _metres_per_degree()


def lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Plane metres, shape (n, 2), to WGS-84 degrees with the seven decimals that OSM keeps."""
    xy = turned(xy, TURN)
    return np.column_stack([LON0 + xy[:, 0] / _EAST_M, LAT0 + xy[:, 1] / _NORTH_M]).round(7)


def curve(points: Sequence[tuple[float, float]], step_m: float = 25.0) -> NDArray[np.float64]:
    """A smooth line through all the points (Catmull-Rom), a vertex about every ``step_m``."""
    p = np.asarray(points, dtype=np.float64)
    if len(p) == 2:
        return p
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    out = [p[1]]
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        n = max(2, round(math.dist(b, c) / step_m))
        t = (np.arange(1, n + 1) / n)[:, None]
        out.extend(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t))
    return np.round(np.array(out), 2)


def normals(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors to the left of the line at each vertex, shape (n, 2)."""
    along = np.gradient(line, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    return np.column_stack([-along[:, 1], along[:, 0]])


def beside(line: NDArray[np.float64], left_m: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """The line moved to its left by so many metres (right when negative), for gentle curves."""
    shift = np.broadcast_to(np.asarray(left_m, dtype=np.float64), (len(line),))
    return np.round(line + normals(line) * shift[:, None], 2)


def turned(uv: NDArray[np.float64], angle: float, origin: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.float64]:
    """Points turned by ``angle`` (radians, anticlockwise), then moved to the origin."""
    c, s = math.cos(angle), math.sin(angle)
    uv = np.asarray(uv, dtype=np.float64).reshape(-1, 2)
    return np.column_stack([origin[0] + c * uv[:, 0] - s * uv[:, 1], origin[1] + s * uv[:, 0] + c * uv[:, 1]])


def rectangle(centre: tuple[float, float], width: float, depth: float, angle: float) -> NDArray[np.float64]:
    """The four corners of a rectangle whose width lies along ``angle``, anticlockwise."""
    w, d = width / 2, depth / 2
    return turned(np.array([[-w, -d], [w, -d], [w, d], [-w, d]]), angle, centre)


def long_axis(polygon: Polygon) -> tuple[float, float, float]:
    """Angle (radians, -90 to 90 degrees) of the longer side of the tightest box, its length and breadth."""
    corners = np.asarray(polygon.exterior.coords)
    best = (math.inf, 0.0, 0.0, 0.0)
    for degrees in range(-45, 45, 3):
        uv = turned(corners, -math.radians(degrees))
        size = uv.max(axis=0) - uv.min(axis=0)
        if size[0] * size[1] < best[0]:
            best = (size[0] * size[1], math.radians(degrees), float(size[0]), float(size[1]))
    _, angle, width, depth = best
    if width >= depth:
        return angle, width, depth
    return (angle + math.pi / 2 if angle < 0 else angle - math.pi / 2), depth, width


def parts(shape: BaseGeometry, kind: type[G]) -> list[G]:
    """The pieces of that kind in whatever an overlay gave."""
    return [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, kind) and not part.is_empty]


def coords(line: LineString) -> NDArray[np.float64]:
    """The vertices of a line as an array."""
    return np.asarray(line.coords, dtype=np.float64)[:, :2]
