"""The town plan: which face belongs to which community and what stands on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import unary_union
from shapely.geometry import LineString, Point, Polygon

from data.generator import banks, hill, names, quarters, village
from data.generator.blocks import Block, block, cut, to_street, usable
from data.generator.plane import coords, rectangle
from data.generator.quarters import DANWEI, ESTATE, TOWERS, Yard

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.skeleton import Skeleton
    from data.generator.town import Town


@dataclass(frozen=True)
class Quarter:
    """A face of the plan: a point in it, its community, block size and the mix of what fills it."""

    at: tuple[float, float]
    community: str
    hectares: float
    mix: tuple[tuple[str, int], ...]


QUARTERS = (
    Quarter((-1350, 464), "C05", 3.2, (("rows", 2), ("danwei", 4), ("court", 4), ("school", 1), ("commerce", 1), ("market", 1))),
    Quarter((-1400, 60), "C05", 2.6, (("rows", 2), ("danwei", 3), ("factory", 1), ("court", 2))),
    Quarter((-733, -114), "C03", 2.6, (("court", 6), ("rows", 1), ("danwei", 3), ("park", 1))),
    Quarter((-703, 462), "C03", 2.6, (("court", 7), ("school", 1), ("danwei", 3), ("commerce", 1), ("park", 1))),
    Quarter((-1350, 790), "C01", 1.6, (("rows", 3), ("danwei", 3), ("court", 2))),
    Quarter((-623, 1096), "C02", 2.8, (("danwei", 5), ("rows", 1), ("hospital", 1), ("commerce", 1))),
    Quarter((-92, 1036), "C02", 3.6, (("danwei", 6), ("estate", 3), ("middle_school", 1), ("market", 1), ("commerce", 1), ("park", 1))),
    Quarter((-79, 452), "C04", 2.6, (("square", 1), ("court", 5), ("danwei", 3), ("mall", 1), ("commerce", 2), ("school", 1))),
    Quarter((-93, -116), "C04", 2.8, (("court", 4), ("danwei", 4), ("commerce", 2), ("government", 1), ("park", 1))),
    Quarter((535, 1000), "C07", 4.0, (("danwei", 5), ("factory", 2), ("estate", 1), ("school", 1))),
    Quarter((535, 450), "C07", 3.6, (("danwei", 5), ("estate", 2), ("commerce", 1), ("hospital", 1))),
    Quarter((563, -91), "C08", 3.4, (("danwei", 4), ("estate", 2), ("bus", 1), ("commerce", 2), ("park", 1))),
    Quarter((870, 1000), "C08", 3.0, (("danwei", 1), ("depot", 2))),
    Quarter((920, 450), "C08", 3.0, (("station", 1), ("depot", 1), ("commerce", 1))),
    Quarter((985, -50), "C08", 3.0, (("danwei", 2), ("depot", 1))),
    Quarter((1144, 712), "C09", 3.0, (("danwei", 4), ("rows", 2), ("depot", 2))),
    Quarter((1584, 712), "C09", 4.2, (("rows", 2), ("danwei", 3), ("factory", 4), ("school", 1), ("park", 1), ("field", 1))),
    Quarter((1270, -150), "C10", 2.8, (("danwei", 3), ("depot", 1), ("park", 1))),
    Quarter((1560, -200), "C10", 4.0, (("danwei", 4), ("rows", 2), ("factory", 3), ("field", 1), ("school", 1))),
    Quarter((-1230, -830), "C11", 4.2, (("rows", 1), ("estate", 3), ("towers", 1), ("park", 1), ("field", 2))),
    Quarter((-634, -861), "C11", 4.0, (("estate", 4), ("rows", 1), ("school", 1))),
    Quarter((-1167, -1244), "C11", 4.2, (("estate", 2), ("field", 3))),
    Quarter((-609, -1243), "C11", 4.2, (("estate", 3), ("park", 1), ("commerce", 1))),
    Quarter((-37, -811), "C12", 3.6, (("estate", 3), ("rows", 1), ("market", 1), ("danwei", 3))),
    Quarter((-21, -1234), "C12", 4.0, (("estate", 3), ("danwei", 2), ("school", 1))),
    Quarter((559, -777), "C06", 4.0, (("towers", 2), ("estate", 3), ("government", 1), ("park", 1))),
    Quarter((592, -1233), "C06", 4.2, (("estate", 3), ("towers", 1), ("middle_school", 1))),
    Quarter((1010, -722), "C06", 5.2, (("estate", 2), ("towers", 1), ("field", 2))),
    Quarter((1060, -1241), "C06", 4.0, (("estate", 2), ("factory", 1), ("field", 1))),
    Quarter((1556, -800), "C10", 4.5, (("rows", 2), ("factory", 2), ("field", 2))),
    Quarter((1568, -1247), "C10", 4.5, (("danwei", 1), ("factory", 2), ("field", 2))),
)
_OLD_TOWN = ("C03", "C04", "C05")  # streets that grew: cut askew
HILL_AT, HILL_COMMUNITY = (-1265.0, 1091.0), "C01"

_STREET_KINDS = ("tertiary", "residential", "residential", "unclassified", "residential")


def fill(town: Town, bones: Skeleton, dice: Dice) -> None:
    """Fill every quarter, the hill, the islet and the villages."""
    wide = unary_union([line.buffer(road.clear_m + 4) for road, line in bones.roads] + [bones.rail.buffer(24)])
    namer = names.Namer(dice.fork("names"))
    faces = bones.faces()
    for i, quarter in enumerate(QUARTERS):
        _quarter(town, bones, _face_at(faces, quarter.at), quarter, wide, namer, dice.fork(f"quarter {i}"))
    banks.draw(town, bones)
    hill.draw(town, _face_at(faces, HILL_AT).difference(wide), bones.road_lines, dice.fork("hill"))
    _islet(town, bones, dice.fork("islet"))
    village.draw_tracks(town)
    for i, spec in enumerate(village.VILLAGES):
        village.draw(town, spec, bones.road_lines, dice.fork(f"village {i}"))


def _face_at(faces: list[Polygon], at: tuple[float, float]) -> Polygon:
    return next(face for face in faces if face.contains(Point(at)))


def _quarter(town: Town, bones: Skeleton, face: Polygon, quarter: Quarter, wide: BaseGeometry, namer: names.Namer, dice: Dice) -> None:
    outlines, lines = cut(usable(face, bones), quarter.hectares * 1e4, dice, askew=2.2 if quarter.community in _OLD_TOWN else 0.9)
    for i, line in enumerate(lines):
        highway = dice.one_of(_STREET_KINDS) if i < 3 else "residential"
        zh, en = namer.street(along=coords(line))
        tags = {"highway": highway, "name": zh, "name:en": en}
        if highway == "residential" and dice.chance(0.12):
            tags["oneway"] = "yes"
        town.street(coords(line), tags, 5)
    streets = unary_union([bones.road_lines, *lines])
    fills = _shuffled_mix(quarter.mix, len(outlines), dice)
    outlines.sort(key=lambda outline: outline.centroid.distance(Point(quarter.at)))
    for outline, sort in zip(outlines, fills, strict=True):
        _fill_block(town, block(outline, wide), sort, streets, namer, dice)


def _shuffled_mix(mix: tuple[tuple[str, int], ...], count: int, dice: Dice) -> list[str]:
    """One filling per block; what is wanted once (a square, a school) comes once, and the square in the middle."""
    single = [sort for sort, share in mix if share == 1]
    many = [(sort, float(share)) for sort, share in mix if share > 1]
    rest = dice.shuffled([*single[: count - 1], *(dice.weighted(many or [("field", 1.0)]) for _ in range(max(0, count - len(single))))])
    rest = (rest + ["field"] * count)[:count]
    for first in ("square", "station"):
        if first in rest:
            rest.remove(first)
            rest.insert(0, first)
    return rest


def _fill_block(town: Town, lot: Block, sort: str, streets: BaseGeometry, namer: names.Namer, dice: Dice) -> None:
    if lot.inner.is_empty or lot.inner.area < 2500:
        return
    zh, en = namer.place(sort)
    yard = Yard(town, lot, streets, dice, zh, en)
    if sort == "square":
        _square(yard)
    elif sort == "station":
        _station(yard)
    elif sort == "field":
        town.area(lot.inner, {"landuse": "farmland"})
    elif sort == "park":
        quarters.park(yard)
    elif sort == "court":
        quarters.courtyards(yard, lot=(19.5, 17.5), piece_m2=2900, dead_ends=0.45)
    elif sort == "rows":
        quarters.rows_of_houses(yard)
    elif sort in {"danwei", "estate", "towers"}:
        plan = {"danwei": DANWEI, "estate": ESTATE, "towers": TOWERS}[sort]
        if not quarters.compound(yard, plan) and not quarters.rows_of_houses(yard):
            town.area(lot.inner, {"landuse": "grass"})
    else:
        quarters.public(yard, sort)


def _square(yard: Yard) -> None:
    """The drum tower square: paved, walked across in any direction, reached by four short ways."""
    town, lot = yard.town, yard.block
    middle, angle = lot.inner.centroid, 0.06
    ring = rectangle((middle.x, middle.y), 104, 78, angle)
    closed = np.round(np.vstack([ring, ring[:1]]), 2)
    town.street(closed, {"highway": "pedestrian", "area": "yes", "name": "鼓楼广场", "name:en": "Drum Tower Square", "surface": "paving_stones"}, 3)
    town.ground.take(ring)
    town.buildings.append(_landmark(rectangle((middle.x, middle.y), 24, 18, angle), "鼓楼", "Drum Tower"))
    for heading in (0.0, math.pi / 2, math.pi, -math.pi / 2):
        edge = LineString([(middle.x, middle.y), (middle.x + math.cos(angle + heading) * 200, middle.y + math.sin(angle + heading) * 200)])
        start = edge.intersection(Polygon(ring).exterior)
        way = to_street(start, angle + heading, lot.outline, yard.streets, 300)
        if way is not None:
            town.street(coords(way), {"highway": "pedestrian", "name": "鼓楼前街", "name:en": "Drum Tower Walk"}, 4)
    quarters.scatter(yard, "commercial", (30, 14), 9)


def _landmark(corners: np.ndarray[tuple[int, ...], np.dtype[np.float64]], zh: str, en: str):  # type: ignore[no-untyped-def]
    from data.generator.town import Building

    return Building(np.round(corners, 2), {"building": "yes", "historic": "building", "name": zh, "name:en": en}, "landmark")


def _station(yard: Yard) -> None:
    """The railway station and its forecourt."""
    yard.town.area(yard.block.inner, {"landuse": "railway", "name": "清河站", "name:en": "Qinghe Railway Station"})
    middle = yard.block.inner.centroid
    corners = rectangle((middle.x, middle.y), 26, 110, yard.block.angle)
    yard.town.build(corners, "public", {"building": "train_station", "name": "清河站", "name:en": "Qinghe Station"})
    for v in (-70.0, 70.0):
        yard.gate(-20, v, math.pi, {"highway": "service"})
    yard.lane([(-20, -70), (-20, 70)], {"highway": "pedestrian", "name": "站前广场", "name:en": "Station Forecourt"}, 5)


def _islet(town: Town, bones: Skeleton, dice: Dice) -> None:
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
    line = LineString(lane)
    for side in (1, -1):
        for row in (11.0, 27.0):
            at = 8.0
            while at < line.length - 6:
                here, ahead = line.interpolate(at), line.interpolate(at + 2)
                along_angle = math.atan2(ahead.y - here.y, ahead.x - here.x)
                x, y = here.x - math.sin(along_angle) * side * row, here.y + math.cos(along_angle) * side * row
                corners = rectangle((x, y), dice.between(10, 13), dice.between(8, 10), along_angle)
                if bones.islet.buffer(-9).contains(Polygon(corners)):
                    town.build(corners, "farmhouse", {"building": "house", "building:levels": "1"}, 1)
                at += dice.between(17, 26)
