"""Vector layers through pyogrio: shapes and columns in WGS-84, with what had to be mended."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from geo.errors import CrsError, GeoError, InputDataError
from geo.messages import Message, msg
from geo.sources import datum, guard
from geo.sources.alone import alone
from geo.sources.dbf import dbf_encoding
from geo.sources.findings import FindingLog, some
from geo.sources.geojson import read_geojson
from geo.sources.positions import exchanged, possible
from geo.sources.shape_limits import check_corners, mendable

if TYPE_CHECKING:
    from pathlib import Path

    from geo.sources.positions import Bounds
    from geo.sources.study_file import LayerTable

_LONG = 1e15  # numbers beyond are told by their power of ten

_FOLDER = re.compile(r"\S*lifecircle-[^/\\]+[/\\]")  # where a file was alone: nothing that the user knows


def read_vector(path: Path, table: LayerTable, log: FindingLog) -> gpd.GeoDataFrame:
    """All features of one layer as they stand in the file, indexed by their place counted from 1.

    Raises
    ------
    InputDataError
        When the layer can't be read, isn't there, or holds no feature.
    """
    if guard.is_json(path):
        return read_geojson(path, table, log)
    guard.prepare_gdal()
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    encoding = table.encoding or None
    if path.suffix.lower() == ".shp":
        _companions(path, table, log)
        encoding = encoding or dbf_encoding(path, log, table.path)
    try:
        with alone(path, table.path) as plain, warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            layer = _layer(pyogrio.list_layers(plain), table, log)
            frame = pyogrio.read_dataframe(plain, layer=layer, encoding=encoding, on_invalid="fix", fid_as_index=False)
    except UnboundLocalError as error:  # what pyogrio raises for a coordinate system that can't be parsed
        sentence = msg('The coordinate system of {file} can\'t be understood; remove its .prj file and write crs = "EPSG:…".')
        raise CrsError(sentence, file=table.path) from error
    except GeoError:
        raise
    except (DataSourceError, DataLayerError, FieldError, ValueError, LookupError) as error:
        why = _FOLDER.sub("", str(error).replace(str(path), table.path)).rstrip(".")
        raise InputDataError(msg("{file} can't be read: {why}."), file=table.path, why=why) from error
    for text in sorted({str(warning.message) for warning in said}):
        log.add("doubtful", msg("{file}: the reader says “{text}”."), file=table.path, text=_FOLDER.sub("", text))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputDataError(msg("{file} has columns but no shapes; a map layer needs them."), file=table.path)
    if frame.crs is not None and crs.names_files(frame.crs):
        sentence = msg('{file} names its coordinate system in a way that is not followed; write crs = "EPSG:…" in its table.')
        raise CrsError(sentence, file=table.path)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return frame


def _layer(layers: object, table: LayerTable, log: FindingLog) -> str | None:
    """The layer meant, where a file holds several."""
    names = [str(row[0]) for row in np.asarray(layers) if row[1] is not None] or [str(row[0]) for row in np.asarray(layers)]
    if table.path.lower().endswith(".zip") or len(names) <= 1:
        return None
    if table.layer:
        if table.layer not in names:
            raise InputDataError(
                msg("{file} has no layer “{layer}”; it has: {known}."), file=table.path, layer=table.layer, known=some(names)
            )
        return table.layer
    log.add("info", msg("{file} has several layers ({layers}); the first was read."), file=table.path, layers=some(names))
    return names[0]


def _companions(path: Path, table: LayerTable, log: FindingLog) -> None:
    """A shapefile's parts that are missing, said before GDAL keeps silent about them."""
    there = {other.suffix.lower() for other in path.parent.glob(f"{path.stem}.*")}
    if ".shx" not in there:
        raise InputDataError(msg("{file} lacks its companion .shx; copy all parts of the shapefile together."), file=table.path)
    if ".dbf" not in there:
        log.add("doubtful", msg("{file} lacks its companion .dbf: there are shapes but no columns."), file=table.path)


def in_wgs84(frame: gpd.GeoDataFrame, table: LayerTable, log: FindingLog, area: Bounds | None) -> gpd.GeoDataFrame:
    """The layer in WGS-84 with clean shapes: empty and impossible ones left out, invalid ones mended.

    Raises
    ------
    CrsError
        Without a coordinate system, or with numbers that can't be in the one it claims.
    InputDataError
        When no shape is left.
    """
    if not len(frame):
        return frame.set_crs(crs.WGS84, allow_override=True)
    if table.crs:
        frame = frame.set_crs(table.crs, allow_override=True)
    frame = _without_empty(frame, log)
    check_corners(frame, table.path)
    frame = _two_dimensional(frame)
    frame = _system(frame, table, log)
    frame = _on_the_globe(crs.to_wgs84(frame), log, area)
    if table.datum in {"gcj02", "bd09"}:
        moved = shapely.transform(frame.geometry.to_numpy(), lambda xy: datum.to_wgs84(xy, table.datum))
        frame = frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=frame.crs))
    frame = _valid(frame, log)
    if not len(frame):
        raise InputDataError(msg("{file} has no feature with a usable shape."), file=table.path)
    return frame


def _without_empty(frame: gpd.GeoDataFrame, log: FindingLog) -> gpd.GeoDataFrame:
    bare = (frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    if bare.any():
        log.add("error", msg("{count} features have no shape and are left out."), frame.index[bare])
    xy, owner = shapely.get_coordinates(frame.geometry.to_numpy()[~bare], return_index=True)
    finite = np.ones(int((~bare).sum()), dtype=bool)
    finite[owner[~np.isfinite(xy).all(axis=1)]] = False
    kept = frame[~bare]
    if not finite.all():
        sentence = msg("{count} features have coordinates that are no numbers and are left out.")
        log.add("error", sentence, kept.index[~finite])
    return kept[finite]


def _two_dimensional(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(frame.geometry.force_2d()) if frame.geometry.has_z.any() else frame


def _system(frame: gpd.GeoDataFrame, table: LayerTable, log: FindingLog) -> gpd.GeoDataFrame:
    """The layer with a coordinate system that its numbers can be in."""
    if not len(frame):
        raise InputDataError(msg("{file} has no feature with a usable shape."), file=table.path)
    # The greater part decides: single shapes off the globe are a matter of their rows.
    reach = float(np.median(np.abs(frame.bounds.to_numpy()).max(axis=1)))
    in_degrees = reach <= 180  # noqa: PLR2004  (longitude and latitude either way round)
    if frame.crs is None:
        guess = Message(msg('degrees: crs = "EPSG:4326"') if in_degrees else msg('metres: for example crs = "EPSG:4544"'))
        sentence = msg('{file} does not say its coordinate system; name it with crs = "…" (its numbers look like {guess}).')
        raise CrsError(sentence, file=table.path, guess=guess)
    if frame.crs.is_geographic and not in_degrees:
        sentence = msg('{file} says it is in degrees but has numbers like {value}; name its true system with crs = "EPSG:…".')
        raise CrsError(sentence, file=table.path, value=f"{reach:.0f}" if reach < _LONG else f"{reach:.1e}")
    if frame.crs.is_projected and in_degrees and reach > 1:
        sentence = msg("{file} claims {claimed}, but its numbers are degrees; it was read as longitude and latitude.")
        log.add("mended", sentence, file=table.path, claimed=frame.crs.name)
        return frame.set_crs(crs.WGS84, allow_override=True)
    return frame


def _on_the_globe(frame: gpd.GeoDataFrame, log: FindingLog, area: Bounds | None) -> gpd.GeoDataFrame:
    """Exchanged coordinates put right, shapes off the globe left out."""
    bounds = frame.bounds.to_numpy()
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    swapped = exchanged(middle, area)
    shapes = frame.geometry.to_numpy()
    if swapped.any():
        log.add("mended", msg("{count} rows had longitude and latitude exchanged; they were put right."), frame.index[swapped])
        shapes = np.where(swapped, shapely.transform(shapes, lambda xy: xy[:, ::-1]), shapes)
        frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
        bounds = frame.bounds.to_numpy()
    good = possible(bounds[:, :2]) & possible(bounds[:, 2:])
    if not good.all():
        values = some(f"{x:g} {y:g}" for x, y in middle[~good])
        log.add("error", msg("{count} rows lie outside the globe and are left out: {values}."), frame.index[~good], values=values)
    return frame[good]


def _valid(frame: gpd.GeoDataFrame, log: FindingLog) -> gpd.GeoDataFrame:
    """Shapes that cross themselves mended: without that, joining them with others fails."""
    bad = ~frame.geometry.is_valid.to_numpy()
    if not bad.any():
        return frame
    shapes = frame.geometry.to_numpy()
    hopeless = np.zeros(len(shapes), dtype=bool)
    hopeless[bad] = ~mendable(shapes[bad])
    if hopeless.any():
        sentence = msg("{count} shapes cross themselves too often to be mended and are left out; draw their outlines again.")
        log.add("error", sentence, frame.index[hopeless])
    bad = bad[~hopeless]
    frame = frame[~hopeless]
    if not bad.any():
        return frame
    shapes = frame.geometry.to_numpy()
    shapes[bad] = shapely.make_valid(shapes[bad])
    log.add("mended", msg("{count} shapes cross themselves or are not closed; they were mended."), frame.index[bad])
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
