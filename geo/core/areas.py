"""Service areas: where the homes are from which people walk to a facility within the cutoff.

Coverage is decided by the walking time of each home; the polygon is a picture of it. So
it is drawn from the very same rule. A home at ``p`` walks to the nearest street (``d``
metres at the walker's pace, refused beyond the snap limit) and on from there::

    area = { p : d(p) * pace + cost(nearest position on the nearest street) <= cutoff, d(p) <= snap limit }

The nearest street matters: buffering the reached streets by what is left of the budget
misses nothing, but claims homes whose nearest street is another one, across a river or
a railway (2 in 100 homes, measured on Greater Porto; a flat buffer 7, a hull 8 to 12).

The rule is asked at the points of a lattice and, between inside and outside, by halving
until the border is found to a few centimetres (:mod:`geo.core.contour`). Two finenesses:
``exact`` (2 m, for export) and ``quick`` (10 m, for the screen). What either can get
wrong are details smaller than its cell. Shapely only holds the result.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core import travel
from geo.core.brush import Brush, Quality
from geo.core.prepared import doors_of
from geo.core.verdict import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.core.doors import Doors
    from geo.core.prepared import Prepared
    from geo.model import Coverage, Facilities, ServiceStandard

By = Literal["facility", "all", "nearest"]
_ROUNDED = 10.0**-ROUNDING


@dataclass(frozen=True)
class AreaOptions:
    """How service areas are drawn.

    Attributes
    ----------
    cutoffs
        Minutes under a time rule, metres under a distance rule; the standard's own when empty.
    by
        One area per ``facility``, which may overlap; one for ``all`` together; or all together
        divided by ``nearest`` facility, in parts that meet exactly.
    rings
        With several cutoffs, only what each adds to the one before, instead of the whole.
    quality
        ``exact`` for export, ``quick`` for the screen.
    """

    cutoffs: tuple[float, ...] = ()
    by: By = "facility"
    rings: bool = False
    quality: Quality = "exact"


def empty_areas(standard: ServiceStandard, crs: str) -> gpd.GeoDataFrame:
    """No service area, with the columns that service areas have."""
    return _no_areas(_cutoff_column(standard), crs).copy()


@lru_cache(8)
def _no_areas(cutoff_column: str, crs: str) -> gpd.GeoDataFrame:
    """An empty frame takes as long to make as a full one, and a click needs one."""
    return _frame([], cutoff_column, crs)


def _cutoff_column(standard: ServiceStandard) -> str:
    return "minutes" if standard.rule == "time" else "distance_m"


def service_areas(
    prepared: Prepared, facilities: Facilities, answer: Coverage, options: AreaOptions | None = None
) -> gpd.GeoDataFrame:
    """The service areas of some facilities as valid polygons, one row per facility and cutoff.

    Parameters
    ----------
    prepared
        The study under its standard.
    facilities
        The facilities of the answer, in its order.
    answer
        Who is served, and by whom.
    options
        One area per facility at the standard's cutoff, exact, when not given.

    Returns
    -------
    GeoDataFrame
        ``facility_id`` (empty for all together), ``kind`` (empty for several), ``minutes`` or
        ``distance_m``, ``area_m2`` (of the polygon, square metres), ``served_weight``, geometry. In
        the order of the facilities, then by cutoff. The weight is that of everyone who can walk
        there within the cutoff, whether or not another facility is nearer; divided by nearest,
        of those for whom none is nearer; in rings, of those the ring adds. A facility from
        which no street is within the cutoff has no area: one area per facility keeps its row,
        with an empty polygon, so that there is one row for everybody; rings and parts have none.
    """
    ask = options or AreaOptions()
    doors = doors_of(prepared, facilities)
    drawing = _drawing(prepared, ask)
    if ask.by == "facility":
        drawn = _each(prepared, answer.facilities, doors, drawing)
    else:
        drawn = (_together if ask.by == "all" else _by_nearest)(prepared, answer, doors, drawing)
    rows = [row for nested in drawn for row in (_rings(nested) if ask.rings else nested)]
    if ask.by != "facility" or ask.rings:
        rows = [row for row in rows if not row.shape.is_empty]
    return _frame(rows, _cutoff_column(prepared.standard), prepared.study.crs)


def reach_areas(prepared: Prepared, facilities: Facilities, quality: Quality = "quick") -> gpd.GeoDataFrame:
    """One area per facility at the standard's cutoff, as :func:`service_areas`, without asking who else is near."""
    drawing = _drawing(prepared, AreaOptions(quality=quality))
    drawn = _each(prepared, facilities.frame, doors_of(prepared, facilities), drawing)
    return _frame(
        [row for rows in drawn for row in rows if not row.shape.is_empty], _cutoff_column(prepared.standard), prepared.study.crs
    )


def _drawing(prepared: Prepared, options: AreaOptions) -> Drawing:
    brush = Brush.of(prepared.index, prepared.graph, prepared.standard.snap_limit_m, options.quality)
    return brush, shown_cutoffs(prepared.standard, options)


def shown_cutoffs(standard: ServiceStandard, options: AreaOptions) -> list[float]:
    """The cutoffs in minutes or metres, ascending, each once."""
    own = standard.minutes if standard.minutes is not None else standard.distance_m
    return sorted({float(c) for c in options.cutoffs or (own or 0.0,)})


class _Row(NamedTuple):
    facility_id: str
    kind: str
    cutoff: float  # minutes or metres
    served_weight: float
    shape: BaseGeometry


Drawing = tuple[Brush, list[float]]


def _inner(prepared: Prepared, shown: Sequence[float]) -> list[float]:
    """Minutes as seconds; metres stay metres."""
    return [c * 60.0 if prepared.standard.rule == "time" else c for c in shown]


def _each(prepared: Prepared, sites: gpd.GeoDataFrame, doors: Doors, drawing: Drawing) -> Iterator[list[_Row]]:
    brush, shown = drawing
    cutoffs = _inner(prepared, shown)
    ids, kinds = sites["id"].to_numpy(), sites["kind"].to_numpy()
    nodes = travel.reach(prepared.graph, doors, len(ids), cutoffs[-1])
    homes = travel.reach_points(prepared.graph, nodes, prepared.homes, doors, cutoffs[-1] + _ROUNDED)
    weight = prepared.study.demand["weight"].to_numpy(dtype=float)
    for f, shapes in enumerate(brush.each(doors, nodes, cutoffs)):
        who = homes.of(f)
        served = _people(homes.cost[who], weight[homes.member[who]], cutoffs)
        yield [_Row(str(ids[f]), str(kinds[f]), *rest) for rest in zip(shown, served, shapes, strict=True)]


def _people(cost: NDArray[np.float64], weight: NDArray[np.float64], cutoffs: Sequence[float]) -> list[float]:
    """How many people are within each cutoff, by the same rounding as in the demand's table."""
    rounded = np.round(cost, ROUNDING)
    return [float(weight[rounded <= cutoff].sum()) for cutoff in cutoffs]


def _together(prepared: Prepared, answer: Coverage, doors: Doors, drawing: Drawing) -> Iterator[list[_Row]]:
    brush, shown = drawing
    cutoffs = _inner(prepared, shown)
    kinds = answer.facilities["kind"].unique()
    served = [float(_within(prepared, answer, cutoff)["weight"].sum()) for cutoff in cutoffs]
    shapes = brush.together(doors, cutoffs)
    yield [_Row("", str(kinds[0]) if len(kinds) == 1 else "", *rest) for rest in zip(shown, served, shapes, strict=True)]


def _by_nearest(prepared: Prepared, answer: Coverage, doors: Doors, drawing: Drawing) -> Iterator[list[_Row]]:
    brush, shown = drawing
    cutoffs = _inner(prepared, shown)
    catchments = [_within(prepared, answer, cutoff).groupby("facility_id")["weight"].sum() for cutoff in cutoffs]
    by_cutoff = brush.by_nearest(doors, cutoffs)
    for f, (name, kind) in enumerate(zip(answer.facilities["id"], answer.facilities["kind"], strict=True)):
        yield [
            _Row(str(name), str(kind), cutoff, float(people.get(name, 0.0)), shapes.get(f, shapely.Polygon()))
            for cutoff, people, shapes in zip(shown, catchments, by_cutoff, strict=True)
        ]


def _within(prepared: Prepared, answer: Coverage, cutoff: float) -> gpd.GeoDataFrame:
    """The demand within a cutoff of its nearest facility."""
    cost = answer.demand["time_s" if prepared.standard.rule == "time" else "distance_m"]
    return answer.demand[cost <= cutoff]


def _rings(nested: list[_Row]) -> list[_Row]:
    """What each cutoff adds to the one before."""
    rings = nested[:1]
    for inner, outer in itertools.pairwise(nested):
        shape = shapely.difference(outer.shape, inner.shape)
        rings.append(outer._replace(shape=shape, served_weight=outer.served_weight - inner.served_weight))
    return rings


def _frame(rows: list[_Row], cutoff_column: str, crs: str) -> gpd.GeoDataFrame:
    shape = gpd.GeoSeries([row.shape for row in rows], crs=crs)
    columns = {
        "facility_id": pd.Series([row.facility_id for row in rows], dtype=object),
        "kind": pd.Series([row.kind for row in rows], dtype=object),
        cutoff_column: pd.Series([row.cutoff for row in rows], dtype=float),
        "area_m2": shape.area.astype(float),
        "served_weight": pd.Series([row.served_weight for row in rows], dtype=float),
    }
    return gpd.GeoDataFrame(columns, geometry=shape, crs=crs)
