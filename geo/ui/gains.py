"""What a plan changes: the state before beside the state after, person by person.

Both answers are about the same people in the same rows, so a change is a difference
of columns and every sum here adds up to the difference of the totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
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
