"""Rivers and lakes of a study, for the network doctor: a gap in the streets over water may be a missing bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.sources.layers import LayerRequest, read_layer
from geo.sources.network import OSM_SUFFIXES
from geo.sources.study_file import SitesTable
from geo.sources.study_toml import parse_study_file

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd


def water_of(path: Path | str) -> gpd.GeoDataFrame | None:
    """The water that a study's own street file draws as areas.

    Parameters
    ----------
    path
        ``study.toml``, or the folder that holds it.

    Returns
    -------
    gpd.GeoDataFrame | None
        Polygons in WGS-84; none at all where the file draws no water, and None where the study's streets come
        from no OpenStreetMap file, so that nobody knows.

    Raises
    ------
    GeoError
        When the study file can't be understood at all, or its street file can't be read.
    """
    file, _ = parse_study_file(path)  # its faults are told where the study is loaded
    written = file.network.path
    if not written.lower().endswith(OSM_SUFFIXES):
        return None
    ask = LayerRequest("water", file.locate(written), SitesTable(path=written))
    return read_layer(ask).frame
