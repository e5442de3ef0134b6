"""Three places drawn on their own: the drum tower square, the railway station, Egret Islet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon

from data.generator.blocks import to_street
from data.generator.plane import coords, parts, rectangle
from data.generator.quarters import scatter
from data.generator.town import Building

if TYPE_CHECKING:
    from data.generator.dice import Dice
    from data.generator.skeleton import Skeleton
    from data.generator.town import Town
    from data.generator.yard import Yard


def square(yard: Yard) -> None:
    """The drum tower square: paved, walked across in any direction, reached by four short ways."""
    town, lot = yard.town, yard.block
    middle, angle = lot.inner.centroid, 0.06
    ring = rectangle((middle.x, middle.y), 104, 78, angle)
    closed = np.vstack([ring, ring[:1]]).round(2)
    name = {"name": "鼓楼广场", "name:en": "Drum Tower Square"}
    town.street(closed, {"highway": "pedestrian", "area": "yes", **name, "surface": "paving_stones"}, 3)
    town.ground.take(ring)
    tower = {"building": "yes", "historic": "building", "name": "鼓楼", "name:en": "Drum Tower"}
    town.buildings.append(Building(np.round(rectangle((middle.x, middle.y), 24, 18, angle), 2), tower, "landmark"))
    for heading in (0.0, math.pi / 2, math.pi, -math.pi / 2):
        far = (middle.x + math.cos(angle + heading) * 200, middle.y + math.sin(angle + heading) * 200)
        edge = parts(LineString([(middle.x, middle.y), far]).intersection(Polygon(ring).exterior), Point)[0]
        way = to_street(edge, angle + heading, lot.outline, yard.streets, 300)
        if way is not None:
            town.street(coords(way), {"highway": "pedestrian", "name": "鼓楼前街", "name:en": "Drum Tower Walk"}, 4)
    scatter(yard, "commercial", (30, 14), 9)


def station(yard: Yard) -> None:
    """The railway station and its forecourt."""
    yard.town.area(yard.block.inner, {"landuse": "railway", "name": "清河站", "name:en": "Qinghe Railway Station"})
    middle = yard.block.inner.centroid
    corners = rectangle((middle.x, middle.y), 26, 110, yard.block.angle)
    yard.town.build(corners, "public", {"building": "train_station", "name": "清河站", "name:en": "Qinghe Station"})
    for v in (-70.0, 70.0):
        yard.gate(-20, v, math.pi, {"highway": "service"})
    yard.lane([(-20, -70), (-20, 70)], {"highway": "pedestrian", "name": "站前广场", "name:en": "Station Forecourt"}, 5)


def islet(town: Town, bones: Skeleton, dice: Dice) -> None:
    """Egret Islet: homes and lanes that no bridge joins to the town."""
    town.area(bones.islet.buffer(-4), {"place": "islet", "name": "白鹭洲", "name:en": "Egret Islet"})
    inside = np.array([p for p in coords(bones.river_line) if bones.islet.buffer(-20).contains(Point(p))])
    lane = np.round(inside, 2)
    town.street(lane, {"highway": "residential", "name": "洲上街", "name:en": "Islet Street"}, 2.5)
    for k in range(2, len(lane) - 2, 2):
        side = 1 if (k // 2) % 2 else -1
        along = lane[k + 1] - lane[k]
        across = np.array([-along[1], along[0]]) / np.hypot(*along) * side * 34
        town.street(np.array([lane[k], lane[k] + across]), {"highway": "footway"}, 1.5)
    for side in (1, -1):
        for row in (11.0, 27.0):
            _islet_houses(town, bones, LineString(lane), side * row, dice)


def _islet_houses(town: Town, bones: Skeleton, lane: LineString, away: float, dice: Dice) -> None:
    at = 8.0
    while at < lane.length - 6:
        here, ahead = lane.interpolate(at), lane.interpolate(at + 2)
        angle = math.atan2(ahead.y - here.y, ahead.x - here.x)
        x, y = here.x - math.sin(angle) * away, here.y + math.cos(angle) * away
        corners = rectangle((x, y), dice.between(10, 13), dice.between(8, 10), angle)
        if bones.islet.buffer(-9).contains(Polygon(corners)):
            town.build(corners, "farmhouse", {"building": "house", "building:levels": "1"}, 1)
        at += dice.between(17, 26)
