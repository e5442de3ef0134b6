"""The door: a study with all its data, from ``study.toml``.

Loading collects what it notices as findings beside the data. ``load_study`` stops at the
first thing that makes a run impossible; ``check_study`` goes on and tells everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd

from geo import crs as systems
from geo.errors import GeoError, StudyFileError
from geo.messages import msg
from geo.model import Facilities, Finding, InputFile, ServiceStandard, Study, WalkNetwork, WalkProfile
from geo.sources import communities, demand, facilities, guard, profiles, sites, spreading
from geo.sources.findings import FindingLog
from geo.sources.guarded import GuardedReader
from geo.sources.layers import Layer, LayerRequest, note_far, read_layer
from geo.sources.network import OSM_SUFFIXES, read_network
from geo.sources.study_toml import parse_study_file, read_study_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from geo.sources.positions import Bounds
    from geo.sources.study_file import LayerTable, StudyFile

    Progress = Callable[[str, float], None]

T = TypeVar("T")

__all__ = ["check_study", "load_study", "read_study_file"]


def load_study(path: Path | str, *, progress: Progress | None = None, guarded: bool = False) -> Study:
    """Read a study file and everything that it names.

    Parameters
    ----------
    path
        ``study.toml``, or the folder that holds it.
    progress
        Called with an English sentence (marked for translation) and the share done, 0 to 1.
    guarded
        For what strangers uploaded: layers are read in a process of their own with limits of size,
        memory and time, and no path may lead out of the study's folder.

    Returns
    -------
    Study
        All layers in one metric system, with ``findings`` of what was mended or is doubtful.

    Raises
    ------
    GeoError
        For the first thing that makes a run impossible, said in one sentence.
    """
    file = read_study_file(path)
    if not guarded:
        return _Loader(file, progress or _silent).study()
    with GuardedReader(file.path.parent) as reader:
        return _Loader(file, progress or _silent, read=reader.read, guarded=True).study()


def check_study(path: Path | str, *, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful in a study, without stopping at the first thing.

    Raises
    ------
    GeoError
        Only when the study file itself is missing or can't be understood at all.
    """
    file, faults = parse_study_file(path)
    loader = _Loader(file, progress or _silent, collect=True)
    for fault in faults:
        loader.findings.append(Finding("error", "study", fault.message))
    try:
        return loader.study().findings
    except GeoError as error:
        # What no layer could be loaded without; it ends the list.
        return (*loader.findings, Finding("error", "study", error.message))


def _silent(_stage: str, _share: float) -> None:
    """Nobody is watching."""


@dataclass
class _Loader:
    """One loading of one study: the order of things, and what was noticed on the way."""

    file: StudyFile
    tell: Progress
    collect: bool = False  # go on after a fault of one layer
    read: Callable[[LayerRequest], Layer] = read_layer
    guarded: bool = False
    findings: list[Finding] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def study(self) -> Study:
        """Everything, in the order in which one thing needs another."""
        known, standard = self._standard()
        self.tell(msg("Reading the communities"), 0.0)
        areas = self._read("communities")
        area = _bounds(areas)
        self.tell(msg("Reading facilities and people"), 0.05)
        people = self._read("demand", area, self._group_columns())
        stations = self._read("facilities", area)
        crs = self._crs(areas or people or stations)
        self.tell(msg("Reading the streets"), 0.1)
        network = self._network(crs, areas or people)
        crs = network.crs if network is not None else crs
        log = FindingLog("communities")
        table = self.file.communities
        places = counts = None
        if areas is not None and table is not None:
            places = self._try("communities", lambda: communities.communities_of(areas, table, crs, log))
            if places is not None and self.file.demand is None:
                kept = places.index
                counts = self._try("communities", lambda: communities.people_of(areas, table, kept, log))
        self.findings += log.found
        self.tell(msg("Finding homes"), 0.8)
        residential = self._residential(crs)
        homes, places = self._demand(people, (places, counts), residential, network, crs)
        service = self._facilities(stations, network, crs)
        others = {name: self._sites(name, area, crs) for name in ("candidates", "requests")}
        for layer in (people, stations):
            self._far(layer, areas, crs)
        if network is None:
            raise StudyFileError(msg("Without streets the rest can't be checked."))
        self.tell(msg("Done"), 1.0)
        return Study(
            name=self.file.study.name or self.file.path.resolve().parent.name,
            crs=crs,
            communities=places,
            facilities=service,
            demand=homes,
            network=network,
            standard=standard,
            groups=self._groups(),
            residential=residential,
            profiles=known,
            inputs=tuple(self.inputs),
            findings=tuple(self.findings),
            **others,
        )

    def _try(self, layer: str, work: Callable[[], T]) -> T | None:
        """Do the work; when checking, a fault becomes a finding and the rest goes on."""
        try:
            return work()
        except GeoError as error:
            if not self.collect:
                raise
            self.failed.add(layer)
            self.findings.append(Finding("error", layer, error.message))
            return None

    def _read(self, name: str, area: Bounds | None = None, wanted: tuple[str, ...] = ()) -> Layer | None:
        """One layer of the study as its file has it, or None where the study names none."""
        table: LayerTable | None = getattr(self.file, name)
        if table is None or not table.path:
            return None
        layer = self._try(name, lambda: self.read(LayerRequest(name, self.file.locate(table.path), table, area, wanted)))
        if layer is not None:
            self.inputs.append(layer.input)
            self.findings += layer.findings
        return layer

    def _standard(self) -> tuple[Mapping[str, WalkProfile], ServiceStandard]:
        known = self._try("study", lambda: profiles.merged(self.file.profiles)) or profiles.load_profiles()
        table = self.file.standard

        def made() -> ServiceStandard:
            walker = (
                profiles.plain_profile(table.speed_kmh)
                if table.speed_kmh is not None
                else profiles.find_profile(known, table.profile or "adult")
            )
            minutes = 15.0 if table.minutes is None and table.distance_m is None else table.minutes
            return ServiceStandard(walker, minutes=minutes, distance_m=table.distance_m, snap_limit_m=table.snap_limit_m)

        return known, self._try("study", made) or ServiceStandard(known["adult"], minutes=15.0)

    def _crs(self, layer: Layer | None) -> str:
        """The study's metric system: as it says, else by the middle of its communities."""
        asked = self.file.study.crs
        given = self._try("study", lambda: systems.check_metric(asked)) if asked.lower() != "auto" else None
        if given:
            return given
        if layer is None or not len(layer.frame):
            return "auto"  # by the middle of the streets
        west, south, east, north = layer.frame.total_bounds
        return systems.choose_metric((west + east) / 2, (south + north) / 2)

    def _network(self, crs: str, around: Layer | None) -> WalkNetwork | None:
        table = self.file.network

        def told(stage: str, share: float) -> None:
            self.tell(stage, 0.1 + 0.7 * share)

        def read() -> WalkNetwork:
            if table.path:
                path = self.file.locate(table.path)
                if self.guarded:
                    guard.check_inside(path, self.file.path.parent, table.path)
                return read_network(path, crs, progress=told)
            from geo.sources import overpass

            if table.place:
                return overpass.network_of_place(table.place, crs, progress=told)
            if around is None:
                raise StudyFileError(msg("overpass = true needs [communities]: the streets within them are asked for."))
            return overpass.network_within(communities.outline(around.frame.geometry), crs, progress=told)

        network = self._try("network", read) if table.path or table.place or table.overpass else None
        if network is not None:
            self.inputs.append(InputFile("network", table.path or table.place or "overpass", network.digest, network.edges))
            self.findings += network.findings
        return network

    def _residential(self, crs: str) -> gpd.GeoDataFrame | None:
        """Homes: as the study names them, else those in its street file."""
        layer = self._read("residential")
        if layer is not None:
            return systems.to_metric(layer.frame, crs).reset_index(drop=True)
        streets = self.file.network.path
        if self.file.residential is not None or not streets.lower().endswith(OSM_SUFFIXES):
            return None
        from geo.sources.osm_features import read_residential

        homes = self._try("network", lambda: read_residential(self.file.locate(streets)))
        return None if homes is None else systems.to_metric(homes, crs)

    def _group_columns(self) -> tuple[str, ...]:
        table = self.file.demand
        return () if table is None else tuple(column for column in (table.weight, *table.groups.values()) if column)

    def _groups(self) -> tuple[str, ...]:
        if self.file.demand is not None:
            return tuple(self.file.demand.groups)
        return tuple(self.file.communities.groups) if self.file.communities is not None else ()

    def _demand(
        self,
        people: Layer | None,
        areas: tuple[gpd.GeoDataFrame | None, pd.DataFrame | None],
        homes: gpd.GeoDataFrame | None,
        network: WalkNetwork | None,
        crs: str,
    ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Demand with its communities; each made from the other where only one is given."""
        log = FindingLog("demand")
        table = self.file.demand
        places, counts = areas
        found = (
            None if people is None or table is None else self._try("demand", lambda: demand.demand_of(people, table, crs, log))
        )
        if places is None:
            places = communities.one_around(found.geometry if found is not None else _extent(network, crs), log)
        places = places.reset_index(drop=True)
        if found is None and network is not None and table is None:
            found = spreading.spread(places, counts, homes, network, log)
        if found is None:
            found = spreading.nobody(self._groups(), places.crs)
        made = demand.with_community(found, places, log)
        demand.note_empty(made, log)
        self.findings += log.found
        return made, places

    def _facilities(self, layer: Layer | None, network: WalkNetwork | None, crs: str) -> Facilities:
        log = FindingLog("facilities")
        table = self.file.facilities
        if layer is None or table is None:
            if "facilities" not in self.failed:
                log.add("doubtful", msg("The study has no facilities; nobody is served until one is placed."))
            self.findings += log.found
            return Facilities(sites.no_facilities(crs))
        doors = self._read("entrances", _bounds(layer))
        made = self._try("facilities", lambda: self._with_doors(layer, doors, network, crs, log))
        self.findings += log.found
        return made or Facilities(sites.no_facilities(crs))

    def _with_doors(
        self, layer: Layer, doors: Layer | None, network: WalkNetwork | None, crs: str, log: FindingLog
    ) -> Facilities:
        table, entrances = self.file.facilities, self.file.entrances
        if table is None:
            raise StudyFileError(msg("The study has no facilities; nobody is served until one is placed."))
        frame = facilities.facilities_of(layer, table, crs, log)
        if not len(frame):
            log.add("doubtful", msg("The study has no facilities; nobody is served until one is placed."))
        own = None
        if doors is not None and entrances is not None:
            own = self._try("entrances", lambda: facilities.doors_file(doors, entrances, frame, crs, log))
        return facilities.with_doors(frame, table, own, network, log)

    def _sites(self, name: str, area: Bounds | None, crs: str) -> gpd.GeoDataFrame | None:
        layer = self._read(name, area)
        table = getattr(self.file, name)
        if layer is None:
            return None
        log = FindingLog(name)
        made = self._try(name, lambda: sites.sites_of(layer, table, crs, log))
        self.findings += log.found
        return made

    def _far(self, layer: Layer | None, areas: Layer | None, crs: str) -> None:
        if layer is not None and areas is not None:
            log = FindingLog(layer.input.layer)
            note_far(layer.frame, areas.frame, crs, log)
            self.findings += log.found


def _bounds(layer: Layer | None) -> Bounds | None:
    if layer is None or not len(layer.frame):
        return None
    west, south, east, north = layer.frame.total_bounds
    return float(west), float(south), float(east), float(north)


def _extent(network: WalkNetwork | None, crs: str) -> gpd.GeoSeries:
    """The street corners, for the outline of a study that names neither communities nor people."""
    if network is None:
        return gpd.GeoSeries([], crs=None if crs == "auto" else crs)
    return gpd.GeoSeries.from_xy(network.node_xy[:, 0], network.node_xy[:, 1], crs=network.crs)
