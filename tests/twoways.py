"""A town of two ways: a straight one of 1,000 m, whose tags are on trial, and a way round it of 2,600 m."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from geo import evaluate, load_study
from geo.core.barriers import applied

if TYPE_CHECKING:
    from pathlib import Path

    from geo.model import Study

LON, LAT = 117.84, 32.65
_EAST = 1 / (111_320.0 * math.cos(math.radians(LAT)))
_NORTH = 1 / 110_900.0
NODES = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (0, -800), 5: (1000, -800)}
STRAIGHT, ROUND = 1000, 2600


def lonlat(x: float, y: float) -> tuple[float, float]:
    return LON + x * _EAST, LAT + y * _NORTH


def town(folder: Path, way, node=None, *, more=(), places=None, at="", gates=False, profile="adult", filter_="") -> Study:
    """Write the study and load it.

    ``way``: tags of the straight way 1-2-3; ``node``: tags of its middle node; ``more``: further ways (nodes, tags);
    ``places``: further nodes in metres. The home is at node 1, the canteen at node 3.
    """
    ways = [([1, 2, 3], way), ([1, 4, 5, 3], {"highway": "residential"}), *more]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="synthetic test">']
    for number, xy in {**NODES, **(places or {})}.items():
        lon, lat = lonlat(*xy)
        lines.append(
            f'<node id="{number}" version="1" lat="{lat:.9f}" lon="{lon:.9f}">{_tags(node if number == 2 else None)}</node>'
        )
    for number, (nodes, tags) in enumerate(ways, 1001):
        refs = "".join(f'<nd ref="{one}"/>' for one in nodes)
        lines.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
    (folder / "streets.osm").write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    for name, xy in (("homes", (0, 0)), ("canteens", (1000, 0))):
        lon, lat = lonlat(*xy)
        (folder / f"{name}.csv").write_text(f"id,lon,lat,people\nh,{lon:.9f},{lat:.9f},10\n", encoding="utf-8")
    (folder / "study.toml").write_text(
        f"""[network]
path = "streets.osm"
gates = {str(gates).lower()}
[facilities]
path = "canteens.csv"
[demand]
path = "homes.csv"
weight = "people"
[standard]
profile = "{profile}"
distance_m = 5000
[walking]
at = "{at}"
filter = "{filter_ or "lifecircle"}"
""",
        encoding="utf-8",
    )
    return applied(load_study(folder))


def metres(study: Study) -> float | None:
    """How far the home's people walk; None where they have no way."""
    far = float(evaluate(study).demand["distance_m"].iloc[0])
    return None if math.isnan(far) else round(far, -2)


def _tags(tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in (tags or {}).items())
