"""Heights for the streets, from an elevation raster (GeoTIFF)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo.crs import unproject
from geo.errors import InputDataError, InputMissingError
from geo.messages import Message, msg
from geo.model import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import WalkNetwork


_IN_PART = msg(
    "The elevation file “{path}” covers only a part of the streets: {count} of {all} street points ({share}) have no height"
    " and are walked as level."
)
_NOWHERE = msg(
    "The elevation file “{path}” covers none of the {count} street points, so no heights are used; check that it is of this area."
)


def with_elevation(network: WalkNetwork, path: Path | str) -> WalkNetwork:
    """The network with a height at every vertex, interpolated between the raster's cell centres.

    Vertices that the raster does not cover keep no height, are walked as level, and are
    counted in a finding. The digest changes with the raster. A raster that covers no vertex at all changes nothing,
    which is a finding, too.

    Raises
    ------
    InputMissingError
        When there is no such file.
    InputDataError
        When it is no raster or has no coordinate system.
    """
    path = Path(path)
    if not path.is_file():
        raise InputMissingError(msg("The elevation file “{path}” is not there; check the path."), path=path)
    height = _heights(network, path)
    missing = int((~np.isfinite(height)).sum())
    if missing == len(height):
        return replace(network, findings=(*network.findings, _noted(_NOWHERE, path, missing, len(height))))
    findings = (*network.findings, _noted(_IN_PART, path, missing, len(height))) if missing else network.findings
    digest = f"{network.digest}+{path.name}:{float(np.nansum(height)):.3f}"
    return replace(network, vertex_z=height.astype(np.float32), findings=findings, digest=digest)


def _noted(sentence: str, path: Path, missing: int, points: int) -> Finding:
    values = {"path": path.name, "count": f"{missing:,}", "all": f"{points:,}", "share": f"{missing / max(points, 1):.0%}"}
    return Finding("doubtful", "network", Message(sentence, values), count=missing)


def _heights(network: WalkNetwork, path: Path) -> NDArray[np.float64]:
    import rasterio
    from rasterio.errors import RasterioIOError
    from rasterio.warp import transform

    try:
        with rasterio.open(path) as raster:
            if raster.crs is None:
                raise InputDataError(
                    msg("The elevation file “{path}” has no coordinate system; save it with one."), path=path.name
                )
            lonlat = unproject(network.vertex_xy, network.crs)
            east, north = transform("EPSG:4326", raster.crs, lonlat[:, 0], lonlat[:, 1])
            inverse = ~raster.transform
            column = inverse.a * np.asarray(east) + inverse.b * np.asarray(north) + inverse.c
            row = inverse.d * np.asarray(east) + inverse.e * np.asarray(north) + inverse.f
            return _between_centres(raster.read(1, masked=True).astype(np.float64).filled(np.nan), row, column)
    except RasterioIOError as error:
        raise InputDataError(msg("“{path}” is no elevation raster that can be read; give a GeoTIFF."), path=path.name) from error


def _between_centres(grid: NDArray[np.float64], row: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bilinear between the centres of cells; in the outer half cell the nearest centres' value; NaN outside."""
    rows, columns = grid.shape
    inside = (row >= 0) & (row <= rows) & (column >= 0) & (column <= columns)
    r = np.clip(row[inside] - 0.5, 0, rows - 1)
    c = np.clip(column[inside] - 0.5, 0, columns - 1)
    top, left = np.floor(r).astype(np.int64), np.floor(c).astype(np.int64)
    below, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    down, across = r - top, c - left
    result = np.full(len(row), np.nan)
    result[inside] = (
        grid[top, left] * (1 - down) * (1 - across)
        + grid[top, right] * (1 - down) * across
        + grid[below, left] * down * (1 - across)
        + grid[below, right] * down * across
    )
    return result
