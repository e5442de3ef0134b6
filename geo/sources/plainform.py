"""Layers as plain JSON values, to pass between processes without running anything."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.messages import Message
from geo.model import Finding, InputFile
from geo.sources.layers import Layer


def plain_message(message: Message) -> dict[str, Any]:
    """A message as JSON values; a value that JSON doesn't know becomes text."""
    return {"template": message.template, "values": {key: _plain_value(value) for key, value in message.values.items()}}  # noqa: PD011  (a message, no frame)


def _plain_value(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain_value(item) for item in value]
    return value if isinstance(value, str | int | float) else str(value)


def message_from_plain(raw: dict[str, Any]) -> Message:
    """The message again."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in dict(raw["values"]).items()}
    return Message(str(raw["template"]), values)


def plain_layer(layer: Layer) -> dict[str, Any]:
    """A layer as JSON values: shapes as hexadecimal WKB, each column as numbers or texts."""
    frame = layer.frame
    source = layer.input
    return {
        "rows": [int(row) for row in frame.index],
        "shapes": [str(shape) for shape in shapely.to_wkb(frame.geometry.to_numpy(), hex=True)],
        "columns": {str(name): _plain_column(frame[name]) for name in frame.columns if name != frame.geometry.name},
        "input": [source.layer, source.path, source.digest, source.rows, [plain_message(note) for note in source.notes]],
        "findings": [
            [found.level, found.layer, plain_message(found.message), list(found.rows), found.count] for found in layer.findings
        ],
    }


def layer_from_plain(raw: dict[str, Any]) -> Layer:
    """The layer again; columns of dates and the like come back as text."""
    index = pd.Index(raw["rows"], dtype="int64", name="row")
    data = {name: _column(values, index) for name, values in raw["columns"].items()}
    shapes = gpd.GeoSeries(shapely.from_wkb(np.array(raw["shapes"], dtype=object)), index=index, crs=WGS84)
    layer, path, digest, rows, notes = raw["input"]
    source = InputFile(layer, path, digest, rows, tuple(message_from_plain(note) for note in notes))
    findings = tuple(
        Finding(level, of, message_from_plain(message), tuple(numbers), count)
        for level, of, message, numbers, count in raw["findings"]
    )
    return Layer(gpd.GeoDataFrame(pd.DataFrame(data, index=index), geometry=shapes, crs=WGS84), source, findings)


def _plain_column(column: pd.Series) -> dict[str, Any]:
    if pd.api.types.is_bool_dtype(column):
        return {"sort": "str", "values": [str(value).lower() for value in column]}
    if pd.api.types.is_integer_dtype(column):
        return {"sort": "Int64", "values": [None if pd.isna(value) else int(value) for value in column]}
    if pd.api.types.is_float_dtype(column):
        numbers = column.to_numpy(dtype=np.float64)
        # JSON has no NaN and no infinity: those pass as text.
        return {
            "sort": "float64",
            "values": [number if np.isfinite(number) else repr(float(number)) for number in numbers.tolist()],
        }
    return {"sort": "str", "values": ["" if value is None or pd.isna(value) else str(value) for value in column]}


def _column(raw: dict[str, Any], index: pd.Index) -> pd.Series:
    if raw["sort"] == "float64":
        return pd.Series([float(value) for value in raw["values"]], index=index, dtype="float64")
    column: pd.Series = pd.Series(raw["values"], index=index, dtype=raw["sort"])
    return column
