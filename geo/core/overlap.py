"""Served by how many: service areas laid over each other and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID_M = 0.01  # borders nearer than this are one border


def overlap_counts(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """From how many facilities each place is within the cutoff.

    Parameters
    ----------
    areas
        One row per facility, all of one cutoff, as from :func:`geo.core.areas.service_areas`.

    Returns
    -------
    GeoDataFrame
        ``facilities`` (1, 2, …, ascending), ``area_m2`` of all places within reach of exactly
        so many, geometry. The areas times their numbers add up to the areas of the
        facilities, but for borders closer than a centimetre.
    """
    shapes = np.asarray(areas.geometry.array)
    shapes = shapes[~shapely.is_empty(shapes)]
    faces = _faces(shapes)
    count = np.bincount(
        shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="within")[0], minlength=len(faces)
    )
    levels = np.unique(count[count > 0])
    merged = [shapely.coverage_union_all(faces[count == level]) for level in levels]
    geometry = gpd.GeoSeries(merged, crs=areas.crs)
    columns = {"facilities": pd.Series(levels, dtype=np.int64), "area_m2": geometry.area.astype(float)}
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=areas.crs)


def _faces(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The pieces into which all borders together divide the plane."""
    if not len(shapes):
        return np.empty(0, dtype=object)
    borders = shapely.union_all(shapely.boundary(shapes), grid_size=_GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(borders))), dtype=object)
