"""People of a community spread over its homes, when there is no demand file; the totals stay exact.

Over residential buildings by floor area (ground area × floors; a building without known
floors takes the study's median), else along residential streets by length. Whole
people stay whole: shares are rounded by the largest remainder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.messages import msg
from geo.sources.communities import assign
from geo.sources.findings import some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo.model import WalkNetwork
    from geo.sources.findings import FindingLog

SPACING_M = 50.0
HOME_STREETS = ("residential", "living_street")
UNCOUNTED = msg("No population is given: each residential building (or {spacing} m of street) counts as one.")
_ON_STREETS = msg(
    "{count} communities have no residential building in the data; their people are spread along their streets: {names}."
)
_IN_MIDDLE = msg("{count} communities have people but neither homes nor streets; they are all put in the middle: {names}.")
OTHER_STREETS = ("unclassified", "tertiary", "service", "pedestrian", "footway", "path", "track", "secondary")


@dataclass(frozen=True, eq=False)
class Homes:
    """Places to put people: points in metres with a share each, and the community row of each."""

    points: NDArray[np.object_]
    share: NDArray[np.float64]
    community: NDArray[np.int64]


def largest_remainder(total: float, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide ``total`` by shares so that the parts add up to it exactly.

    Parameters
    ----------
    total
        Zero or more. A whole number is divided into whole numbers; what a broken number has beyond
        the whole goes to the largest share.
    share
        Zero or more each; all alike where they add up to zero. Shape (n,), n at least 1.

    Returns
    -------
    ndarray
        Shape (n,), each within one of its proportion. Equal remainders: the earlier row first.
    """
    share = share if share.sum() > 0 else np.ones(len(share))
    whole = np.floor(total)
    exact = whole * (share / share.sum())
    parts = np.floor(exact)
    left = int(whole - parts.sum())
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[:left]] += 1.0
    parts[int(np.argmax(share))] += total - whole
    result: NDArray[np.float64] = parts
    return result


def spread(
    communities: gpd.GeoDataFrame,
    people: pd.DataFrame | None,
    residential: gpd.GeoDataFrame | None,
    network: WalkNetwork,
    log: FindingLog,
) -> gpd.GeoDataFrame:
    """Demand points made from the communities' own people.

    Parameters
    ----------
    communities
        In metres.
    people
        A row for each community: ``weight`` and a column per group; None where nobody was counted.
    residential
        Homes in metres (polygons or points; ``levels`` where known), or None.
    network
        Streets in the same system, for communities without any home.
    log
        Takes what was noticed.
    """
    if people is None:
        log.add("doubtful", UNCOUNTED, spacing=SPACING_M)
    parts = []
    elsewhere: dict[str, list[str]] = {}  # sentence to the communities that it is true of
    homes, streets = _buildings(communities, residential), _Streets(communities, network)
    for row in range(len(communities)):
        counts = None if people is None else people.iloc[row]
        places = _places(communities.iloc[row], row, counts, (homes, streets), elsewhere)
        if places is not None:
            parts.append(_people(str(communities["id"].iloc[row]), counts, places, communities.crs))
    for sentence, names in elsewhere.items():
        log.add("info" if sentence == _ON_STREETS else "doubtful", sentence, count=len(names), names=some(names))
    if not parts:
        return nobody(() if people is None else tuple(people.columns[1:]), communities.crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=communities.crs)


def nobody(groups: Sequence[str], crs: CRS | str | None) -> gpd.GeoDataFrame:
    """Demand without a point."""
    data = {"id": pd.Series(dtype="str"), **{column: pd.Series(dtype="float64") for column in ("weight", *groups)}}
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries([], crs=crs))


def _people(community: str, counts: pd.Series | None, places: Homes, crs: CRS | str | None) -> gpd.GeoDataFrame:
    """One community's people at its homes; a group follows the people, so it never exceeds them."""
    number = len(places.share)
    data: dict[str, object] = {"id": pd.Series([f"{community}/{n}" for n in range(1, number + 1)], dtype="str")}
    data["weight"] = weight = np.ones(number) if counts is None else largest_remainder(float(counts["weight"]), places.share)
    if counts is not None:
        data |= {str(group): largest_remainder(float(counts[group]), weight) for group in counts.index[1:]}
    return gpd.GeoDataFrame(data, geometry=list(places.points), crs=crs)


def _places(
    community: pd.Series, row: int, counts: pd.Series | None, places: tuple[Homes, _Streets], elsewhere: dict[str, list[str]]
) -> Homes | None:
    """Where the people of one community live: homes, else streets, else its middle; both of these are noted."""
    homes, streets = places
    inside = homes.community == row
    if inside.any():
        return Homes(homes.points[inside], homes.share[inside], homes.community[inside])
    name = community["name"] or community["id"]
    found = streets.of(row)
    if found is not None:
        elsewhere.setdefault(_ON_STREETS, []).append(name)
        return found
    if counts is None or not float(counts["weight"]):
        return None
    elsewhere.setdefault(_IN_MIDDLE, []).append(name)
    return Homes(np.array([community["geometry"].representative_point()], dtype=object), np.ones(1), np.array([row]))


def _buildings(communities: gpd.GeoDataFrame, residential: gpd.GeoDataFrame | None) -> Homes:
    """Residential buildings as places, each by its floor area."""
    if residential is None or not len(residential):
        return Homes(np.zeros(0, dtype=object), np.zeros(0), np.zeros(0, dtype=np.int64))
    if "building" in residential.columns:
        # Residential land without its buildings is no place to put people; its streets are.
        residential = residential[residential["building"].fillna("") != ""]
    shapes = residential.geometry.to_numpy()
    levels = (
        pd.to_numeric(residential["levels"], errors="coerce")
        if "levels" in residential.columns
        else pd.Series(np.nan, index=residential.index)
    )
    usual = float(np.nanmedian(levels)) if levels.notna().any() else 1.0
    area = shapely.area(shapes)
    floors = levels.fillna(usual).clip(lower=1.0).to_numpy(dtype=np.float64)
    share = np.multiply(np.where(area > 0, area, 1.0), floors, dtype=np.float64)
    points = shapely.point_on_surface(shapes)
    return Homes(points, share, assign(gpd.GeoSeries(points, crs=communities.crs), communities))


class _Streets:
    """Points along the streets of each community, made when first asked for."""

    def __init__(self, communities: gpd.GeoDataFrame, network: WalkNetwork) -> None:
        self._communities, self._network = communities, network
        self._made: dict[tuple[str, ...], Homes] = {}

    def of(self, row: int) -> Homes | None:
        """Points along residential streets, else along any street that people may live at."""
        for sorts in (HOME_STREETS, OTHER_STREETS):
            if sorts not in self._made:
                self._made[sorts] = along_streets(self._network, sorts, self._communities)
            made = self._made[sorts]
            here = made.community == row
            if here.any():
                return Homes(made.points[here], made.share[here], made.community[here])
        return None


def along_streets(network: WalkNetwork, sorts: Sequence[str], communities: gpd.GeoDataFrame) -> Homes:
    """A point in the middle of every ~50 m of such streets, its share the metres it stands for."""
    last = network.edge_start[1:] - 1
    way = network.segment_way[network.edge_start[:-1]]
    highway = network.ways["highway"].astype("str").to_numpy()
    edges = np.flatnonzero((last > network.edge_start[:-1]) & np.isin(highway[way], list(sorts)))
    if not len(edges):
        return Homes(np.zeros(0, dtype=object), np.zeros(0), np.zeros(0, dtype=np.int64))
    lines = np.array(
        [shapely.LineString(network.vertex_xy[network.edge_start[e] : network.edge_start[e + 1]]) for e in edges], dtype=object
    )
    length = shapely.length(lines)
    pieces = np.maximum(np.ceil(length / SPACING_M).astype(np.int64), 1)
    which = np.repeat(np.arange(len(edges)), pieces)
    place = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    points = shapely.line_interpolate_point(lines[which], (place + 0.5) / pieces[which], normalized=True)
    share = length[which] / pieces[which]
    return Homes(points, share, assign(gpd.GeoSeries(points, crs=communities.crs), communities))
