"""What all layers share: ids that differ, names, columns of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.messages import msg
from geo.sources.findings import FindingLog, some
from geo.sources.numbers import as_they_are, read_numbers
from geo.sources.positions import likely, require

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.sources.study_file import LayerTable

ID_NAMES = ("id", "编号", "编码", "代码", "code", "fid", "osm_id")
NAME_NAMES = ("name", "名称", "name_zh", "name:zh", "社区名称", "社区", "标题", "title")


def texts(frame: pd.DataFrame, column: str | None) -> pd.Series:
    """A column as tidy texts; empty texts where there is no such column."""
    if not column:
        return pd.Series("", index=frame.index, dtype="str")
    cells = frame[column]
    if pd.api.types.is_float_dtype(cells) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")  # an id of 3.0 was a 3 before a blank cell made it a float
    return cells.astype("str").where(cells.notna(), "").fillna("").str.strip().astype("str")


def ids(frame: pd.DataFrame, table: LayerTable, log: FindingLog) -> pd.Series:
    """An id for each row: the user's where there is one, made different where it is there twice."""
    column = require(frame, table.id, "id", table.path, ID_NAMES) if table.id else likely(frame.columns, ID_NAMES)
    found = texts(frame, column)
    rows = frame.index.to_numpy()
    blank = (found == "").to_numpy()
    if column and blank.any():
        log.add("mended", msg("{count} rows have no id and are called by their row number."), rows[blank])
    found = found.where(~blank, pd.Series([f"row{row}" if column else str(row) for row in rows], index=frame.index, dtype="str"))
    again = found.duplicated().to_numpy()
    if not again.any():
        return found
    values = some(dict.fromkeys(found[again]))
    sentence = msg("{count} rows repeat the id of an earlier row; they were given ids of their own: {values}.")
    log.add("mended", sentence, rows[again], values=values)
    return _apart(found)


def _apart(found: pd.Series) -> pd.Series:
    taken = set(found)
    seen: dict[str, int] = {}
    made: list[str] = []
    for value in found:
        seen[value] = seen.get(value, 0) + 1
        name = value
        while seen[value] > 1 and name in taken:
            name = f"{value}-{seen[value]}"
            seen[value] += name in taken
        taken.add(name)
        made.append(name)
    return pd.Series(made, index=found.index, dtype="str")


def names(frame: pd.DataFrame, table: LayerTable, instead: pd.Series | None = None) -> pd.Series:
    """The rows' names; ``instead`` stands in for an empty one."""
    column = require(frame, table.name, "name", table.path, NAME_NAMES) if table.name else likely(frame.columns, NAME_NAMES)
    found = texts(frame, column)
    return found if instead is None else found.where(found != "", instead)


def people(frame: pd.DataFrame, column: str, key: str, file: str, log: FindingLog) -> NDArray[np.float64]:
    """A column of numbers of people, zero or more; what is no such number counts as none and is named."""
    numbers = read_numbers(frame[require(frame, column, key, file)])
    rows = frame.index.to_numpy()
    cells = frame[column].astype(str)
    if numbers.mended.any():
        values = some(cells[numbers.mended])
        sentence = msg("“{column}”: {count} numbers were written oddly and have been tidied: {values}.")
        log.add("mended", sentence, rows[numbers.mended], column=column, values=values)
    if numbers.blank.any():
        sentence = msg("“{column}” is empty in {count} rows; they count as 0.")
        log.add("doubtful", sentence, rows[numbers.blank], column=column)
    if numbers.unreadable.any():
        values = some(cells[numbers.unreadable])
        sentence = msg("“{column}” holds text or no usable number in {count} rows; they count as 0: {values}.")
        log.add("error", sentence, rows[numbers.unreadable], column=column, values=values)
    below = numbers.value < 0
    if below.any():
        values = some(cells[below])
        sentence = msg("“{column}” is below zero in {count} rows; they count as 0: {values}.")
        log.add("error", sentence, rows[below], column=column, values=values)
    return np.where(np.isnan(numbers.value) | below, 0.0, numbers.value)


def others(frame: gpd.GeoDataFrame, used: Collection[str]) -> pd.DataFrame:
    """The user's further columns, numbers where all of a column are; none of the names that we use ourselves."""
    keep = [column for column in frame.columns if column not in used and column != frame.geometry.name]
    return pd.DataFrame({str(column): as_they_are(frame[column]) for column in keep}, index=frame.index)
