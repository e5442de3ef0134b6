"""Candidate sites and residents' requests: points that are shown, not yet counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo import crs as systems
from geo.sources import columns
from geo.sources.demand import inner_points
from geo.sources.facilities import KIND_NAMES
from geo.sources.positions import likely, require

if TYPE_CHECKING:
    from geo.sources.findings import FindingLog
    from geo.sources.layers import Layer
    from geo.sources.study_file import SitesTable


def sites_of(layer: Layer, table: SitesTable, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """Points in metres with id, name, kind, and every further column of the user's."""
    frame = layer.frame
    kind = require(frame, table.kind, "kind", table.path) if table.kind else likely(frame.columns, KIND_NAMES)
    data = pd.DataFrame(
        {"id": columns.ids(frame, table, log), "name": columns.names(frame, table), "kind": columns.texts(frame, kind)}
    )
    more = columns.others(frame, {*data.columns, table.id, table.name, kind or ""})
    metric = systems.to_metric(gpd.GeoDataFrame(pd.concat([data, more], axis=1), geometry=frame.geometry, crs=frame.crs), crs)
    points = gpd.GeoSeries(inner_points(metric.geometry), index=metric.index, crs=crs)
    return metric.set_geometry(points).reset_index(drop=True)


def no_facilities(crs: str) -> gpd.GeoDataFrame:
    """The frame of a study without any facility."""
    text = {name: pd.Series(dtype="str") for name in ("id", "name", "kind", "status")}
    data = {**text, "capacity": pd.Series(dtype="float64"), "hours": pd.Series(dtype="str")}
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries([], crs=None if crs == "auto" else crs))
