"""coverage.gpkg: every layer in the study's metric system, with styles that QGIS opens by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo.export.plain import column, text
from geo.export.qml import styles
from geo.export.rounding import measure
from geo.maps.streets import edge_lines, edges_near
from geo.whole import workshop

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from geo.export.results import Results
    from geo.i18n import Lang
    from geo.maps.streets import Box
    from geo.model import WalkNetwork

# From the ground up: the order in which QGIS lists and draws them.
_SHAPES = {
    "streets": "LineString",
    "communities": "MultiPolygon",
    "served_area": "MultiPolygon",
    "service_areas": "MultiPolygon",
    "gaps": "MultiPolygon",
    "demand": "Point",
    "facilities": "Point",
    "plan_sites": "Point",
}
# The table in which QGIS looks for styles, as QGIS itself makes it.
_STYLE_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
    description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)"""


def geopackage(results: Results, network: WalkNetwork, box: Box, *, lang: Lang) -> bytes:
    """The GeoPackage as bytes: communities, service areas (one for all, and each), gaps, demand, facilities, streets, styles.

    Parameters
    ----------
    box
        West, south, east, north in metres: streets that lie wholly outside are left out, so that a
        town within a province's streets makes a small file.
    """
    import pyogrio

    with workshop() as folder:
        path = folder / "coverage.gpkg"
        layers = _layers(results, network, box)
        for name, frame in layers.items():
            shape = _SHAPES[name]
            stored = _storable(frame)
            many = shape == "MultiPolygon"
            pyogrio.write_dataframe(stored, path, layer=name, driver="GPKG", geometry_type=shape, promote_to_multi=many)
        english = lang == "en" and "name_en" in results.communities.columns
        looks = styles(_kinds(results.facilities), lang, name="name_en" if english else "name")
        _add_styles(path, {name: looks[name] for name in layers})
        return path.read_bytes()


def _layers(results: Results, network: WalkNetwork, box: Box) -> dict[str, gpd.GeoDataFrame]:
    """Every layer, from the ground up; the sites of a plan where there is one."""
    made = {"streets": street_table(network, box), "served_area": served_area(results)}
    if results.planned is not None:
        columns = [name for name in results.planned.sites.columns if name not in {"from_x", "from_y"}]
        made["plan_sites"] = results.planned.sites[columns]
    names = [name for name in _SHAPES if name != "plan_sites" or name in made]
    return {name: made[name] if name in made else results.layer(name) for name in names}


def served_area(results: Results) -> gpd.GeoDataFrame:
    """All service areas dissolved into one: whatever lies within the cutoff of any facility; no row where there is none."""
    import geopandas as gpd

    frame = results.service_areas
    shapes = np.asarray(frame.geometry.dropna().array, dtype=object)
    whole = [shapely.union_all(shapely.make_valid(shapes))] if len(shapes) else []
    columns = {
        "facilities": [len(shapes)] * len(whole),
        "served_weight": [results.totals.served_weight] * len(whole),
        "area_m2": measure(shapely.area(np.array(whole, dtype=object))).tolist(),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(whole, crs=frame.crs), crs=frame.crs)


def street_table(network: WalkNetwork, box: Box) -> gpd.GeoDataFrame:
    """The streets near a box as lines with the class and name of the way that each edge begins on, in metres."""
    import geopandas as gpd

    edges = edges_near(network, box)
    wanted = [name for name in ("way_id", "highway", "name") if name in network.ways.columns]
    table = network.ways[wanted].iloc[network.segment_way[network.edge_start[edges]]].reset_index(drop=True)
    table = table.assign(length_m=measure(network.edge_length_m[edges]))
    return gpd.GeoDataFrame(table, geometry=edge_lines(network, edges), crs=network.crs)


def _kinds(facilities: gpd.GeoDataFrame) -> list[str]:
    return [text(str(kind)) for kind in facilities["kind"].fillna("").unique()]


def _storable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame with columns of one type each, text where values differ, and None for empty shapes."""
    import geopandas as gpd

    table = {str(name): _typed(frame[name]) for name in frame.columns if name != frame.geometry.name}
    shapes = np.array(frame.geometry.to_numpy(), dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    return gpd.GeoDataFrame(
        pd.DataFrame(table, index=frame.index), geometry=gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    )


def _typed(values: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf":
        return values.where(np.isfinite(values)) if values.dtype.kind == "f" else values
    cells = column(values)
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, bool) for cell in known):
        return pd.Series(cells, index=values.index, dtype="boolean")
    if known and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in known):
        return pd.Series(cells, index=values.index, dtype="float64")
    return pd.Series([None if cell is None else str(cell) for cell in cells], index=values.index, dtype="object")


def _add_styles(path: Path, documents: dict[str, str]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_STYLE_TABLE)
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
            " styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, 'Lifecircle', ?, '', 1, 'Lifecircle', '')",
            [(name, _shape_column(database, name), document) for name, document in documents.items()],
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', '', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
        )


def _shape_column(database: sqlite3.Connection, name: str) -> str:
    row = database.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (name,)).fetchone()
    return str(row[0])
