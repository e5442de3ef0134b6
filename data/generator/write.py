"""The files: OSM in PBF, GeoJSON and CSV, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
from shapely import transform
from shapely.geometry import Polygon, mapping
from shapely.geometry.polygon import orient

from data.generator.plane import lonlat
from data.generator.streets import weave

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from data.generator.communities import Community
    from data.generator.town import Shape, Town

DATE = "2026-03-01T00:00:00Z"


def write_streets(path: Path, town: Town) -> dict[str, int]:
    """The whole drawing as an OSM file; nodes first, then ways, numbered from 1."""
    woven = weave(town.streets)
    nodes: dict[tuple[float, float], int] = {}
    tags: dict[int, dict[str, str]] = {}
    ways: list[tuple[list[int], dict[str, str]]] = []
    places = lonlat(woven.xy)
    of_street: dict[int, int] = {}
    for line, street in zip(woven.lines, town.streets, strict=True):
        refs = []
        for n in line:
            if n not in of_street:
                of_street[n] = _node(nodes, places[n])
            refs.append(of_street[n])
        if len(refs) > 1:
            ways.append((refs, street.tags))
    for mark in town.marks:
        near = int(np.argmin(np.hypot(*(woven.xy - np.array(mark.xy)).T)))
        if near in of_street:
            tags.setdefault(of_street[near], {}).update(mark.tags)
    for shape in [*town.shapes, *_outlines(town)]:
        refs = [_node(nodes, place) for place in lonlat(shape.xy)]
        ways.append((refs, shape.tags))
    _pbf(path, nodes, tags, ways)
    return {"nodes": len(nodes), "ways": len(ways)}


def _outlines(town: Town) -> Iterable[Shape]:
    from data.generator.town import Shape as Closed

    for building in town.buildings:
        yield Closed(np.vstack([building.corners, building.corners[:1]]), building.tags)


def _node(nodes: dict[tuple[float, float], int], place: Any) -> int:  # noqa: ANN401
    key = (float(place[0]), float(place[1]))
    return nodes.setdefault(key, len(nodes) + 1)


def _pbf(
    path: Path,
    nodes: dict[tuple[float, float], int],
    tags: dict[int, dict[str, str]],
    ways: list[tuple[list[int], dict[str, str]]],
) -> None:
    header = osmium.io.Header()
    header.set("generator", "qinghe: synthetic, invented town")
    header.set("osmosis_replication_timestamp", DATE)
    path.unlink(missing_ok=True)
    file = osmium.io.File(str(path), "pbf,add_metadata=none")
    with osmium.SimpleWriter(file, header=header) as out:
        for (lon, lat), number in nodes.items():
            out.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat), tags=tags.get(number, {})))
        for number, (refs, way_tags) in enumerate(ways, start=1):
            out.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=way_tags))


def write_communities(path: Path, communities: list[Community], more: dict[str, dict[str, Any]]) -> None:
    """RFC 7946: WGS-84, six decimals, right-handed rings."""
    features = []
    for c in communities:
        ring = np.round(lonlat(np.asarray(c.outline.exterior.coords)[:, :2]), 6)
        x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
        if float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) < 0:
            ring = ring[::-1]
        properties = {"id": c.id, "name": c.name, "name_en": c.name_en, "type": c.sort, **more.get(c.id, {})}
        features.append(
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring.tolist()]}}
        )
    text = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{text}\n]}}\n', encoding="utf-8", newline="\n")


def write_barriers(path: Path, rows: Iterable[tuple[dict[str, str], BaseGeometry]]) -> None:
    """Walls, gates and planned links as GeoJSON: WGS-84, six decimals, right-handed rings."""
    features = []
    for properties, shape in rows:
        placed = transform(orient(shape) if isinstance(shape, Polygon) else shape, lambda xy: np.round(lonlat(xy[:, :2]), 6))
        geometry = json.dumps(mapping(placed))
        features.append(
            f'{{"type": "Feature", "properties": {json.dumps(properties, ensure_ascii=False)}, "geometry": {geometry}}}'
        )
    text = ",\n".join(features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{text}\n]}}\n', encoding="utf-8", newline="\n")


def write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """A CSV in UTF-8 with plain line ends; coordinates with six decimals."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"{v:.6f}" if isinstance(v, float) else v for k, v in row.items()})
    path.write_text(out.getvalue(), encoding="utf-8", newline="\n")
