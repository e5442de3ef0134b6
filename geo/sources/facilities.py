"""Facilities: service points with kind, status, capacity, hours and doors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs as systems
from geo.messages import msg
from geo.model import Facilities
from geo.service_points import OPEN
from geo.sources import columns, datum
from geo.sources.demand import inner_points
from geo.sources.findings import FindingLog, some
from geo.sources.hours import is_open
from geo.sources.kinds import recognise_kind
from geo.sources.numbers import read_numbers
from geo.sources.positions import likely, require
from geo.sources.shape_doors import needs_doors, shape_doors
from geo.sources.status import statuses

if TYPE_CHECKING:
    import datetime as dt

    from geo.model import WalkNetwork
    from geo.sources.layers import Layer
    from geo.sources.study_file import EntrancesTable, FacilitiesTable

KIND_NAMES = ("kind", "类型", "类别", "设施类型", "服务类型", "type", "category")
STATUS_NAMES = ("status", "状态", "现状", "建设状态", "运营状态")
CAPACITY_NAMES = ("capacity", "容量", "规模", "床位", "床位数", "座位数")
HOURS_NAMES = ("hours", "opening_hours", "开放时间", "营业时间", "服务时间")
_PAIR = re.compile(r"\s*([+-]?[\d.]+)[\s,，]+([+-]?[\d.]+)\s*")
_DOORS = "doors as written"  # the entrances column until it is read; a name that no file is likely to have


def facilities_of(layer: Layer, table: FacilitiesTable, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """The facilities in metres, with the shapes of the file (points, lines, areas), indexed by row."""
    frame = layer.frame
    used: set[str] = {"id", "name", "kind", "status", "capacity", "hours"}

    def column(named: str, key: str, usual: tuple[str, ...]) -> pd.Series:
        found = require(frame, named, key, table.path, usual) if named else likely(frame.columns, usual)
        used.add(found or "")
        return columns.texts(frame, found)

    ids = columns.ids(frame, table, log)
    data: dict[str, pd.Series] = {"id": ids, "name": columns.names(frame, table)}
    data["kind"] = _kinds(column(table.kind, "kind", KIND_NAMES), data["name"], table, log)
    data["status"] = statuses(column(table.status, "status", STATUS_NAMES), log)
    data["capacity"] = _capacity(column(table.capacity, "capacity", CAPACITY_NAMES), log)
    data["hours"] = column(table.hours, "hours", HOURS_NAMES)
    used |= {table.id, table.name, table.entrances}
    more = columns.others(frame, used)
    if table.entrances:
        more[_DOORS] = columns.texts(frame, require(frame, table.entrances, "entrances", table.path))
    return systems.to_metric(
        gpd.GeoDataFrame(pd.concat([pd.DataFrame(data), more], axis=1), geometry=frame.geometry, crs=frame.crs), crs
    )


def _kinds(cells: pd.Series, names: pd.Series, table: FacilitiesTable, log: FindingLog) -> pd.Series:
    """The user's own word for each kind; where there is none, what the study says for all, or what the name tells."""
    if table.one_kind:
        return cells.where(cells != "", table.one_kind)
    told = names.where(cells == "", "").map(lambda name: recognise_kind(name) or "").astype("str")
    guessed = (told != "").to_numpy()
    if guessed.any():
        sentence = msg("{count} facilities have no kind; it was taken from their names: {values}.")
        log.add("mended", sentence, cells.index[guessed], values=some(dict.fromkeys(told[guessed])))
    return cells.where(~guessed, told)


def note_capacities(frame: gpd.GeoDataFrame, log: FindingLog) -> None:
    """Say that capacities are shown and count nothing yet."""
    given = int(frame["capacity"].notna().sum())
    if given:
        sentence = msg("The capacity of {count} facilities is shown but does not count yet: all within reach count as served.")
        log.add("info", sentence, count=given)


def open_at(frame: gpd.GeoDataFrame, at: dt.datetime | None, log: FindingLog) -> gpd.GeoDataFrame:
    """The facilities as they are at a time of the week: those that are in use but not open then have the status ``shut``.

    Without a time all are open. Hours that can't be understood are told and count as open.
    """
    timed = (frame["status"].isin(OPEN) & (frame["hours"] != "")).to_numpy(dtype=bool)
    if at is None or not timed.any():
        return frame
    states = {text: is_open(text, at) for text in frame["hours"][timed].unique()}
    state = frame["hours"].map(states)
    unknown = timed & state.isna().to_numpy()
    if unknown.any():
        values = some(dict.fromkeys(frame["hours"][unknown]))
        sentence = msg("The opening hours of {count} facilities are not understood, so they count as open: {values}.")
        log.add("doubtful", sentence, frame.index[unknown], values=values)
    shut = timed & (state == False).to_numpy()  # noqa: E712  (not the unknown ones)
    if shut.any():
        names = some(name or key for name, key in zip(frame["name"][shut], frame["id"][shut], strict=True))
        log.add(
            "info",
            msg("{count} facilities are not open at that time and serve nobody then: {names}."),
            frame.index[shut],
            names=names,
        )
    return frame.assign(status=frame["status"].where(~shut, "shut"))


def _capacity(cells: pd.Series, log: FindingLog) -> pd.Series:
    numbers = read_numbers(cells)
    bad = numbers.unreadable | (numbers.value < 0)
    if bad.any():
        sentence = msg("The capacity of {count} facilities is no number and is taken as unknown: {values}.")
        log.add("error", sentence, cells.index[bad], values=some(cells[bad]))
    return pd.Series(np.where(bad, np.nan, numbers.value), index=cells.index)


def with_doors(
    frame: gpd.GeoDataFrame, table: FacilitiesTable, doors: gpd.GeoDataFrame | None, network: WalkNetwork | None, log: FindingLog
) -> Facilities:
    """Facilities as points with their doors.

    Where it is entered: at the doors named for it; else, for an area, a line or several parts, as
    :mod:`geo.sources.shape_doors` says; else at its own point. The area itself is not kept, only its
    size (``area_m2``).

    Parameters
    ----------
    frame
        As :func:`facilities_of` gives it.
    table
        What the study file says about facilities (for the datum of the entrances column).
    doors
        Rows of an entrances file: facility_id, geometry in metres.
    network
        The streets that areas are entered from.
    log
        Takes what was noticed.
    """
    crs = str(frame.crs)
    found = [] if doors is None else [doors]
    if _DOORS in frame.columns:
        found.append(_written_doors(frame, table, crs, log))
    known = set(pd.concat(found)["facility_id"]) if found else set()
    shapes = frame.geometry
    drawn = needs_doors(shapes.to_numpy()) & ~frame["id"].isin(known).to_numpy()
    if drawn.any() and network is not None:
        found.append(shape_doors(frame[drawn], network))
    result = frame.drop(columns=_DOORS, errors="ignore").copy()
    if "area_m2" not in result.columns and (shapely.get_dimensions(shapes.to_numpy()) == 2).any():  # noqa: PLR2004  (areas)
        result["area_m2"] = shapes.area.where(shapes.area > 0)
    result = result.set_geometry(gpd.GeoSeries(inner_points(shapes), index=frame.index, crs=frame.crs)).reset_index(drop=True)
    entrances = gpd.GeoDataFrame(pd.concat(found, ignore_index=True), geometry="geometry", crs=frame.crs) if found else None
    return Facilities(result, entrances if entrances is not None and len(entrances) else None)


def _written_doors(frame: gpd.GeoDataFrame, table: FacilitiesTable, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """Doors from a column of ``lon lat; lon lat``."""
    ids: list[str] = []
    places: list[tuple[float, float]] = []
    wrong: list[object] = []
    for row, facility, text in zip(frame.index, frame["id"], frame[_DOORS], strict=True):
        for part in (piece for piece in re.split(r"[;；|]", text) if piece.strip()):
            pair = _PAIR.fullmatch(part)
            if pair is None or not (-180 <= float(pair[1]) <= 180 and -90 <= float(pair[2]) <= 90):  # noqa: PLR2004
                wrong.append(row)
                continue
            ids.append(facility)
            places.append((float(pair[1]), float(pair[2])))
    if wrong:
        log.add("error", msg("{count} entrances are not understood and are left out; write them as “lon lat; lon lat”."), wrong)
    lonlat = datum.to_wgs84(np.array(places, dtype=np.float64).reshape(-1, 2), table.datum)
    xy = systems.project(lonlat[:, 0], lonlat[:, 1], crs)
    return gpd.GeoDataFrame(
        {"facility_id": pd.Series(ids, dtype="str")}, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs=crs
    )


def doors_file(layer: Layer, table: EntrancesTable, frame: gpd.GeoDataFrame, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """Doors from a file of their own: one a row, with the id of its facility."""
    column = require(layer.frame, table.facility or "facility_id", "facility", table.path)
    ids = columns.texts(layer.frame, column)
    stray = ~ids.isin(frame["id"]).to_numpy()
    if stray.any():
        sentence = msg("{count} entrances belong to no facility of the study and are left out: {values}.")
        log.add("error", sentence, layer.frame.index[stray], values=some(dict.fromkeys(ids[stray])))
    kept = systems.to_metric(layer.frame[~stray], crs)
    points = gpd.GeoSeries(inner_points(kept.geometry), crs=crs)
    return gpd.GeoDataFrame({"facility_id": ids[~stray].reset_index(drop=True)}, geometry=points, crs=crs)
