"""The green banks of the river with their walks, and what marks the junctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, MultiLineString, Point, box
from shapely.ops import linemerge

from data.generator.blocks import largest
from data.generator.plane import beside, coords, parts

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.skeleton import Skeleton
    from data.generator.town import Town


def draw(town: Town, bones: Skeleton) -> None:
    """Draw the banks, then the signals and crossings of the main roads."""
    walk = bones.river.buffer(19).exterior
    rail = bones.rail.buffer(30)
    for window in (box(-1640, -900, 905, 200), box(-1610, -900, 1110, 200)):
        north = window.bounds[2] < 1000
        for line in _pieces(walk.intersection(window).difference(rail)):
            middle = line.interpolate(0.5, normalized=True)
            if line.length > 250 and (middle.y > _river_y(bones, middle.x)) == north:
                name = {
                    "name": "滨河北步道" if north else "滨河南步道",
                    "name:en": "North River Walk" if north else "South River Walk",
                }
                town.street(coords(LineString(line.simplify(0.4).coords)), {"highway": "footway", **name}, 2)
                _up_to_the_road(town, line, bones)
    for face in bones.faces():
        west, _, east, _ = face.bounds
        green = largest(face.difference(bones.river.buffer(3)))
        if west > -1760 and east < 2050 and face.distance(bones.river_border) < 1 and green.area > 4000:
            strip = largest(green.intersection(bones.river.buffer(75)).difference(bones.road_lines.buffer(9)))
            if strip.area > 3000:
                town.area(
                    largest(strip.simplify(0.5)), {"leisure": "park", "name": "清河滨水绿带", "name:en": "Qinghe Riverside Green"}
                )
    _zebras(town, bones)
    _junctions(town, bones)


def _up_to_the_road(town: Town, walk: LineString, bones: Skeleton) -> None:
    """Short ways, some with steps, from the walk to the riverside road."""
    roads = [line for road, line in bones.roads if road.name in ("滨河北路", "滨河南路")]
    for k, at in enumerate(np.arange(60.0, walk.length - 30, 190.0)):
        foot = walk.interpolate(float(at))
        road = min(roads, key=foot.distance)
        head = road.interpolate(road.project(foot))
        if foot.distance(head) < 160:
            tags = (
                {"highway": "steps", "incline": "up", "step_count": "24"}
                if k % 3 == 1 and foot.distance(head) < 60
                else {"highway": "footway"}
            )
            town.street(np.array([(foot.x, foot.y), (head.x, head.y)]), tags, 1.5)


def _pieces(shape: BaseGeometry) -> list[LineString]:
    """The lines of an overlay, those that touch end to end made one."""
    return parts(linemerge(shape) if isinstance(shape, MultiLineString) else shape, LineString)


def _river_y(bones: Skeleton, x: float) -> float:
    line = coords(bones.river_line)
    return float(np.interp(x, line[:, 0], line[:, 1]))


def _zebras(town: Town, bones: Skeleton) -> None:
    """Crossings between junctions, from pavement to pavement; every third one has signals."""
    for road, line in bones.roads:
        if not road.pavement_m:
            continue
        xy = coords(line)
        left, right = LineString(beside(xy, road.pavement_m)), LineString(beside(xy, -road.pavement_m))
        for k, at in enumerate(np.arange(95.0, line.length, 185.0)):
            spot = line.interpolate(float(at))
            inside = box(-1740, -1440, 1990, 1240).contains(spot)
            if not inside or min(spot.distance(bones.river), spot.distance(bones.rail), spot.distance(bones.expressway)) < 70:
                continue
            a, b = left.interpolate(left.project(spot)), right.interpolate(right.project(spot))
            town.street(np.array([(a.x, a.y), (spot.x, spot.y), (b.x, b.y)]), {"highway": "footway", "footway": "crossing"}, 1)
            kind = "traffic_signals" if k % 3 == 0 else "uncontrolled"
            town.mark((round(spot.x, 2), round(spot.y, 2)), {"highway": "crossing", "crossing": kind})


def _junctions(town: Town, bones: Skeleton) -> None:
    """Signals where large roads meet, zebra crossings where a large one meets a lesser; the railway's level crossing."""
    large = {"primary", "secondary"}
    for i, (road, line) in enumerate(bones.roads):
        for other, crossing in bones.roads[i + 1 :]:
            hit = line.intersection(crossing)
            for spot in parts(hit, Point):
                both = {road.highway, other.highway} <= large
                tags = {"highway": "traffic_signals"} if both else {"highway": "crossing", "crossing": "uncontrolled"}
                if large & {road.highway, other.highway}:
                    town.mark((round(spot.x, 2), round(spot.y, 2)), tags)
    level = {road.name: line for road, line in bones.roads}["北环路"].intersection(bones.rail)
    if isinstance(level, Point):
        town.mark((round(level.x, 2), round(level.y, 2)), {"railway": "level_crossing"})
