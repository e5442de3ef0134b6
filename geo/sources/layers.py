"""One layer of a study, whatever sort of file it comes from: shapes in WGS-84, rows as the user counts them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely

from geo import crs as systems
from geo.errors import InputDataError
from geo.messages import Message, msg
from geo.model import Finding, InputFile
from geo.sources import guard, tables, vectors
from geo.sources.attention import attended
from geo.sources.farness import within
from geo.sources.findings import FindingLog, some
from geo.sources.positions import FAR_M, Bounds, points
from geo.sources.where import rows_where

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from geo.sources.study_file import LayerTable

    Look = Callable[[pd.DataFrame], None]

F = TypeVar("F", bound="pd.DataFrame")
_WIDE = 20.0  # degrees that no study is across


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer as it was read: its frame in WGS-84, indexed by row number, and what was noticed."""

    frame: gpd.GeoDataFrame
    input: InputFile
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class LayerRequest:
    """Which layer to read, and how.

    ``name``: which layer it is to the study; ``path``: where its file is; ``table``: what the study file
    says about it; ``area``: WGS-84 bounds of the study, if known already; ``wanted``: columns
    that the study file names.
    """

    name: str
    path: Path
    table: LayerTable
    area: Bounds | None = None
    wanted: tuple[str, ...] = ()


def read_layer(ask: LayerRequest, limits: guard.Limits = guard.OWN, look: Look | None = None) -> Layer:
    """Read one layer of the study, within limits of size.

    ``look`` may refuse the rows as the file has them, before anything is done with them.

    Raises
    ------
    InputMissingError, InputDataError, CrsError, StudyFileError
        When nothing of it can be used.
    """
    log = FindingLog(ask.name)
    notes: list[Message] = []
    table = ask.table
    with attended(ask.path), guard.unpacked(ask.path, table.layer, limits) as plain:
        sort = guard.recognise(plain, limits)
        if sort == "osm":
            frame = _osm(plain, ask.name, table, log)
        elif sort in {"csv", "workbook"}:
            cells = _some(_cells(plain, sort, table, log, ask.wanted), ask, log, look)
            frame = points(_met(cells, table, notes), table, log, ask.area)
        else:
            shapes = _some(vectors.read_vector(plain, table, log), ask, log, look)
            frame = vectors.in_wgs84(_met(shapes, table, notes), table, log, ask.area)
    source = InputFile(ask.name, table.path, digest_of(ask.path), len(frame), tuple(notes))
    return Layer(frame, source, log.found)


def _cells(path: Path, sort: str, table: LayerTable, log: FindingLog, wanted: Collection[str]) -> pd.DataFrame:
    form = tables.TableForm(encoding=table.encoding, sheet=table.sheet, header_row=table.header_row)
    named = [column for column in (*wanted, table.id, table.name, table.lon, table.lat, table.x, table.y) if column]
    read = tables.read_csv if sort == "csv" else tables.read_workbook
    return read(path, form, log, named)


def _some(frame: F, ask: LayerRequest, log: FindingLog, look: Look | None) -> F:
    """The frame, if it may be empty: a study without communities' shapes can't be reported, one without facilities can."""
    if look is not None:
        look(frame)
    if not len(frame):
        if ask.name == "communities":
            raise InputDataError(msg("{file} is empty: it holds no row."), file=ask.table.path)
        log.add("doubtful", msg("{file} is empty: it holds no row."), file=ask.table.path)
    return frame


def _met(frame: F, table: LayerTable, notes: list[Message]) -> F:
    """The rows that meet the layer's own condition."""
    if not table.where:
        return frame
    keep = rows_where(frame, table.where, table.path)
    notes.append(
        Message(
            msg("{kept} of {all} rows meet “{condition}”."),
            {"kept": int(keep.sum()), "all": len(frame), "condition": table.where},
        )
    )
    return frame[keep]


def _osm(path: Path, name: str, table: LayerTable, log: FindingLog) -> gpd.GeoDataFrame:
    from geo.sources.osm_layers import osm_layer

    return osm_layer(path, name, table, log)


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a file; of a shapefile's parts together, in order of their names."""
    if path.is_dir():
        parts = sorted(part for part in path.rglob("*") if part.is_file())
    elif path.suffix.lower() == ".shp":
        parts = sorted(
            part for part in path.parent.glob(f"{path.stem}.*") if part.suffix.lower() in {".shp", ".dbf", ".shx", ".prj", ".cpg"}
        )
    else:
        parts = [path]
    total = hashlib.sha256()
    for part in parts:
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def middle(frame: gpd.GeoDataFrame) -> tuple[float, float]:
    """lon, lat in the midst of the features: one that is mistyped or in the sea does not move it."""
    box = frame.geometry.bounds.dropna()
    return float((box["minx"] + box["maxx"]).median() / 2), float((box["miny"] + box["maxy"]).median() / 2)


def placed(frame: gpd.GeoDataFrame, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """The rows that the metric system can hold; those half around the earth are named and left out."""
    west, south, east, north = frame.total_bounds
    if crs == "auto" or not (east - west > _WIDE or north - south > _WIDE):
        return frame
    good = np.asarray(np.isfinite(shapely.bounds(systems.to_metric(frame, crs).geometry.to_numpy())).all(axis=1))
    if not good.all():
        sentence = msg("{count} rows lie so far away that {crs} can't place them, and are left out.")
        log.add("error", sentence, frame.index[~good], crs=crs)
    return frame.loc[good]


def note_far(frame: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, crs: str, log: FindingLog) -> None:
    """Say which rows lie far outside every community: in the sea, in another town, or mistyped."""
    if not len(frame) or not len(communities):
        return
    areas = systems.to_metric(communities, crs).geometry.to_numpy()
    middles = shapely.centroid(systems.to_metric(frame, crs).geometry.to_numpy())
    far = ~within(np.asarray(middles, dtype=object), np.asarray(areas, dtype=object), FAR_M)
    if far.any():
        lonlat = shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy()[far]))
        where = some(f"{lon:.4f} {lat:.4f}" for lon, lat in lonlat)
        sentence = msg("{count} rows lie more than {km} km outside every community; check them: {where}.")
        log.add("doubtful", sentence, frame.index[far], km=FAR_M / 1000, where=where)
