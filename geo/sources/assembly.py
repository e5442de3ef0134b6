"""Putting a study together: the order in which its layers need each other, and what was noticed on the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo import crs as systems
from geo.errors import StudyFileError
from geo.messages import msg
from geo.model import Facilities, ServiceStandard, Study, WalkNetwork, WalkProfile
from geo.sources import barriers, communities, demand, facilities, gates, profiles, sites, spreading, streets
from geo.sources.findings import FindingLog
from geo.sources.layers import Layer, LayerRequest, middle
from geo.sources.network import OSM_SUFFIXES
from geo.sources.reading import Reading, bounds
from geo.sources.study_file import SitesTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.sources.positions import Bounds


class Assembly(Reading):
    """One loading of one study: the order of things, and what was noticed on the way."""

    def study(self) -> Study:
        """Everything, in the order in which one thing needs another."""
        known, standard = self._standard()
        self.tell(msg("Reading the communities"), 0.0)
        areas = self.layer("communities")
        area = bounds(areas)
        self.tell(msg("Reading facilities and people"), 0.05)
        people = self.layer("demand", area, self._group_columns())
        stations = self.layer("facilities", area)
        crs = self._crs(areas or people or stations)
        self.tell(msg("Reading the streets"), 0.1)
        areas, people, stations = (self.placed(layer, crs) for layer in (areas, people, stations))
        network = streets.streets_of(self, crs, areas or people)
        crs = network.crs if network is not None else crs
        places, counts = self._communities(areas, network, crs)
        self.tell(msg("Finding homes"), 0.8)
        residential = self._residential(crs)
        homes, places = self._demand(people, (places, counts), residential, network, crs)
        service = self._facilities(stations, network, crs)
        candidates, requests = (self._sites(name, area, crs) for name in ("candidates", "requests"))
        walls = self._barriers(areas, network, crs)
        for layer in (people, stations):
            self.note_far(layer, areas, crs)
        if network is None:
            raise StudyFileError(msg("Without streets the rest can't be checked."))
        self.tell(msg("Done"), 1.0)
        return Study(
            name=self.file.study.name or self.file.path.resolve().parent.name,
            name_en=self.file.study.name_en,
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
            mends=tuple(streets.mends_of(self)),
            barriers=walls,
            profiles=known,
            file_rows=self.rows,
            inputs=tuple(self.inputs),
            findings=tuple(self.findings),
        )

    def _communities(
        self, areas: Layer | None, network: WalkNetwork | None, crs: str
    ) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame | None]:
        """The communities and, where nothing else says how many people there are, their people."""
        log = FindingLog("communities")
        table = self.file.communities
        places = counts = None
        if areas is not None and table is not None:
            places = self.attempt("communities", lambda: communities.communities_of(areas, table, crs, log))
            if places is not None and self.file.demand is None:
                kept = places.index
                counts = self.attempt("communities", lambda: communities.people_of(areas, table, kept, log))
        if places is not None and network is not None:
            streets.note_streetless(places, network, log)
        self.findings += log.found
        return places, counts

    def _standard(self) -> tuple[Mapping[str, WalkProfile], ServiceStandard]:
        hilly = bool(self.file.network.elevation)
        known = profiles.merged(self.file.profiles, hilly=hilly, attempt=partial(self.attempt, "study"))
        standard = self.attempt("study", lambda: profiles.standard_of(self.file.standard, known, hilly=hilly))
        return known, standard or ServiceStandard(known[profiles.USUAL], minutes=profiles.USUAL_MINUTES)

    def _crs(self, layer: Layer | None) -> str:
        """The study's metric system: as it says, else by the middle of its communities."""
        asked = self.file.study.crs
        given = self.attempt("study", lambda: systems.check_metric(asked)) if asked.lower() != "auto" else None
        if layer is None or not len(layer.frame):
            return given or "auto"  # by the middle of the streets
        lon, lat = middle(layer.frame)
        if given and self.attempt("study", lambda: systems.check_place(given, lon, lat)):
            return given
        return systems.choose_metric(lon, lat)

    def _residential(self, crs: str) -> gpd.GeoDataFrame | None:
        """Homes: as the study names them, else those in its street file."""
        layer = self.layer("residential")
        if layer is not None:
            return systems.to_metric(layer.frame, crs).reset_index(drop=True)
        if self.file.residential is not None:
            return None
        written = self.file.network.path
        if not written.lower().endswith(OSM_SUFFIXES) or "network" in self.failed:
            return None
        ask = LayerRequest("residential", self.file.locate(written), SitesTable(path=written))
        homes = self.attempt("network", lambda: self.read(ask))
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
            None if people is None or table is None else self.attempt("demand", lambda: demand.demand_of(people, table, crs, log))
        )
        if places is None:
            places = communities.one_around(found.geometry if found is not None else streets.extent(network, crs), log)
        places = places.reset_index(drop=True)
        if found is None and network is not None and table is None:
            found = spreading.spread(places, counts, homes, network, log)
        if found is None:
            found = spreading.nobody(self._groups(), places.crs)
        if self.checking and network is not None and people is not None:
            streets.note_off_streets(found, network, self.file.standard.snap_limit_m, log)
        self.keep_rows("demand", found if people is not None else found[:0])
        made = demand.with_community(found, places, log)
        if self.checking and network is not None and people is None:
            streets.note_homes_off_streets(made, places, network, self.file.standard.snap_limit_m, log)
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
        doors = self.layer("entrances", bounds(layer))
        made = self.attempt("facilities", lambda: self._with_doors(layer, doors, network, crs, log))
        self.findings += log.found
        return made or Facilities(sites.no_facilities(crs))

    def _with_doors(
        self, layer: Layer, doors: Layer | None, network: WalkNetwork | None, crs: str, log: FindingLog
    ) -> Facilities:
        table, entrances = self.file.facilities, self.file.entrances
        if table is None:
            raise StudyFileError(msg("The study has no facilities; nobody is served until one is placed."))
        frame = facilities.open_at(facilities.facilities_of(layer, table, crs, log), self.at, log)
        facilities.note_capacities(frame, log)
        self.keep_rows("facilities", frame)
        if not len(frame):
            log.add("doubtful", msg("The study has no facilities; nobody is served until one is placed."))
        if self.checking and network is not None:
            streets.note_off_streets(frame, network, self.file.standard.snap_limit_m, log)
        own = None
        if doors is not None and entrances is not None:
            own = self.attempt("entrances", lambda: facilities.doors_file(doors, entrances, frame, crs, log))
        return facilities.with_doors(frame, table, own, network, log)

    def _sites(self, name: str, area: Bounds | None, crs: str) -> gpd.GeoDataFrame | None:
        layer = self.placed(self.layer(name, area), crs)
        table = getattr(self.file, name)
        if layer is None:
            return None
        log = FindingLog(name)
        made = self.attempt(name, lambda: sites.sites_of(layer, table, crs, log))
        self.findings += log.found
        return made

    def _barriers(self, areas: Layer | None, network: WalkNetwork | None, crs: str) -> gpd.GeoDataFrame | None:
        """Walls, gates, closed paths and links; the core lays them over the streets."""
        log = FindingLog("barriers")
        table = self.file.barriers
        layer = self.layer("barriers", bounds(areas))
        at = self.at
        made: list[gpd.GeoDataFrame | None] = []
        if layer is not None and table is not None:
            made.append(self.attempt("barriers", lambda: barriers.barriers_of(layer, table, crs, at, log)))
            self.note_far(layer, areas, crs)
        if network is not None:
            locked = gates.locked_gates(network, at)
            gates.note(locked, log, counted=self.file.network.gates)
            made.append(locked if self.file.network.gates else None)
        self.findings += log.found
        rows = [frame for frame in made if frame is not None and len(frame)]
        return gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=crs) if rows else None
