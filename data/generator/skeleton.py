"""The bones of the town, drawn by hand: river, railway, expressway, main roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import unary_union
from shapely.geometry import LineString, Point, Polygon, box
from shapely.ops import nearest_points, polygonize

from data.generator.plane import beside, coords, curve, normals
from data.generator.town import Shape, Town

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

# How far the land under planning reaches; beyond it are other people's fields.
_LIMIT = (
    (-2700, 2450), (-2780, 0), (-2700, -1750), (-2760, -2180), (-2480, -2640), (-1900, -2760), (-1200, -2660), (-400, -2780), (420, -2820),
    (1100, -2660), (1560, -2740), (2260, -2780), (2680, -2480), (2800, -1980), (2760, -1500), (2780, 300), (2700, 2450),
)  # fmt: skip

_RIVER = (
    (-3900, 330), (-2900, -20), (-2200, -10), (-1650, -190), (-1100, -430), (-560, -520), (0, -530),
    (520, -430), (1050, -390), (1550, -540), (2100, -720), (2800, -640), (3900, -980),
)  # fmt: skip
_ISLET_AT, _ISLET_HALF_LENGTH, _ISLET_HALF_WIDTH = -1120.0, 300.0, 52.0
_RAIL = ((640, 2900), (800, 1900), (900, 1250), (1010, 700), (1090, 150), (1150, -400), (1270, -1050), (1420, -1800), (1500, -3500))
_EXPRESSWAY = ((-4000, -1900), (-2600, -1790), (-1500, -1700), (-400, -1680), (700, -1700), (1900, -1740), (2800, -1640), (4000, -1350))


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


ROADS = (
    Road("西环路", "West Ring Road", "secondary",
         ((-2040, 2450), (-1930, 1950), (-1800, 1350), (-1775, 850), (-1735, 480), (-1690, 150), (-1655, -190), (-1640, -620), (-1560, -1000),
          (-1440, -1330), (-1490, -1800), (-1700, -2220), (-1830, -2700), (-1800, -3150)), 16),
    Road("西门大街", "Ximen Street", "tertiary", ((-965, 745), (-985, 450), (-1045, 165), (-1075, -50), (-1050, -215)), 12),
    Road("凤山路", "Fengshan Road", "tertiary", ((-872, 742), (-850, 900), (-770, 1090), (-760, 1250), (-820, 1420)), 12),
    Road("山前街", "Shanqian Street", "residential",
         ((-1775, 850), (-1600, 838), (-1330, 828), (-1120, 858), (-985, 930), (-905, 1030), (-885, 1150), (-905, 1270), (-915, 1445)), 10),
    Road("文昌路", "Wenchang Road", "tertiary",
         ((-530, 1350), (-480, 1050), (-425, 735), (-400, 450), (-432, 165), (-415, -150), (-392, -410)), 12),
    Road("人民路", "Renmin Road", "primary",
         ((400, 2450), (345, 1900), (300, 1280), (262, 700), (240, 190), (222, -150), (238, -450), (285, -1020), (300, -1450),
          (335, -1720), (290, -2150), (330, -2650), (420, -3150)), 20, (), 14.0),
    Road("站前路", "Zhanqian Road", "secondary", ((690, 1235), (765, 950), (835, 560), (880, 160), (905, -120), (930, -300)), 15, (), 11.0),
    Road("铁东路", "Tiedong Road", "tertiary", ((1130, 1215), (1235, 900), (1330, 500), (1400, 135), (1445, -180), (1500, -430)), 12),
    Road("东环路", "East Ring Road", "secondary",
         ((1560, 2450), (1640, 1800), (1720, 1150), (1900, 700), (1985, 120), (1990, -350), (1930, -690), (1850, -1080), (1740, -1350),
          (1880, -1740), (2080, -2150), (2250, -2600), (2200, -3150)), 16),
    Road("北环路", "North Ring Road", "secondary",
         ((-3600, 1750), (-2600, 1560), (-1810, 1400), (-1330, 1505), (-915, 1450), (-530, 1350), (-120, 1290), (300, 1275), (690, 1235), (1130, 1215),
          (1720, 1150), (2500, 1230), (3600, 1200)), 16),
    Road("建设路", "Jianshe Road", "secondary",
         ((-1762, 700), (-1400, 755), (-1180, 760), (-965, 745), (-872, 742), (-425, 735), (262, 700), (560, 735), (800, 745)), 15, (), 11.0),
    Road("解放路", "Jiefang Road", "primary",
         ((-3600, 420), (-2700, 330), (-1692, 190), (-1045, 165), (-432, 165), (240, 190), (880, 160), (1400, 135), (1985, 120), (2800, 210),
          (3600, 160)), 20, (("sidewalk", "separate"),), 14.0),
    Road("滨河南路", "South Riverside Road", "tertiary",
         ((-1640, -330), (-1400, -470), (-1120, -620), (-560, -670), (0, -665), (248, -580), (560, -540), (880, -520), (1120, -520)), 12),
    Road("滨河北路", "North Riverside Road", "tertiary",
         ((-1665, -60), (-1330, -130), (-1050, -215), (-700, -370), (-392, -410), (0, -410), (225, -370), (560, -310), (930, -300)), 12),
    Road("南湖路", "Nanhu Road", "tertiary", ((-960, -645), (-935, -850), (-905, -1045), (-880, -1250), (-830, -1450)), 12),
    Road("石桥街", "Shiqiao Street", "residential", ((-352, -665), (-340, -850), (-330, -1045), (-345, -1480)), 10),
    Road("学府路", "Xuefu Road", "tertiary", ((840, -520), (850, -760), (880, -1040), (900, -1460)), 12),
    Road("清河大道", "Qinghe Avenue", "primary",
         ((-1550, -1000), (-905, -1045), (-330, -1050), (285, -1030), (880, -1040), (1270, -1050), (1860, -1000), (2700, -1040), (3600, -1200)),
         24, (), 0.0, 20.0),
    Road("南环路", "South Ring Road", "secondary",
         ((-2700, -1150), (-1440, -1330), (-1150, -1420), (-830, -1450), (-345, -1480), (300, -1450), (900, -1460), (1350, -1420), (1740, -1350)), 16),
)  # fmt: skip

# Not roads: lines that close off the river's banks from the quarters beside them.
_CLOSINGS = (((928, -290), (940, -400)), ((1100, -520), (1200, -535)), ((1498, -420), (1520, -560)))


@dataclass(frozen=True)
class Skeleton:
    """The bones and what later steps ask about them."""

    river: Polygon  # the water with the islet filled in
    islet: Polygon
    river_line: LineString
    rail: LineString
    expressway: LineString
    roads: tuple[tuple[Road, LineString], ...]

    @property
    def road_lines(self) -> BaseGeometry:
        """All main roads as one geometry."""
        return unary_union([line for _, line in self.roads])

    def faces(self) -> list[Polygon]:
        """The town's land between main roads, river, railway and expressway."""
        roads = [_longer(line) for _, line in self.roads]
        limit = LineString(np.vstack([curve(_LIMIT, 60), [_LIMIT[0]]]))
        lines = [limit, *(LineString(line) for line in _CLOSINGS), self.river_line, self.rail, self.expressway, *roads]
        found = polygonize(unary_union(lines))
        return sorted(found, key=lambda face: (face.representative_point().x, face.representative_point().y))


def _bump(x: NDArray[np.float64], middle: float, half: float) -> NDArray[np.float64]:
    t = np.clip(np.abs(x - middle) / half, 0, 1)
    smooth: NDArray[np.float64] = (1 - t * t) ** 1.5
    return smooth


def draw(town: Town) -> Skeleton:
    """Draw the bones into the town."""
    river_line, river, islet = _draw_river(town)
    rail = _draw_rail(town)
    expressway = LineString(curve(_EXPRESSWAY, 60))
    _draw_expressway(town, coords(expressway))
    water = LineString(river_line).buffer(46).union(river)
    roads = []
    drawn = [LineString(curve(road.points)) for road in ROADS]
    for i, road in enumerate(ROADS):
        line = joined(drawn[i], unary_union(drawn[:i] + drawn[i + 1 :]))
        drawn[i] = line
        roads.append((road, line))
        _draw_road(town, road, line, water, rail, expressway)
    _old_bridge(town, water, unary_union(drawn))
    return Skeleton(river, islet, LineString(river_line), LineString(rail), expressway, tuple(roads))


def _longer(line: LineString, by_m: float = 1.0) -> LineString:
    """The line a little longer at both ends, so that rounded ends still cut faces apart."""
    xy = coords(line)
    head, tail = xy[0] - xy[1], xy[-1] - xy[-2]
    return LineString([xy[0] + head / np.hypot(*head) * by_m, *xy, xy[-1] + tail / np.hypot(*tail) * by_m])


def joined(line: LineString, others: BaseGeometry, reach_m: float = 45.0) -> LineString:
    """The road with its ends moved onto the roads that it nearly meets."""
    xy = coords(line)
    for end in (0, -1):
        here = Point(xy[end])
        on = nearest_points(here, others)[1]
        if 0 < here.distance(on) < reach_m:
            xy[end] = (on.x, on.y)
    return LineString(np.round(xy, 2))


def _draw_river(town: Town) -> tuple[NDArray[np.float64], Polygon, Polygon]:
    line = curve(_RIVER, 40)
    x = line[:, 0]
    half = 37 + 6 * np.sin(x / 310.0) + 4 * np.sin(x / 97.0 + 1) + (_ISLET_HALF_WIDTH + 18) * _bump(x, _ISLET_AT, 560)
    left, right = beside(line, half), beside(line, -half)
    river = Polygon(np.vstack([left, right[::-1]]))
    inside = np.abs(x - _ISLET_AT) <= _ISLET_HALF_LENGTH
    isle = _ISLET_HALF_WIDTH * _bump(x[inside], _ISLET_AT, _ISLET_HALF_LENGTH * 1.02) + 2
    shore_left = np.round(line[inside] + normals(line)[inside] * isle[:, None], 2)
    shore_right = np.round(line[inside] - normals(line)[inside] * isle[:, None], 2)
    islet = Polygon(np.vstack([shore_left, shore_right[::-1]]))
    town.shapes.append(Shape(line, {"waterway": "river", "name": "清河", "name:en": "Qing River"}))
    _draw_water(town, left, right, inside, shore_left, shore_right)
    for a, b in zip(range(len(line) - 1), range(1, len(line)), strict=True):
        if not inside[a] or not inside[b]:
            town.ground.take(np.array([right[a], right[b], left[b], left[a]]))
    return line, river, islet


def _draw_water(
    town: Town,
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    inside: NDArray[np.bool_],
    shore_left: NDArray[np.float64],
    shore_right: NDArray[np.float64],
) -> None:
    """The water as four simple areas: above the islet, its two channels, below it."""
    first, last = int(np.argmax(inside)), len(inside) - int(np.argmax(inside[::-1])) - 1
    tip, tail = (shore_left[0] + shore_right[0]) / 2, (shore_left[-1] + shore_right[-1]) / 2
    rings = [
        np.vstack([left[: first + 1], tip, right[: first + 1][::-1]]),
        np.vstack([left[first : last + 1], tail, shore_left[::-1], tip]),
        np.vstack([tip, shore_right, tail, right[first : last + 1][::-1]]),
        np.vstack([left[last:], right[last:][::-1], tail]),
    ]
    for ring in rings:
        town.shapes.append(
            Shape(np.round(np.vstack([ring, ring[:1]]), 2), {"natural": "water", "water": "river", "name": "清河", "name:en": "Qing River"})
        )


def _draw_rail(town: Town) -> NDArray[np.float64]:
    line = curve(_RAIL, 50)
    tags = {"railway": "rail", "name": "宁凤铁路", "name:en": "Ningfeng Railway", "electrified": "contact_line", "gauge": "1435"}
    near = np.abs(line[:, 1] - 480) < 420
    for left in (0.0, 5.0):
        town.shapes.append(Shape(beside(line, left), {**tags, "usage": "main"}))
    for left in (10.0, -5.0, -10.0):
        town.shapes.append(Shape(beside(line, left)[near], {"railway": "rail", "service": "siding", "gauge": "1435"}))
    town.ground.take_line(line, 16)
    town.ground.take_line(line[near], 20)
    return line


def _draw_expressway(town: Town, line: NDArray[np.float64]) -> None:
    tags = {"highway": "motorway", "oneway": "yes", "ref": "G9966", "name": "宁凤高速公路", "name:en": "Ningfeng Expressway", "layer": "1", "bridge": "yes"}
    town.street(beside(line, -9), tags, 16, level=1)
    town.street(beside(line, 9)[::-1], tags, 16, level=1)
    ramp = {"highway": "motorway_link", "oneway": "yes"}
    town.street(curve(((1420, -1737), (1560, -1690), (1700, -1570), (1803, -1470)), 20), ramp, 8, level=1)
    town.street(curve(((1795, -1480), (1900, -1560), (2100, -1690), (2260, -1730)), 20), ramp, 8, level=1)


def _draw_road(
    town: Town, road: Road, line: LineString, water: BaseGeometry, rail: NDArray[np.float64], expressway: LineString
) -> None:
    """One main road, cut where it crosses the river, the railway or the expressway."""
    tags = {"highway": road.highway, "name": road.name, "name:en": road.name_en, **dict(road.tags)}
    lanes = [(line, {})]
    if road.carriageways_m:
        half = road.carriageways_m / 2
        lanes = [
            (LineString(beside(coords(line), -half)), {"oneway": "yes"}),
            (LineString(beside(coords(line), half)[::-1]), {"oneway": "yes"}),
        ]
    for lane, more in lanes:
        for piece, how in _cut(lane, road, water, rail, expressway):
            town.street(piece, {**tags, **more, **how}, road.clear_m - 4)
    if road.pavement_m:
        foot = {"highway": "footway", "footway": "sidewalk"}
        for side in (road.pavement_m, -road.pavement_m):
            inner = line.intersection(box(-1760, -1500, 2040, 1310))
            for piece, how in _cut(LineString(beside(coords(inner), side)), road, water, rail, expressway):
                town.street(piece, {**foot, **how}, 2)


def _cut(
    line: LineString, road: Road, water: BaseGeometry, rail: NDArray[np.float64], expressway: LineString
) -> list[tuple[NDArray[np.float64], dict[str, str]]]:
    """Pieces of a road with what carries each: ground, bridge, or underpass."""
    level_crossing = road.name == "北环路"
    bridge = water.intersection(line)
    under = expressway.buffer(32) if level_crossing else LineString(rail).buffer(24).union(expressway.buffer(32))
    tunnel = under.intersection(line)
    ground = line.difference(water.union(under))
    out = []
    for part, how in (
        (ground, {}),
        (bridge, {"bridge": "yes", "layer": "1"}),
        (tunnel, {"tunnel": "yes", "layer": "-1"}),
    ):
        for piece in getattr(part, "geoms", [part]):
            if piece.length > 0.5:
                out.append((coords(piece), how))
    return out


def _old_bridge(town: Town, water: BaseGeometry, roads: BaseGeometry) -> None:
    """The old stone bridge, for people on foot."""
    line = joined(LineString(curve(((-392, -410), (-388, -440), (-378, -560), (-364, -640), (-352, -668)), 12)), roads)
    tags = {"highway": "pedestrian", "name": "清河老石桥", "name:en": "Old Stone Bridge", "historic": "bridge"}
    for part, how in ((line.difference(water), {}), (line.intersection(water), {"bridge": "yes", "layer": "1"})):
        for piece in getattr(part, "geoms", [part]):
            town.street(coords(piece), {**tags, **how}, 6)
