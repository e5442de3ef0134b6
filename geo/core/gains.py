"""What a plan changes: the state before beside the state after, person by person.

Both answers are about the same people in the same rows, so a change is a difference
of columns and every sum here adds up to the difference of the totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.model import Coverage


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two answers to the same question: without the plan and with it."""

    before: Coverage
    after: Coverage

    @property
    def gained(self) -> NDArray[np.bool_]:
        """Per demand row: served with the plan only."""
        return _served(self.after) & ~_served(self.before)

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Per demand row: served without the plan only."""
        return _served(self.before) & ~_served(self.after)

    @property
    def gained_weight(self) -> float:
        """People newly served."""
        return float(_weight(self.after)[self.gained].sum())

    @property
    def lost_weight(self) -> float:
        """People no longer served."""
        return float(_weight(self.after)[self.lost].sum())

    def of_group(self, group: str) -> float:
        """People of one group newly served, less those no longer served."""
        people = self.after.demand[group].to_numpy(dtype=np.float64)
        return float(people[self.gained].sum() - people[self.lost].sum())

    def by_site(self, site_ids: Sequence[str]) -> dict[str, float]:
        """Newly served people by the new site that is nearest to them; each person counts once."""
        nearest = self.after.demand["facility_id"].to_numpy()
        weight = np.where(self.gained, _weight(self.after), 0.0)
        return {site: float(weight[nearest == site].sum()) for site in site_ids}

    def lost_by_site(self, site_ids: Sequence[str]) -> dict[str, float]:
        """People no longer served by the facility that was nearest to them without the plan; each person counts once."""
        nearest = self.before.demand["facility_id"].to_numpy()
        weight = np.where(self.lost, _weight(self.after), 0.0)
        return {site: float(weight[nearest == site].sum()) for site in site_ids}

    def by_community(self) -> pd.DataFrame:
        """Communities whose people gain or lose, most gained first.

        Columns ``id`` (empty outside all communities), ``gained_weight, lost_weight``; the sums are the totals above.
        """
        demand = self.after.demand
        weight = _weight(self.after)
        change = demand[["community_id"]].assign(
            gained_weight=np.where(self.gained, weight, 0.0),
            lost_weight=np.where(self.lost, weight, 0.0),
        )
        sums = change.groupby("community_id", sort=False)[["gained_weight", "lost_weight"]].sum()
        sums = sums[(sums["gained_weight"] > 0) | (sums["lost_weight"] > 0)]
        table = sums.rename_axis("id").reset_index()
        return table.sort_values(["gained_weight", "lost_weight"], ascending=[False, True], ignore_index=True)


def _served(coverage: Coverage) -> NDArray[np.bool_]:
    return coverage.demand["served"].to_numpy(dtype=np.bool_)


def _weight(coverage: Coverage) -> NDArray[np.float64]:
    return coverage.demand["weight"].to_numpy(dtype=np.float64)


NEW, MOVED, CLOSED = "new", "moved", "closed"


def site_changes(comparison: Comparison) -> gpd.GeoDataFrame:
    """The facilities that differ between the two answers: new ones first, then moved ones, then closed ones.

    Returns
    -------
    GeoDataFrame
        ``id, name, kind`` (and ``name_en`` where facilities have it); ``change`` (new, moved, closed);
        ``gain_weight`` (newly served people whose nearest it is with the plan: each person counts once) and
        ``lost_weight`` (people no longer served whose nearest it was without); ``from_x, from_y`` (metres,
        where a moved one stood before; NaN for others); geometry: where it
        stands with the plan, and for a closed one where it stood.
    """
    before, after = (answer.facilities for answer in (comparison.before, comparison.after))
    was, now = (pd.Index(frame["id"].astype(str)) for frame in (before, after))
    old = was.get_indexer(now)
    here, there = shapely.get_coordinates(after.geometry.to_numpy()), shapely.get_coordinates(before.geometry.to_numpy())
    moved = (old >= 0) & (here != there[np.maximum(old, 0)]).any(axis=1) if len(there) else np.zeros(len(now), dtype=bool)
    gone = ~was.isin(now)
    parts = [after[old < 0].assign(change=NEW), after[moved].assign(change=MOVED), before[gone].assign(change=CLOSED)]
    columns = ["id", "name", *(["name_en"] if "name_en" in after.columns else []), "kind", "change", after.geometry.name]
    table = gpd.GeoDataFrame(pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True), crs=after.crs)
    start = np.full((len(table), 2), np.nan)
    start[(table["change"] == MOVED).to_numpy()] = there[old[moved]]
    ids = table["id"].astype(str).tolist()
    return table.assign(
        gain_weight=list(comparison.by_site(ids).values()),
        lost_weight=list(comparison.lost_by_site(ids).values()),
        from_x=start[:, 0],
        from_y=start[:, 1],
    )
