"""GeoJSON read by this program itself: GDAL, which follows links in such texts, never sees one.

Features are taken out of the text one after the other and everything but their properties and geometry is passed
over, so a file needs little memory beyond its own rows. Also understood: one feature or geometry alone,
features one a line (GeoJSONSeq), and ArcGIS's own JSON (``rings``, ``paths``, ``x`` and ``y``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import crs as systems
from geo.errors import CrsError, GeoError, InputDataError
from geo.messages import msg
from geo.sources.json_shapes import shapes_of
from geo.sources.json_text import JsonText, NotJsonError
from geo.sources.tables import encoding_of

if TYPE_CHECKING:
    from pathlib import Path

    from geo.sources.findings import FindingLog
    from geo.sources.study_file import LayerTable

_MOST_COLUMNS = 2_000
_AT_ONCE = 2_000  # features whose shapes are made together
_LINK = msg('{file} names its coordinate system in a way that is not followed; write crs = "EPSG:…" in its table.')


def read_geojson(path: Path, table: LayerTable, log: FindingLog) -> gpd.GeoDataFrame:
    """All features as they stand in the file, indexed by their place counted from 1.

    Raises
    ------
    InputDataError
        When it is no GeoJSON, or holds more than can be read.
    CrsError
        When it names its coordinate system in a way that is not known.
    """
    found = _Found(table.path)
    encoding = encoding_of(path, table.encoding)
    if encoding not in {"utf-8-sig", "utf-8", table.encoding}:
        log.add("info", msg("{file} is written in {encoding} and was read so."), file=table.path, encoding=encoding)
    try:
        with path.open(encoding=encoding, newline="") as file:
            _read(JsonText(file, table.path), found)
    except GeoError:
        raise
    except RecursionError as error:
        sentence = msg("{file} is nested too deeply; export it again from the program that made it.")
        raise InputDataError(sentence, file=table.path) from error
    except ValueError as error:
        why = str(error)[:200].rstrip(".")
        raise InputDataError(msg("{file} can't be read: {why}."), file=table.path, why=why) from error
    found.flush()
    system = None if table.crs else found.system()
    if found.places:
        sentence = msg("{count} features have a place in another system beside their geometry; the geometry was read.")
        log.add("info", sentence, count=found.places)
    columns = {name: _column(cells, len(found.shapes)) for name, cells in found.columns.items()}
    index = pd.RangeIndex(1, len(found.shapes) + 1, name="row")
    shapes = np.empty(len(found.shapes), dtype=object)
    shapes[:] = found.shapes
    frame = pd.DataFrame(columns, index=index)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=index), crs=system)


class _Found:
    """What was read so far; cells by column and row, so that a column that few rows have costs little."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.shapes: list[Any] = []
        self.columns: dict[str, dict[int, Any]] = {}
        self.crs: list[Any] = []  # what the members called crs and spatialReference hold
        self.places = 0
        self._raw: list[Any] = []  # geometries that are not yet shapes
        self._rows = 0

    def flush(self) -> None:
        """Make shapes of what waits."""
        self.shapes += shapes_of(self._raw, len(self.shapes) + 1, self.file)
        self._raw.clear()

    def add(self, feature: object) -> None:
        """One feature, or a geometry that stands for one."""
        if not isinstance(feature, dict):
            raise NotJsonError
        row = self._rows
        self._rows += 1
        bare = "type" in feature and "properties" not in feature and "geometry" not in feature
        self._raw.append(feature if bare else feature.get("geometry"))
        if len(self._raw) >= _AT_ONCE:
            self.flush()
        self.places += feature.get("place") is not None
        cells = feature.get("properties", feature.get("attributes"))
        for name, cell in cells.items() if isinstance(cells, dict) else ():
            if name not in self.columns and len(self.columns) >= _MOST_COLUMNS:
                sentence = msg("{file} has more than {limit} columns; keep those that the study needs.")
                raise InputDataError(sentence, file=self.file, limit=_MOST_COLUMNS)
            if cell is not None:
                self.columns.setdefault(name, {})[row] = cell
            else:
                self.columns.setdefault(name, {})
        number = feature.get("id")
        if isinstance(number, str | int) and not (isinstance(cells, dict) and "id" in cells):
            self.columns.setdefault("id", {})[row] = number

    def system(self) -> str | None:
        """The coordinate system: WGS-84 unless a plain name says otherwise; None where the file says that it has none."""
        for said in self.crs:
            if said is None:
                return None
            code = _name_of(said)
            if code is None or not systems.is_known(code):
                raise CrsError(_LINK, file=self.file)
            return code
        return systems.WGS84


def _name_of(said: object) -> str | None:
    """The name of a system in a crs member or an ArcGIS spatialReference."""
    if not isinstance(said, dict):
        return None
    number = said.get("latestWkid", said.get("wkid"))
    if isinstance(number, int):
        return f"EPSG:{number}" if systems.is_known(f"EPSG:{number}") else f"ESRI:{number}"
    if isinstance(said.get("wkt"), str):
        return str(said["wkt"])
    held = said.get("properties")
    name = held.get("name", held.get("code")) if isinstance(held, dict) and said.get("type") in {"name", "EPSG"} else None
    if isinstance(name, int):
        name = f"EPSG:{name}"
    return name if isinstance(name, str) and len(name) < 100 else None  # noqa: PLR2004  (a code, no text)


def _read(text: JsonText, found: _Found) -> None:
    """The whole file: one collection, one feature or geometry, or features one after the other."""
    while not text.at_end():
        whole: dict[str, Any] = {}
        for key in text.members():
            if key == "features":
                whole[key] = True
                for feature in text.items():
                    found.add(feature)
            elif key in {"crs", "spatialReference"}:
                found.crs.append(text.value())
            else:
                value = text.value()
                whole |= {key: value} if key in _OF_A_FEATURE else {}
        if "features" not in whole:
            _add_whole(whole, found)


def _add_whole(whole: dict[str, Any], found: _Found) -> None:
    """An object without features: one itself, or nothing of ours."""
    if not isinstance(whole.get("type"), str) and not {"attributes", "geometry"} & whole.keys():
        raise NotJsonError
    if whole.get("type") == "Topology":
        raise InputDataError(msg("{file} is TopoJSON, which is not read; save it as GeoJSON or GeoPackage."), file=found.file)
    if whole.get("type") != "FeatureCollection":
        found.add(whole)


_OF_A_FEATURE = {"type", "id", "properties", "attributes", "geometry", "place", "coordinates", "geometries"}


def _column(cells: dict[int, Any], rows: int) -> pd.Series:
    """A column as numbers where all its cells are, else as texts."""
    sorts = {type(cell) for cell in cells.values()}
    values: list[Any] = [None] * rows
    for row, cell in cells.items():
        values[row] = cell
    index = pd.RangeIndex(1, rows + 1, name="row")
    whole = sorts == {int} and all(abs(cell) < 1 << 63 for cell in cells.values())
    if whole and len(cells) == rows:
        return pd.Series(values, index=index, dtype="int64")
    if whole or (sorts and sorts <= {int, float}):
        return pd.Series([np.nan if cell is None else _float(cell) for cell in values], index=index, dtype="float64")
    if sorts == {bool} and len(cells) == rows:
        return pd.Series(values, index=index, dtype="bool")
    return pd.Series(
        [cell if cell is None or isinstance(cell, str) else _plain(cell) for cell in values], index=index, dtype="str"
    )


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # a whole number of hundreds of digits
        return np.inf


def _plain(cell: object) -> str:
    return json.dumps(cell, ensure_ascii=False)
