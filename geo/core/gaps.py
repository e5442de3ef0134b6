"""Gaps: where people live together whom no facility serves, the largest number of people first.

A gap is a cluster of unserved demand: two unserved points belong together when they are
no farther apart than the linking distance. That is 150 m (about two rows of houses and a
street), or more where the demand itself is coarser, such as the middles of grid cells:
one and a half times the usual distance between neighbours. It follows from all the
demand, never from who is served, so a new facility does not change what counts as near.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, KDTree, QhullError

from geo.core.areas import AreaOptions, service_areas
from geo.core.gap_people import people_of_gaps
from geo.core.prepared import xy_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.prepared import Prepared
    from geo.model import Coverage, Facilities

LINK_M = 150.0
_COARSE = 1.5  # links neighbours in square and hexagonal grids, also across the corner (√2)
_MOST_LINK_M = 1_500.0
_CLOSING_M = 25.0  # residential buildings nearer than twice this are drawn as one block
_HOUSE_M = 10.0  # half the width of a house known as a point only
_ENOUGH_FOR_TRIANGLES = 4


def empty_gaps(crs: str) -> gpd.GeoDataFrame:
    """No gap, with the columns that gaps have."""
    return _no_gaps(crs).copy()


@lru_cache(8)
def _no_gaps(crs: str) -> gpd.GeoDataFrame:
    columns = {
        "gap_id": pd.Series(dtype=np.int64),
        "community_ids": pd.Series(dtype=object),
        "community_names": pd.Series(dtype=object),
        "unserved_weight": pd.Series(dtype=float),
        "no_way_weight": pd.Series(dtype=float),
        "typical_time_s": pd.Series(dtype=float),
        "max_time_s": pd.Series(dtype=float),
        "nearest_facility_id": pd.Series(dtype=object),
        "nearest_time_s": pd.Series(dtype=float),
        "area_m2": pd.Series(dtype=float),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def find_gaps(
    prepared: Prepared, answer: Coverage, facilities: Facilities, served: shapely.Geometry | None = None
) -> gpd.GeoDataFrame:
    """The gaps of an answer as polygons.

    Parameters
    ----------
    prepared
        The study under its standard.
    answer
        Who is served.
    facilities
        The facilities of the answer: their service areas are cut out of the gaps.
    served
        That area, if the caller has drawn it already.

    Returns
    -------
    GeoDataFrame
        ``gap_id`` (1, 2, …: most people first), the columns of :func:`geo.core.gap_people.people_of_gaps`
        (``unserved_weight`` together: everyone who is not served), ``area_m2`` (unserved residential
        area, square metres), geometry.
    """
    label = label_gaps(answer.demand)
    if not label.max(initial=0):
        return empty_gaps(answer.crs)
    if served is None:
        served = _served_area(prepared, answer, facilities)
    shape = gpd.GeoSeries(_shapes(prepared, answer, label, served), crs=answer.crs)
    columns = people_of_gaps(answer, label).assign(area_m2=shape.area)
    columns.insert(0, "gap_id", np.arange(1, len(shape) + 1, dtype=np.int64))
    return gpd.GeoDataFrame(columns, geometry=shape, crs=answer.crs)


def label_gaps(demand: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """The gap of every demand point, shape (rows,): 1 is the one with most people, 0 none (served, or nobody lives there).

    Gaps with equally many people come in the order of their first rows.
    """
    weight = demand["weight"].to_numpy(dtype=float)
    lost = np.flatnonzero(~demand["served"].to_numpy(dtype=bool) & (weight > 0))
    label = np.zeros(len(demand), dtype=np.int64)
    if not len(lost):
        return label
    xy = xy_of(demand)
    cluster = clusters(xy[lost], linking_distance(xy[weight > 0]))
    people = np.bincount(cluster, weight[lost])
    _, first = np.unique(cluster, return_index=True)
    rank = np.empty(len(people), dtype=np.int64)
    rank[np.lexsort((first, -people))] = np.arange(1, len(people) + 1)
    label[lost] = rank[cluster]
    return label


def linking_distance(xy: NDArray[np.float64]) -> float:
    """Up to how many metres two unserved points belong together, from all points where people live (p, 2)."""
    places = np.unique(xy, axis=0)
    if len(places) < 2:  # noqa: PLR2004  (a pair)
        return LINK_M
    apart, _ = KDTree(places).query(places, k=2)
    return float(min(max(LINK_M, _COARSE * np.median(apart[:, 1])), _MOST_LINK_M))


def clusters(xy: NDArray[np.float64], link_m: float) -> NDArray[np.int64]:
    """Number the clusters of points that steps of at most ``link_m`` connect, from 0; shape (p,)."""
    places, place = np.unique(xy, axis=0, return_inverse=True)
    pairs = _near_pairs(places, link_m)
    links = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(places), len(places)))
    _, cluster = connected_components(links, directed=False)
    result: NDArray[np.int64] = cluster[place.reshape(-1)].astype(np.int64)
    return result


def _near_pairs(places: NDArray[np.float64], link_m: float) -> NDArray[np.int64]:
    """Pairs of distinct places within the distance that connect all that is connected, shape (q, 2).

    The shortest tree that joins all points is part of their Delaunay triangulation, so its
    short sides are enough; they are few even where homes stand dense.
    """
    if len(places) >= _ENOUGH_FOR_TRIANGLES:
        try:
            net = Delaunay(places - places.mean(axis=0))
        except QhullError:  # all on one line: there are no triangles, and few neighbours
            return _all_pairs(places, link_m)
        corners = net.simplices.astype(np.int64)
        sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
        sides = np.vstack([sides, net.coplanar[:, [0, 2]].astype(np.int64)])  # places left out as too near another
        apart = np.hypot(*(places[sides[:, 0]] - places[sides[:, 1]]).T)
        near: NDArray[np.int64] = sides[apart <= link_m]
        return near
    return _all_pairs(places, link_m)


def _all_pairs(places: NDArray[np.float64], link_m: float) -> NDArray[np.int64]:
    pairs = KDTree(places).query_pairs(link_m, output_type="ndarray")
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)


def _served_area(prepared: Prepared, answer: Coverage, facilities: Facilities) -> shapely.Geometry:
    """Everything within the cutoff of any facility."""
    merged = service_areas(prepared, facilities, answer, AreaOptions(by="all", quality="quick"))
    return merged.geometry.iloc[0] if len(merged) else shapely.Polygon()


def _shapes(prepared: Prepared, answer: Coverage, label: NDArray[np.int64], served: shapely.Geometry) -> NDArray[np.object_]:
    """Each gap's polygon: its residential buildings as blocks where they are known, else discs that just touch."""
    demand, gaps = answer.demand, int(label.max())
    xy = xy_of(demand)
    lived = demand["weight"].to_numpy(dtype=float) > 0
    link = linking_distance(xy[lived])
    house, gap_of_house, has_house = _houses(prepared, xy, np.where(lived, label, -1), link)
    bare = (label > 0) & ~has_house
    pieces = np.concatenate([
        np.asarray(shapely.buffer(house, _CLOSING_M, join_style="mitre")),
        np.asarray(shapely.buffer(shapely.points(xy[bare]), link / 2, quad_segs=4)),
    ])  # fmt: skip
    back = np.concatenate([np.full(len(house), _CLOSING_M), np.zeros(int(bare.sum()))])
    owner = np.concatenate([gap_of_house, label[bare]])
    shapely.prepare(served)
    result = np.empty(gaps, dtype=object)
    order = np.argsort(owner, kind="stable")
    for gap, mine in enumerate(np.split(order, np.searchsorted(owner[order], np.arange(2, gaps + 1))), start=1):
        whole = _closed(pieces[mine], back[mine])
        left = _areas_only(shapely.difference(whole, served)) if shapely.intersects(served, whole) else whole
        result[gap - 1] = whole if shapely.is_empty(left) else left
    return result


def _closed(pieces: NDArray[np.object_], back: NDArray[np.float64]) -> shapely.Geometry:
    """The union of grown houses, shrunk back again, and of discs as they are."""
    blocks = shapely.buffer(shapely.union_all(pieces[back > 0]), -_CLOSING_M, join_style="mitre")
    return shapely.union_all(np.append(pieces[back == 0], [blocks]))


def _areas_only(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of an overlay, without the points and lines where shapes merely touched."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004  (areas)


def _houses(
    prepared: Prepared, xy: NDArray[np.float64], label: NDArray[np.int64], link_m: float
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.bool_]]:
    """Residential buildings whose nearest lived-in demand point is in a gap.

    ``label`` is -1 where nobody lives. Gives the buildings, the gap of each, and which demand
    points have any.
    """
    has = np.zeros(len(xy), dtype=bool)
    homes = prepared.study.residential
    lived = np.flatnonzero(label >= 0)
    if homes is None or not len(homes) or not len(lived):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64), has
    shape = np.asarray(homes.geometry.array)
    shape = np.where(shapely.get_dimensions(shape) == 2, shape, shapely.buffer(shape, _HOUSE_M))  # noqa: PLR2004  (areas)
    shape = shape[~shapely.is_empty(shape) & ~shapely.is_missing(shape)]
    middle = shapely.get_coordinates(shapely.centroid(shape))
    apart, nearest = KDTree(xy[lived]).query(middle, distance_upper_bound=link_m)
    shape, row = shape[np.isfinite(apart)], lived[nearest[np.isfinite(apart)]]
    mine = label[row] > 0
    has[row[mine]] = True
    return shape[mine], label[row[mine]], has
