"""Barriers and links: walls, gates, closed paths, planned crossings, bridges and stairs, from a layer of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import crs as systems
from geo.messages import msg
from geo.sources import columns
from geo.sources.facilities import HOURS_NAMES, KIND_NAMES, STATUS_NAMES
from geo.sources.findings import FindingLog, some
from geo.sources.hours import is_open
from geo.sources.positions import likely, require
from geo.sources.status import statuses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.sources.layers import Layer
    from geo.sources.study_file import BarriersTable

_WORDS: Mapping[str, str] = {
    "wall": "wall|fence|hedge|city_wall|围墙|院墙|墙|围栏|栅栏|护栏|隔离栏",
    "gate": "gate|entrance|大门|小区门|院门|门|出入口|门禁",
    "closed": "closed|closure|blocked|封闭|封路|断路|断头|禁行|堵塞",
    "link": "link|path|footway|footpath|walkway|way|连通|通道|步道|小路|便道|连接",
    "crossing": "crossing|crosswalk|zebra|过街|斑马线|人行横道",
    "bridge": "bridge|footbridge|overpass|桥|人行桥|天桥|过街天桥",
    "stairs": "stairs|steps|staircase|台阶|梯道|楼梯|梯步",
}
_KNOWN = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}
_IN_USE = ("existing", "proposed")


def barriers_of(layer: Layer, table: BarriersTable, crs: str, at: dt.datetime | None, log: FindingLog) -> gpd.GeoDataFrame:
    """The barriers and links that count, in metres: row, kind, name, status, hours, open, geometry.

    Parameters
    ----------
    at
        The time of the week at which gates with hours are looked at; without one they are open.
    """
    frame = layer.frame
    found: dict[str, pd.Series] = {}
    for key, named, usual in (
        ("kind", table.kind, KIND_NAMES), ("status", table.status, STATUS_NAMES), ("hours", table.hours, HOURS_NAMES)
    ):  # fmt: skip
        column = require(frame, named, key, table.path, usual) if named else likely(frame.columns, usual)
        found[key] = columns.texts(frame, column)
    kind = _kinds(found["kind"].where(found["kind"] != "", table.one_kind), log)
    status = statuses(found["status"], log)
    data = pd.DataFrame({"row": frame.index, "kind": kind, "name": columns.names(frame, table), "status": status})
    data["hours"] = found["hours"]
    in_use = status.isin(_IN_USE)
    # A gate that is closed for good stays, as a piece of its wall; so does the closing of a path.
    stays = in_use | ((status == "closed") & kind.isin(["gate", "closed"]))
    if (idle := (kind != "") & ~stays).any():
        sentence = msg("{count} barriers or links are candidates or no longer there, and are not applied.")
        log.add("info", sentence, frame.index[idle])
    data["open"] = in_use.to_numpy() & _open(data, (kind == "gate") & in_use, at, log)
    metric = systems.to_metric(gpd.GeoDataFrame(data, geometry=frame.geometry, crs=frame.crs), crs)
    return metric[(kind != "") & stays].reset_index(drop=True)


def _kinds(cells: pd.Series, log: FindingLog) -> pd.Series:
    """Our word for each kind; empty, and told, where there is none."""
    words = cells.str.strip().str.lower()
    kind = words.map(lambda word: _KNOWN.get(word) or _by_part(word)).astype("str")
    unknown = (kind == "").to_numpy()
    if unknown.any():
        values = some(dict.fromkeys(cells[unknown].where(cells[unknown] != "", "—")))
        sentence = msg("{count} barriers are of no known kind ({values}) and are left out; known are: {known}.")
        log.add("error", sentence, cells.index[unknown], values=values, known=tuple(_WORDS))
    return kind


def _by_part(text: str) -> str:
    """A longer word judged by the longest known Chinese word in it: 小区围墙 is a wall, 规划人行天桥 a bridge."""
    inside = [word for word in _KNOWN if not word.isascii() and word in text]
    return _KNOWN[max(inside, key=len)] if inside else ""


def _open(data: pd.DataFrame, gates: pd.Series, at: dt.datetime | None, log: FindingLog) -> NDArray[np.bool_]:
    """Which gates are open at that time; whatever has no hours is."""
    timed = (gates & (data["hours"] != "")).to_numpy()
    result = np.ones(len(data), dtype=bool)
    if not timed.any():
        return result
    if at is None:
        sentence = msg('{count} gates have opening hours and count as open; name a time in [standard], such as at = "Mo 10:00".')
        log.add("info", sentence, data.index[timed])
        return result
    states = [is_open(text, at) for text in data["hours"][timed]]
    unknown = np.flatnonzero(timed)[[state is None for state in states]]
    if len(unknown):
        values = some(dict.fromkeys(data["hours"].iloc[unknown]))
        sentence = msg("The opening hours of {count} gates are not understood, so the gates count as open: {values}.")
        log.add("doubtful", sentence, data.index[unknown], values=values)
    result[timed] = [state is not False for state in states]
    return result
