"""Demand: points where people are, with how many, and the community that each belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from geo import crs as systems
from geo.messages import msg
from geo.sources import columns
from geo.sources.communities import assign

if TYPE_CHECKING:
    from geo.sources.findings import FindingLog
    from geo.sources.layers import Layer
    from geo.sources.study_file import DemandTable

UNWEIGHTED = msg("No weight column is named, so each of the {all} rows counts as one.")


def demand_of(layer: Layer, table: DemandTable, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """The demand points in metres: id, weight, the groups, geometry; not yet any community."""
    frame = layer.frame
    data: dict[str, Any] = {"id": columns.ids(frame, table, log)}
    if table.weight:
        data["weight"] = columns.people(frame, table.weight, "weight", table.path, log)
    else:
        log.add("doubtful", UNWEIGHTED, all=len(frame))
        data["weight"] = np.ones(len(frame))
    for group, column in table.groups.items():
        data[group] = columns.people(frame, column, group, table.path, log)
        more = data[group] > data["weight"]
        if table.weight and more.any():
            sentence = msg("{count} rows have more people in the group “{group}” than in all.")
            log.add("doubtful", sentence, frame.index[more], group=group)
    metric = systems.to_metric(gpd.GeoDataFrame(data, geometry=frame.geometry, crs=frame.crs), crs)
    return metric.set_geometry(gpd.GeoSeries(inner_points(metric.geometry), index=metric.index, crs=crs))


def inner_points(shapes: gpd.GeoSeries) -> list[shapely.Point]:
    """A point for each shape: itself, the middle of a line, a point inside an area."""
    points = np.array(shapes.to_numpy(), dtype=object)
    other = np.flatnonzero(shapely.get_type_id(points) != shapely.GeometryType.POINT)
    values = points[other]
    made = shapely.point_on_surface(values)
    lines = shapely.get_dimensions(values) == 1
    middles = shapely.line_interpolate_point(shapely.line_merge(values[lines]), 0.5, normalized=True)
    # Lines in several pieces have no middle of their own; a point on one of them will do.
    made[lines] = np.where(shapely.is_missing(middles) | shapely.is_empty(middles), made[lines], middles)
    points[other] = made
    return list(points)


def with_community(demand: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, log: FindingLog) -> gpd.GeoDataFrame:
    """Demand with a ``community_id``: empty where a point lies in no community, which is said."""
    row = assign(demand.geometry, communities)
    ids = np.append(communities["id"].to_numpy(dtype=object), "")
    outside = row < 0
    if outside.any():
        weight = float(demand["weight"].to_numpy()[outside].sum())
        sentence = msg("{count} demand points with {people} people lie in no community; they are reported as outside.")
        log.add("doubtful", sentence, demand.index[outside], people=f"{weight:,.0f}")
    result = demand.copy()
    result.insert(1, "community_id", ids[row])
    result["community_id"] = result["community_id"].astype("str")
    return result.reset_index(drop=True)


def note_empty(demand: gpd.GeoDataFrame, log: FindingLog) -> None:
    """Say it when nobody lives in the study: a run is still possible, but has nothing to tell."""
    if not len(demand):
        log.add("doubtful", msg("The study has no demand point; nobody can be served."))
    elif not float(demand["weight"].sum()):
        log.add("doubtful", msg("All {all} demand points together have no people."), all=len(demand))
