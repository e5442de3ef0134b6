"""What may lie over the streets: a compound with a shut back gate, and a planned footbridge over the railway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon

if TYPE_CHECKING:
    from data.generator.skeleton import Skeleton
    from data.generator.town import Town

Row = tuple[dict[str, str], "Polygon | Point | LineString"]

_COMPOUND = (375.0, -669.0)  # near the middle of the compound whose wall is told
_BRIDGE_Y = 0.0  # where the railway has no crossing for a long way
_BESIDE_M = (25.0, 220.0)  # so far from the tracks the footbridge may end
_WALKED = ("residential", "living_street", "service", "footway", "path", "pedestrian", "tertiary", "secondary")


def draw(town: Town, bones: Skeleton) -> list[Row]:
    """The wall, its gates and the footbridge, each with its properties."""
    walls = [Polygon(shape.xy) for shape in town.shapes if shape.tags.get("barrier") == "wall"]
    wall = min(walls, key=lambda one: one.centroid.distance(Point(_COMPOUND)))
    gates = [
        (
            {
                "kind": "gate",
                "name": "正门" if number == 0 else "后门（已封）",
                "status": "existing" if number == 0 else "closed",
            },
            gate,
        )
        for number, gate in enumerate(_gates(town, wall))
    ]
    named = {"kind": "wall", "name": "小区围墙", "status": "existing"}
    planned = {"kind": "bridge", "name": "规划跨铁路天桥", "status": "proposed"}
    return [(named, wall), *gates, (planned, _footbridge(town, bones.rail))]


def _gates(town: Town, wall: Polygon) -> list[Point]:
    """Where streets pass the wall, the one nearest to the town's middle first."""
    found = []
    for street in town.streets:
        cut = LineString(street.xy).intersection(wall.exterior)
        found += [point for point in getattr(cut, "geoms", [cut]) if isinstance(point, Point) and not point.is_empty]
    return sorted(found, key=lambda point: (round(point.distance(Point(0.0, 0.0)), 3), point.x))


def _footbridge(town: Town, rail: LineString) -> LineString:
    """From the nearest walked street on one side of the railway to the nearest on the other."""
    line = np.asarray(rail.coords)
    order = np.argsort(line[:, 1])
    middle = (float(np.interp(_BRIDGE_Y, line[order, 1], line[order, 0])), _BRIDGE_Y)
    places = np.vstack([street.xy for street in town.streets if street.tags.get("highway") in _WALKED and not street.level])
    east_m = places[:, 0] - np.interp(places[:, 1], line[order, 1], line[order, 0])
    away_m = np.hypot(*(places - middle).T)
    ends = []
    for side in (1.0, -1.0):
        near = np.flatnonzero((east_m * side > _BESIDE_M[0]) & (away_m < _BESIDE_M[1]))
        ends.append(places[near[int(np.argmin(away_m[near]))]])
    return LineString(ends)
