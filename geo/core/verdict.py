"""Who is served, point by point: plain arrays, so that a click of the planner waits for no table.

Times and distances are rounded to a millisecond and a millimetre *before* they are
compared with the cutoff, so that a reader of the files comes to the same verdict as the
program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.core.snapping import Snapped
    from geo.core.travel import PointTimes
    from geo.model import ServiceStandard, Study

OUTSIDE = "outside"
ROUNDING = 3  # decimals of seconds and metres
REASONS = ("", "too_far", "off_network", "cut_off")
"""Why a point is not served, by number; the first is for those who are."""
SERVED, TOO_FAR, OFF_NETWORK, CUT_OFF = range(len(REASONS))


@dataclass(frozen=True, eq=False)
class People:
    """What stays as it is about p demand points, however facilities change: taken out of the tables once.

    ``weight`` (p,): people. ``community`` (p,): the row of each point's community in ``places``,
    which are the study's communities and, if anybody lives in none of them, a last row
    with the id "outside" and an empty geometry. ``groups``: of each group its people, (p,).
    """

    weight: NDArray[np.float64]
    community: NDArray[np.int64]
    places: gpd.GeoDataFrame
    groups: dict[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Verdict:
    """How p demand points stand, shape (p,) each.

    ``time_s`` and ``distance_m`` of the way to the nearest facility, NaN where there is none;
    ``facility``: its row, -1 where there is none; ``reason``: a number of :data:`REASONS`.
    """

    time_s: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    facility: NDArray[np.int32]
    reason: NDArray[np.int8]

    @property
    def served(self) -> NDArray[np.bool_]:
        """Who reaches a facility within the cutoff."""
        return np.asarray(self.reason == SERVED)


def people_of(study: Study) -> People:
    """The people of a study, and where they live."""
    demand = study.demand
    row = pd.Index(study.communities["id"]).get_indexer(demand["community_id"]).astype(np.int64)
    places = study.communities.reset_index(drop=True)
    if (row < 0).any():
        last = gpd.GeoDataFrame({"id": [_unused_id(set(places["id"]))], "name": [""]}, geometry=[Polygon()], crs=places.crs)
        places = gpd.GeoDataFrame(pd.concat([places, last], ignore_index=True), crs=places.crs)
        row[row < 0] = len(places) - 1
    groups = {group: demand[group].to_numpy(dtype=np.float64) for group in study.groups}
    return People(demand["weight"].to_numpy(dtype=np.float64), row, places, groups)


def _unused_id(taken: set[str]) -> str:
    if OUTSIDE not in taken:
        return OUTSIDE
    return next(f"{OUTSIDE}-{i}" for i in range(2, len(taken) + 3) if f"{OUTSIDE}-{i}" not in taken)


def judge(times: PointTimes, homes: Snapped, facilities: int, standard: ServiceStandard) -> Verdict:
    """Whether each point is served by one of f facilities, and if not, why."""
    by_time = standard.rule == "time"
    reached = np.isfinite(times.cost)
    cost, other = (np.where(reached, np.round(values, ROUNDING), np.nan) for values in (times.cost, times.other))
    # With no facility at all nobody is cut off: the next one is simply too far away.
    reason = np.where(reached, np.int8(TOO_FAR), np.int8(CUT_OFF if facilities else TOO_FAR))
    reason[~homes.ok] = OFF_NETWORK
    reason[cost <= standard.cutoff] = SERVED  # NaN never is
    return Verdict(cost if by_time else other, other if by_time else cost, np.where(reached, times.facility, -1), reason)
