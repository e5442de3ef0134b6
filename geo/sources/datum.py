"""China's shifted coordinates: GCJ-02 and BD-09 to WGS-84 and back, whole arrays at once.

The shift is the published one (the "Mars coordinates" polynomial with the Krasovsky
ellipsoid, and Baidu's turn on top of it). CGCS2000 equals WGS-84 within a decimetre
and is left as it is. Outside mainland China the map services do not shift, nor do we.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Krasovsky 1940, as in the published formula.
_A = 6_378_245.0
_EE = 0.006_693_421_622_965_943
_X_PI = np.pi * 3000.0 / 180.0
_ROUNDS = 10
_CLOSE_DEGREES = 1e-12


def to_wgs84(lonlat: NDArray[np.float64], datum: str) -> NDArray[np.float64]:
    """Degrees in ``datum`` (wgs84, cgcs2000, gcj02, bd09) to WGS-84; shape (n, 2) both ways."""
    if datum == "gcj02":
        return gcj02_to_wgs84(lonlat)
    if datum == "bd09":
        return gcj02_to_wgs84(bd09_to_gcj02(lonlat))
    return np.array(lonlat, dtype=np.float64)


def from_wgs84(lonlat: NDArray[np.float64], datum: str) -> NDArray[np.float64]:
    """WGS-84 degrees to ``datum``; shape (n, 2) both ways."""
    if datum == "gcj02":
        return wgs84_to_gcj02(lonlat)
    if datum == "bd09":
        return gcj02_to_bd09(wgs84_to_gcj02(lonlat))
    return np.array(lonlat, dtype=np.float64)


def wgs84_to_gcj02(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shift that GaoDe and Tencent maps apply, in mainland China only; shape (n, 2)."""
    points = np.asarray(lonlat, dtype=np.float64)
    return points + np.where(in_mainland(points)[:, None], _shift(points), 0.0)


def gcj02_to_wgs84(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse, by fixed-point steps until they no longer move (under a micrometre); shape (n, 2)."""
    shifted = np.asarray(lonlat, dtype=np.float64)
    points = shifted.copy()
    inside = in_mainland(shifted)
    for _ in range(_ROUNDS):
        step = shifted[inside] - _shift(points[inside]) - points[inside]
        points[inside] += step
        if not step.size or np.abs(step).max() < _CLOSE_DEGREES:
            break
    return points


def gcj02_to_bd09(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Baidu's turn and offset on top of GCJ-02; shape (n, 2)."""
    points = np.asarray(lonlat, dtype=np.float64)
    return points + np.where(in_mainland(points)[:, None], _baidu(points) - points, 0.0)


def bd09_to_gcj02(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of Baidu's turn, by the same fixed-point steps; shape (n, 2)."""
    turned = np.asarray(lonlat, dtype=np.float64)
    points = turned.copy()
    inside = in_mainland(turned)
    for _ in range(_ROUNDS):
        step = turned[inside] - _baidu(points[inside])
        points[inside] += step
        if not step.size or np.abs(step).max() < _CLOSE_DEGREES:
            break
    return points


def _baidu(points: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _X_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _shift(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """GCJ-02 minus WGS-84 in degrees at WGS-84 points; shape (n, 2)."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    lat = np.radians(points[:, 1])
    magic = 1.0 - _EE * np.sin(lat) ** 2
    metres_lat = (_A * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi / 180.0
    metres_lon = _A / np.sqrt(magic) * np.cos(lat) * np.pi / 180.0
    return np.column_stack([east / metres_lon, north / metres_lat])


# Mainland China as the shift sees it, coarsely and generously at the land border (a town that
# lies right on it is more often a Chinese one in a Chinese planner's file). No border is drawn from it.
# fmt: off
_MAINLAND = shapely.Polygon(
    [
        (73.4, 39.4), (74.8, 38.4), (75.0, 37.3), (77.7, 35.4), (78.9, 34.0), (78.3, 32.5), (79.2, 31.0),
        (81.2, 30.0), (84.0, 28.6), (86.0, 27.8), (88.8, 27.2), (89.7, 28.0), (92.0, 26.7), (95.0, 27.6),
        (97.2, 27.6), (98.3, 27.4), (98.5, 25.8), (97.4, 24.8), (97.5, 23.8), (98.8, 23.0), (99.0, 22.0),
        (100.2, 21.3), (101.9, 21.0), (102.0, 22.3), (103.1, 22.4), (104.5, 22.6), (105.4, 23.1), (106.8, 22.6),
        (106.6, 21.95), (107.9, 21.48), (108.1, 21.4), (107.9, 18.0), (109.6, 17.9), (111.5, 19.5), (113.0, 21.3),
        (114.6, 21.9), (116.8, 22.6), (118.4, 24.15), (119.9, 25.2), (120.8, 27.0), (122.6, 29.0), (123.0, 31.0),
        (121.5, 33.5), (123.0, 37.3), (121.5, 38.6), (124.2, 39.75), (124.5, 40.2), (126.2, 41.0), (127.0, 41.6),
        (128.2, 41.9), (129.6, 42.3), (130.0, 42.9), (130.7, 42.3), (131.1, 43.0), (131.4, 45.0), (133.2, 45.1),
        (134.8, 48.4), (130.7, 49.0), (129.5, 49.6), (127.6, 50.3), (126.0, 53.0), (123.5, 53.7), (120.0, 53.4),
        (119.6, 52.4), (120.8, 52.2), (119.3, 50.3), (117.8, 49.6), (117.3, 49.66), (116.7, 49.84), (115.9, 48.2),
        (115.5, 48.1), (115.9, 47.6), (118.6, 47.9), (119.8, 46.7), (116.5, 46.3), (114.0, 45.0), (111.8, 44.9),
        (111.7, 43.7), (109.5, 42.4), (105.0, 41.6), (100.5, 42.7), (96.4, 42.8), (95.3, 44.2), (91.0, 45.2),
        (91.0, 46.6), (88.0, 48.7), (87.0, 49.2), (85.5, 48.3), (85.6, 47.1), (82.9, 47.2), (82.3, 45.4),
        (79.9, 44.9), (80.8, 43.1), (80.2, 42.1), (76.5, 40.4), (73.9, 40.0), (73.4, 39.4),
    ]
)
_HONG_KONG = shapely.Polygon(
    [
        (113.82, 22.1), (113.82, 22.38), (113.9, 22.43), (114.0, 22.49), (114.06, 22.512), (114.11, 22.53),
        (114.15, 22.543), (114.17, 22.557), (114.23, 22.548), (114.33, 22.57), (114.52, 22.45), (114.52, 22.1),
    ]
)
_MACAO = shapely.Polygon(
    [
        (113.528, 22.19), (113.537, 22.213), (113.553, 22.217), (113.61, 22.2), (113.61, 22.1), (113.548, 22.105),
        (113.55, 22.15),
    ]
)
# fmt: on
_SHIFTED = shapely.difference(_MAINLAND, shapely.union(_HONG_KONG, _MACAO))
shapely.prepare(_SHIFTED)


def in_mainland(lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the map services shift these points; shape (n, 2) to (n,).

    True to a few kilometres at the land border; Hong Kong, Macao, Taiwan and the neighbouring countries are outside.
    """
    points = np.asarray(lonlat, dtype=np.float64)
    result: NDArray[np.bool_] = shapely.contains_xy(_SHIFTED, points[:, 0], points[:, 1])
    return result
