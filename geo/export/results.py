"""The answer as it is written: every layer rounded once, so that all files agree.

Each writer takes its columns from here. Whatever sums are written (communities,
catchments, gaps, totals) are sums of the rounded weights of the demand points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.core.gains import Comparison, site_changes
from geo.export import rounding
from geo.export.adding import groups_of, planned_of, totals_of
from geo.export.plain import text
from geo.export.whereabouts import COMMUNITY, communities_of, own_communities

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.maps.planned import Planned
    from geo.model import Coverage, Study, Totals

LAYERS = ("communities", "service_areas", "gaps", "facilities")

DEMAND_COLUMNS = ("id", "community_id", "weight", "time_s", "distance_m", "facility_id", "served", "reason")
COMMUNITY_COLUMNS = ("total_weight", "served_weight", "unserved_weight", "coverage_ratio", "mean_time_s", "max_time_s")
FACILITY_COLUMNS = ("access_m", "snapped", "catchment_weight")
GAP_COLUMNS = (
    *("gap_id", "community_ids", "community_names", "unserved_weight", "no_way_weight", "typical_time_s", "max_time_s"),
    *("nearest_facility_id", "nearest_time_s", "area_m2"),
)
RESERVED = ("geometry", "geom", "fid", "bbox")
GIVEN_SUFFIX = "_input"


@dataclass(frozen=True, eq=False)
class Results:
    """What the files hold, in the study's metric system; columns in the order of the files.

    ``demand`` has the columns of ``demand.csv`` and then one per group. ``communities`` and
    ``facilities`` have the user's own columns between the names and the figures.
    """

    demand: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    service_areas: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    totals: Totals
    groups: Mapping[str, Mapping[str, float | None]]
    planned: Planned | None = None

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """The layer of that name (one of ``LAYERS``, or demand)."""
        frame: gpd.GeoDataFrame = getattr(self, name)
        return frame


def round_results(study: Study, coverage: Coverage) -> Results:
    """Round a coverage for writing; neither input is changed.

    Parameters
    ----------
    study
        Gives the user's own columns of communities and facilities.
    coverage
        The answer for that study.
    """
    demand = coverage.demand
    community = _community_rows(study, coverage)
    served = demand["served"].to_numpy(dtype=bool)
    group = pd.factorize(community * 2 + served)[0].astype(np.int64)
    millions = rounding.millionths(demand["weight"].to_numpy(dtype=np.float64), group)
    written = _demand(coverage, millions, group)
    return Results(
        demand=written,
        communities=_communities(study, coverage, millions, community),
        service_areas=_service_areas(coverage),
        gaps=_gaps(coverage),
        facilities=_facilities(study, coverage, millions),
        totals=totals_of(coverage, millions),
        groups=groups_of(coverage, written),
        planned=planned_of(coverage, millions, written),
    )


def _community_rows(study: Study, coverage: Coverage) -> NDArray[np.int64]:
    """Each demand point's row among the communities; those in none belong to the last row, "outside"."""
    row = _rows_of(coverage.demand["community_id"], coverage.communities["id"].iloc[: len(study.communities)])
    return np.where(row < 0, len(coverage.communities) - 1, row)


def _rows_of(ids: pd.Series[Any], known: pd.Series[Any]) -> NDArray[np.int64]:
    """Each id's first row among the known ones; -1 for one that is not among them."""
    at = pd.Series(np.arange(len(known)), index=known.to_numpy(dtype=object))
    return ids.map(at[~at.index.duplicated()]).fillna(-1).to_numpy(dtype=np.int64)


def _demand(coverage: Coverage, millions: NDArray[np.int64], group: NDArray[np.int64]) -> gpd.GeoDataFrame:
    frame = coverage.demand
    rounded = {name: rounding.measure(frame[name].to_numpy(dtype=float)) for name in ("time_s", "distance_m")}
    groups = list(coverage.groups)
    shares = {name: rounding.people(rounding.millionths(frame[name].to_numpy(dtype=float), group)) for name in groups}
    written = frame.assign(**rounded, **shares, weight=rounding.people(millions))
    return _shaped(written, [*DEMAND_COLUMNS, *groups], frame.geometry)


def _shaped(table: pd.DataFrame, columns: Iterable[str], shape: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """The columns in that order with the shapes behind them, rows numbered anew."""
    import geopandas as gpd

    first = pd.DataFrame(table)[list(columns)].reset_index(drop=True)
    return gpd.GeoDataFrame(first, geometry=shape.reset_index(drop=True), crs=shape.crs)


def _communities(study: Study, coverage: Coverage, millions: NDArray[np.int64], community: NDArray[np.int64]) -> gpd.GeoDataFrame:
    frame = coverage.communities
    served = np.where(coverage.demand["served"].to_numpy(dtype=bool), community, -1)
    total = rounding.sums(millions, community, len(frame))
    reached = rounding.sums(millions, served, len(frame))
    with np.errstate(invalid="ignore"):
        ratio = np.where(total > 0, reached / np.where(total > 0, total, 1), np.nan)
    figures = {
        "total_weight": rounding.people(total),
        "served_weight": rounding.people(reached),
        "unserved_weight": rounding.people(total - reached),
        "coverage_ratio": ratio,
        "mean_time_s": rounding.measure(frame["mean_time_s"].to_numpy(dtype=float)),
        "max_time_s": rounding.measure(frame["max_time_s"].to_numpy(dtype=float)),
    }
    given = _given_communities(study, coverage)
    return _layer(frame[["id", "name"]], given, figures, frame.geometry)


def _given_communities(study: Study, coverage: Coverage) -> pd.DataFrame:
    """The user's own columns, row for row; the row "outside" has none."""
    own = pd.DataFrame(study.communities.drop(columns=[study.communities.geometry.name, "id", "name"], errors="ignore"))
    return own.reset_index(drop=True).reindex(range(len(coverage.communities)))


def _facilities(study: Study, coverage: Coverage, millions: NDArray[np.int64]) -> gpd.GeoDataFrame:
    frame = coverage.facilities
    served = coverage.demand["served"].to_numpy(dtype=bool)
    catchment = rounding.sums(millions, np.where(served, _rows_of(coverage.demand["facility_id"], frame["id"]), -1), len(frame))
    changed = () if coverage.plan is None else site_changes(Comparison(coverage.plan.before, coverage))["id"].astype(str).tolist()
    figures = {
        COMMUNITY: communities_of(study, frame, changed),
        "access_m": rounding.measure(frame["access_m"].to_numpy(dtype=float)),
        "snapped": frame["snapped"].to_numpy(dtype=bool),
        "catchment_weight": rounding.people(catchment),
    }
    ours = ["id", "name", "kind", "status", "capacity", "hours"]
    same = [] if own_communities(study) is None else [COMMUNITY]  # the user's own column is ours, filled in where it is empty
    own = pd.DataFrame(frame.drop(columns=[frame.geometry.name, *ours, *same, *FACILITY_COLUMNS], errors="ignore"))
    source = study.facilities.frame.set_index(study.facilities.frame["id"].astype(str))
    for name in (name for name in FACILITY_COLUMNS if name in source.columns):
        values = source[name][~source.index.duplicated()]
        own = own.assign(**{name: values.reindex(frame["id"].astype(str)).to_numpy()})
    first = frame[[name for name in ours if name in frame.columns]]
    return _layer(first, own.reset_index(drop=True), figures, frame.geometry)


def _layer(
    first: pd.DataFrame, given: pd.DataFrame, figures: Mapping[str, NDArray[Any]], shape: gpd.GeoSeries
) -> gpd.GeoDataFrame:
    """Names, then the user's columns, then our figures; the user's names give way to ours."""
    names = free_names([str(name) for name in given.columns], [*map(str, first.columns), *figures])
    table = pd.concat([first.reset_index(drop=True), given.set_axis(names, axis=1), pd.DataFrame(dict(figures))], axis=1)
    return _shaped(table, table.columns, shape)


def free_names(given: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Names for the user's columns that differ from ours and from each other, whatever their case.

    A name that is taken gets ``_input`` behind it: databases don't tell ``Name`` from ``name``.
    """
    used = {name.lower() for name in (*taken, *RESERVED)}
    result = []
    for name in map(text, given):
        free, number = name or "column", 1
        while free.lower() in used:
            free = f"{name}{GIVEN_SUFFIX}" if number == 1 else f"{name}{GIVEN_SUFFIX}{number}"
            number += 1
        used.add(free.lower())
        result.append(free)
    return result


def _service_areas(coverage: Coverage) -> gpd.GeoDataFrame:
    frame = coverage.service_areas
    cutoff = "minutes" if coverage.standard.rule == "time" else "distance_m"
    columns = ["facility_id", "kind", cutoff, "area_m2", "served_weight"]
    served = np.round(frame["served_weight"].to_numpy(dtype=float), rounding.WEIGHT_DECIMALS)
    rounded = frame.assign(area_m2=rounding.measure(frame["area_m2"].to_numpy(dtype=float)), served_weight=served)
    return _shaped(rounded, columns, frame.geometry)


def _gaps(coverage: Coverage) -> gpd.GeoDataFrame:
    frame = coverage.gaps
    people = {
        name: rounding.people(rounding.millionths(frame[name].to_numpy(dtype=float)))
        for name in ("unserved_weight", "no_way_weight")
    }
    measures = ("typical_time_s", "max_time_s", "nearest_time_s", "area_m2")
    rounded = frame.assign(**people, **{name: rounding.measure(frame[name].to_numpy(dtype=float)) for name in measures})
    return _shaped(rounded, GAP_COLUMNS, frame.geometry)
