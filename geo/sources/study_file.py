"""The study file: ``study.toml`` as a typed, validated tree.

The file is data: nothing in it is run, and every key is known here by name. Paths stay
as written; :meth:`StudyFile.locate` finds them beside the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RESERVED = frozenset(
    {"id", "name", "geometry", "community_id", "weight", "time_s", "distance_m", "facility_id", "served", "reason"}
)
"""Column names of the results, which no group of people can have."""

DATUMS = ("wgs84", "gcj02", "bd09", "cgcs2000")


@dataclass(frozen=True)
class StudyTable:
    """``[study]``: what the study is called, in English too where wanted, and the metric system it is computed in."""

    name: str = ""
    name_en: str = ""
    crs: str = "auto"


@dataclass(frozen=True)
class NetworkTable:
    """``[network]``: exactly one of a file, a place name, or the communities' outline; heights for its streets; locked gates."""

    path: str = ""
    place: str = ""
    overpass: bool = False
    elevation: str = ""
    mends: str = ""
    gates: bool = False


@dataclass(frozen=True)
class LayerTable:
    """What every layer of the study can say about its file.

    ``layer``: which layer of a file that holds several; ``sheet``: which sheet of a workbook;
    ``header_row``: the row with the column names, counted from 1 (0: found by itself);
    ``encoding``: of a CSV or DBF (empty: found by itself); ``crs``: for files that don't tell
    theirs and for tables in metres; ``where``: one simple condition such as ``healthcare > 0``.
    """

    path: str = ""
    id: str = ""
    name: str = ""
    layer: str = ""
    sheet: str = ""
    header_row: int = 0
    encoding: str = ""
    crs: str = ""
    datum: str = "wgs84"
    where: str = ""
    lon: str = ""
    lat: str = ""
    x: str = ""
    y: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommunitiesTable(LayerTable):
    """``[communities]``: polygons; people may come with them when there is no ``[demand]``."""

    population: str = ""
    admin_level: int = 0
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FacilitiesTable(LayerTable):
    """``[facilities]``: service points; ``one_kind`` names the kind of all rows at once."""

    kind: str = ""
    one_kind: str = ""
    status: str = ""
    capacity: str = ""
    hours: str = ""
    entrances: str = ""


@dataclass(frozen=True)
class EntrancesTable(LayerTable):
    """``[entrances]``: doors of facilities, one a row; ``facility`` is the column with the facility's id."""

    facility: str = ""


@dataclass(frozen=True)
class DemandTable(LayerTable):
    """``[demand]``: where people are; ``weight`` is the column with how many."""

    weight: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BarriersTable(LayerTable):
    """``[barriers]``: walls, gates, closed paths and planned links; ``one_kind`` names the kind of all rows at once."""

    kind: str = ""
    one_kind: str = ""
    status: str = ""
    hours: str = ""


@dataclass(frozen=True)
class SitesTable(LayerTable):
    """``[candidates]``, ``[requests]``, ``[residential]``: points or polygons with columns of their own."""

    kind: str = ""


@dataclass(frozen=True)
class StandardTable:
    """``[standard]``: the rule; 15 minutes of an adult when nothing is said."""

    minutes: float | None = None
    distance_m: float | None = None
    profile: str = ""
    speed_kmh: float | None = None
    snap_limit_m: float = 200.0
    at: str = ""  # the same as at in [walking]


@dataclass(frozen=True)
class WalkingTable:
    """``[walking]``: who may walk where: the filter of ways, and a time of the week for whatever has opening hours."""

    filter: str = "lifecircle"
    at: str = ""  # such as Tu 12:00


@dataclass(frozen=True)
class ProfileTable:
    """``[profiles.NAME]``: a walking profile of the study's own; what is left out comes from ``like``."""

    like: str = ""
    speed_kmh: float | None = None
    label_zh: str | None = None
    label_en: str | None = None
    steps: bool | None = None
    steps_factor: float | None = None
    tobler: bool | None = None
    max_slope: float | None = None
    crossing_s: float | None = None
    signal_s: float | None = None
    lift_s: float | None = None
    needs_wheels: bool | None = None
    source: str | None = None
    source_zh: str | None = None


@dataclass(frozen=True)
class StudyFile:
    """The whole of ``study.toml``, each table typed; a table that is not there is None."""

    path: Path
    study: StudyTable
    network: NetworkTable
    standard: StandardTable
    walking: WalkingTable = field(default_factory=WalkingTable)
    communities: CommunitiesTable | None = None
    facilities: FacilitiesTable | None = None
    entrances: EntrancesTable | None = None
    demand: DemandTable | None = None
    candidates: SitesTable | None = None
    requests: SitesTable | None = None
    residential: SitesTable | None = None
    barriers: BarriersTable | None = None
    profiles: Mapping[str, ProfileTable] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The time of the week that counts, as it was written; empty for none."""
        return self.walking.at or self.standard.at

    def locate(self, written: str) -> Path:
        """The file that a path in the study means: beside the study file unless absolute."""
        try:
            plain = Path(written).expanduser()
        except RuntimeError:  # ~ and somebody who has no home here: then it is a name like any other
            plain = Path(written)
        here = self.path.parent / plain
        # A study written on Windows may separate folders with a backslash.
        return here if here.exists() else self.path.parent / Path(written.replace("\\", "/"))
