"""Sums of rounded weights: the totals of an answer, its groups, and what a plan changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo.core.gains import Comparison, site_changes
from geo.export import rounding
from geo.maps.planned import Planned

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.model import Coverage, Totals


def totals_of(coverage: Coverage, millions: NDArray[np.int64]) -> Totals:
    """The totals, added up from the rounded weights (rows,) in millionths."""
    demand = coverage.demand
    total = int(millions.sum())
    reached = int(millions[demand["served"].to_numpy(dtype=bool)].sum())
    lost = int(millions[(demand["reason"] == "off_network").to_numpy(dtype=bool)].sum())
    return replace(
        coverage.totals,
        demand_weight=total / rounding.MILLION,
        served_weight=reached / rounding.MILLION,
        coverage_ratio=reached / total if total else None,
        unsnapped_demand_weight=lost / rounding.MILLION,
    )


def groups_of(coverage: Coverage, written: gpd.GeoDataFrame) -> dict[str, dict[str, float | None]]:
    """Each group's people and those served, added up from the rounded columns."""
    result: dict[str, dict[str, float | None]] = {}
    served = written["served"].to_numpy(dtype=bool)
    for name in coverage.groups:
        millions = np.rint(written[name].to_numpy(dtype=float) * rounding.MILLION).astype(np.int64)
        total, reached = int(millions.sum()), int(millions[served].sum())
        figures = {"total_weight": total / rounding.MILLION, "served_weight": reached / rounding.MILLION}
        result[name] = {**figures, "coverage_ratio": reached / total if total else None}
    return result


def planned_of(coverage: Coverage, millions: NDArray[np.int64], written: gpd.GeoDataFrame) -> Planned | None:
    """What the plan of an answer changed, in the same rounded weights as everything else; None where there is no plan.

    What was served before, plus what is gained, less what is lost, is what is served now: to the last digit.
    """
    if coverage.plan is None:
        return None
    before = coverage.plan.before
    rounded = coverage.demand.assign(weight=rounding.people(millions))
    change = Comparison(before, replace(coverage, demand=rounded))
    at_first = written.assign(served=before.demand["served"].to_numpy(dtype=bool))
    return Planned(
        edits=coverage.plan.edits,
        before=totals_of(before, millions),
        before_groups=groups_of(before, at_first),
        gained_weight=round(change.gained_weight, rounding.WEIGHT_DECIMALS),
        lost_weight=round(change.lost_weight, rounding.WEIGHT_DECIMALS),
        sites=site_changes(change).round({"gain_weight": rounding.WEIGHT_DECIMALS, "lost_weight": rounding.WEIGHT_DECIMALS}),
        proposed=int((before.facilities["status"] == "proposed").sum()),
    )
