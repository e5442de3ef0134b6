"""Street files for the benchmark: a large one made of copies of a small one, and XML for OSMnx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import osmium

if TYPE_CHECKING:
    from pathlib import Path


def to_xml(source: Path, target: Path) -> Path:
    """The nodes and walkable ways of a street file as .osm, by OSMnx's own filter for walkers."""
    import re

    from osmnx import _overpass

    rules = re.findall(r'\["([^"]+)"(?:!~"([^"]*)")?\]', _overpass._get_network_filter("walk"))  # noqa: SLF001
    kept, refs = set(), set()
    for way in osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway")):
        if all(not words or not re.search(words, way.tags.get(key, "")) for key, words in rules):
            kept.add(way.id)
            refs.update(node.ref for node in way.nodes)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source), osmium.osm.NODE | osmium.osm.WAY):
            if thing.id in (refs if thing.is_node() else kept):
                writer.add(thing)
    return target


def enlarge(source: Path, target: Path, across: int) -> int:
    """Write ``across`` by ``across`` copies of a street file side by side; how many ways that makes."""
    low_lon = low_lat = 360.0
    high_lon = high_lat = -360.0
    top = 0
    for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
        low_lon, high_lon = min(low_lon, node.location.lon), max(high_lon, node.location.lon)
        low_lat, high_lat = min(low_lat, node.location.lat), max(high_lat, node.location.lat)
    for thing in osmium.FileProcessor(str(source), osmium.osm.NODE | osmium.osm.WAY):
        top = max(top, thing.id)
    east, north = (high_lon - low_lon) * 1.02, (high_lat - low_lat) * 1.02
    ways = 0
    plain = osmium.io.File(str(target), "osm.pbf,add_metadata=false")  # who drew what when is not asked for
    with osmium.SimpleWriter(plain, overwrite=True) as writer:
        for copy in range(across * across):
            shift, right, up = copy * top, east * (copy % across), north * (copy // across)
            for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
                place = (node.location.lon + right, node.location.lat + up)
                writer.add_node(node.replace(id=node.id + shift, location=place))
        for copy in range(across * across):
            shift = copy * top
            for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
                writer.add_way(way.replace(id=way.id + shift, nodes=[node.ref + shift for node in way.nodes]))
                ways += 1
    return ways
