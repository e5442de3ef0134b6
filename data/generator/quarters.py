"""What fills a block: walled compounds, estates, old courtyards, rows of own-built houses, public buildings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, Polygon

from data.generator.blocks import Block, cut, largest, to_street
from data.generator.plane import coords, rectangle, turned

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.town import Town

_LANE = {"highway": "service", "service": "driveway"}
_PATH = {"highway": "footway"}


@dataclass(frozen=True)
class Plan:
    """How a compound is laid out."""

    row_m: float = 31.0  # from lane to lane
    ring: bool = False  # whether a lane runs all round inside
    gates: int = 1
    stairs: tuple[int, int] = (2, 3)  # entrances per slab: its length
    floors: tuple[int, int] = (4, 6)
    towers: bool = False
    walled: bool = True
    paths: float = 0.35  # share of gaps between slabs with a footpath


DANWEI = Plan(gates=1, stairs=(2, 4), floors=(3, 5), paths=0.6)
ESTATE = Plan(row_m=36, ring=True, gates=2, stairs=(2, 3), floors=(6, 6), paths=0.95)
TOWERS = Plan(row_m=62, ring=True, gates=2, floors=(11, 18), towers=True, paths=0.8)


@dataclass
class Yard:
    """A block turned so that rows run along u; everything is drawn in these axes and turned back."""

    town: Town
    block: Block
    streets: BaseGeometry
    dice: Dice
    name: str
    name_en: str

    def __post_init__(self) -> None:
        middle = self.block.inner.centroid
        self.origin = (middle.x, middle.y)
        flat = rotate(self.block.inner, -self.block.angle, origin=self.origin, use_radians=True)
        self.flat = Polygon(np.asarray(flat.exterior.coords) - np.array(self.origin))

    def out(self, uv: list[tuple[float, float]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """From the yard's axes to the plane."""
        return turned(np.array(uv, dtype=np.float64), self.block.angle, self.origin)

    def lane(self, uv: list[tuple[float, float]], tags: dict[str, str], half_m: float = 2.5) -> None:
        """Draw a lane given in the yard's axes."""
        self.town.street(self.out(uv), tags, half_m)

    def gate(self, u: float, v: float, heading: float, tags: dict[str, str]) -> bool:
        """Lead a lane from a point in the yard out to the street, through a gate; tell whether a street is there."""
        start = Point(*self.out([(u, v)])[0])
        way = to_street(start, self.block.angle + heading, self.block.outline, self.streets)
        if way is None:
            return False
        line = coords(way)
        wall = way.intersection(self.block.inner.exterior)
        if isinstance(wall, Point):
            line = np.array([line[0], (wall.x, wall.y), line[-1]])
            self.town.mark((round(wall.x, 2), round(wall.y, 2)), {"barrier": "gate", "foot": "yes"})
        self.town.street(line, tags, 3)
        return True


def compound(yard: Yard, plan: Plan) -> bool:
    """A residential compound: slabs or towers in rows, lanes between them, a wall and few gates.

    Returns False, with nothing drawn, where no gate would reach a street.
    """
    rows = _rows(yard, plan)
    if len(rows) < 2:
        return False
    spine_u = _spine(rows, yard.dice)
    rows = [row for row in rows if row[1] + 4 < spine_u < row[2] - 4]
    if len(rows) < 2 or not _gates(yard, plan, rows, spine_u):
        return False
    _lanes(yard, plan, rows, spine_u)
    if plan.walled:
        yard.town.area(yard.block.inner, {"barrier": "wall"})
    yard.town.area(yard.block.inner, {"landuse": "residential", "name": yard.name, "name:en": yard.name_en})
    step = rows[1][0] - rows[0][0]
    yard.town.place = yard.name
    for row in rows:
        _slabs(yard, plan, row, step, spine_u)
    yard.town.place = ""
    return True


def _rows(yard: Yard, plan: Plan) -> list[tuple[float, float, float]]:
    """Lanes from south to north: v, and u from west to east."""
    inside = yard.flat.buffer(-7)
    if inside.is_empty:
        return []
    u0, v0, u1, v1 = inside.bounds
    count = max(1, round((v1 - v0 - 14) / plan.row_m))
    step = (v1 - v0 - 14) / count
    rows = []
    for i in range(count + (1 if plan.ring else 0)):
        v = v0 + 2 + i * step
        cut_line = inside.intersection(LineString([(u0 - 1, v), (u1 + 1, v)]))
        parts = [part for part in getattr(cut_line, "geoms", [cut_line]) if part.length > 36]
        if parts:
            best = max(parts, key=lambda part: part.length)
            rows.append((v, best.bounds[0], best.bounds[2]))
    return rows


def _spine(rows: list[tuple[float, float, float]], dice: Dice) -> float:
    west, east = float(np.median([r[1] for r in rows])), float(np.median([r[2] for r in rows]))
    return west + (east - west) * dice.between(0.38, 0.62)


def _gates(yard: Yard, plan: Plan, rows: list[tuple[float, float, float]], spine_u: float) -> int:
    """Open up to ``plan.gates`` gates: south and north ends of the spine first, then the ends of a row."""
    middle = rows[len(rows) // 2]
    ends = [(spine_u, rows[0][0], -math.pi / 2), (spine_u, rows[-1][0], math.pi / 2)]
    sides = [(middle[2], middle[0], 0.0), (middle[1], middle[0], math.pi)]
    made = 0
    for u, v, heading in yard.dice.shuffled(ends) + yard.dice.shuffled(sides):
        if made < plan.gates and yard.gate(u, v, heading, {**_LANE}):
            made += 1
    return made


def _lanes(yard: Yard, plan: Plan, rows: list[tuple[float, float, float]], spine_u: float) -> None:
    dice = yard.dice
    yard.lane([(spine_u, row[0]) for row in rows], {"highway": "service"}, 3)
    for i, (v, west, east) in enumerate(rows):
        w = west if plan.ring else west + dice.between(2, 12)
        e = east if plan.ring else east - dice.between(2, 12)
        yard.lane([(w, v), (spine_u, v), (e, v)], _LANE)
        if not plan.ring and i == len(rows) // 2 and dice.chance(0.4):
            turn = [(e + 7 * (1 - math.cos(t)), v + 7 * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 9)]
            yard.lane(turn, {"highway": "service"}, 2)
    if plan.ring:
        for side in (1, 2):
            yard.lane([(row[side], row[0]) for row in rows], {"highway": "service"}, 3)


def _slabs(yard: Yard, plan: Plan, row: tuple[float, float, float], step: float, spine_u: float) -> None:
    """Buildings to the north of one lane, with gaps that footpaths may use."""
    v, west, east = row
    u = west + yard.dice.between(0, 4)
    while u < east - 18:
        stairs = yard.dice.whole(*plan.stairs)
        length, depth = (26.0, 22.0) if plan.towers else (15.0 * stairs, 12.0)
        length = min(length, (spine_u - 4 if u < spine_u else east) - u)
        if length < 17:
            u = max(spine_u + 5, u + 4)
            continue
        floors = yard.dice.whole(*plan.floors)
        homes = floors * 4 if plan.towers else floors * 2 * max(1, round(length / 15))
        middle = yard.out([(u + length / 2, v + step * 0.5)])[0]
        corners = rectangle((float(middle[0]), float(middle[1])), length, depth, yard.block.angle)
        tags = {"building": "apartments", "building:levels": str(floors)}
        yard.town.build(corners, "tower" if plan.towers else "slab", tags, homes)
        u += length
        gap = 22.0 if plan.towers else yard.dice.between(7, 11)
        if u + gap < east and abs(u + gap / 2 - spine_u) > 12 and yard.dice.chance(plan.paths):
            _path(yard, u + gap / 2, v, step)
        u += gap


def _path(yard: Yard, u: float, v: float, step: float) -> None:
    """A footpath from one lane to the next to the north, where both lanes are."""
    line = LineString(yard.out([(u, v), (u, v + step)]))
    if yard.block.inner.buffer(-6).contains(line) and yard.town.meets_street(line.coords[-1]):
        yard.town.street(coords(line), _PATH, 1)


def courtyards(yard: Yard, *, lot: tuple[float, float], piece_m2: float, dead_ends: float) -> bool:
    """An old block: alleys cut it into pieces filled with one-storey courtyards; some alleys are dead ends."""
    pieces, alleys = cut(yard.block.outline, piece_m2, yard.dice)
    for i, alley in enumerate(alleys):
        line = coords(alley)
        ended = i >= len(alleys) // 2 and yard.dice.chance(dead_ends)
        if ended:
            keep = max(2, int(len(line) * yard.dice.between(0.45, 0.7)))
            short = LineString(line[:keep])
            rest = LineString(line[keep - 1 :])
            if keep < len(line) and not any(rest.distance(Point(p)) < 0.5 for a in alleys if a is not alley for p in (a.coords[0], a.coords[-1])):
                line = coords(short)
        kind = yard.dice.weighted(
            [({"highway": "footway"}, 3), ({"highway": "service", "service": "alley"}, 3), ({"highway": "living_street"}, 2), ({"highway": "pedestrian"}, 0.6)]
        )
        yard.town.street(line, dict(kind), 1.8)
    yard.town.area(yard.block.inner, {"landuse": "residential"})
    for piece in pieces:
        _lots(yard, largest(piece.intersection(yard.block.outline).buffer(-2.0)), lot)
    return True


def _lots(yard: Yard, piece: Polygon, lot: tuple[float, float]) -> None:
    """Courtyard houses close together all over a piece of ground."""
    if piece.is_empty:
        return
    dice, angle = yard.dice, yard.block.angle
    uv = turned(np.asarray(piece.exterior.coords), -angle)
    (u0, v0), (u1, v1) = uv.min(axis=0), uv.max(axis=0)
    v = v0 + lot[1] / 2
    while v < v1:
        u = u0 + lot[0] / 2 + dice.between(0, 4)
        while u < u1:
            width, depth = lot[0] * dice.between(0.66, 0.94), lot[1] * dice.between(0.66, 0.92)
            x, y = turned(np.array([[u, v]]), angle)[0]
            corners = rectangle((float(x), float(y)), width, depth, angle + math.radians(dice.around(0, 1.5)))
            if piece.contains(Polygon(corners)):
                homes = max(1, round(width * depth / 75))
                tags = {"building": "residential", "building:levels": "1"}
                yard.town.build(corners, "courtyard", tags, homes)
            u += lot[0] + dice.between(0, 2)
        v += lot[1] + dice.between(0, 2)


def rows_of_houses(yard: Yard, *, pitch_m: float = 16.0, row_m: float = 42.0) -> bool:
    """Own-built houses of two to four floors, back to back along lanes that run through the block."""
    dice = yard.dice
    flat_outline = rotate(yard.block.outline, -yard.block.angle, origin=yard.origin, use_radians=True)
    outline = Polygon(np.asarray(flat_outline.exterior.coords) - np.array(yard.origin))
    u0, v0, u1, v1 = yard.flat.bounds
    v = v0 + 17
    lanes = []
    while v < v1 - 10:
        line = outline.intersection(LineString([(u0 - 60, v), (u1 + 60, v + dice.around(0, 3))]))
        parts = [part for part in getattr(line, "geoms", [line]) if part.length > 30]
        if parts:
            lanes.append(max(parts, key=lambda part: part.length))
        v += row_m * dice.between(0.95, 1.06)
    for lane in lanes:
        yard.lane([(float(a), float(b)) for a, b in coords(lane)], {"highway": "residential"} if dice.chance(0.5) else {"highway": "living_street"}, 3)
    for low, high in zip(lanes[:-1], lanes[1:], strict=True):
        for share in (dice.between(0.25, 0.4), dice.between(0.6, 0.75)):
            a, b = low.interpolate(share, normalized=True), high.interpolate(share, normalized=True)
            yard.lane([(a.x, a.y), (b.x, b.y)], {"highway": "footway"}, 1.5)
    yard.town.area(yard.block.inner, {"landuse": "residential"})
    for lane in lanes:
        _houses_along(yard, lane, pitch_m)
    return bool(lanes)


def _houses_along(yard: Yard, lane: LineString, pitch_m: float) -> None:
    for side in (1, -1):
        at = yard.dice.between(8, 14)
        while at < lane.length - 8:
            here = lane.interpolate(at)
            width, depth = pitch_m * yard.dice.between(0.72, 0.86), yard.dice.between(9, 11.5)
            middle = yard.out([(here.x, here.y + side * (depth / 2 + 5.4))])[0]
            corners = rectangle((float(middle[0]), float(middle[1])), width, depth, yard.block.angle)
            if yard.block.inner.contains(Polygon(corners)):
                floors = yard.dice.whole(2, 4)
                yard.town.build(corners, "own_built", {"building": "house", "building:levels": str(floors)}, 1 if floors < 4 else 2)
            at += pitch_m


PUBLIC: dict[str, tuple[dict[str, str], str, tuple[float, float], int]] = {
    # kind: (tags of the ground, tag of its buildings, size of a building, how many)
    "school": ({"amenity": "school"}, "school", (52, 14), 4),
    "middle_school": ({"amenity": "school", "name": "清河县第一中学"}, "school", (62, 15), 6),
    "hospital": ({"amenity": "hospital", "name": "清河县人民医院"}, "hospital", (58, 20), 4),
    "government": ({"amenity": "townhall", "name": "清河县政务服务中心"}, "government", (64, 18), 3),
    "market": ({"amenity": "marketplace", "name": "清河农贸市场"}, "retail", (70, 30), 3),
    "mall": ({"landuse": "retail", "name": "清河商城"}, "retail", (60, 40), 3),
    "commerce": ({"landuse": "commercial"}, "commercial", (34, 16), 8),
    "factory": ({"landuse": "industrial"}, "industrial", (60, 24), 7),
    "depot": ({"landuse": "railway"}, "industrial", (70, 20), 4),
    "bus": ({"amenity": "bus_station", "name": "清河汽车站"}, "transportation", (60, 22), 2),
}


def public(yard: Yard, sort: str) -> bool:
    """A school, a market, a factory: a few large buildings and a way in."""
    ground, building, (width, depth), count = PUBLIC[sort]
    tags = dict(ground)
    if yard.name and "name" not in tags:
        tags |= {"name": yard.name, "name:en": yard.name_en}
    yard.town.area(yard.block.inner, tags)
    entered = any(
        yard.gate(u, v, heading, {"highway": "service"}) for u, v, heading in yard.dice.shuffled([(0.0, 0.0, -math.pi / 2), (0.0, 0.0, math.pi / 2), (0.0, 0.0, 0.0), (0.0, 0.0, math.pi)])
    )
    scatter(yard, sort, (width, depth), count, building)
    return entered


def scatter(yard: Yard, sort: str, size: tuple[float, float], count: int, building: str = "commercial") -> int:
    """Put up to ``count`` large buildings here and there in the yard, square to its axes; tell how many."""
    inside = yard.flat.buffer(-6)
    placed = 0
    for _ in range(count * 12):
        if placed == count or inside.is_empty:
            break
        u0, v0, u1, v1 = inside.bounds
        u, v = yard.dice.between(u0, u1), yard.dice.between(v0, v1)
        w, d = size[0] * yard.dice.between(0.7, 1.1), size[1] * yard.dice.between(0.8, 1.1)
        if yard.dice.chance(0.2):
            w, d = d, w
        middle = yard.out([(u, v)])[0]
        corners = rectangle((float(middle[0]), float(middle[1])), w, d, yard.block.angle)
        if yard.block.inner.buffer(-3).contains(Polygon(corners)) and yard.town.build(corners, sort, {"building": building}):
            placed += 1
    return placed


def park(yard: Yard) -> bool:
    """A park: two bent paths across, a ring walk and a pond."""
    tags = {"leisure": "park"}
    if yard.name:
        tags |= {"name": yard.name, "name:en": yard.name_en}
    yard.town.area(yard.block.inner, tags)
    ring = largest(yard.block.inner.buffer(-18).simplify(6))
    if ring.is_empty:
        return False
    yard.town.street(np.asarray(ring.exterior.coords), {"highway": "footway"}, 2)
    for heading in (0.0, math.pi / 2, math.pi, -math.pi / 2):
        way = to_street(yard.block.inner.centroid, yard.block.angle + heading + yard.dice.around(0, 0.15), yard.block.outline, yard.streets, 300)
        if way is not None:
            yard.town.street(coords(way), {"highway": "path" if yard.dice.chance(0.3) else "footway"}, 2)
    pond = largest(ring.buffer(-14).simplify(5))
    if pond.area > 1500:
        west, south, east, north = pond.bounds
        middle = Point(west + (east - west) * 0.3, south + (north - south) * 0.35).buffer(min(east - west, north - south) * 0.2, quad_segs=3)
        town_pond = largest(middle.intersection(ring.buffer(-4)))
        if not town_pond.is_empty:
            yard.town.area(town_pond, {"natural": "water", "water": "pond"})
    return True
