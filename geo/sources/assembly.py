"""Putting a study together: the order in which its layers need each other, and what was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import pandas as pd

from geo import crs as systems
from geo.errors import GeoError, StudyFileError
from geo.messages import msg
from geo.model import Facilities, Finding, InputFile, Mend, ServiceStandard, Study, WalkNetwork, WalkProfile
from geo.sources import barriers, communities, demand, facilities, hours, profiles, sites, spreading, streets
from geo.sources.elevation import with_elevation
from geo.sources.findings import FindingLog
from geo.sources.guard import check_inside
from geo.sources.layers import Layer, LayerRequest, digest_of, middle, note_far, placed, read_layer
from geo.sources.mends import read_mends
from geo.sources.network import OSM_SUFFIXES
from geo.sources.study_file import SitesTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from geo.sources.positions import Bounds
    from geo.sources.study_file import LayerTable, StudyFile

    Progress = Callable[[str, float], None]

T = TypeVar("T")


@dataclass
class Assembly:
    """One loading of one study: the order of things, and what was noticed on the way."""

    file: StudyFile
    tell: Progress
    checking: bool = False  # go on after a fault of one layer, and look closer
    read: Callable[[LayerRequest], Layer] = read_layer
    read_streets_file: Callable[[Path, str], WalkNetwork] | None = None  # in place of reading it here
    findings: list[Finding] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    rows: dict[str, pd.Series[int]] = field(default_factory=dict)

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
        areas, people, stations = (self._placed(layer, crs) for layer in (areas, people, stations))
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
        if places is not None and network is not None:
            streets.note_streetless(places, network, log)
        self.findings += log.found
        self.tell(msg("Finding homes"), 0.8)
        residential = self._residential(crs)
        homes, places = self._demand(people, (places, counts), residential, network, crs)
        service = self._facilities(stations, network, crs)
        candidates, requests = (self._sites(name, area, crs) for name in ("candidates", "requests"))
        walls = self._barriers(areas, network, crs)
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
            candidates=candidates,
            requests=requests,
            mends=tuple(self._mends()),
            barriers=walls,
            profiles=known,
            file_rows=self.rows,
            inputs=tuple(self.inputs),
            findings=tuple(self.findings),
        )

    def _try(self, layer: str, work: Callable[[], T]) -> T | None:
        """Do the work; when checking, a fault becomes a finding and the rest goes on."""
        try:
            return work()
        except GeoError as error:
            if not self.checking:
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

    def _placed(self, layer: Layer | None, crs: str) -> Layer | None:
        """The layer without what the metric system can't hold."""
        if layer is None:
            return None
        log = FindingLog(layer.input.layer)
        frame = placed(layer.frame, crs, log)
        self.findings += log.found
        return replace(layer, frame=frame)

    def _standard(self) -> tuple[Mapping[str, WalkProfile], ServiceStandard]:
        hilly = bool(self.file.network.elevation)
        known = self._try("study", lambda: profiles.merged(self.file.profiles, hilly=hilly)) or profiles.merged({}, hilly=hilly)
        standard = self._try("study", lambda: profiles.standard_of(self.file.standard, known, hilly=hilly))
        return known, standard or ServiceStandard(known[profiles.USUAL], minutes=profiles.USUAL_MINUTES)

    def _crs(self, layer: Layer | None) -> str:
        """The study's metric system: as it says, else by the middle of its communities."""
        asked = self.file.study.crs
        given = self._try("study", lambda: systems.check_metric(asked)) if asked.lower() != "auto" else None
        if layer is None or not len(layer.frame):
            return given or "auto"  # by the middle of the streets
        lon, lat = middle(layer.frame)
        if given and self._try("study", lambda: systems.check_place(given, lon, lat)):
            return given
        return systems.choose_metric(lon, lat)

    def _network(self, crs: str, around: Layer | None) -> WalkNetwork | None:
        table = self.file.network
        if not (table.path or table.place or table.overpass):
            return None
        elsewhere = self.read_streets_file if table.path else None
        path = self.file.locate(table.path)
        network = self._try(
            "network",
            lambda: elsewhere(path, crs) if elsewhere else streets.read_streets(self.file, crs, around, self._told),
        )
        if network is not None and table.elevation:
            network = self._raised(network)
        if network is not None:
            digest = digest_of(path) if table.path else network.digest
            self.inputs.append(InputFile("network", table.path or table.place or "overpass", digest, network.edges))
            self.findings += network.findings
        return network

    def _mends(self) -> list[Mend]:
        """Accepted mends; the core lays them on the streets."""
        name = self.file.network.mends
        if not name:
            return []
        path = self.file.locate(name)
        mends = self._try("network", lambda: self._mends_in(path, name))
        if mends is None:
            return []
        self.inputs.append(InputFile("mends", name, digest_of(path), len(mends)))
        return mends

    def _mends_in(self, path: Path, name: str) -> list[Mend]:
        if self.read_streets_file:  # an uploaded study
            check_inside(path, self.file.path.parent, name)
        return read_mends(path)

    def _raised(self, flat: WalkNetwork) -> WalkNetwork:
        """The streets with heights; an uploaded raster is not opened, since nothing guards the reading of it."""
        name = self.file.network.elevation

        def raised() -> WalkNetwork:
            if self.read_streets_file:
                raise StudyFileError(msg("Heights are not read from uploaded studies; open the study by its path instead."))
            return with_elevation(flat, self.file.locate(name))

        network = self._try("network", raised)
        if network is None:
            return flat
        self.inputs.append(InputFile("elevation", name, digest_of(self.file.locate(name)), len(network.vertex_xy)))
        return network

    def _told(self, stage: str, share: float) -> None:
        self.tell(stage, 0.1 + 0.7 * share)

    def _residential(self, crs: str) -> gpd.GeoDataFrame | None:
        """Homes: as the study names them, else those in its street file."""
        layer = self._read("residential")
        if layer is not None:
            return systems.to_metric(layer.frame, crs).reset_index(drop=True)
        if self.file.residential is not None:
            return None
        written = self.file.network.path
        if not written.lower().endswith(OSM_SUFFIXES) or "network" in self.failed:
            return None
        ask = LayerRequest("residential", self.file.locate(written), SitesTable(path=written))
        homes = self._try("network", lambda: self.read(ask))
        return None if homes is None else systems.to_metric(homes.frame, crs).reset_index(drop=True)

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
            places = communities.one_around(found.geometry if found is not None else streets.extent(network, crs), log)
        places = places.reset_index(drop=True)
        if found is None and network is not None and table is None:
            found = spreading.spread(places, counts, homes, network, log)
        if found is None:
            found = spreading.nobody(self._groups(), places.crs)
        if self.checking and network is not None:
            streets.note_off_streets(found, network, self.file.standard.snap_limit_m, log)
        self._note_rows("demand", found if people is not None else found[:0])
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
        self._note_rows("facilities", frame)
        if not len(frame):
            log.add("doubtful", msg("The study has no facilities; nobody is served until one is placed."))
        if self.checking and network is not None:
            streets.note_off_streets(frame, network, self.file.standard.snap_limit_m, log)
        own = None
        if doors is not None and entrances is not None:
            own = self._try("entrances", lambda: facilities.doors_file(doors, entrances, frame, crs, log))
        return facilities.with_doors(frame, table, own, network, log)

    def _note_rows(self, layer: str, frame: gpd.GeoDataFrame) -> None:
        """Keep where each id stands in its file, for what is found out only when the frame is no longer indexed by it."""
        self.rows[layer] = pd.Series(frame.index.to_numpy(), index=frame["id"].to_numpy(dtype=object), dtype="int64")

    def _sites(self, name: str, area: Bounds | None, crs: str) -> gpd.GeoDataFrame | None:
        layer = self._placed(self._read(name, area), crs)
        table = getattr(self.file, name)
        if layer is None:
            return None
        log = FindingLog(name)
        made = self._try(name, lambda: sites.sites_of(layer, table, crs, log))
        self.findings += log.found
        return made

    def _barriers(self, areas: Layer | None, network: WalkNetwork | None, crs: str) -> gpd.GeoDataFrame | None:
        """Walls, gates, closed paths and links; the core lays them over the streets."""
        log = FindingLog("barriers")
        table = self.file.barriers
        layer = self._read("barriers", _bounds(areas))
        at = self._try("study", lambda: hours.moment(self.file.standard.at))
        made: list[gpd.GeoDataFrame | None] = []
        if layer is not None and table is not None:
            made.append(self._try("barriers", lambda: barriers.barriers_of(layer, table, crs, at, log)))
            self._far(layer, areas, crs)
        if network is not None and self.file.network.gates:
            made.append(barriers.locked_gates(network, at, log))
        self.findings += log.found
        rows = [frame for frame in made if frame is not None and len(frame)]
        return gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=crs) if rows else None

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
