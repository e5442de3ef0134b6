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
from geo.ui.layers import Packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.model import Coverage, Study, WalkNetwork

_MANY_VERTICES = 60_000  # beyond this the outlines are thinned harder
_STREET_VERTICES = 400_000  # beyond this the small ways are left out, smallest first
_MAJOR = frozenset({"primary", "secondary", "tertiary", "trunk", "primary_link", "secondary_link", "tertiary_link", "trunk_link"})
_PATH = frozenset({"footway", "path", "track", "pedestrian", "cycleway", "bridleway", "corridor"})


def streets(network: WalkNetwork) -> Packed:
    """The walking streets in four classes (major, minor, path, steps), one feature each."""
    kind = _street_class(network)
    lonlat = np.round(crs.unproject(network.vertex_xy, network.crs), 6)
    first, last = network.edge_start[:-1], network.edge_start[1:]
    edge_kind = kind[np.maximum(network.segment_way[first], 0)] if network.edges else np.zeros(0, dtype="U5")
    features, left = [], _STREET_VERTICES
    for name in ("major", "steps", "minor", "path"):
        chosen = np.flatnonzero(edge_kind == name)
        left -= int((last - first)[chosen].sum())
        if not len(chosen) or left < 0:
            continue
        lines = [lonlat[first[e] : last[e]].tolist() for e in chosen]
        features.append(_feature({"type": "MultiLineString", "coordinates": lines}, {"class": name}))
    return _pack(features)


def _street_class(network: WalkNetwork) -> NDArray[np.str_]:
    classes = [
        "major" if h in _MAJOR else "steps" if h == "steps" else "path" if h in _PATH else "minor"
        for h in network.ways["highway"]
    ]
    return np.array(classes or ["minor"])


def communities(study: Study, names: Sequence[str]) -> Packed:
    """Outlines with name, row and a place for the label; what they stand at comes with the answer."""
    frame = study.communities
    shapes = _degrees(frame.geometry.to_numpy(), study.crs)
    inside = shapely.get_coordinates(_degrees(shapely.point_on_surface(frame.geometry.to_numpy()), study.crs, thin_m=0))
    labels = inside.tolist() if len(frame) <= 60 and len(inside) == len(frame) else [None] * len(frame)  # noqa: PLR2004
    rows = [{"row": row, "name": name, "label": label} for row, (name, label) in enumerate(zip(names, labels, strict=True))]
    return _pack(_features(shapes, rows))


def homes(study: Study) -> Packed:
    """A dot per demand point, its area by the number of people."""
    weight = study.demand["weight"].to_numpy(dtype=np.float64)
    typical = float(np.median(weight[weight > 0])) if (weight > 0).any() else 1.0
    radius = np.clip(2.0 * np.sqrt(weight / typical), 1.2, 6.0).round(1)
    shapes = _degrees(study.demand.geometry.to_numpy(), study.crs)
    return _pack(_features(shapes, [{"radius": float(r)} for r in radius]))


def service_areas(frame: gpd.GeoDataFrame) -> Packed:
    """From where people can walk to a facility within the cutoff."""
    return _pack(_features(_degrees(frame.geometry.to_numpy(), str(frame.crs)), [{} for _ in range(len(frame))]))


def gaps(coverage: Coverage) -> Packed:
    """Where people live beyond the cutoff."""
    frame = coverage.gaps
    return _pack(_features(_degrees(frame.geometry.to_numpy(), coverage.crs), [{"gap_id": str(i)} for i in frame["gap_id"]]))


def facilities(frame: gpd.GeoDataFrame, code: str, looks: Sequence[Mapping[str, object]]) -> Packed:
    """Existing facilities; ``looks`` holds per row what the page shows of it (id, name, glyph, colour, note, closed)."""
    return _pack(_features(_degrees(frame.geometry.to_numpy(), code, thin_m=0), looks))


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


def _feature(geometry: object, properties: object) -> bytes:
    return b'{"type":"Feature","properties":%s,"geometry":%s}' % (_json(properties), _json(geometry))


def _pack(features: Sequence[bytes]) -> Packed:
    return Packed(b'{"type":"FeatureCollection","features":[%s]}' % b",".join(features))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
