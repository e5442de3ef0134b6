"""The layers of the map as GeoJSON: what is drawn, not what is exported.

Geometry is turned to degrees, rounded to six decimals (0.1 m) and thinned to what a
screen can show. Names ride along as data; the page only ever sets them as text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo import crs
from geo.maps.anchors import anchors
from geo.ui.layers import Packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.model import Coverage, Study

_MOST_LABELS = 60  # names of more communities would cover the map
_MANY_VERTICES = 60_000  # beyond this the outlines are thinned harder


def communities(study: Study, names: Sequence[str]) -> Packed:
    """Outlines with name, row and a place for the label; what they stand at comes with the answer."""
    frame = study.communities
    shapes = _degrees(frame.geometry.to_numpy(), study.crs)
    labels: list[list[float] | None] = [None] * len(frame)
    if 1 < len(frame) <= _MOST_LABELS:
        sites = shapely.get_coordinates(study.facilities.frame.geometry.to_numpy())
        places = anchors(frame.geometry.to_numpy(), sites)
        lonlat = np.round(crs.unproject(np.nan_to_num(places), study.crs), 6).tolist()
        labels = [at if known else None for at, known in zip(lonlat, np.isfinite(places[:, 0]).tolist(), strict=True)]
    rows = [{"row": row, "name": name, "label": label} for row, (name, label) in enumerate(zip(names, labels, strict=True))]
    return _pack(_features(shapes, rows))


def water(frame: gpd.GeoDataFrame | None, code: str) -> Packed:
    """Rivers and lakes as outlines; nothing where nobody knows of any."""
    if frame is None or frame.empty:
        return _pack([])
    return service_areas(crs.to_metric(frame, code))


def homes(study: Study) -> Packed:
    """A dot per demand point, its area by the number of people.

    Places as whole millionths of a degree, longitude and latitude in turn, each told from the one before; radii in tenths.
    """
    weight = study.demand["weight"].to_numpy(dtype=np.float64)
    typical = float(np.median(weight[weight > 0])) if (weight > 0).any() else 1.0
    radius = np.clip(20.0 * np.sqrt(weight / typical), 12.0, 60.0).round().astype(int)
    lonlat = crs.unproject(shapely.get_coordinates(study.demand.geometry.to_numpy()), study.crs)
    steps = np.diff(np.rint(lonlat * 1e6).astype(np.int64), axis=0, prepend=0)
    return Packed(_json({"parts": 1e6, "at": steps.ravel().tolist(), "radius": radius.tolist()}))


def service_areas(frame: gpd.GeoDataFrame) -> Packed:
    """From where people can walk to a facility within the cutoff."""
    return _pack(_features(_degrees(frame.geometry.to_numpy(), str(frame.crs)), [{} for _ in range(len(frame))]))


def shaded(frame: gpd.GeoDataFrame, colours: Sequence[str]) -> Packed:
    """Areas, each in its own colour."""
    return _pack(_features(_degrees(frame.geometry.to_numpy(), str(frame.crs)), [{"colour": colour} for colour in colours]))


def gaps(coverage: Coverage) -> Packed:
    """Where people live beyond the cutoff."""
    frame = coverage.gaps
    return _pack(_features(_degrees(frame.geometry.to_numpy(), coverage.crs), [{"gap_id": str(i)} for i in frame["gap_id"]]))


def facilities(frame: gpd.GeoDataFrame, code: str, looks: Sequence[Mapping[str, object]]) -> Packed:
    """Existing facilities; ``looks`` holds per row what the page shows of it (id, name, glyph, colour, note, closed)."""
    return _pack(_features(_degrees(frame.geometry.to_numpy(), code, thin_m=0), looks))


def lines(shapes: Sequence[BaseGeometry], rows: Sequence[Mapping[str, object]], code: str) -> Packed:
    """Lines and points to the last bend."""
    return _pack(_features(_degrees(np.array(shapes, dtype=object), code, thin_m=0), rows))


def answer(communities_said: Sequence[tuple[float, float, str]], home_states: str) -> Packed:
    """Per community people, people served and a sentence; per home one letter (s, u, n, l, x)."""
    return Packed(_json({"communities": [list(row) for row in communities_said], "homes": home_states}))


def home_states(after: Coverage, gained: NDArray[np.bool_], lost: NDArray[np.bool_]) -> str:
    """One letter a home: served, unserved, newly served, lost, or no way to the streets (x)."""
    served = after.demand["served"].to_numpy(dtype=np.bool_)
    stuck = after.demand["reason"].isin(["off_network", "cut_off"]).to_numpy()
    state = np.where(served, "s", "u")
    state[stuck & ~served] = "x"
    state[gained], state[lost] = "n", "l"
    return "".join(state.tolist())


def _degrees(shapes: NDArray[np.object_], code: str, thin_m: float = 1.0) -> NDArray[np.object_]:
    """Metric shapes in WGS-84 degrees, thinned first where they are outlines."""
    count = int(shapely.get_num_coordinates(shapes).sum())
    if thin_m and count > len(shapes):
        shapes = shapely.simplify(shapes, thin_m if count < _MANY_VERTICES else 5 * thin_m, preserve_topology=True)

    def turn(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(crs.unproject(xy, code), 6)

    turned: NDArray[np.object_] = shapely.transform(shapes, turn)
    return turned


def _features(shapes: NDArray[np.object_], rows: Sequence[Mapping[str, object]]) -> list[bytes]:
    written = shapely.to_geojson(shapes)
    return [
        b'{"type":"Feature","properties":%s,"geometry":%s}' % (_json(row), shape.encode())
        for row, shape, empty in zip(rows, written, shapely.is_empty(shapes) | shapely.is_missing(shapes), strict=True)
        if not empty
    ]


def _pack(features: Sequence[bytes]) -> Packed:
    return Packed(b'{"type":"FeatureCollection","features":[%s]}' % b",".join(features))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
