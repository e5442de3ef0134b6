"""A study made ready to be asked: points on the streets, streets with their costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core import coverage
from geo.core.barriers import applied
from geo.core.doors import Doors
from geo.core.impedance import WalkGraph, walk_graph
from geo.core.snapping import SnapIndex, Snapped
from geo.core.verdict import People, people_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.model import Facilities, ServiceStandard, Study


@dataclass(frozen=True, eq=False)
class Prepared:
    """A study made ready to be asked many times under one standard: the slow part, done once."""

    study: Study
    standard: ServiceStandard
    index: SnapIndex
    graph: WalkGraph
    homes: Snapped  # the demand points, joined to the streets
    people: People  # who live there


def prepare(study: Study, standard: ServiceStandard | None = None, *, index: SnapIndex | None = None) -> Prepared:
    """Join the demand to the streets and cost every street for the standard's walkers.

    Parameters
    ----------
    study
        Its own standard is used unless another is given.
    index
        The snap index of the same network, if the caller has kept one.

    Barriers and links that are not yet on the study's streets are applied first.
    """
    coverage.check_demand(study.demand)
    ask = standard or study.standard
    given, study = study, applied(study)
    index = index if study is given else None
    index = index or SnapIndex.build(study.network)
    homes = index.snap(xy_of(study.demand), ask.snap_limit_m)
    return Prepared(study, ask, index, walk_graph(study.network, ask), homes, people_of(study))


def doors_of(prepared: Prepared, facilities: Facilities) -> Doors:
    """Where the facilities are entered: at their entrances if known, else at their own point."""
    xy, row = door_points(facilities)
    return Doors(prepared.index.snap(xy, prepared.standard.snap_limit_m), row)


def door_points(facilities: Facilities) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """The doors in metres (d, 2), and the row of each one's facility (d,)."""
    frame = facilities.frame
    own = np.arange(len(frame), dtype=np.int32)
    xy, row = xy_of(frame), own
    entrances = facilities.entrances
    if entrances is not None and len(entrances):
        place = dict(zip(frame["id"], own, strict=True))
        known = entrances[entrances["facility_id"].isin(list(place))]
        of = known["facility_id"].map(place).to_numpy(dtype=np.int32)
        plain = own[~np.isin(own, of)]
        xy, row = np.vstack([xy[plain], xy_of(known)]), np.concatenate([plain, of])
    return xy, row.astype(np.int32)


def xy_of(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Point coordinates in metres, shape (rows, 2)."""
    if not len(frame):
        return np.zeros((0, 2))
    return np.column_stack([frame.geometry.x, frame.geometry.y]).astype(np.float64)
