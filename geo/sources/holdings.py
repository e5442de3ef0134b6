"""How much a study may hold that strangers uploaded: what the server can still draw, walk and redraw at every click.

The same study opened by its path has no such limits: then it is the planner's own machine and patience.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.errors import InputDataError, NetworkError
from geo.messages import msg

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.model import WalkNetwork

MOST_ROWS = {
    "communities": 20_000,
    "facilities": 20_000,
    "entrances": 50_000,
    "demand": 250_000,
    "residential": 250_000,
    "candidates": 20_000,
    "requests": 50_000,
    "barriers": 20_000,
    "water": 50_000,
}
MOST_COLUMNS = 500
MOST_CORNERS = 1_500_000  # of a layer's shapes together
MOST_CORNERS_EACH = 150_000  # of one shape: a province's outline has some ten thousand
MOST_EDGES = 1_000_000
MOST_VERTICES = 6_000_000
MOST_VERTICES_EACH = 20_000  # of the street between two junctions


def check_layer(frame: pd.DataFrame | gpd.GeoDataFrame, layer: str, file: str) -> None:
    """Refuse a layer that holds too much, before anything is worked out with it.

    Raises
    ------
    InputDataError
        When it has too many rows or columns, or its shapes too many corners.
    """
    most = MOST_ROWS[layer]
    if len(frame) > most:
        sentence = msg(
            "{file} holds {count} rows; {most} of such a layer can be uploaded. Leave out what the question does not need."
        )
        raise InputDataError(sentence, file=file, count=f"{len(frame):,}", most=f"{most:,}")
    if len(frame.columns) > MOST_COLUMNS:
        sentence = msg("{file} holds {count} columns; {most} can be uploaded. Leave out what the question does not need.")
        raise InputDataError(sentence, file=file, count=f"{len(frame.columns):,}", most=f"{MOST_COLUMNS:,}")
    if "geometry" not in frame.columns:
        return
    corners = shapely.get_num_coordinates(frame["geometry"].to_numpy())
    largest = int(corners.max(initial=0))
    if largest > MOST_CORNERS_EACH:
        sentence = msg(
            "{file}, row {row}: the shape has {count} corners; {most} can be uploaded. Simplify it, for example in QGIS."
        )
        row = frame.index[int(np.argmax(corners))]
        raise InputDataError(sentence, file=file, row=row, count=f"{largest:,}", most=f"{MOST_CORNERS_EACH:,}")
    if int(corners.sum()) > MOST_CORNERS:
        sentence = msg(
            "{file}: its shapes have {count} corners in all; {most} can be uploaded. Simplify them, for example in QGIS."
        )
        raise InputDataError(sentence, file=file, count=f"{int(corners.sum()):,}", most=f"{MOST_CORNERS:,}")


def check_streets(network: WalkNetwork, file: str) -> None:
    """Refuse streets that are too many.

    Raises
    ------
    NetworkError
        When they are.
    """
    longest = int(np.diff(network.edge_start).max(initial=0))
    if network.edges > MOST_EDGES or len(network.vertex_xy) > MOST_VERTICES:
        sentence = msg(
            "{file} holds {count} streets from junction to junction; {most} can be uploaded. Cut it to the place that is planned."
        )
        raise NetworkError(sentence, file=file, count=f"{network.edges:,}", most=f"{MOST_EDGES:,}")
    if longest > MOST_VERTICES_EACH:
        sentence = msg("{file}: a street has {count} bends between two junctions; {most} can be uploaded. Simplify it.")
        raise NetworkError(sentence, file=file, count=f"{longest:,}", most=f"{MOST_VERTICES_EACH:,}")
