"""Who is served: the times of every demand point turned into tables.

Coverage is decided by the walking time of each point, never by a polygon. Times and
distances are rounded to a millisecond and a millimetre *before* they are compared with
the cutoff, so that a reader of the files comes to the same verdict as the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Polygon

from geo.errors import InputDataError
from geo.messages import Message, msg
from geo.model import Finding, Totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.core.snapping import Snapped
    from geo.core.travel import PointTimes
    from geo.model import ServiceStandard

OUTSIDE = "outside"
ROUNDING = 3  # decimals of seconds and metres
_NAMED_ROWS = 8


def demand_table(
    demand: gpd.GeoDataFrame, facility_ids: NDArray[np.object_], times: PointTimes, homes: Snapped, standard: ServiceStandard
) -> gpd.GeoDataFrame:
    """The demand with time_s, distance_m, facility_id, served and reason for every row; the input is unchanged."""
    by_time = standard.rule == "time"
    time_s, distance_m = (times.cost, times.other) if by_time else (times.other, times.cost)
    time_s, distance_m = np.round(time_s, ROUNDING), np.round(distance_m, ROUNDING)
    reached = np.isfinite(times.cost)
    served = reached & ((time_s if by_time else distance_m) <= standard.cutoff)
    facility = np.full(len(demand), "", dtype=object)
    facility[reached] = facility_ids[times.facility[reached]]
    # With no facility at all nobody is cut off: the next one is simply too far away.
    unreached = "cut_off" if len(facility_ids) else "too_far"
    reason = np.full(len(demand), "too_far", dtype=object)
    for rows, why in ((~reached, unreached), (~homes.ok, "off_network"), (served, "")):  # the last one counts
        reason[rows] = why
    return demand.assign(
        time_s=np.where(reached, time_s, np.nan),
        distance_m=np.where(reached, distance_m, np.nan),
        facility_id=facility,
        served=served,
        reason=reason,
    )


def community_table(communities: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The communities with their people, served and not, and their times, in the given order.

    People who live in no community stand in a last row of their own (id ``outside``, no
    geometry), so that the column still adds up to the total.
    """
    result = communities.reset_index(drop=True)
    if len(demand) and (demand["community_id"] == "").any():
        taken = set(result["id"])
        outside = (
            OUTSIDE
            if OUTSIDE not in taken
            else next(f"{OUTSIDE}-{i}" for i in range(2, len(taken) + 3) if f"{OUTSIDE}-{i}" not in taken)
        )
        row = gpd.GeoDataFrame({"id": [outside], "name": [""]}, geometry=[Polygon()], crs=result.crs)
        result = gpd.GeoDataFrame(pd.concat([result, row], ignore_index=True), crs=result.crs)
    row_of = pd.Index(communities["id"]).get_indexer(demand["community_id"])
    row_of[row_of < 0] = len(communities)
    weight = demand["weight"].to_numpy(dtype=float)
    served = demand["served"].to_numpy(dtype=bool)
    total = np.bincount(row_of, weight, len(result))
    got = np.bincount(row_of[served], weight[served], len(result))
    time = demand["time_s"].to_numpy(dtype=float)
    known = np.isfinite(time) & (weight > 0)
    sum_time = np.bincount(row_of[known], weight[known] * time[known], len(result))
    sum_weight = np.bincount(row_of[known], weight[known], len(result))
    longest = np.full(len(result), -np.inf)
    np.maximum.at(longest, row_of[known], time[known])
    with np.errstate(invalid="ignore", divide="ignore"):
        return result.assign(
            total_weight=total,
            served_weight=got,
            unserved_weight=np.bincount(row_of[~served], weight[~served], len(result)),
            coverage_ratio=got / total,
            mean_time_s=np.round(sum_time / sum_weight, ROUNDING),
            max_time_s=np.where(np.isfinite(longest), longest, np.nan),
        )


def facility_table(
    frame: gpd.GeoDataFrame, access_m: NDArray[np.float64], snapped: NDArray[np.bool_], demand: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The facilities with their access leg and the served people whose nearest each is."""
    mine = demand[demand["served"]].groupby("facility_id")["weight"].sum()
    return frame.assign(
        access_m=np.where(np.isfinite(access_m), np.round(access_m, ROUNDING), np.nan),
        snapped=snapped,
        catchment_weight=frame["id"].map(mine).fillna(0.0).to_numpy(dtype=float),
    )


def totals_of(demand: gpd.GeoDataFrame, communities: int, snapped: NDArray[np.bool_]) -> Totals:
    """The study in a few numbers."""
    total, got, ratio = _share(demand["weight"], demand["served"])
    return Totals(
        demand_weight=total,
        served_weight=got,
        coverage_ratio=ratio,
        communities=communities,
        facilities=len(snapped),
        unsnapped_demand_weight=float(demand.loc[demand["reason"] == "off_network", "weight"].sum()),
        unsnapped_facilities=int((~snapped).sum()),
    )


def group_totals(demand: gpd.GeoDataFrame, groups: tuple[str, ...]) -> dict[str, dict[str, float | None]]:
    """Per group its total_weight, served_weight and coverage_ratio (None when the group is empty)."""
    shares = {group: _share(demand[group], demand["served"]) for group in groups}
    return {g: {"total_weight": t, "served_weight": s, "coverage_ratio": r} for g, (t, s, r) in shares.items()}


def _share(weight: pd.Series[float], served: pd.Series[bool]) -> tuple[float, float, float | None]:
    total, got = float(weight.sum()), float(weight[served].sum())
    return total, got, got / total if total > 0 else None


def findings_of(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    standard: ServiceStandard,
    walled: NDArray[np.bool_],
    file_rows: Mapping[str, pd.Series[int]],
) -> tuple[Finding, ...]:
    """What a reader of the answer must know: nobody to serve, nothing to walk to, and who is off the streets.

    ``walled``: the demand points (p,) that are off the network although a street is near.
    ``file_rows``: as the study has them.
    """
    found: list[Finding] = []
    if not len(facilities):
        found.append(
            Finding("doubtful", "facilities", Message(msg("There is no open facility of the chosen kinds: nobody is served.")))
        )
    if not len(demand) or not demand["weight"].sum() > 0:
        found.append(Finding("doubtful", "demand", Message(msg("There are no people in the demand: coverage has no meaning."))))
    off = facilities[~facilities["snapped"]]
    near = off["access_m"] < standard.snap_limit_m
    sentences = (
        (
            off[~near],
            msg(
                "{count} of the facilities are farther than {limit} m from any street and serve nobody, first “{name}” ({far} m)."
            ),
        ),
        (off[near], msg("{count} of the facilities are cut off from every street by walls and serve nobody, first “{name}”.")),
    )
    for some, text in sentences:
        if len(some):
            first = some.iloc[0]
            far = f"{first['access_m']:.0f}" if np.isfinite(first["access_m"]) else "> 10000"
            values = {"count": len(some), "limit": standard.snap_limit_m, "name": first["name"] or first["id"], "far": far}
            named = _rows(some, file_rows.get("facilities"))
            found.append(Finding("doubtful", "facilities", Message(text, values), named, len(some)))
    off_network, cut_off = ((demand["reason"] == why).to_numpy() for why in ("off_network", "cut_off"))
    for rows, text in (
        (
            off_network & ~walled,
            msg("{count} demand points ({people} people) are farther than {limit} m from any street."),
        ),
        (
            off_network & walled,
            msg("{count} demand points ({people} people) are cut off from every street by walls."),
        ),
        (cut_off, msg("{count} demand points ({people} people) are on streets with no way to any facility.")),
    ):
        if rows.any():
            here = demand[rows]
            values = {"count": len(here), "people": f"{here['weight'].sum():,.0f}", "limit": standard.snap_limit_m}
            named = _rows(here, file_rows.get("demand"))
            found.append(Finding("doubtful", "demand", Message(text, values), named, len(here)))
    return tuple(found)


def _rows(frame: gpd.GeoDataFrame, known: pd.Series[int] | None) -> tuple[int, ...]:
    """Where the first ones stand in their file, or among all where there is no file to tell."""
    if known is None:
        return tuple(int(i) + 1 for i in frame.index[:_NAMED_ROWS])
    found = known.reindex(frame["id"].iloc[:_NAMED_ROWS]).dropna()
    return tuple(int(row) for row in found)


def check_demand(demand: gpd.GeoDataFrame) -> None:
    """Refuse negative or unknown weights; they would make every total a lie.

    Raises
    ------
    InputDataError
        Naming the first rows concerned.
    """
    weight = demand["weight"].to_numpy(dtype=float)
    bad = np.flatnonzero(~(weight >= 0) | ~np.isfinite(weight))
    if len(bad):
        raise InputDataError(
            msg("The demand has no usable number of people in row {rows}; give a number of zero or more."),
            rows=[int(i) + 1 for i in bad[:_NAMED_ROWS]],
        )
