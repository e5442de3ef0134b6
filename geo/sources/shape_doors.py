"""Where a facility that is drawn as more than one point is entered: open parks, market streets, several parts.

A door stands where a street crosses the edge of an area. An area that no street crosses is taken to be open
toward the streets beside it: it has a door every 25 m of its edge that a street passes within 30 m (in a published study the
access to large parks fell from 48.6 to 42.0 % by how entry points were placed: global-indicators, issue 653). Every
part of a shape has doors of its own, every point of several is one, and a line is entered all along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.sources.streets import segments_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Shapes = NDArray[np.object_]

EVERY_M = 25.0
BESIDE_M = 30.0
_MOST_DOORS = 400  # of one part; of more, every second, third … is taken
_LINE, _AREA = 1, 2


def needs_doors(shapes: Shapes) -> NDArray[np.bool_]:
    """Which shapes are more than one point."""
    result: NDArray[np.bool_] = (shapely.get_dimensions(shapes) > 0) | (shapely.get_num_geometries(shapes) > 1)
    return result


def shape_doors(frame: gpd.GeoDataFrame, network: WalkNetwork) -> gpd.GeoDataFrame:
    """The doors of some facilities: facility_id, geometry, in the metres of both.

    Parameters
    ----------
    frame
        Columns id and geometry: areas, lines, and shapes of several parts.
    network
        The streets that they are entered from; nobody comes in from a tunnel.
    """
    streets = segments_of(network)
    parts, of = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    edges = np.where(shapely.get_dimensions(parts) == _AREA, shapely.boundary(parts), parts)
    tree = shapely.STRtree(list(streets[~_in_tunnel(network)]))
    doors = [_doors(edge, part, tree) for edge, part in zip(edges, parts, strict=True)]
    ids = np.repeat(frame["id"].to_numpy(dtype=object)[of], [len(here) for here in doors])
    places = shapely.points(np.vstack([np.zeros((0, 2)), *doors]))
    return gpd.GeoDataFrame(
        {"facility_id": pd.Series(ids, dtype="str")}, geometry=gpd.GeoSeries(places, crs=frame.crs), crs=frame.crs
    )


def _in_tunnel(network: WalkNetwork) -> NDArray[np.bool_]:
    way = network.segment_way[network.segment_way >= 0]
    if "tunnel" not in network.ways:
        return np.zeros(len(way), dtype=np.bool_)
    return network.ways["tunnel"].to_numpy(dtype=np.bool_)[way]


def _doors(edge: shapely.Geometry, part: shapely.Geometry, tree: shapely.STRtree) -> NDArray[np.float64]:
    """The doors of one part, (d, 2); none where there are no streets at all."""
    dimension = shapely.get_dimensions(part)
    if dimension < _LINE:
        return shapely.get_coordinates(part)
    if dimension == _LINE:
        return _thinned(shapely.get_coordinates(shapely.segmentize(edge, EVERY_M)))
    crossing = shapely.intersection(edge, tree.geometries[tree.query(edge, predicate="intersects")])
    doors = np.unique(np.round(shapely.get_coordinates(crossing), 1), axis=0)
    if not len(doors):
        along = shapely.get_coordinates(shapely.segmentize(edge, EVERY_M))
        near = np.unique(tree.query(shapely.points(along), predicate="dwithin", distance=BESIDE_M)[0])
        doors = along[near]
    if not len(doors) and len(tree.geometries):
        nearest = tree.geometries[tree.nearest(edge)]
        doors = shapely.get_coordinates(shapely.shortest_line(edge, nearest))[:1]
    return _thinned(doors)


def _thinned(doors: NDArray[np.float64]) -> NDArray[np.float64]:
    return doors[:: -(-len(doors) // _MOST_DOORS) or 1]
