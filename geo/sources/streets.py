"""The streets of a study: where they come from, and what lies too far from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import StudyFileError
from geo.messages import msg
from geo.sources.communities import outline
from geo.sources.findings import some
from geo.sources.network import read_network

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.model import WalkNetwork
    from geo.sources.findings import FindingLog
    from geo.sources.layers import Layer
    from geo.sources.study_file import StudyFile


def read_streets(file: StudyFile, crs: str, around: Layer | None, told: Callable[[str, float], None]) -> WalkNetwork:
    """The walk network that the study names: a file, a place, or what lies within its communities.

    Raises
    ------
    InputMissingError, NetworkError, DownloadError
        When there is none.
    StudyFileError
        When streets within the communities are asked for and there are none.
    """
    table = file.network
    if table.path:
        return read_network(file.locate(table.path), crs, progress=told)
    from geo.sources import overpass  # only where something is downloaded

    if table.place:
        return overpass.network_of_place(table.place, crs, progress=told)
    if around is None:
        raise StudyFileError(msg("overpass = true needs [communities]: the streets within them are asked for."))
    return overpass.network_within(outline(around.frame.geometry), crs, progress=told)


def segments_of(network: WalkNetwork) -> NDArray[np.object_]:
    """Every straight piece of street as a line in metres."""
    start = np.flatnonzero(network.segment_way >= 0)
    pieces = np.stack([network.vertex_xy[start], network.vertex_xy[start + 1]], axis=1)
    return np.asarray(shapely.linestrings(pieces), dtype=object)


def note_off_streets(frame: gpd.GeoDataFrame, network: WalkNetwork, limit_m: float, log: FindingLog) -> None:
    """Say which rows lie farther from any street than the snap limit: they will be off the network."""
    if not len(frame) or not network.edges:
        return
    near = shapely.STRtree(list(segments_of(network))).query_nearest(
        frame.geometry.to_numpy(), max_distance=max(limit_m, 1e-9), all_matches=False
    )[0]
    off = np.ones(len(frame), dtype=bool)
    off[near] = False
    if off.any():
        sentence = msg("{count} rows lie farther than {limit} m from any street; they are off the network.")
        log.add("doubtful", sentence, frame.index[off], limit=limit_m)


def note_streetless(communities: gpd.GeoDataFrame, network: WalkNetwork, log: FindingLog) -> None:
    """Say which communities no street reaches: a street file of another place, or one that was cut too small."""
    if not network.nodes or not len(communities):
        return
    corners = shapely.STRtree(list(np.asarray(shapely.points(network.node_xy), dtype=object)))
    reached = np.unique(corners.query(communities.geometry.to_numpy(), predicate="intersects")[0])
    bare = np.setdiff1d(np.arange(len(communities)), reached)
    if len(bare):  # a street may pass through without a junction
        passing = shapely.STRtree(list(segments_of(network)))
        bare = np.delete(bare, np.unique(passing.query(communities.geometry.to_numpy()[bare], predicate="intersects")[0]))
    if len(bare) == len(communities):
        log.add("error", msg("No street lies in any community; check that the street file is of the same place."))
    elif len(bare):
        names = some(communities["name"].iloc[bare])
        log.add("doubtful", msg("{count} communities have no street at all: {names}."), communities.index[bare], names=names)


def extent(network: WalkNetwork | None, crs: str) -> gpd.GeoSeries:
    """The street corners, for the outline of a study that names neither communities nor people."""
    if network is None:
        return gpd.GeoSeries([], crs=None if crs == "auto" else crs)
    return gpd.GeoSeries.from_xy(network.node_xy[:, 0], network.node_xy[:, 1], crs=network.crs)
