"""The same study asked several ways, side by side: other walkers, and other ways of measuring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.core.planner import measure
from geo.core.prepared import prepare, xy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.core.prepared import Prepared
    from geo.model import Coverage, ServiceStandard, WalkProfile

# GB 50180-2018, 2.0.2 to 2.0.4: the walking distance of each tier of living circle, by its minutes.
_TIERS_M = ((15.0, 1000.0), (10.0, 500.0), (5.0, 300.0))
_SAME_M = 0.5  # less than what is shown


def compare_profiles(prepared: Prepared, profiles: Iterable[WalkProfile], kinds: Sequence[str] = ()) -> list[Coverage]:
    """The answer for each group of walkers under the same rule, the slowest first; areas and gaps are left empty."""
    slowest_first = sorted(profiles, key=lambda profile: profile.speed_kmh)
    asked = (prepare(prepared.study, prepared.standard.with_profile(p), index=prepared.index) for p in slowest_first)
    return [measure(each, kinds=kinds) for each in asked]


def profile_table(answers: Sequence[Coverage]) -> pd.DataFrame:
    """One row a profile: its speed and source, and for everyone and each group the people served and the ratio."""
    rows = []
    for answer in answers:
        profile = answer.standard.profile
        row: dict[str, object] = {
            "profile": profile.name,
            "speed_kmh": profile.speed_kmh,
            "confidence": profile.confidence,
            "source": profile.source,
            "source_zh": profile.source_zh,
            "demand_weight": answer.totals.demand_weight,
            "served_weight": answer.totals.served_weight,
            "coverage_ratio": answer.totals.coverage_ratio,
        }
        for group, share in answer.groups.items():
            row |= {f"{group}_served_weight": share["served_weight"], f"{group}_coverage_ratio": share["coverage_ratio"]}
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True, eq=False)
class Bases:
    """Coverage on several bases over the same metres, and for each home not served what it lacks.

    ``minutes`` and ``distance_m`` are the two sides of the question asked: what its walkers get through on the level
    in its minutes, or how long they take over its metres. ``official_m`` is what GB 50180 sets beside ``official_minutes``;
    None where that is the same, and where metres were asked.
    ``time`` and ``distance``: the answers under either rule.
    ``demand``: id, community_id, weight, time_s, distance_m, straight_m (to the nearest open
    facility as the crow flies), served_time, served_distance, served_circle, served_official_distance,
    served_official_circle (both False for all where ``official_m`` is None), lacks. ``lacks`` follows the question
    asked: empty for homes it serves, ``facility`` where none lies within ``distance_m`` in a straight line, ``way``
    where one does, but can't be walked to within the standard.
    ``detour_factor``: metres walked to the nearest facility for each metre in a straight line
    to it, over all people who can get there; NaN when nobody can.
    """

    minutes: float
    distance_m: float
    official_m: float | None
    official_minutes: float
    time: Coverage
    distance: Coverage
    demand: pd.DataFrame
    detour_factor: float

    def ratio(self, column: str) -> float:
        """Share of the people for whom ``column`` (``served_time`` and its like) holds."""
        total = float(self.demand["weight"].sum())
        return float(self.demand.loc[self.demand[column], "weight"].sum()) / total if total > 0 else float("nan")

    def lacking(self, what: str) -> float:
        """People who lack a ``facility`` or a ``way``."""
        return float(self.demand.loc[self.demand["lacks"] == what, "weight"].sum())


def compare_bases(prepared: Prepared, kinds: Sequence[str] = ()) -> Bases:
    """Minutes on foot, metres along the streets and a straight circle: the same metres each time, so that only the basis differs.

    The metres of a time rule are what its walkers get through on the level within it. What GB 50180 sets for
    its minutes (1,000 m, 500 m, 300 m for 15, 10, 5) stands beside it where it is another figure. Who asks in
    metres has said which.
    """
    standard = prepared.standard
    minutes = standard.minutes or standard.cutoff_m / standard.profile.speed_m_s / 60
    metres, (tier, official) = standard.cutoff_m, official_tier(minutes)
    answers = [_under(prepared, rule, kinds) for rule in (standard.with_minutes(minutes), standard.with_distance(metres))]
    by_time, by_distance = answers
    homes = xy_of(prepared.study.demand)
    sites = xy_of(by_distance.facilities)
    straight = cKDTree(sites).query(homes)[0] if len(sites) and len(homes) else np.full(len(homes), np.inf)
    walked = by_distance.demand["distance_m"].to_numpy(dtype=float)
    other = standard.rule == "time" and abs(official - metres) >= _SAME_M
    asked = (by_time if standard.rule == "time" else by_distance).demand["served"].to_numpy(dtype=bool)
    table = pd.DataFrame(by_time.demand[["id", "community_id", "weight", "time_s"]]).assign(
        distance_m=walked,
        straight_m=np.where(np.isfinite(straight), np.round(straight, 3), np.nan),
        served_time=by_time.demand["served"],
        served_distance=by_distance.demand["served"],
        served_circle=straight <= metres,
        served_official_distance=(walked <= official) & other,
        served_official_circle=(straight <= official) & other,
        lacks=np.select([asked, straight <= metres], ["", "way"], "facility"),
    )
    return Bases(minutes, metres, official if other else None, tier, by_time, by_distance, table, _detour(by_distance))


def official_tier(minutes: float) -> tuple[float, float]:
    """The tier of living circle that so many minutes fall into, by its minutes, and the metres that GB 50180 sets beside it."""
    return next((tier for tier in _TIERS_M if minutes >= tier[0]), _TIERS_M[-1])


def _under(prepared: Prepared, standard: ServiceStandard, kinds: Sequence[str]) -> Coverage:
    return measure(prepare(prepared.study, standard, index=prepared.index), kinds=kinds)


def _detour(answer: Coverage) -> float:
    """Sum of walked metres over sum of straight metres, home to its nearest facility, by people."""
    reached = answer.demand[(answer.demand["facility_id"] != "") & (answer.demand["weight"] > 0)]
    row = pd.Series(np.arange(len(answer.facilities)), index=answer.facilities["id"])
    ends = xy_of(answer.facilities)[reached["facility_id"].map(row).to_numpy(dtype=np.int64)]
    straight = np.hypot(*(ends - xy_of(reached)).T)
    weight = reached["weight"].to_numpy(dtype=float)
    whole = float((weight * straight).sum())
    return float((weight * reached["distance_m"].to_numpy(dtype=float)).sum()) / whole if whole > 0 else float("nan")
