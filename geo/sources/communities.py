"""Communities: the polygons for which results are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs as systems
from geo.errors import InputDataError
from geo.messages import msg
from geo.sources import columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.sources.findings import FindingLog
    from geo.sources.layers import Layer
    from geo.sources.study_file import CommunitiesTable

_AROUND_M = 100.0
_OVERLAPS, _OVERLAPS_EACH = 10_000, 10  # so many pairs of neighbours may overlap: borders drawn twice do, a little
_AT_ONCE = 64


def communities_of(layer: Layer, table: CommunitiesTable, crs: str, log: FindingLog) -> gpd.GeoDataFrame:
    """The communities in metres: id, name, and the user's further columns; still indexed by their rows in the file.

    Raises
    ------
    InputDataError
        When there is no polygon in the layer.
    """
    frame = _polygons(layer.frame, table, log)
    ids = columns.ids(frame, table, log)
    named = columns.names(frame, table, instead=ids)
    data = columns.others(frame, {table.id, table.name, "id", "name"})
    data.insert(0, "name", named)
    data.insert(0, "id", ids)
    metric = systems.to_metric(gpd.GeoDataFrame(data, geometry=frame.geometry, crs=frame.crs), crs)
    _note_overlaps(metric, frame.index.to_numpy(), table.path, log)
    return metric


def people_of(layer: Layer, table: CommunitiesTable, kept: pd.Index, log: FindingLog) -> pd.DataFrame | None:
    """How many people live in each community: ``weight`` and a column per group; None where the study names no such column.

    ``kept`` are the rows of the layer that became communities.
    """
    if not table.population:
        return None
    frame = layer.frame.loc[kept]
    data = {"weight": columns.people(frame, table.population, "population", table.path, log)}
    for group, column in table.groups.items():
        data[group] = columns.people(frame, column, group, table.path, log)
        more = data[group] > data["weight"]
        if more.any():
            sentence = msg("{count} rows have more people in the group “{group}” than in all.")
            log.add("doubtful", sentence, frame.index[more], group=group)
    return pd.DataFrame(data)


def _polygons(frame: gpd.GeoDataFrame, table: CommunitiesTable, log: FindingLog) -> gpd.GeoDataFrame:
    """Only polygons; what mending left beside them (stray lines) is cut away."""
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    mixed = kinds == shapely.GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(mixed):
        parts = [part for part in shapes[i].geoms if part.geom_type in {"Polygon", "MultiPolygon"}]
        shapes[i] = shapely.union_all(parts) if parts else shapes[i]
    area = np.isin(shapely.get_type_id(shapes), [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON])
    if not area.any():
        raise InputDataError(msg("{file} holds no polygon; communities must be areas."), file=table.path)
    if not area.all():
        log.add("error", msg("{count} communities are no polygons and are left out."), frame.index[~area])
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))[area]


def _note_overlaps(frame: gpd.GeoDataFrame, rows: NDArray[np.int64], file: str, log: FindingLog) -> None:
    """Communities that share ground: people there are counted with the first.

    Raises
    ------
    InputDataError
        When so many share ground that they can't be a town's communities.
    """
    shapes = frame.geometry.to_numpy()
    _, same = np.unique(shapely.to_wkb(shapely.normalize(shapes)), return_inverse=True)
    alike = np.bincount(same)
    touched = set(np.flatnonzero(alike[same] > 1).tolist())
    left = _OVERLAPS + _OVERLAPS_EACH * len(shapes) - int((alike * (alike - 1)).sum())
    tree = shapely.STRtree(shapes)
    for begin in range(0, len(shapes), _AT_ONCE):
        if left < 0:
            raise InputDataError(
                msg("{file}: its areas lie on top of each other too often; keep one for each community."), file=file
            )
        first, second = tree.query(shapes[begin : begin + _AT_ONCE], predicate="overlaps")
        first += begin
        left -= len(first)
        pairs = first < second
        first, second = first[pairs], second[pairs]
        shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
        much = shared > 0.01 * np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
        touched.update(first[much].tolist(), second[much].tolist())
    if touched:
        sentence = msg("{count} communities overlap; who lives in two is counted with the first.")
        log.add("doubtful", sentence, rows[sorted(touched)])


def one_around(shapes: gpd.GeoSeries, log: FindingLog) -> gpd.GeoDataFrame:
    """One community around everything, for a study that names none; ``shapes`` are in metres."""
    log.add("info", msg("The study names no communities; one was drawn around all its people."))
    hull = shapes.union_all().convex_hull.buffer(_AROUND_M) if len(shapes) else shapely.Polygon()
    return gpd.GeoDataFrame(pd.DataFrame({"id": ["all"], "name": [""]}), geometry=[hull], crs=shapes.crs)


def outline(shapes: gpd.GeoSeries) -> shapely.Polygon | shapely.MultiPolygon:
    """Areas as one outline; points and lines as what they span.

    Raises
    ------
    InputDataError
        When they span no area.
    """
    whole = shapes.union_all()
    if not isinstance(whole, shapely.Polygon | shapely.MultiPolygon):
        whole = whole.convex_hull
    if not isinstance(whole, shapely.Polygon | shapely.MultiPolygon):
        raise InputDataError(msg("The study spans no area, so its streets can't be asked for; give [communities]."))
    return whole


def assign(points: gpd.GeoSeries, communities: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Each point's community as a row number, -1 outside all; on a border or in two, the first row wins."""
    place, row = shapely.STRtree(communities.geometry.to_numpy()).query(points.to_numpy(), predicate="intersects")
    found = np.full(len(points), len(communities), dtype=np.int64)
    np.minimum.at(found, place, row)
    found[found == len(communities)] = -1
    return found
