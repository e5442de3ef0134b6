"""Who is served: the verdict on each point turned into tables, totals and findings.

Coverage is decided by the walking time of each point (:mod:`geo.core.verdict`), never by a polygon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.core.snapping import REPORT_M
from geo.core.verdict import CUT_OFF, OFF_NETWORK, REASONS, ROUNDING
from geo.errors import InputDataError
from geo.messages import Message, msg
from geo.model import Finding, Totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.core.verdict import People, Verdict

_NAMED_ROWS = 8
_NAMED_SITES = 5


def demand_table(demand: gpd.GeoDataFrame, facility_ids: Sequence[str], verdict: Verdict) -> gpd.GeoDataFrame:
    """The demand with time_s, distance_m, facility_id, served and reason for every row; the input is unchanged."""
    return demand.assign(
        time_s=verdict.time_s,
        distance_m=verdict.distance_m,
        facility_id=_words([*facility_ids, ""], verdict.facility),  # -1 is the last: nobody
        served=verdict.served,
        reason=_words(REASONS, verdict.reason),
    )


def _words(words: Sequence[str], code: NDArray[np.integer]) -> pd.api.extensions.ExtensionArray:
    """A text column from numbers of words: many times faster than from as many texts."""
    return pd.Series(words, dtype="str").array.take(code)


def community_table(people: People, verdict: Verdict) -> gpd.GeoDataFrame:
    """The communities with their people, served and not, and their times, in the given order.

    People who live in no community stand in a last row of their own (id ``outside``, no
    geometry), so that the column still adds up to the total.
    """
    row, weight, time = people.community, people.weight, verdict.time_s
    count, served = len(people.places), verdict.served
    total = np.bincount(row, weight, count)
    got = np.bincount(row[served], weight[served], count)
    known = np.isfinite(time) & (weight > 0)
    sum_time = np.bincount(row[known], weight[known] * time[known], count)
    sum_weight = np.bincount(row[known], weight[known], count)
    longest = np.full(count, -np.inf)
    np.maximum.at(longest, row[known], time[known])
    with np.errstate(invalid="ignore", divide="ignore"):
        return people.places.assign(
            total_weight=total,
            served_weight=got,
            unserved_weight=np.bincount(row[~served], weight[~served], count),
            coverage_ratio=got / total,
            mean_time_s=np.round(sum_time / sum_weight, ROUNDING),
            max_time_s=np.where(np.isfinite(longest), longest, np.nan),
        )


def facility_table(
    frame: gpd.GeoDataFrame, access_m: NDArray[np.float64], snapped: NDArray[np.bool_], people: People, verdict: Verdict
) -> gpd.GeoDataFrame:
    """The facilities with their access leg and the served people whose nearest each is."""
    served = verdict.served
    return frame.assign(
        access_m=np.where(np.isfinite(access_m), np.round(access_m, ROUNDING), np.nan),
        snapped=snapped,
        catchment_weight=np.bincount(verdict.facility[served], people.weight[served], len(frame)),
    )


def totals_of(people: People, verdict: Verdict, communities: int, snapped: NDArray[np.bool_]) -> Totals:
    """The study in a few numbers."""
    total, got, ratio = _share(people.weight, verdict.served)
    return Totals(
        demand_weight=total,
        served_weight=got,
        coverage_ratio=ratio,
        communities=communities,
        facilities=len(snapped),
        unsnapped_demand_weight=float(people.weight[verdict.reason == OFF_NETWORK].sum()),
        unsnapped_facilities=int((~snapped).sum()),
    )


def group_totals(people: People, verdict: Verdict) -> dict[str, dict[str, float | None]]:
    """Per group its total_weight, served_weight and coverage_ratio (None when the group is empty)."""
    shares = {group: _share(weight, verdict.served) for group, weight in people.groups.items()}
    return {g: {"total_weight": t, "served_weight": s, "coverage_ratio": r} for g, (t, s, r) in shares.items()}


def _share(weight: NDArray[np.float64], served: NDArray[np.bool_]) -> tuple[float, float, float | None]:
    total, got = float(weight.sum()), float(weight[served].sum())
    return total, got, got / total if total > 0 else None


def facility_findings(facilities: gpd.GeoDataFrame, limit_m: float, rows: pd.Series[int] | None) -> Iterator[Finding]:
    """What a reader must know of the facilities: none at all, or some off the streets.

    ``rows``: where each id stands in its file, if known.
    """
    if not len(facilities):
        yield Finding("doubtful", "facilities", Message(msg("There is no open facility of the chosen kinds: nobody is served.")))
    if facilities["snapped"].to_numpy(dtype=bool).all():
        return
    off = facilities[~facilities["snapped"]]
    near = off["access_m"] < limit_m
    sentences = (
        (
            off[~near],
            msg(
                "{count} of the facilities are farther than {limit} m from any street:"
                " they serve nobody and have no service area: {which}."
            ),
        ),
        (
            off[near],
            msg(
                "{count} of the facilities are cut off from every street by walls:"
                " they serve nobody and have no service area: {which}."
            ),
        ),
    )
    for some, text in sentences:
        if len(some):
            values = {"count": len(some), "limit": limit_m, "which": _which(some)}
            yield Finding("doubtful", "facilities", Message(text, values), _rows(some, rows), len(some))


def _which(facilities: gpd.GeoDataFrame) -> tuple[str, ...]:
    """The first facilities by id and name, with the metres to the nearest street."""
    first = facilities.iloc[:_NAMED_SITES]
    shown = [
        " ".join(dict.fromkeys(filter(None, (str(site), str(name))))) + f" ({_metres(far)})"
        for site, name, far in zip(first["id"], first["name"], first["access_m"], strict=True)
    ]
    return (*shown, *(["…"] if len(facilities) > len(first) else []))


def _metres(far: float) -> str:
    return f"{far:,.0f} m" if np.isfinite(far) else f"> {REPORT_M:,.0f} m"


def demand_findings(
    demand: gpd.GeoDataFrame, verdict: Verdict, limit_m: float, walled: NDArray[np.bool_], rows: pd.Series[int] | None
) -> Iterator[Finding]:
    """What a reader must know of the people: nobody to serve, or some with no way to anywhere.

    ``walled``: the points (p,) that are off the network although a street is near.
    ``rows``: where each id stands in its file, if known.
    """
    if not len(demand) or not demand["weight"].sum() > 0:
        yield Finding("doubtful", "demand", Message(msg("There are no people in the demand: coverage has no meaning.")))
    off = verdict.reason == OFF_NETWORK
    for some, text in (
        (off & ~walled, msg("{count} demand points ({people} people) are farther than {limit} m from any street.")),
        (off & walled, msg("{count} demand points ({people} people) are cut off from every street by walls.")),
        (verdict.reason == CUT_OFF, msg("{count} demand points ({people} people) are on streets with no way to any facility.")),
    ):
        if some.any():
            here = demand[some]
            values = {"count": len(here), "people": f"{here['weight'].sum():,.0f}", "limit": limit_m}
            yield Finding("doubtful", "demand", Message(text, values), _rows(here, rows), len(here))


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
