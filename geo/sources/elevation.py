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


def with_elevation(network: WalkNetwork, path: Path | str) -> WalkNetwork:
    """The network with a height at every vertex, interpolated between the raster's cell centres.

    Vertices that the raster does not cover keep no height, are walked as level, and are
    counted in a finding. The digest changes with the raster.

    Raises
    ------
    InputMissingError
        When there is no such file.
    InputDataError
        When it is no raster, has no coordinate system, or covers no street at all.
    """
    path = Path(path)
    if not path.is_file():
        raise InputMissingError(msg("The elevation file “{path}” is not there; check the path."), path=path)
    height = _heights(network, path)
    known = np.isfinite(height)
    if not known.any():
        raise InputDataError(
            msg("The elevation file “{path}” does not cover any street; check that it is the right area."), path=path.name
        )
    findings = network.findings
    missing = int((~known).sum())
    if missing:
        text = msg("The elevation file “{path}” leaves out {count} of {all} street points; they are walked as level.")
        values = {"path": path.name, "count": missing, "all": len(height)}
        findings = (*findings, Finding("doubtful", "network", Message(text, values), count=missing))
    digest = f"{network.digest}+{path.name}:{float(np.nansum(height)):.3f}"
    return replace(network, vertex_z=height.astype(np.float32), findings=findings, digest=digest)


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
