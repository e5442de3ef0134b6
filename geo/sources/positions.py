"""Where the rows of a table lie: longitude and latitude columns read, mended and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from geo import crs
from geo.errors import InputDataError
from geo.messages import msg
from geo.sources import datum
from geo.sources.findings import FindingLog, some
from geo.sources.numbers import read_numbers
from geo.sources.spelling import meant

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from geo.sources.study_file import LayerTable

LON_NAMES = ("lon", "lng", "longitude", "long", "经度", "wgs84_lon", "gcj_lon", "bd_lon", "point_x", "x")
LAT_NAMES = ("lat", "latitude", "纬度", "wgs84_lat", "gcj_lat", "bd_lat", "point_y", "y")
FAR_M = 5_000.0  # beyond this from every community a point is doubtful
_AROUND_DEGREES = 0.5

Bounds = tuple[float, float, float, float]


def points(frame: pd.DataFrame, table: LayerTable, log: FindingLog, area: Bounds | None) -> gpd.GeoDataFrame:
    """A table's rows as WGS-84 points; rows without a usable position are left out and named.

    Parameters
    ----------
    frame
        Texts or numbers, indexed by the row in the file.
    table
        What the study file says about it: coordinate columns, system, datum.
    log
        Takes what was noticed.
    area
        Where the study lies (WGS-84 bounds), if known: it tells which of two coordinates is which.

    Raises
    ------
    InputDataError
        Without coordinate columns, or when not one row has a usable position.
    """
    east, north = _coordinate_columns(frame, table)
    first, second = read_numbers(frame[east], coordinates=True), read_numbers(frame[north], coordinates=True)
    rows = frame.index.to_numpy()
    if (mended := first.mended | second.mended).any():
        log.add("mended", msg("{count} coordinates were written oddly and have been tidied."), rows[mended])
    if (blank := first.blank | second.blank).any():
        log.add("error", msg("{count} rows have no coordinates and are left out."), rows[blank])
    if (odd := (first.unreadable | second.unreadable) & ~blank).any():
        values = some(frame.loc[odd, [east, north]].astype(str).agg(" ".join, axis=1))
        sentence = msg("{count} rows have coordinates that are no numbers and are left out: {values}.")
        log.add("error", sentence, rows[odd], values=values)
    good = ~(blank | odd)
    xy = np.column_stack([first.value, second.value])
    if table.x or (table.crs and not table.lon):
        placed = _from_metric(xy, good, table, east)
    else:
        placed, good = _from_degrees(xy, good, rows, log, area)
    placed[good] = datum.to_wgs84(placed[good], table.datum)
    # The position lives in the geometry alone: a column beside it would go stale when a site is moved.
    kept = frame[good].drop(columns=[east, north]).rename(columns={"geometry": "geometry_text"})
    if len(frame) and not len(kept):
        raise InputDataError(
            msg("{file} has no row with a usable position (columns {columns})."), file=table.path, columns=some([east, north])
        )
    return gpd.GeoDataFrame(kept, geometry=gpd.points_from_xy(placed[good, 0], placed[good, 1]), crs=crs.WGS84)


def _coordinate_columns(frame: pd.DataFrame, table: LayerTable) -> tuple[str, str]:
    """The columns for east and north: as the study file names them, else by their usual names."""
    if table.x:
        return require(frame, table.x, "x", table.path, LON_NAMES), require(frame, table.y, "y", table.path, LAT_NAMES)
    if table.lon:
        return require(frame, table.lon, "lon", table.path, LON_NAMES), require(frame, table.lat, "lat", table.path, LAT_NAMES)
    lon, lat = likely(frame.columns, LON_NAMES), likely(frame.columns, LAT_NAMES)
    if lon and lat:
        return lon, lat
    raise InputDataError(
        msg("{file} has no columns for longitude and latitude; name them with lon and lat. Its columns: {columns}."),
        file=table.path,
        columns=tuple(map(str, frame.columns[:20])),
    )


def likely(columns: Iterable[object], names: Iterable[str]) -> str | None:
    """The first column with one of the usual names, whatever its case."""
    lower = {str(column).strip().lower(): str(column) for column in columns}
    return next((lower[name] for name in names if name in lower), None)


def require(frame: pd.DataFrame, column: str, key: str, file: str, usual: Iterable[str] = ()) -> str:
    """The column that the study file names; an error that suggests a likely one where it isn't there."""
    if column in frame.columns:
        return column
    names = [str(name) for name in frame.columns if name != "geometry"]
    near = likely(names, usual) or meant(column, names)
    if near:
        sentence = msg("{file} has no column “{column}” ({key} in the study file); did you mean “{near}”?")
        raise InputDataError(sentence, file=file, column=column, key=key, near=near)
    sentence = msg("{file} has no column “{column}” ({key} in the study file); it has: {columns}.")
    raise InputDataError(sentence, file=file, column=column, key=key, columns=tuple(names[:20]))


def _from_metric(xy: NDArray[np.float64], good: NDArray[np.bool_], table: LayerTable, east: str) -> NDArray[np.float64]:
    if not table.crs:
        sentence = msg('{file} is in metres (column {column}): name its coordinate system with crs = "EPSG:…".')
        raise InputDataError(sentence, file=table.path, column=east)
    placed = np.full_like(xy, np.nan)
    placed[good] = crs.unproject(xy[good], table.crs)
    return placed


def _from_degrees(
    lonlat: NDArray[np.float64], good: NDArray[np.bool_], rows: NDArray[np.int64], log: FindingLog, area: Bounds | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Degrees put right where longitude and latitude were exchanged; impossible ones left out."""
    placed = lonlat.copy()
    swapped = good & exchanged(lonlat, area)
    placed[swapped] = lonlat[swapped][:, ::-1]
    if swapped.any():
        sentence = msg("{count} rows had longitude and latitude exchanged; they were put right.")
        log.add("mended", sentence, rows[swapped])
    outside = good & ~possible(placed)
    if outside.any():
        values = some(f"{x:g} {y:g}" for x, y in placed[outside])
        sentence = msg("{count} rows lie outside the globe and are left out: {values}.")
        log.add("error", sentence, rows[outside], values=values)
    return placed, good & ~outside


def possible(lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each pair of degrees is on the globe; shape (n, 2) to (n,)."""
    result: NDArray[np.bool_] = (np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90)  # noqa: PLR2004
    return result


def exchanged(lonlat: NDArray[np.float64], area: Bounds | None) -> NDArray[np.bool_]:
    """Whether each pair makes sense only the other way round.

    Either it is impossible as it stands, or it lies outside the study's surroundings while
    its mirror image lies inside.
    """
    turned = lonlat[:, ::-1]
    if area is None:
        result: NDArray[np.bool_] = ~possible(lonlat) & possible(turned)
        return result
    west, south, east, north = area
    pad = _AROUND_DEGREES

    def near(p: NDArray[np.float64]) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (p[:, 0] >= west - pad) & (p[:, 0] <= east + pad)
        return inside & (p[:, 1] >= south - pad) & (p[:, 1] <= north + pad)

    found: NDArray[np.bool_] = ~near(lonlat) & near(turned)
    return found
