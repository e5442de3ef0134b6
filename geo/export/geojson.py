"""GeoJSON as RFC 7946 wants it: degrees with six decimals, right-handed rings, finite numbers only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo import crs
from geo.export.plain import column, text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo.export.plain import Plain

GRID_DEGREES = 1e-6
_POINT, _LINE, _POLYGON = 0, 1, 2


def to_geojson(frame: gpd.GeoDataFrame) -> bytes:
    """A frame as a FeatureCollection in UTF-8, one feature a line.

    Geometries are valid after rounding; one that is empty, or smaller than the grid of a
    millionth of a degree (about 0.1 m), becomes null, and its properties stay. Missing and
    non-finite numbers are null. Text stays text.
    """
    shapes = degrees(frame)
    parts = ['{"type":"FeatureCollection"']
    boxes = shapely.bounds(shapes[~shapely.is_missing(shapes)])
    if len(boxes):
        box = [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
        parts.append(f',"bbox":{json.dumps(box)}')
    parts.append(',"features":[\n')
    parts.append(",\n".join(_features(frame, shapes)))
    parts.append("\n]}\n" if len(frame) else "]}\n")
    return "".join(parts).encode()


def degrees(frame: gpd.GeoDataFrame) -> NDArray[Any]:
    """The frame's geometries as they are written: WGS-84, on the grid, valid, right-handed; None where empty."""
    shapes = np.array(crs.to_wgs84(frame).geometry.to_numpy(), dtype=object)
    shapes = snap(shapes, GRID_DEGREES)
    return np.asarray(shapely.orient_polygons(shapes, exterior_cw=False), dtype=object)


def snap(shapes: NDArray[Any], grid: float) -> NDArray[Any]:
    """Geometries on a grid, valid afterwards and of the dimension they had; None where nothing is left."""
    flat: NDArray[Any] = np.array(shapely.force_2d(shapes), dtype=object)
    flat[~np.isfinite(shapely.bounds(flat)).all(axis=1)] = None
    dimension = shapely.get_dimensions(flat)
    flat = _whole(shapely.set_precision(_whole(flat, dimension), grid), dimension)
    flat[shapely.is_empty(flat)] = None
    return flat


def _whole(shapes: NDArray[Any], dimension: NDArray[np.int32]) -> NDArray[Any]:
    """Made valid where needed, keeping only the parts of the given dimension (areas of areas)."""
    result: NDArray[Any] = np.array(shapes, dtype=object)
    for row in np.flatnonzero(~shapely.is_valid(result) & ~shapely.is_missing(result)):
        parts = shapely.get_parts(shapely.make_valid(result[row]))
        keep = parts[shapely.get_dimensions(parts) == dimension[row]]
        result[row] = shapely.union_all(keep) if len(keep) else None
    return result


def _features(frame: gpd.GeoDataFrame, shapes: NDArray[Any]) -> list[str]:
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    columns = [_cells(frame[name]) for name in frame.columns if name != frame.geometry.name]
    keys = [f"{json.dumps(text(name), ensure_ascii=False)}:" for name in names]
    drawn = shapely.to_geojson(shapes)
    return [
        f'{{"type":"Feature","properties":{_properties(keys, row)},"geometry":{shape or "null"}}}'
        for row, shape in zip(zip(*columns, strict=True) if columns else [()] * len(frame), drawn, strict=True)
    ]


def _cells(values: pd.Series[Any]) -> list[Plain | list[str]]:
    """A column as plain values; a tuple of ours, such as the names of a gap's communities, as a list of texts."""
    cells: list[Plain | list[str]] = [*column(values)]
    if values.dtype == object:
        for row, value in enumerate(values):
            if isinstance(value, tuple):
                cells[row] = [text(str(part)) for part in value]
    return cells


def _properties(keys: list[str], row: tuple[Plain | list[str], ...]) -> str:
    return "{" + ",".join(f"{key}{_json(value)}" for key, value in zip(keys, row, strict=True)) + "}"


def _json(value: Plain | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
