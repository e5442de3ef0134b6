"""Reading what a study names, file by file, and keeping what was noticed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from geo.errors import GeoError
from geo.model import Finding, InputFile
from geo.sources.findings import FindingLog
from geo.sources.hours import moment
from geo.sources.layers import Layer, LayerRequest, note_far, placed, read_layer
from geo.sources.network import USUAL, WalkRules
from geo.sources.osm_filter import FILTERS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

    from geo.model import WalkNetwork
    from geo.sources.positions import Bounds
    from geo.sources.study_file import LayerTable, StudyFile

    Progress = Callable[[str, float], None]

T = TypeVar("T")


@dataclass
class Reading:
    """One reading of one study: how its files are read, what went in and what was noticed."""

    file: StudyFile
    tell: Progress
    checking: bool = False  # go on after a fault of one layer, and look closer
    read: Callable[[LayerRequest], Layer] = read_layer
    read_streets_file: Callable[[Path, str], WalkNetwork] | None = None  # in place of reading it here
    findings: list[Finding] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    rows: dict[str, pd.Series[int]] = field(default_factory=dict)

    @cached_property
    def at(self) -> dt.datetime | None:
        """The time of the week that counts; None when the study names none, or none that can be understood."""
        return self.attempt("study", lambda: moment(self.file.at))

    @property
    def rules(self) -> WalkRules:
        """Who may walk where."""
        return WalkRules(self.file.walking.filter if self.file.walking.filter in FILTERS else USUAL.filter, self.at)

    def attempt(self, layer: str, work: Callable[[], T]) -> T | None:
        """Do the work; when checking, a fault becomes a finding and the rest goes on."""
        try:
            return work()
        except GeoError as error:
            if not self.checking:
                raise
            self.failed.add(layer)
            self.findings.append(Finding("error", layer, error.message))
            return None

    def layer(self, name: str, area: Bounds | None = None, wanted: tuple[str, ...] = ()) -> Layer | None:
        """One layer of the study as its file has it, or None where the study names none."""
        table: LayerTable | None = getattr(self.file, name)
        if table is None or not table.path:
            return None
        layer = self.attempt(name, lambda: self.read(LayerRequest(name, self.file.locate(table.path), table, area, wanted)))
        if layer is not None:
            self.inputs.append(layer.input)
            self.findings += layer.findings
        return layer

    def placed(self, layer: Layer | None, crs: str) -> Layer | None:
        """The layer without what the metric system can't hold."""
        if layer is None:
            return None
        log = FindingLog(layer.input.layer)
        frame = placed(layer.frame, crs, log)
        self.findings += log.found
        return replace(layer, frame=frame)

    def keep_rows(self, layer: str, frame: gpd.GeoDataFrame) -> None:
        """Keep where each id stands in its file, for what is found out only when the frame is no longer indexed by it."""
        self.rows[layer] = pd.Series(frame.index.to_numpy(), index=frame["id"].to_numpy(dtype=object), dtype="int64")

    def note_far(self, layer: Layer | None, areas: Layer | None, crs: str) -> None:
        """Note which rows lie far outside every community."""
        if layer is not None and areas is not None:
            log = FindingLog(layer.input.layer)
            note_far(layer.frame, areas.frame, crs, log)
            self.findings += log.found


def bounds(layer: Layer | None) -> Bounds | None:
    """West, south, east, north of a layer in degrees; None where there is nothing."""
    if layer is None or not len(layer.frame):
        return None
    west, south, east, north = layer.frame.total_bounds
    return float(west), float(south), float(east), float(north)
