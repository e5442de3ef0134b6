"""Small OpenStreetMap files written by hand, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from pathlib import Path

STEP = 0.0009  # degrees of latitude, about 100 m


def write_osm(path: Path, nodes, ways, relations=(), *, ways_first=False) -> Path:
    """nodes: {id: (east, north)} or {id: (east, north, tags)} in steps of about 100 m from 110 E 30 N;
    ways: {id: (refs, tags)}; relations: {id: ([(type, ref, role)], tags)}."""
    node_lines, way_lines, relation_lines = [], [], []
    for key, (east, north, *more) in nodes.items():
        lon, lat = 110 + east * STEP * 1.1547, 30 + north * STEP  # 1 / cos(30°)
        node_lines.append(f'<node id="{key}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(*more)}</node>')
    for key, (refs, tags) in ways.items():
        way_lines.append(
            f'<way id="{key}" version="1">{"".join(f"<nd ref={quoteattr(str(r))}/>" for r in refs)}{_tags(tags)}</way>'
        )
    for key, (members, tags) in dict(relations).items():
        inner = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        relation_lines.append(f'<relation id="{key}" version="1">{inner}{_tags(tags)}</relation>')
    lines = way_lines + node_lines if ways_first else node_lines + way_lines
    body = "\n".join(lines + relation_lines)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n', encoding="utf-8")
    return path


def _tags(tags=None) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in (tags or {}).items())


def street(**tags) -> dict[str, str]:
    return {"highway": "residential", **tags}
