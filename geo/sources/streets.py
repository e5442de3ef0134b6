"""The streets of a study: where they come from, and what lies too far from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import StudyFileError
from geo.messages import Message, msg
from geo.model import InputFile
from geo.sources.communities import outline
from geo.sources.elevation import with_elevation
from geo.sources.findings import some
from geo.sources.guard import check_inside
from geo.sources.layers import digest_of
from geo.sources.mends import read_mends
from geo.sources.network import read_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import Mend, WalkNetwork
    from geo.sources.findings import FindingLog
    from geo.sources.layers import Layer
    from geo.sources.reading import Reading


def streets_of(reading: Reading, crs: str, around: Layer | None) -> WalkNetwork | None:
    """The walk network of a study with its heights; None where it names none, or when checking can't make one."""
    table = reading.file.network
    if not (table.path or table.place or table.overpass):
        return None
    elsewhere = reading.read_streets_file if table.path else None
    path = reading.file.locate(table.path)
    network = reading.attempt("network", lambda: elsewhere(path, crs) if elsewhere else _read(reading, crs, around))
    if network is None:
        return None
    if table.elevation:
        network = _raised(reading, network)
    digest = digest_of(path) if table.path else network.digest
    reading.inputs.append(InputFile("network", table.path or table.place or "overpass", digest, network.edges))
    reading.findings += network.findings
    return network


def _read(reading: Reading, crs: str, around: Layer | None) -> WalkNetwork:
    """A file, a place, or what lies within the communities.

    Raises
    ------
    InputMissingError, NetworkError, DownloadError
        When there is none.
    StudyFileError
        When streets within the communities are asked for and there are none.
    """

    def told(stage: str, share: float) -> None:
        reading.tell(stage, 0.1 + 0.7 * share)

    table = reading.file.network
    if table.path:
        return read_network(reading.file.locate(table.path), crs, rules=reading.rules, progress=told)
    from geo.sources import overpass  # only where something is downloaded

    if table.place:
        return overpass.network_of_place(table.place, crs, progress=told)
    if around is None:
        raise StudyFileError(msg("overpass = true needs [communities]: the streets within them are asked for."))
    return overpass.network_within(outline(around.frame.geometry), crs, progress=told)


def _raised(reading: Reading, flat: WalkNetwork) -> WalkNetwork:
    """The streets with heights; an uploaded raster is not opened, since nothing guards the reading of it."""
    name = reading.file.network.elevation
    path = reading.file.locate(name)

    def raised() -> WalkNetwork:
        if reading.read_streets_file:
            raise StudyFileError(msg("Heights are not read from uploaded studies; open the study by its path instead."))
        return with_elevation(flat, path)

    network = reading.attempt("network", raised)
    if network is None:
        return flat
    reading.inputs.append(InputFile("elevation", name, digest_of(path), len(network.vertex_xy)))
    return network


def mends_of(reading: Reading) -> list[Mend]:
    """Accepted mends; the core lays them on the streets."""
    name = reading.file.network.mends
    if not name:
        return []
    path = reading.file.locate(name)

    def read() -> list[Mend]:
        if reading.read_streets_file:  # an uploaded study
            check_inside(path, reading.file.path.parent, name)
        return read_mends(path)

    mends = reading.attempt("network", read)
    if mends is None:
        return []
    reading.inputs.append(InputFile("mends", name, digest_of(path), len(mends)))
    return mends


def segments_of(network: WalkNetwork) -> NDArray[np.object_]:
    """Every straight piece of street as a line in metres."""
    start = np.flatnonzero(network.segment_way >= 0)
    pieces = np.stack([network.vertex_xy[start], network.vertex_xy[start + 1]], axis=1)
    return np.asarray(shapely.linestrings(pieces), dtype=object)


def note_off_streets(frame: gpd.GeoDataFrame, network: WalkNetwork, limit_m: float, log: FindingLog) -> None:
    """Say which rows lie farther from any street than the snap limit: they will be off the network."""
    off = _off(frame, network, limit_m)
    if off.any():
        sentence = msg("{count} rows lie farther than {limit} m from any street; they are off the network.")
        log.add("doubtful", sentence, frame.index[off], limit=limit_m)


def note_homes_off_streets(
    homes: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, network: WalkNetwork, limit_m: float, log: FindingLog
) -> None:
    """The same of people who were spread over homes: those have no rows in any file, so their communities are named."""
    lost = homes[_off(homes, network, limit_m)]
    if len(lost):
        of = communities[communities["id"].isin(lost["community_id"])]
        names: object = some(name or key for name, key in zip(of["name"], of["id"], strict=True))
        if len(communities) == 1 and not communities["name"].iloc[0]:
            names = Message(msg("Whole study area"))
        sentence = msg("{people} people of {count} communities live farther than {limit} m from any street: {names}.")
        log.add("doubtful", sentence, count=len(of), people=f"{lost['weight'].sum():,.0f}", limit=limit_m, names=names)


def _off(frame: gpd.GeoDataFrame, network: WalkNetwork, limit_m: float) -> NDArray[np.bool_]:
    """Which points no street is near enough to."""
    off = np.ones(len(frame), dtype=bool)
    if not len(frame) or not network.edges:
        return ~off
    near = shapely.STRtree(list(segments_of(network))).query_nearest(
        frame.geometry.to_numpy(), max_distance=max(limit_m, 1e-9), all_matches=False
    )[0]
    off[near] = False
    return off


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
