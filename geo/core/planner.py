"""The planner's door to the core: a study, its facilities and a standard in, the answer out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.core import areas, coverage, gaps
from geo.core.asking import check_kinds, check_sites, check_standard, check_study
from geo.core.change import Standing, change, stand
from geo.core.detail import light
from geo.core.prepared import Prepared, door_points, doors_of, prepare, xy_of
from geo.core.route import route
from geo.core.verdict import judge
from geo.model import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.core.doors import Doors
    from geo.model import Facilities, ServiceStandard, Study

__all__ = ["HomeWalk", "Prepared", "Standing", "draw", "evaluate", "measure", "prepare", "reach", "sketch", "walk", "walk_of"]


def walk(
    prepared: Prepared, facilities: Facilities | None = None, kinds: Sequence[str] = (), before: Standing | None = None
) -> Standing:
    """Walk everyone to their nearest facility; with a standing from ``before``, only what changed is walked again."""
    asked = _given(facilities, prepared.study).open.of_kinds(kinds)
    doors = doors_of(prepared, asked)
    ids = asked.frame["id"].tolist()
    if before is None:
        return stand(prepared.graph, prepared.homes, ids, doors)
    return change(prepared.graph, prepared.homes, before, ids, doors)


def measure(
    prepared: Prepared, facilities: Facilities | None = None, kinds: Sequence[str] = (), standing: Standing | None = None
) -> Coverage:
    """Everyone's walking time and all tables, without drawing: service areas and gaps are left empty.

    ``standing`` is the :func:`walk` of the same facilities and kinds, if the caller has it already.
    """
    study, standard = prepared.study, prepared.standard
    asked = _given(facilities, study).open.of_kinds(kinds)
    standing = standing or walk(prepared, facilities, kinds)
    people, verdict = prepared.people, judge(standing.times, prepared.homes, len(asked), standard)
    access, snapped = _access(standing.doors, len(asked))
    demand = coverage.demand_table(study.demand, standing.ids, verdict)
    sites = coverage.facility_table(asked.frame, access, snapped, people, verdict)
    limit_m, rows = standard.snap_limit_m, study.file_rows
    walled = prepared.homes.near(limit_m)
    return Coverage(
        study_name=study.name,
        study_name_en=study.name_en,
        crs=study.crs,
        standard=standard,
        kinds=tuple(kinds),
        totals=coverage.totals_of(people, verdict, len(study.communities), snapped),
        groups=coverage.group_totals(people, verdict),
        demand=demand,
        communities=coverage.community_table(people, verdict),
        facilities=sites,
        service_areas=areas.empty_areas(standard, study.crs),
        gaps=gaps.empty_gaps(study.crs),
        inputs=study.inputs,
        study=study,
        findings=(
            *study.findings,
            *coverage.facility_findings(sites, limit_m, rows.get("facilities")),
            *coverage.demand_findings(study.demand, verdict, limit_m, walled, rows.get("demand")),
        ),
    )


def draw(prepared: Prepared, answer: Coverage, facilities: Facilities | None = None) -> Coverage:
    """The same answer with its service areas and gaps drawn, exact enough to hand on."""
    asked = _given(facilities, prepared.study).open.of_kinds(answer.kinds)
    shapes = areas.service_areas(prepared, asked, answer)
    return replace(answer, service_areas=shapes, gaps=gaps.find_gaps(prepared, answer, asked))


def sketch(prepared: Prepared, answer: Coverage, facilities: Facilities | None = None) -> Coverage:
    """The same answer drawn quickly, for the screen: one area for all facilities together, and the gaps."""
    asked = _given(facilities, prepared.study).open.of_kinds(answer.kinds)
    shapes = areas.service_areas(prepared, asked, answer, areas.AreaOptions(by="all", quality="quick"))
    served = shapes.geometry.iloc[0] if len(shapes) else None
    return replace(answer, service_areas=light(shapes), gaps=gaps.find_gaps(prepared, answer, asked, served))


def reach(prepared: Prepared, facilities: Facilities, site_id: str) -> gpd.GeoDataFrame:
    """From where people can walk to one facility within the cutoff, drawn quickly; empty when it is closed or off the streets."""
    frame = facilities.open.frame
    alone = replace(facilities, frame=frame[frame["id"] == site_id].reset_index(drop=True))
    return areas.reach_areas(prepared, alone)


@dataclass(frozen=True, eq=False)
class HomeWalk:
    """The walk of one home, as lines in metres, (k, 2) each.

    ``first`` leads from the home to the streets, ``way`` along them, ``last`` to the facility's door; ``distance_m`` and
    ``time_s`` are added up along it.
    """

    first: NDArray[np.float64]
    way: NDArray[np.float64]
    last: NDArray[np.float64]
    distance_m: float
    time_s: float


def walk_of(prepared: Prepared, facilities: Facilities, kinds: Sequence[str], standing: Standing, row: int) -> HomeWalk | None:
    """How the people of one home walk to their nearest facility; None where they reach none.

    Parameters
    ----------
    standing
        The :func:`walk` of the same facilities and kinds.
    row
        Of the home in the study's demand.
    """
    found = route(prepared.graph, standing, prepared.homes, row, prepared.index.xy)
    if found is None:
        return None
    doors, _ = door_points(facilities.open.of_kinds(kinds))
    home = xy_of(prepared.study.demand.iloc[[row]])
    by_time = prepared.standard.rule == "time"
    time, distance = (found.cost, found.other) if by_time else (found.other, found.cost)
    return HomeWalk(
        np.vstack([home, found.xy[:1]]), found.xy, np.vstack([found.xy[-1:], doors[found.door][None]]), distance, time
    )


def evaluate(
    study: Study,
    facilities: Facilities | None = None,
    standard: ServiceStandard | None = None,
    kinds: str | Iterable[str] = (),
) -> Coverage:
    """Who can walk to a service in time, who can't and why, with service areas and gaps.

    Parameters
    ----------
    study
        Its layers may be in any system that they name.
    facilities
        The study's own when not given.
    standard
        The study's own when not given.
    kinds
        Only facilities of this kind, or of these kinds; all when empty.

    Raises
    ------
    GeoError
        For what would be answered with a wrong number, see :mod:`geo.core.asking`: an unknown kind or
        status, an id that stands twice, places in another system than they say, and the like.
    """
    study = check_study(study)
    asked = study.facilities if facilities is None else check_sites(facilities, study)
    if standard is not None:
        check_standard(standard)
    wanted = check_kinds(kinds, study.facilities, asked)
    prepared = prepare(study, standard)
    return draw(prepared, measure(prepared, asked, wanted), asked)


def _given(facilities: Facilities | None, study: Study) -> Facilities:
    """The study's own only when none are given: a plan that closes everything is a plan, too."""
    return study.facilities if facilities is None else facilities


def _access(doors: Doors, facilities: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Metres to the nearest street of each facility's best door, and whether any door is on the network."""
    access = np.full(facilities, np.inf)
    np.minimum.at(access, doors.facility, doors.snapped.access_m)
    snapped = np.zeros(facilities, dtype=bool)
    snapped[doors.facility[doors.snapped.ok]] = True
    return access, snapped
