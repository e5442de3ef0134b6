"""Layers of a study taken out of an OpenStreetMap file: wards, services, buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import StudyFileError
from geo.messages import msg
from geo.sources import osm_features
from geo.sources.findings import FindingLog, some
from geo.sources.study_file import CommunitiesTable

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from geo.sources.study_file import LayerTable

# What people of a neighbourhood need every day, where the study does not say which tags it means.
EVERYDAY = (
    "amenity=clinic", "amenity=doctors", "amenity=pharmacy", "amenity=social_facility", "amenity=community_centre",
    "amenity=kindergarten", "amenity=childcare", "amenity=school", "amenity=marketplace", "amenity=library",
    "amenity=post_office", "amenity=toilets", "shop=supermarket", "shop=convenience", "leisure=park",
)  # fmt: skip


def osm_layer(path: Path, name: str, table: LayerTable, log: FindingLog) -> gpd.GeoDataFrame:
    """What a layer of the study means in a street file; rows are counted from 1 by type and id.

    Raises
    ------
    StudyFileError
        When the study file does not say which of its objects are meant.
    """
    if isinstance(table, CommunitiesTable):
        if not table.admin_level:
            sentence = msg("{file} is a street file: say which boundaries are the communities, for example admin_level = 10.")
            raise StudyFileError(sentence, file=table.path)
        frame = osm_features.read_boundaries(path, table.admin_level)
        if left := frame.attrs.get("left_out"):
            sentence = msg("{count_left} boundaries are only partly in {file} and are left out: {names}.")
            log.add("doubtful", sentence, count_left=len(left), file=table.path, names=some(left))
    elif name in {"demand", "residential"}:
        frame = osm_features.read_residential(path)
    elif name == "entrances":
        frame = osm_features.read_entrances(path)
    elif name == "water":
        frame = osm_features.read_water(path)
    else:
        if not table.tags:
            log.add(
                "info",
                msg("No tags are named, so everyday services are taken from {file}: {tags}."),
                file=table.path,
                tags=tuple(EVERYDAY),
            )
        frame = osm_features.read_amenities(path, table.tags or EVERYDAY)
    frame = frame.rename(columns={"osm_id": "id", "opening_hours": "hours"})
    frame.index = frame.index + 1
    frame.index.name = "row"
    return frame
