"""Heights for the streets, from an elevation raster (GeoTIFF)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo.crs import WGS84, unproject
from geo.errors import InputMissingError
from geo.messages import Message, msg
from geo.model import Finding
from geo.sources.attention import attended
from geo.sources.geotiff import Grid, opened_grid
from geo.sources.heights import EVERY_M, with_heights

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

_ODD = msg("The elevation file “{path}” has cells of {values} and does not declare them; they are taken as missing heights.")
_FINE = msg("Heights are read every {step} m along the streets, from cells of {cell} m.")
_COARSE = msg("The elevation cells of {cell} m are coarse: heights are read every {step} m, and shorter slopes are not seen.")
_COARSE_M = 40.0  # a slope of 1 m in height noise over less than this looks like 1 in 40


def with_elevation(network: WalkNetwork, path: Path | str) -> WalkNetwork:
    """The network with a height at every vertex, interpolated between the raster's cell centres (see :mod:`geo.sources.heights`).

    Nothing is smoothed but by the cells: streets are not looked at more often than there are cells, so a coarse raster
    invents no hills. Vertices that the raster does not cover keep no height, are walked as level, and are
    counted in a finding. The digest changes with the raster. A raster that covers no vertex at all changes nothing,
    which is a finding, too.

    Raises
    ------
    InputMissingError
        When there is no such file.
    InputDataError
        When it is no GeoTIFF, has no coordinate system, or its cells are too many or too odd to be heights.
    """
    path = Path(path)
    if not path.is_file():
        raise InputMissingError(msg("The elevation file “{path}” is not there; check the path."), path=path)
    with attended(path), opened_grid(path) as grid:
        there = partial(_heights, grid, network.crs)
        missing, corners = int((~np.isfinite(there(network.vertex_xy))).sum()), len(network.vertex_xy)
        if missing == corners:
            told = (*_odd_cells(grid), _noted(_NOWHERE, path, missing, corners))
            return replace(network, findings=(*network.findings, *told))
        step = max(EVERY_M, grid.cell_m)
        raised = with_heights(network, there, step)
    findings = [*network.findings, *_odd_cells(grid), _sampled(step, grid.cell_m)]
    if missing:
        findings.append(_noted(_IN_PART, path, missing, corners))
    total = 0.0 if raised.vertex_z is None else float(np.nansum(raised.vertex_z))
    return replace(raised, findings=tuple(findings), digest=f"{network.digest}+{path.name}:{total:.3f}")


def _odd_cells(grid: Grid) -> list[Finding]:
    """Say which values were taken for missing heights without the file's saying so."""
    if not grid.odd:
        return []
    values = {"path": grid.name, "values": [f"{value:g}" for value in sorted(grid.odd)]}
    return [Finding("doubtful", "network", Message(_ODD, values))]


def _sampled(step: float, cell: float) -> Finding:
    """Say how often the ground was looked at."""
    return Finding(
        "info", "network", Message(_COARSE if cell > _COARSE_M else _FINE, {"step": round(step), "cell": round(cell, 1)})
    )


def _noted(sentence: str, path: Path, missing: int, points: int) -> Finding:
    values = {"path": path.name, "count": f"{missing:,}", "all": f"{points:,}", "share": f"{missing / max(points, 1):.0%}"}
    return Finding("doubtful", "network", Message(sentence, values), count=missing)


def _heights(grid: Grid, crs: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """A height at each place of a metric system, (n, 2) to (n,); NaN where the raster has none."""
    from rasterio.warp import transform

    lonlat = unproject(xy, crs)
    east, north = transform(WGS84, grid.crs, lonlat[:, 0], lonlat[:, 1])
    inverse = ~grid.transform
    column = inverse.a * np.asarray(east) + inverse.b * np.asarray(north) + inverse.c
    row = inverse.d * np.asarray(east) + inverse.e * np.asarray(north) + inverse.f
    inside = (row >= 0) & (row <= grid.rows) & (column >= 0) & (column <= grid.columns)
    result = np.full(len(row), np.nan)
    result[inside] = _band_by_band(grid, row[inside], column[inside])
    return result


def _band_by_band(grid: Grid, row: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The heights at places within the grid; only the part of it that the places need is read, some rows at a time."""
    result = np.full(len(row), np.nan)
    if not len(row):
        return result
    left, right = max(int(column.min()) - 1, 0), min(int(column.max()) + 2, grid.columns)
    bands = row.astype(np.int64) // grid.rows_at_once(right - left)
    for band in np.unique(bands):
        here = np.flatnonzero(bands == band)
        top, below = max(int(row[here].min()) - 1, 0), min(int(row[here].max()) + 2, grid.rows)
        cells = grid.read((top, below), (left, right))
        # The window holds the neighbours of every place in it, so its edges are the raster's own or matter to none.
        result[here] = _between_centres(cells, row[here] - top, column[here] - left)
    return result


def _between_centres(grid: NDArray[np.float64], row: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bilinear between the centres of cells; in the outer half cell the nearest centres' value."""
    rows, columns = grid.shape
    r = np.clip(row - 0.5, 0, rows - 1)
    c = np.clip(column - 0.5, 0, columns - 1)
    top, left = np.floor(r).astype(np.int64), np.floor(c).astype(np.int64)
    below, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    down, across = r - top, c - left
    result: NDArray[np.float64] = (
        grid[top, left] * (1 - down) * (1 - across)
        + grid[top, right] * (1 - down) * across
        + grid[below, left] * down * (1 - across)
        + grid[below, right] * down * across
    )
    return result
