"""Level of detail for the web: the same shapes with fewer points, small enough to send.

Only for looking at. People are never counted in these shapes, nor areas measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT_BYTES = 200_000
_POINT_BYTES = 28  # [ -51.123456, -30.123456 ], as GDAL writes GeoJSON with six decimals
_ROW_BYTES = 250  # a feature's properties and brackets
_FIRST_M = 1.0
_COARSER = 1.6
_COARSEST_M = 60.0


def light(frame: gpd.GeoDataFrame, limit_bytes: int = LIMIT_BYTES) -> gpd.GeoDataFrame:
    """The service areas with shapes simplified until the layer fits, as GeoJSON, into so many bytes.

    Areas of several cutoffs of one facility stay nested; rings and parts that meet still meet.
    In areas that overlap, holes and pieces too small to be seen at the detail that is left
    are dropped. Columns are unchanged: ``area_m2`` is that of the true area. If even shapes of
    60 m detail do not fit, those are given.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    points = max((limit_bytes - _ROW_BYTES * len(shapes)) // _POINT_BYTES, 1)
    if shapely.get_num_coordinates(shapes).sum() <= points:
        return frame
    meeting = len(shapes) > 1 and bool(shapely.coverage_is_valid(shapes))
    groups = _groups(frame)
    tolerance = _FIRST_M
    while True:
        if meeting:
            shapes = np.asarray(shapely.coverage_simplify(shapes, tolerance), dtype=object)
        else:
            shapes = shapes.copy()
            for rows in groups:
                shapes[rows] = _simpler(shapes[rows], tolerance)
        if shapely.get_num_coordinates(shapes).sum() <= points or tolerance >= _COARSEST_M:
            return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
        tolerance *= _COARSER


def _groups(frame: gpd.GeoDataFrame) -> list[NDArray[np.int64]]:
    """The rows of each facility, its cutoffs ascending."""
    cutoff = frame["minutes" if "minutes" in frame else "distance_m"].to_numpy(dtype=float)
    _, who = np.unique(frame["facility_id"].to_numpy(dtype=str), return_inverse=True)
    order = np.lexsort((cutoff, who))
    return np.split(order, np.flatnonzero(np.diff(who[order])) + 1) if len(order) else []


def _simpler(nested: NDArray[np.object_], tolerance: float) -> list[shapely.Geometry]:
    """Each of some nested areas simplified, and kept within the simplified next larger one."""
    result: list[shapely.Geometry] = []
    for shape in nested[::-1]:
        simple = _without_specks(shapely.simplify(shape, tolerance), tolerance * tolerance)
        if result:
            simple = _areas_only(shapely.intersection(simple, result[-1]))
            if shapely.is_empty(simple):  # so small that simplifying moved it out of the larger one
                simple = _areas_only(shapely.intersection(shape, result[-1]))
        result.append(simple)
    return result[::-1]


def _areas_only(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of an overlay, without points and lines."""
    pieces = shapely.get_parts(shape)
    return shapely.union_all(pieces[shapely.get_dimensions(pieces) == 2])  # noqa: PLR2004  (areas)


def _without_specks(shape: shapely.Geometry, least_m2: float) -> shapely.Geometry:
    """Without parts and holes smaller than so many square metres, but never without everything."""
    kept = []
    polygons = shapely.get_parts(shape)
    polygons = polygons[~shapely.is_empty(polygons)]  # simplifying may leave a part without corners
    for polygon in polygons:
        rings = shapely.get_rings(polygon)
        holes = [ring for ring in rings[1:] if shapely.area(shapely.polygons(ring)) >= least_m2]
        if shapely.area(shapely.polygons(rings[0])) >= least_m2 or len(polygons) == 1:
            kept.append(shapely.Polygon(rings[0], holes))
    return shape if not kept else kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)
