"""Coordinate systems: the only file that projects.

Everything is computed in metres in one metric system per study, and handed on in
WGS-84 longitude and latitude.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS, Geod, Proj, Transformer
from pyproj.exceptions import CRSError as ProjCrsError

from geo.errors import CrsError
from geo.messages import msg

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

WGS84 = "EPSG:4326"

# Mainland China's rough extent; CGCS2000 zones 25 to 45 by central meridian 75 E to 135 E.
_CHINA = (73.5, 18.0, 135.1, 53.6)
_CGCS_FIRST_EPSG = 4534
_CGCS_FIRST_ZONE = 25
_CGCS_ZONES = 21
_STRETCH = 0.01
_LONGEST = 20_000  # letters of a system that is written out
_FILES = re.compile(r"\binit\s*=|grids|\.(gsb|gtx|gtg|tif|pol)\b", re.IGNORECASE)
_BLOCK = 1 << 18  # rows at once, to spare memory

# Places inside that rectangle where CGCS2000 is not the usual system. Coarse on purpose: it only
# chooses a projection, and UTM is as true in metres; no border is drawn from it.
_NOT_CHINA = (
    (124.5, 33.0, 132.0, 38.7),
    (128.0, 30.0, 146.0, 42.0),
    (97.5, 18.0, 108.0, 21.4),
    (102.1, 18.0, 107.9, 22.3),
    (73.5, 18.0, 91.8, 27.4),
    (113.5, 22.1, 114.51, 22.5),
    (118.2, 21.7, 122.2, 26.4),
)

_HALF_ROUND = 180.0  # degrees


def choose_metric(lon: float, lat: float) -> str:
    """The metric system for a place: a CGCS2000 3-degree zone in mainland China, else UTM.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees of the middle of the study.

    Returns
    -------
    str
        An authority code such as ``EPSG:4544``; never EPSG:3857, which does not measure metres.
    """
    if _inside(lon, lat, _CHINA) and not any(_inside(lon, lat, box) for box in _NOT_CHINA):
        zone = math.floor((lon + 1.5) / 3)
        if 0 <= zone - _CGCS_FIRST_ZONE < _CGCS_ZONES:
            return f"EPSG:{_CGCS_FIRST_EPSG + zone - _CGCS_FIRST_ZONE}"
    zone = min(max(math.floor((lon + 180) / 6) + 1, 1), 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def _inside(lon: float, lat: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def check_metric(code: str) -> str:
    """Refuse a system that can't measure metres; give the code back unchanged.

    Raises
    ------
    CrsError
        For an unknown code, degrees, other units than metres, or web Mercator.
    """
    try:
        crs = _system(code)
    except ProjCrsError as error:
        raise CrsError(msg("“{code}” is no known coordinate system; write for example EPSG:4544."), code=code) from error
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        raise CrsError(msg("{code} does not measure in metres; choose a projected system such as EPSG:4544."), code=code)
    if crs.to_epsg() in {3857, 3395, 900913}:
        raise CrsError(msg("{code} (Mercator) stretches metres; choose a system such as EPSG:4544."), code=code)
    return code


def is_known(code: str) -> bool:
    """Whether a text names a coordinate system."""
    try:
        _system(code)
    except ProjCrsError:
        return False
    return True


def names_files(crs: CRS) -> bool:
    """Whether a system asks for grids of shifts: a file may name any path there, or something to fetch."""
    return _FILES.search(crs.to_wkt("WKT2_2019") if crs.is_bound else f"{crs.srs} {crs.to_wkt()}") is not None


def _system(code: str) -> CRS:
    """A system by its code or text; one that names files is none."""
    if len(code) > _LONGEST or "\0" in code or _FILES.search(code):
        raise ProjCrsError(code[:40])
    try:
        return CRS.from_user_input(code)
    except (ValueError, RecursionError) as error:  # a text that begins as JSON does
        raise ProjCrsError(code[:40]) from error


def check_place(code: str, lon: float, lat: float) -> str:
    """Refuse a system whose metres are too long or too short at a place; give the code back unchanged.

    Raises
    ------
    CrsError
        When a metre is stretched by more than 1 % in any direction.
    """
    factors = Proj(CRS.from_user_input(code)).get_factors(lon, lat)
    wrong = max(abs(factors.meridional_scale - 1), abs(factors.parallel_scale - 1))
    if not wrong <= _STRETCH:  # also where it can't be told
        where = f"{lon:.2f} {lat:.2f}"
        text = msg('{code} does not measure true metres at {where}; write crs = "auto" or the system of that place.')
        raise CrsError(text, code=code, where=where)
    return code


@lru_cache(maxsize=64)
def _turner(source: str, target: str) -> Transformer:
    """Kept, because finding the way between two systems takes a hundred times longer than going it once."""
    return Transformer.from_crs(source, target, always_xy=True)


def project(lon: NDArray[np.float64], lat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """WGS-84 degrees to metres: shape (n, 2), order x (east), y (north)."""
    x, y = _turner(WGS84, crs).transform(lon, lat)
    return np.column_stack([x, y]).astype(np.float64)


def unproject(xy: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Metres in ``crs``, shape (n, 2), to WGS-84 lon, lat degrees, shape (n, 2).

    Where a study lies across 180°, longitudes run on beyond it (180.01), so that what is near on the ground
    stays near on a map; :func:`geo.export.geojson.degrees` cuts there.
    """
    lon, lat = _turner(crs, WGS84).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([running_on(np.asarray(lon, dtype=np.float64), crs), lat]).astype(np.float64)


def running_on(lon: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Longitudes within 180° of the middle of a metric system; all but those beyond 180° stay as they are."""
    middle = _middle(crs)
    away = np.isfinite(lon) & (np.abs(lon - middle) > _HALF_ROUND)
    if not away.any():
        return lon
    result = lon.copy()
    result[away] = middle + (lon[away] - middle + _HALF_ROUND) % (2 * _HALF_ROUND) - _HALF_ROUND
    return result


@lru_cache(maxsize=64)
def _middle(code: str) -> float:
    """The longitude in the middle of a metric system."""
    operation = CRS.from_user_input(code).coordinate_operation
    told = [] if operation is None else [(param.name, param.value) for param in operation.params]
    middles = [value for name, value in told if name in {"Longitude of natural origin", "Longitude of false origin"}]
    return float(middles[0]) if middles else 0.0


def between(places: NDArray[np.float64], source: object, target: object) -> NDArray[np.float64]:
    """Places (n, 2), x (east, or longitude) first, from one system to another; both as pyproj takes them.

    Raises
    ------
    CrsError
        When one of them is no known system.
    """
    try:
        systems = [CRS.from_user_input(one).to_wkt() for one in (source, target)]
    except ProjCrsError as error:
        raise CrsError(msg("“{code}” is no known coordinate system; write for example EPSG:4544."), code=str(source)) from error
    x, y = _turner(*systems).transform(places[:, 0], places[:, 1])
    return np.column_stack([x, y]).astype(np.float64)


def to_metric(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """The frame in the study's metric system; the input is unchanged.

    Raises
    ------
    CrsError
        When the frame has no coordinate system.
    """
    if frame.crs is None:
        raise CrsError(msg("The layer has no coordinate system; add a .prj file or set its CRS before loading."))
    return frame.to_crs(crs)


def to_wgs84(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in WGS-84 longitude and latitude; the input is unchanged."""
    if frame.crs is None:
        raise CrsError(msg("The layer has no coordinate system; add a .prj file or set its CRS before loading."))
    return frame.to_crs(WGS84)


def great_circle_m(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle metres between consecutive rows of (n, 2) degrees; shape (n - 1,).

    On the sphere of radius 6,371,009 m, as OSMnx measures street lengths.
    """
    result = np.empty(max(len(lonlat) - 1, 0))
    for begin in range(0, len(result), _BLOCK):
        rad = np.radians(lonlat[begin : begin + _BLOCK + 1])
        d = np.diff(rad, axis=0)
        h = np.sin(d[:, 1] / 2) ** 2 + np.cos(rad[:-1, 1]) * np.cos(rad[1:, 1]) * np.sin(d[:, 0] / 2) ** 2
        result[begin : begin + _BLOCK] = 2 * 6_371_009.0 * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return result


def ellipsoid() -> Geod:
    """WGS-84 for true bearings and distances on printed maps."""
    return Geod(ellps="WGS84")


def same(a: Any, b: Any) -> bool:  # noqa: ANN401  (pyproj takes many sorts of CRS)
    """Whether two systems are one and the same."""
    return bool(CRS.from_user_input(a) == CRS.from_user_input(b))


def title(code: str) -> str:
    """What a coordinate system is called in the register of such systems; the code itself for one without a name."""
    return CRS.from_user_input(code).name or code
