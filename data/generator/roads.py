"""The main roads, drawn by hand, and how each gets past river, railway and expressway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import unary_union
from shapely.geometry import LineString, Point, box
from shapely.ops import nearest_points

from data.generator.plane import beside, coords, curve, parts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from data.generator.town import Town

Tags = dict[str, str]


@dataclass(frozen=True)
class Road:
    """A main road: its name, class, points by hand and half the width that buildings keep clear."""

    name: str
    name_en: str
    highway: str
    points: tuple[tuple[float, float], ...]
    clear_m: float = 15.0
    tags: tuple[tuple[str, str], ...] = ()
    pavement_m: float = 0.0  # pavements as ways of their own, this far from the middle
    carriageways_m: float = 0.0  # two one-way carriageways, this far apart


@dataclass(frozen=True)
class Barriers:
    """What roads can't simply run over."""

    water: BaseGeometry
    rail: LineString
    expressway: LineString


# fmt: off
ROADS = (
    Road("西环路", "West Ring Road", "secondary",
         ((-2040, 2450), (-1930, 1950), (-1800, 1350), (-1775, 850), (-1735, 480), (-1690, 150), (-1655, -190), (-1640, -620),
          (-1560, -1000), (-1440, -1330), (-1490, -1800), (-1700, -2220), (-1830, -2700), (-1800, -3150)), 16),
    Road("西门大街", "Ximen Street", "tertiary", ((-965, 745), (-985, 450), (-1045, 165), (-1075, -50), (-1050, -215)), 12),
    Road("凤山路", "Fengshan Road", "tertiary", ((-872, 742), (-850, 900), (-770, 1090), (-760, 1250), (-820, 1420)), 12),
    Road("山前街", "Shanqian Street", "residential",
         ((-1775, 850), (-1600, 838), (-1330, 828), (-1120, 858), (-985, 930), (-905, 1030), (-885, 1150), (-905, 1270),
          (-915, 1445)), 10),
    Road("文昌路", "Wenchang Road", "tertiary",
         ((-530, 1350), (-480, 1050), (-425, 735), (-400, 450), (-432, 165), (-415, -150), (-392, -410)), 12),
    Road("人民路", "Renmin Road", "primary",
         ((400, 2450), (345, 1900), (300, 1280), (262, 700), (240, 190), (222, -150), (238, -450), (285, -1020), (300, -1450),
          (335, -1720), (290, -2150), (330, -2650), (420, -3150)), 20, (), 14.0),
    Road("站前路", "Zhanqian Road", "secondary",
         ((690, 1235), (765, 950), (835, 560), (880, 160), (905, -120), (930, -300)), 15, (), 11.0),
    Road("铁东路", "Tiedong Road", "tertiary",
         ((1130, 1215), (1235, 900), (1330, 500), (1400, 135), (1445, -180), (1500, -430)), 12),
    Road("东环路", "East Ring Road", "secondary",
         ((1560, 2450), (1640, 1800), (1720, 1150), (1900, 700), (1985, 120), (1990, -350), (1930, -690), (1850, -1080),
          (1740, -1350), (1880, -1740), (2080, -2150), (2250, -2600), (2200, -3150)), 16),
    Road("北环路", "North Ring Road", "secondary",
         ((-3600, 1750), (-2600, 1560), (-1810, 1400), (-1330, 1505), (-915, 1450), (-530, 1350), (-120, 1290), (300, 1275),
          (690, 1235), (1130, 1215), (1720, 1150), (2500, 1230), (3600, 1200)), 16),
    Road("建设路", "Jianshe Road", "secondary",
         ((-1762, 700), (-1400, 755), (-1180, 760), (-965, 745), (-872, 742), (-425, 735), (262, 700), (560, 735), (800, 745)),
         15, (), 11.0),
    Road("解放路", "Jiefang Road", "primary",
         ((-3600, 420), (-2700, 330), (-1692, 190), (-1045, 165), (-432, 165), (240, 190), (880, 160), (1400, 135), (1985, 120),
          (2800, 210), (3600, 160)), 20, (("sidewalk", "separate"),), 14.0),
    Road("滨河南路", "South Riverside Road", "tertiary",
         ((-1640, -330), (-1400, -470), (-1120, -620), (-560, -670), (0, -665), (248, -580), (560, -540), (880, -520),
          (1120, -520)), 12),
    Road("滨河北路", "North Riverside Road", "tertiary",
         ((-1665, -60), (-1330, -130), (-1050, -215), (-700, -370), (-392, -410), (0, -410), (225, -370), (560, -310),
          (930, -300)), 12),
    Road("南湖路", "Nanhu Road", "tertiary", ((-960, -645), (-935, -850), (-905, -1045), (-880, -1250), (-830, -1450)), 12),
    Road("石桥街", "Shiqiao Street", "residential", ((-352, -665), (-340, -850), (-330, -1045), (-345, -1480)), 10),
    Road("学府路", "Xuefu Road", "tertiary", ((840, -520), (850, -760), (880, -1040), (900, -1460)), 12),
    Road("清河大道", "Qinghe Avenue", "primary",
         ((-1550, -1000), (-905, -1045), (-330, -1050), (285, -1030), (880, -1040), (1270, -1050), (1860, -1000), (2700, -1040),
          (3600, -1200)), 24, (), 0.0, 20.0),
    Road("南环路", "South Ring Road", "secondary",
         ((-2700, -1150), (-1440, -1330), (-1150, -1420), (-830, -1450), (-345, -1480), (300, -1450), (900, -1460), (1350, -1420),
          (1740, -1350)), 16),
)
# fmt: on
_PAVED_TOWN = box(-1760, -1500, 2040, 1310)  # beyond it the avenues have no pavements


def lay_out() -> list[LineString]:
    """The middle lines of all roads, each with its ends on the roads it nearly meets."""
    lines = [LineString(curve(road.points)) for road in ROADS]
    for i in range(len(lines)):
        lines[i] = joined(lines[i], unary_union(lines[:i] + lines[i + 1 :]))
    return lines


def joined(line: LineString, others: BaseGeometry, reach_m: float = 45.0) -> LineString:
    """The road with its ends moved onto the roads that it nearly meets."""
    xy = coords(line)
    for end in (0, -1):
        here = Point(xy[end])
        on = nearest_points(here, others)[1]
        if 0 < here.distance(on) < reach_m:
            xy[end] = (on.x, on.y)
    return LineString(np.round(xy, 2))


def draw(town: Town, road: Road, line: LineString, barriers: Barriers) -> None:
    """One main road with its carriageways and pavements."""
    tags = {"highway": road.highway, "name": road.name, "name:en": road.name_en, **dict(road.tags)}
    lanes: list[tuple[LineString, Tags]] = [(line, {})]
    if road.carriageways_m:
        half = road.carriageways_m / 2
        lanes = [
            (LineString(beside(coords(line), -half)), {"oneway": "yes"}),
            (LineString(beside(coords(line), half)[::-1]), {"oneway": "yes"}),
        ]
    for lane, more in lanes:
        for piece, how in _pieces(lane, road, barriers):
            town.street(piece, {**tags, **more, **how}, road.clear_m - 4)
    if road.pavement_m:
        foot = {"highway": "footway", "footway": "sidewalk"}
        for side in (road.pavement_m, -road.pavement_m):
            for inner in parts(line.intersection(_PAVED_TOWN), LineString):
                for piece, how in _pieces(LineString(beside(coords(inner), side)), road, barriers):
                    town.street(piece, {**foot, **how}, 2)


def _pieces(line: LineString, road: Road, barriers: Barriers) -> list[tuple[NDArray[np.float64], Tags]]:
    """Pieces of a road with what carries each: ground, bridge, or underpass (at one place, a level crossing)."""
    under: BaseGeometry = barriers.expressway.buffer(32)
    if road.name != "北环路":
        under = barriers.rail.buffer(24).union(under)
    ways: tuple[tuple[BaseGeometry, Tags], ...] = (
        (line.difference(barriers.water.union(under)), {}),
        (barriers.water.intersection(line), {"bridge": "yes", "layer": "1"}),
        (under.intersection(line), {"tunnel": "yes", "layer": "-1"}),
    )
    return [(coords(piece), how) for part, how in ways for piece in parts(part, LineString) if piece.length > 0.5]


def draw_old_bridge(town: Town, water: BaseGeometry, roads: BaseGeometry) -> None:
    """The old stone bridge, for people on foot."""
    line = joined(LineString(curve(((-392, -410), (-388, -440), (-378, -560), (-364, -640), (-352, -668)), 12)), roads)
    tags = {"highway": "pedestrian", "name": "清河老石桥", "name:en": "Old Stone Bridge", "historic": "bridge"}
    for part, how in ((line.difference(water), {}), (line.intersection(water), {"bridge": "yes", "layer": "1"})):
        for piece in parts(part, LineString):
            town.street(coords(piece), {**tags, **how}, 6)
