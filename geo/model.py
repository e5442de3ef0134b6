"""The nouns: what a study is made of and what an answer holds.

All are frozen; every function elsewhere returns new values. Inside, lengths are
metres, times are seconds, coverage is a ratio, and frames are in the study's metric
system. Minutes and percent exist at the doors only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo.errors import StandardError
from geo.lent import Lent
from geo.messages import Message, msg
from geo.service_points import Facilities
from geo.table import Framed, as_table, distinct

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo.table import Table

__all__ = [
    "Coverage",
    "Facilities",
    "Finding",
    "InputFile",
    "Level",
    "Mend",
    "Rule",
    "ServiceStandard",
    "Study",
    "Totals",
    "WalkNetwork",
    "WalkProfile",
]

Level = Literal["info", "mended", "doubtful", "error"]
Rule = Literal["time", "distance"]


@dataclass(frozen=True)
class Finding:
    """Something that loading or computing noticed; kept beside the data, never only logged.

    ``rows`` are the numbers a user sees: for tables the line in the file (the heading is
    line 1), for layers the feature's place counted from 1. ``count`` is the number of rows
    concerned, which may be more than the few that are named.
    """

    level: Level
    layer: str  # network, communities, facilities, demand, study, ...
    message: Message
    rows: tuple[int, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class InputFile:
    """One file that went into a study, with the digest (sha256, hex) of its bytes."""

    layer: str
    path: str  # as written in the study file
    digest: str
    rows: int
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class WalkProfile:
    """How a group of people walks.

    Attributes
    ----------
    speed_kmh
        On the level, unhindered.
    steps_factor
        Speed on steps as a share of ``speed_kmh``; None where steps can't be used at all.
    tobler
        Whether slopes change the speed (Tobler 1993, scaled to 1 on the level).
    max_slope
        Steepest slope that can be used, rise over run; None for any.
    lift_s
        Waiting for and riding a lift, seconds.
    crossing_s, signal_s
        Mean delay in seconds at an unsignalled crossing of a main road, and at signals.
    needs_wheels
        Avoids what is tagged impassable for wheels (kerbs, ``wheelchair=no``, bad surfaces).
    source, confidence
        Where the speed comes from, and how sure we are: A read in the source, B second-hand,
        C not verified (no source found yet; shown as unverified), D derived. ``source_zh``: the source in Chinese.
    """

    name: str
    speed_kmh: float
    label_zh: str = ""
    label_en: str = ""
    steps_factor: float | None = 1.0
    tobler: bool = False
    max_slope: float | None = None
    crossing_s: float = 0.0
    signal_s: float = 0.0
    lift_s: float = 0.0
    needs_wheels: bool = False
    source: str = ""
    confidence: str = ""
    source_zh: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.speed_kmh) and self.speed_kmh > 0):
            raise StandardError(
                msg("The walking profile “{name}” has a speed of {speed} km/h; give a speed above zero."),
                name=self.name,
                speed=self.speed_kmh,
            )

    @property
    def speed_m_s(self) -> float:
        """Metres per second on the level."""
        return self.speed_kmh / 3.6


@dataclass(frozen=True)
class ServiceStandard:
    """What counts as served: a time rule or a distance rule, and who walks.

    Exactly one of ``minutes`` and ``distance_m`` is given. The cutoff is inclusive.
    A point farther than ``snap_limit_m`` from any street is off the network.
    """

    profile: WalkProfile
    minutes: float | None = None
    distance_m: float | None = None
    snap_limit_m: float = 200.0

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.distance_m is None):
            raise StandardError(msg("Give either minutes or distance_m in the standard, not both and not neither."))
        if not (np.isfinite(self.cutoff) and self.cutoff > 0):
            raise StandardError(msg("The cutoff must be above zero; it is {value}."), value=self.minutes or self.distance_m or 0)
        if not (np.isfinite(self.snap_limit_m) and self.snap_limit_m >= 0):
            raise StandardError(msg("snap_limit_m must be zero or more; it is {value}."), value=self.snap_limit_m)

    @property
    def rule(self) -> Rule:
        """Whether walking is measured in seconds or in metres."""
        return "time" if self.minutes is not None else "distance"

    @property
    def cutoff(self) -> float:
        """The largest accepted impedance: seconds under a time rule, metres under a distance rule."""
        return self.minutes * 60.0 if self.minutes is not None else float(self.distance_m or 0.0)

    @property
    def cutoff_m(self) -> float:
        """The farthest anyone gets within the cutoff on the level, in metres."""
        return self.cutoff * self.profile.speed_m_s if self.rule == "time" else self.cutoff

    def with_minutes(self, minutes: float) -> ServiceStandard:
        """The same walkers under a time rule of so many minutes."""
        return replace(self, minutes=minutes, distance_m=None)

    def with_distance(self, distance_m: float) -> ServiceStandard:
        """The same walkers under a distance rule."""
        return replace(self, minutes=None, distance_m=distance_m)

    def with_profile(self, profile: WalkProfile) -> ServiceStandard:
        """The same rule for other walkers."""
        return replace(self, profile=profile)


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """The streets as a graph of edges between junctions, with true geometry, as flat arrays.

    Edge ``e`` runs from node ``edge_u[e]`` to ``edge_v[e]`` along the vertices
    ``edge_start[e] : edge_start[e + 1]`` (both ends included), and can be walked both ways
    unless ``segment_oneway`` or a profile says otherwise. Vertex ``i`` that is not the last of its edge begins
    the *segment* ``i``; attributes that can change within an edge sit on segments.

    Shapes: n nodes, m edges, k vertices, w ways.
    """

    crs: str  # metric
    node_id: NDArray[np.int64]  # (n,) OSM ids
    node_xy: NDArray[np.float64]  # (n, 2) metres
    edge_u: NDArray[np.int32]  # (m,)
    edge_v: NDArray[np.int32]  # (m,)
    edge_start: NDArray[np.int64]  # (m + 1,)
    vertex_xy: NDArray[np.float64]  # (k, 2) metres
    segment_m: NDArray[np.float64]  # (k,) great-circle metres; 0 at each edge's last vertex
    segment_way: NDArray[np.int32]  # (k,) row in ``ways``; -1 at each edge's last vertex
    segment_crossing: NDArray[np.uint8]  # (k,) low nibble: half unsignalled crossings; high nibble: half signals
    ways: Framed[pd.DataFrame] = Framed()  # noqa: RUF009  (w,) columns: way_id, highway, name, tags (see sources.osm)
    vertex_z: NDArray[np.float32] | None = None  # (k,) metres above datum, NaN where unknown
    segment_incline: NDArray[np.float32] | None = None  # (k,) tagged rise over run as drawn, NaN where untagged
    segment_share: NDArray[np.float64] | None = None  # (k,) of a split segment's crossings; None: all are whole
    segment_oneway: NDArray[np.uint8] | None = None  # (k,) 0 both ways, 1 only as drawn, 2 only against it; None: all both
    walls: NDArray[np.float64] | None = None  # (q, 2, 2) metres: what nobody walks through on the way to a street
    points: Framed[pd.DataFrame | None] = Framed(None)  # noqa: RUF009  gates, kerbs, doors, lifts (see sources.osm_crossings)
    source: str = ""
    source_date: str = ""  # ISO date of the data, empty when the source doesn't tell
    credit: str = ""  # whom every map must name, empty for invented streets
    digest: str = ""  # sha256 of the source and of how it was built
    findings: tuple[Finding, ...] = ()

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.node_id)

    @property
    def edges(self) -> int:
        """How many edges, each counted once whichever way it is walked."""
        return len(self.edge_u)

    @cached_property
    def edge_length_m(self) -> NDArray[np.float64]:
        """Great-circle metres of every edge, shape (m,)."""
        if not self.edges:
            return np.zeros(0)
        return np.add.reduceat(self.segment_m, self.edge_start[:-1])

    @property
    def length_m(self) -> float:
        """Metres of all edges together."""
        return float(self.edge_length_m.sum())

    @property
    def way_table(self) -> Table:
        """The ways as plain columns; no frame is made for it."""
        return as_table(vars(self)["ways"])

    @property
    def point_table(self) -> Table | None:
        """The points as plain columns; no frame is made for it."""
        held = vars(self)["points"]
        return None if held is None else as_table(held)

    @cached_property
    def component(self) -> NDArray[np.int32]:
        """Each node's connected component, shape (n,); 0 is the one with most nodes."""
        _, label = distinct(_lowest_joined(self.nodes, self.edge_u, self.edge_v))
        size = np.bincount(label)
        rank = np.empty(len(size), dtype=np.int32)
        rank[np.argsort(-size, kind="stable")] = np.arange(len(size), dtype=np.int32)
        result: NDArray[np.int32] = rank[label]
        return result


def _lowest_joined(nodes: int, u: NDArray[np.int32], v: NDArray[np.int32]) -> NDArray[np.int32]:
    """The lowest node that each node is joined to, shape (nodes,).

    Every node points at a lower one of its component or at itself. In each round the ends of the pointers
    of two joined nodes are joined, the higher to the lower, and all pointers are followed to their ends.
    """
    end = np.arange(nodes, dtype=np.int32)
    while len(u):
        a, b = end[u], end[v]
        apart = a != b
        u, v, a, b = u[apart], v[apart], a[apart], b[apart]
        np.minimum.at(end, np.maximum(a, b), np.minimum(a, b))
        while np.any(end != (further := end[end])):
            end = further
    return end


@dataclass(frozen=True)
class Mend:
    """One accepted repair of the streets, kept in the study as data.

    ``link``: a new footway from ``begin`` to ``end``. ``join``: the streets that pass ``begin``
    (which equals ``end``) get a junction there. Places are (lon, lat) in degrees.
    """

    kind: Literal["link", "join"]
    begin: tuple[float, float]
    end: tuple[float, float]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Study:
    """One place under planning with its data, all in ``crs`` metres.

    ``communities``: id, name, geometry (polygons), further columns of the user's.
    ``demand``: id, weight, one column per group in ``groups``, community_id (empty where
    a point lies in no community), geometry (points), RangeIndex.
    ``residential``: polygons or points of residential buildings where known, else empty.
    Frames are lent (:mod:`geo.lent`): writing into them changes no study.
    """

    name: str
    crs: str
    communities: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    facilities: Facilities  # type: ignore[misc]  # Lent() is no default
    demand: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    network: WalkNetwork  # type: ignore[misc]  # the same
    standard: ServiceStandard  # type: ignore[misc]  # the same
    groups: tuple[str, ...] = ()
    residential: Lent[gpd.GeoDataFrame | None] = Lent(None)  # noqa: RUF009
    candidates: Lent[gpd.GeoDataFrame | None] = Lent(None)  # noqa: RUF009
    requests: Lent[gpd.GeoDataFrame | None] = Lent(None)  # noqa: RUF009
    mends: tuple[Mend, ...] = ()  # accepted, not yet on the streets; see core.mending
    barriers: Lent[gpd.GeoDataFrame | None] = Lent(None)  # noqa: RUF009  see core.barriers
    water: Lent[gpd.GeoDataFrame | None] = Lent(None)  # noqa: RUF009  rivers and lakes, only drawn; see sources.water
    streets: WalkNetwork | None = None  # as they were before barriers and links; None without any
    profiles: Mapping[str, WalkProfile] = field(default_factory=dict)
    file_rows: Mapping[str, pd.Series[int]] = field(default_factory=dict)  # layer: the row in its file of each id
    inputs: tuple[InputFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    name_en: str = ""  # what the study is called in English, where it says so


@dataclass(frozen=True)
class Totals:
    """The whole study in a few numbers; ``coverage_ratio`` is None when nobody lives there."""

    demand_weight: float
    served_weight: float
    coverage_ratio: float | None
    communities: int
    facilities: int
    unsnapped_demand_weight: float
    unsnapped_facilities: int


EditType = Literal["place_site", "move_site", "close_site", "reopen_site"]


@dataclass(frozen=True)
class SiteEdit:
    """One thing that a planner did to a facility, as it is handed on: tagged, and in degrees where it has a place."""

    type: EditType
    id: str
    kind: str = ""
    name: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """What a planner did to the facilities of a study, beside the answer to the same question without it."""

    edits: tuple[SiteEdit, ...]
    before: Coverage


@dataclass(frozen=True, eq=False)
class Coverage:
    """The answer, with its question: who is served under ``standard`` by these facilities.

    ``demand`` (rows as ``study.demand``): id, community_id, weight, groups, time_s,
    distance_m, facility_id, served, reason (empty, too_far, off_network, cut_off).
    Unreached rows have NaN times and an empty facility_id.
    ``communities`` (rows as ``study.communities``, then one with an empty geometry and the id
    "outside" if demand lies in none): id, name, total_weight, served_weight, unserved_weight,
    coverage_ratio (NaN without people), mean_time_s, max_time_s (of those reached).
    ``facilities``: the open facilities asked about, with access_m, snapped, catchment_weight
    (all the served people whose nearest it is).
    ``service_areas``: facility_id, kind, minutes or distance_m, area_m2, served_weight, geometry.
    ``gaps``: gap_id, community_ids, community_names (where its people live), unserved_weight,
    no_way_weight, typical_time_s, max_time_s, nearest_facility_id, nearest_time_s (the minimum), area_m2, geometry.
    ``groups``: per group name the total_weight, served_weight and coverage_ratio.
    ``study``: what was asked about, with barriers and links on its streets; None where an answer was put together by hand.
    ``plan``: what led here from the state before, where this answers a plan.
    """

    study_name: str
    crs: str
    standard: ServiceStandard
    kinds: tuple[str, ...]
    totals: Totals
    groups: Mapping[str, Mapping[str, float | None]]
    demand: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    communities: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    facilities: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    service_areas: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    gaps: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009
    inputs: tuple[InputFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    study_name_en: str = ""
    study: Study | None = field(default=None, repr=False)
    plan: Plan | None = None
