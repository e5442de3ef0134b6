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

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core import travel
from geo.core.board import canvas_of, drawn
from geo.core.coverage import ROUNDING
from geo.core.prepared import doors_of
from geo.core.rings import outlines
from geo.core.streetcost import Sources, sources_of, streets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.core.board import Canvas
    from geo.core.doors import Doors
    from geo.core.impedance import WalkGraph
    from geo.core.prepared import Prepared
    from geo.core.rings import Shape
    from geo.core.snapping import SnapIndex
    from geo.core.streetcost import Streets
    from geo.model import Coverage, Facilities, ServiceStandard

Quality = Literal["exact", "quick"]
CELL_M: dict[Quality, float] = {"exact": 2.0, "quick": 10.0}
_HALVINGS: dict[Quality, int] = {"exact": 7, "quick": 6}  # to 2 cm, to 16 cm
_ROUNDED = 10.0**-ROUNDING


@dataclass(frozen=True)
class AreaOptions:
    """How service areas are drawn.

    Attributes
    ----------
    cutoffs
        Minutes under a time rule, metres under a distance rule; the standard's own when empty.
    each
        One area per facility, else one for all together.
    quality
        ``exact`` for export, ``quick`` for the screen.
    """

    cutoffs: tuple[float, ...] = ()
    each: bool = True
    quality: Quality = "exact"


def empty_areas(standard: ServiceStandard, crs: str) -> gpd.GeoDataFrame:
    """No service area, with the columns that service areas have."""
    return _frame([], standard, crs)


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
        Who is served; the areas of all together count their people from it.
    options
        One area per facility at the standard's cutoff, exact, when not given.

    Returns
    -------
    GeoDataFrame
        ``facility_id`` (empty for all together), ``kind``, ``minutes`` or ``distance_m``,
        ``area_m2`` (of the polygon, square metres), ``served_weight`` (everyone who can walk there
        within the cutoff, whether or not another facility is nearer), geometry. In the order of
        the facilities, then by cutoff. A facility off the streets has no area and no row.
    """
    ask = options or AreaOptions()
    doors = doors_of(prepared, facilities)
    rows = _each(prepared, doors, answer, ask) if ask.each else _together(prepared, doors, answer, ask)
    return _frame(rows, prepared.standard, prepared.study.crs)


def shown_cutoffs(standard: ServiceStandard, options: AreaOptions) -> list[float]:
    """The cutoffs in minutes or metres, ascending, each once."""
    own = standard.minutes if standard.minutes is not None else standard.distance_m
    return sorted({float(c) for c in options.cutoffs or (own or 0.0,)})


def _inner(standard: ServiceStandard, shown: Sequence[float]) -> list[float]:
    """Minutes as seconds; metres stay metres."""
    return [c * 60.0 if standard.rule == "time" else c for c in shown]


def brush_for(prepared: Prepared, quality: Quality) -> Brush:
    """The brush for a prepared study."""
    return Brush.of(prepared.index, prepared.graph, prepared.standard.snap_limit_m, quality)


def _each(prepared: Prepared, doors: Doors, answer: Coverage, options: AreaOptions) -> list[_Row]:
    shown = shown_cutoffs(prepared.standard, options)
    cutoffs = _inner(prepared.standard, shown)
    count = len(answer.facilities)
    nodes = travel.reach(prepared.graph, doors, count, cutoffs[-1])
    homes = travel.reach_points(prepared.graph, nodes, prepared.homes, doors, cutoffs[-1] + _ROUNDED)
    weight = prepared.study.demand["weight"].to_numpy(dtype=float)
    brush = brush_for(prepared, options.quality)
    ids, kinds = answer.facilities["id"].to_numpy(), answer.facilities["kind"].to_numpy()
    rows: list[_Row] = []
    for f in range(count):
        mine = doors.of(f)
        if not mine.snapped.ok.any():
            continue
        here = nodes.of(f)
        label = np.full(here.stop - here.start, f, dtype=np.int32)
        shapes = brush.shapes(sources_of(prepared.graph, mine, nodes.member[here], nodes.cost[here], label), cutoffs)
        who = homes.of(f)
        cost = np.round(homes.cost[who], ROUNDING)
        for minutes, cutoff, shape in zip(shown, cutoffs, shapes, strict=True):
            served = float(weight[homes.member[who][cost <= cutoff]].sum())
            rows.append(_Row(str(ids[f]), str(kinds[f]), minutes, served, shape))
    return rows


def _together(prepared: Prepared, doors: Doors, answer: Coverage, options: AreaOptions) -> list[_Row]:
    shown = shown_cutoffs(prepared.standard, options)
    cutoffs = _inner(prepared.standard, shown)
    shapes = brush_for(prepared, options.quality).shapes(merged_sources(prepared.graph, doors, cutoffs[-1]), cutoffs)
    cost = answer.demand["time_s" if prepared.standard.rule == "time" else "distance_m"]
    kinds = answer.facilities["kind"].unique()
    kind = str(kinds[0]) if len(kinds) == 1 else ""
    return [
        _Row("", kind, minutes, float(answer.demand.loc[cost <= cutoff, "weight"].sum()), shape)
        for minutes, cutoff, shape in zip(shown, cutoffs, shapes, strict=True)
    ]


def merged_sources(graph: WalkGraph, doors: Doors, cutoff: float) -> Sources:
    """All facilities together: the least cost to any of them, and whose that is."""
    field = travel.nearest(graph, doors, cutoff)
    node = np.flatnonzero(np.isfinite(field.cost))
    return sources_of(graph, doors, node, field.cost[node], field.facility[node])


class _Row(NamedTuple):
    facility_id: str
    kind: str
    cutoff: float  # minutes or metres
    served_weight: float
    geometry: Shape


@dataclass(frozen=True, eq=False)
class Brush:
    """Draws outlines on one network for one standard at one quality."""

    canvas: Canvas
    streets: Streets
    halvings: int

    @classmethod
    def of(cls, index: SnapIndex, graph: WalkGraph, snap_limit_m: float, quality: Quality) -> Brush:
        """The brush for a graph and the snap index of its network; its canvas is kept with the index."""
        streets = streets_of(index.xy, graph, snap_limit_m)
        return cls(canvas_of(index, CELL_M[quality], snap_limit_m), streets, _HALVINGS[quality])

    def shapes(self, sources: Sources, cutoffs: Sequence[float]) -> list[Shape]:
        """The area within each of some ascending cutoffs (seconds or metres); each lies inside the next."""
        sources = sources._replace(label=np.zeros_like(sources.label), door_label=np.zeros_like(sources.door_label))
        with drawn(self.canvas, self.streets, sources, cutoffs) as (board, walk):
            return outlines(board, walk, cutoffs, self.halvings)


def _frame(rows: list[_Row], standard: ServiceStandard, crs: str) -> gpd.GeoDataFrame:
    shape = gpd.GeoSeries([row.geometry for row in rows], crs=crs)
    columns = {
        "facility_id": pd.Series([row.facility_id for row in rows], dtype=object),
        "kind": pd.Series([row.kind for row in rows], dtype=object),
        "minutes" if standard.rule == "time" else "distance_m": pd.Series([row.cutoff for row in rows], dtype=float),
        "area_m2": shape.area.astype(float),
        "served_weight": pd.Series([row.served_weight for row in rows], dtype=float),
    }
    return gpd.GeoDataFrame(columns, geometry=shape, crs=crs)
