"""The bones of the town, drawn by hand: river, railway, expressway, main roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import unary_union
from shapely.geometry import LineString, Polygon
from shapely.ops import polygonize

from data.generator import river, roads
from data.generator.plane import beside, coords, curve
from data.generator.town import Shape, Town

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

# fmt: off
# How far the land under planning reaches; beyond it are other people's fields.
_LIMIT = (
    (-2700, 2450), (-2780, 0), (-2700, -1750), (-2760, -2180), (-2480, -2640), (-1900, -2760), (-1200, -2660), (-400, -2780),
    (420, -2820), (1100, -2660), (1560, -2740), (2260, -2780), (2680, -2480), (2800, -1980), (2760, -1500),
    (2780, 300), (2700, 2450),
)
_RAIL = (
    (640, 2900), (800, 1900), (900, 1250), (1010, 700), (1090, 150), (1150, -400), (1270, -1050), (1420, -1800), (1500, -3500),
)
_EXPRESSWAY = (
    (-4000, -1900), (-2600, -1790), (-1500, -1700), (-400, -1680), (700, -1700), (1900, -1740), (2800, -1640), (4000, -1350),
)
# Slip roads between the expressway and the East Ring Road.
_RAMPS = (
    ((1395, -1731), (1560, -1690), (1700, -1570), (1775, -1440)),
    ((1790, -1470), (1930, -1590), (2110, -1690), (2290, -1711)),
)
# Not roads: lines that close off the river's banks from the quarters beside them.
_CLOSINGS = (
    ((928, -290), (940, -400)), ((1100, -520), (1200, -535)), ((1498, -420), (1520, -560)),
    ((-1050, -205), (-1075, -420)), ((-392, -400), (-381, -530), (-350, -680)),
)
# fmt: on


@dataclass(frozen=True)
class Skeleton:
    """The bones and what later steps ask about them."""

    river: Polygon  # the water with the islet filled in
    islet: Polygon
    river_line: LineString
    river_border: LineString  # where the communities of both banks meet
    rail: LineString
    expressway: LineString
    roads: tuple[tuple[roads.Road, LineString], ...]

    @property
    def road_lines(self) -> BaseGeometry:
        """All main roads as one geometry."""
        return unary_union([line for _, line in self.roads])

    def faces(self) -> list[Polygon]:
        """The town's land between main roads, river, railway and expressway."""
        longer = [_longer(line) for _, line in self.roads]
        limit = LineString(np.vstack([curve(_LIMIT, 60), [_LIMIT[0]]]))
        lines = [limit, *(LineString(line) for line in _CLOSINGS), self.river_border, self.rail, self.expressway, *longer]
        found = polygonize(unary_union(lines))
        return sorted(found, key=lambda face: (face.representative_point().x, face.representative_point().y))


def draw(town: Town) -> Skeleton:
    """Draw the bones into the town."""
    water = river.draw(town)
    rail = _draw_rail(town)
    expressway = LineString(curve(_EXPRESSWAY, 60))
    lines = roads.lay_out()
    _draw_expressway(town, coords(expressway), unary_union(lines))
    barriers = roads.Barriers(water.middle.buffer(46).union(water.bed), rail, expressway)
    for road, line in zip(roads.ROADS, lines, strict=True):
        roads.draw(town, road, line, barriers)
    roads.draw_old_bridge(town, barriers.water, unary_union(lines))
    named = tuple(zip(roads.ROADS, lines, strict=True))
    return Skeleton(water.bed, water.islet, water.middle, water.border, rail, expressway, named)


def _longer(line: LineString, by_m: float = 1.0) -> LineString:
    """The line a little longer at both ends, so that rounded ends still cut faces apart."""
    xy = coords(line)
    head, tail = xy[0] - xy[1], xy[-1] - xy[-2]
    return LineString([xy[0] + head / np.hypot(*head) * by_m, *xy, xy[-1] + tail / np.hypot(*tail) * by_m])


def _draw_rail(town: Town) -> LineString:
    """Two main tracks all the way, three sidings at the station."""
    line = curve(_RAIL, 50)
    tags = {"railway": "rail", "name": "宁凤铁路", "name:en": "Ningfeng Railway", "electrified": "contact_line", "gauge": "1435"}
    near = np.abs(line[:, 1] - 480) < 420
    for left in (0.0, 5.0):
        town.shapes.append(Shape(beside(line, left), {**tags, "usage": "main"}))
    for left in (10.0, -5.0, -10.0):
        town.shapes.append(Shape(beside(line, left)[near], {"railway": "rail", "service": "siding", "gauge": "1435"}))
    town.ground.take_line(line, 16)
    town.ground.take_line(line[near], 20)
    return LineString(line)


def _draw_expressway(town: Town, line: NDArray[np.float64], others: BaseGeometry) -> None:
    """The expressway on its embankment, and the slip roads that tie it to the East Ring Road."""
    name = {"ref": "G9966", "name": "宁凤高速公路", "name:en": "Ningfeng Expressway"}
    tags = {"highway": "motorway", "oneway": "yes", **name, "bridge": "yes", "layer": "1"}
    southern, northern = beside(line, -9), beside(line, 9)
    town.street(southern, tags, 16, level=1)
    town.street(northern[::-1], tags, 16, level=1)
    ends = unary_union([others, LineString(northern)])
    for points in _RAMPS:
        ramp = roads.joined(LineString(curve(points, 20)), ends)
        town.street(coords(ramp), {"highway": "motorway_link", "oneway": "yes"}, 8, level=1)
