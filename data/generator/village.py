"""Villages: a lane that came first, branches that grew from it, farmhouses along them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon

from data.generator.plane import coords, curve, rectangle
from data.generator.roads import joined

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.town import Town


@dataclass(frozen=True)
class Village:
    """A village by hand: its name, its main lanes and how many side lanes grow from them."""

    name: str
    name_en: str
    lanes: tuple[tuple[tuple[float, float], ...], ...]
    branches: int = 10


VILLAGES = (
    Village(
        "上柳村",
        "Shangliu Village",
        (
            ((-1712, -2240), (-1900, -2200), (-2080, -2250), (-2250, -2210), (-2400, -2290)),
            ((-1990, -2215), (-2030, -2380), (-2010, -2540)),
        ),
    ),
    Village(
        "石桥村",
        "Shiqiao Village",
        (
            ((300, -2180), (160, -2230), (20, -2190), (-150, -2240), (-300, -2200)),
            ((292, -2170), (430, -2230), (560, -2200)),
            ((60, -2200), (30, -2340), (70, -2480)),
            ((-150, -2240), (-120, -2400), (70, -2480)),
        ),
        12,
    ),
    Village(
        "东庄村",
        "Dongzhuang Village",
        (
            ((2105, -2200), (1950, -2260), (1800, -2230), (1650, -2300)),
            ((2105, -2200), (2280, -2240), (2420, -2190)),
            ((1950, -2260), (1930, -2400), (1990, -2520)),
        ),
    ),
    Village("柳湾组", "Liuwan Hamlet", (((-1640, -2120), (-1480, -2160), (-1300, -2120)),), 2),
    Village("坝上组", "Bashang Hamlet", (((345, -2560), (520, -2590), (700, -2540)),), 3),
    Village("窑岗组", "Yaogang Hamlet", (((2180, -2420), (2330, -2470), (2480, -2420)),), 1),
    Village("北洼组", "Beiwa Hamlet", (((300, -2010), (160, -1960), (20, -1990)),), 2),
)


# Field tracks by hand: from village to village on one side of the railway, and out to the fields.
TRACKS = (
    ((-1300, -2120), (-1100, -2230), (-820, -2200), (-520, -2260), (-300, -2200)),
    ((-520, -2260), (-560, -2450), (-480, -2640)),
    ((-820, -2200), (-800, -1990), (-860, -1790)),
    ((700, -2540), (900, -2480), (1120, -2530), (1330, -2470)),
    ((560, -2200), (760, -2160), (980, -2210), (1240, -2140)),
    ((980, -2210), (940, -2020), (990, -1830)),
    ((-2400, -2290), (-2540, -2240), (-2620, -2080)),
    ((2420, -2190), (2560, -2110), (2600, -1930)),
)


def draw_tracks(town: Town) -> None:
    """Draw the tracks through the fields."""
    for i, points in enumerate(TRACKS):
        town.street(curve(points), {"highway": "track", "surface": "gravel" if i % 2 else "dirt", "tracktype": "grade2"}, 2)


def draw(town: Town, village: Village, roads: BaseGeometry, dice: Dice) -> None:
    """Draw one village."""
    lanes = []
    for i, points in enumerate(village.lanes):
        line = joined(LineString(curve(points, 18)), roads)
        name = {"name": f"{village.name[:2]}{'主南东西'[i]}街"} if i == 0 else {}
        town.street(coords(line), {"highway": "residential" if i == 0 else "unclassified", **name, "surface": "concrete"}, 3)
        lanes.append(line)
    lanes += _branches(town, lanes, roads, village.branches, dice)
    for lane in lanes:
        _farmhouses(town, lane, dice)
    shape = LineString(np.vstack([coords(lane) for lane in lanes])).convex_hull.buffer(28, quad_segs=2).simplify(8)
    if isinstance(shape, Polygon):
        town.area(shape, {"landuse": "residential", "name": village.name, "name:en": village.name_en})
    middle = lanes[0].interpolate(0.5, normalized=True)
    town.mark(
        (round(coords(lanes[0])[len(lanes[0].coords) // 2][0], 2), round(coords(lanes[0])[len(lanes[0].coords) // 2][1], 2)),
        {"place": "village", "name": village.name, "name:en": village.name_en},
    )
    pond = Point(middle.x + 70, middle.y - 75).buffer(24, quad_segs=3)
    if all(pond.distance(lane) > 4 for lane in lanes):
        town.area(pond, {"natural": "water", "water": "pond"})


def _branches(town: Town, lanes: list[LineString], roads: BaseGeometry, count: int, dice: Dice) -> list[LineString]:
    """Side lanes: off at about a right angle, bending, never running into another lane on the way."""
    made: list[LineString] = []
    for _ in range(count * 14):
        if len(made) == count:
            break
        parent = dice.one_of(lanes + made[: count // 2])
        at = dice.between(0.1, 0.95)
        start = parent.interpolate(at, normalized=True)
        ahead = parent.interpolate(min(1.0, at + 0.02), normalized=True)
        behind = parent.interpolate(max(0.0, at - 0.02), normalized=True)
        heading = math.atan2(ahead.y - behind.y, ahead.x - behind.x) + dice.one_of((1, -1)) * math.radians(dice.around(90, 14))
        length, bend = dice.between(70, 170), dice.around(0, 0.35)
        points = [(start.x, start.y)]
        for k in range(1, 4):
            turn = heading + bend * k / 3
            points.append((points[-1][0] + math.cos(turn) * length / 3, points[-1][1] + math.sin(turn) * length / 3))
        line = LineString(curve(points, 18))
        others = [lane for lane in lanes + made if lane is not parent]
        beyond = LineString(coords(line)[2:])
        if any(line.distance(lane) < 26 for lane in others) or min(beyond.distance(parent), line.distance(roads)) < 26:
            continue
        kind = dice.weighted([("residential", 2), ("service", 2), ("footway", 1), ("track", 0.7)])
        town.street(coords(line), {"highway": kind}, 2)
        made.append(line)
    return made


def _farmhouses(town: Town, lane: LineString, dice: Dice) -> None:
    """Farmhouses of one and two floors on both sides, facing south where they can."""
    for side in (1, -1):
        at = dice.between(5, 12)
        while at < lane.length - 3:
            here, ahead = lane.interpolate(at), lane.interpolate(at + 1)
            along = math.atan2(ahead.y - here.y, ahead.x - here.x)
            out = along + side * math.pi / 2
            width, depth = dice.between(11, 15), dice.between(9, 12)
            away = 4.5 + max(width, depth) / 2 + dice.between(0, 4)
            angle = along if abs(math.sin(along)) < 0.6 else along - math.pi / 2
            corners = rectangle(
                (here.x + math.cos(out) * away, here.y + math.sin(out) * away), width, depth, angle + dice.around(0, 0.05)
            )
            tags = {"building": "house", "building:levels": str(dice.whole(1, 2))}
            town.build(corners, "farmhouse", tags, 1)
            at += dice.between(19, 28)
