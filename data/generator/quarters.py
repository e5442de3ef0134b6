"""What fills a block beside compounds: old courtyards, rows of own-built houses, public buildings, parks."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, Polygon

from data.generator.blocks import cut, largest, to_street
from data.generator.plane import coords, parts, rectangle, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.generator.yard import Yard


_ALLEYS = (
    ({"highway": "footway"}, 3.0),
    ({"highway": "service", "service": "alley"}, 3.0),
    ({"highway": "living_street"}, 2.0),
    ({"highway": "pedestrian"}, 0.6),
)


def courtyards(yard: Yard, *, lot: tuple[float, float], piece_m2: float, dead_ends: float) -> bool:
    """An old block: alleys cut it into pieces filled with one-storey courtyards; some alleys are dead ends."""
    pieces, alleys = cut(yard.block.outline, piece_m2, yard.dice)
    for i, alley in enumerate(alleys):
        line = coords(alley)
        if i >= len(alleys) // 2 and yard.dice.chance(dead_ends):
            line = _shortened(alley, alleys, yard.dice.between(0.45, 0.7))
        yard.town.street(line, dict(yard.dice.weighted(_ALLEYS)), 1.8)
    yard.town.area(yard.block.inner, {"landuse": "residential"})
    for piece in pieces:
        _lots(yard, largest(piece.intersection(yard.block.outline).buffer(-2.0)), lot)
    return True


def _shortened(alley: LineString, others: list[LineString], share: float) -> NDArray[np.float64]:
    """The first part of an alley, unless another alley starts or ends on the rest of it."""
    line = coords(alley)
    keep = max(2, int(len(line) * share))
    if keep >= len(line):
        return line
    rest = LineString(line[keep - 1 :])
    ends = [Point(end) for other in others if other is not alley for end in (other.coords[0], other.coords[-1])]
    return line if any(rest.distance(end) < 0.5 for end in ends) else line[:keep]


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
        pieces = [piece for piece in parts(line, LineString) if piece.length > 30]
        if pieces:
            lanes.append(max(pieces, key=lambda piece: piece.length))
        v += row_m * dice.between(0.95, 1.06)
    for lane in lanes:
        kind = "residential" if dice.chance(0.5) else "living_street"
        yard.lane([(float(a), float(b)) for a, b in coords(lane)], {"highway": kind}, 3)
    for low, high in pairwise(lanes):
        for share in (dice.between(0.25, 0.4), dice.between(0.6, 0.75)):
            a, b = low.interpolate(share, normalized=True), high.interpolate(share, normalized=True)
            yard.lane([(a.x, a.y), (b.x, b.y)], {"highway": "footway"}, 1.5)
    yard.town.area(yard.block.inner, {"landuse": "residential"})
    for lane in lanes:
        _houses_along(yard, lane, pitch_m)
    return bool(lanes)


def _houses_along(yard: Yard, lane: LineString, pitch_m: float) -> None:
    """Houses shoulder to shoulder on both sides of a lane, where the block has room."""
    for side in (1, -1):
        at = yard.dice.between(8, 14)
        while at < lane.length - 8:
            here = lane.interpolate(at)
            width, depth = pitch_m * yard.dice.between(0.72, 0.86), yard.dice.between(9, 11.5)
            middle = yard.out([(here.x, here.y + side * (depth / 2 + 5.4))])[0]
            corners = rectangle((float(middle[0]), float(middle[1])), width, depth, yard.block.angle)
            if yard.block.inner.contains(Polygon(corners)):
                floors = yard.dice.whole(2, 4)
                tags = {"building": "house", "building:levels": str(floors)}
                yard.town.build(corners, "own_built", tags, 1 if floors < 4 else 2)
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
    headings = yard.dice.shuffled((-math.pi / 2, math.pi / 2, 0.0, math.pi))
    entered = any(yard.gate(0.0, 0.0, heading, {"highway": "service"}) for heading in headings)
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
        way = to_street(
            yard.block.inner.centroid,
            yard.block.angle + heading + yard.dice.around(0, 0.15),
            yard.block.outline,
            yard.streets,
            300,
        )
        if way is not None:
            yard.town.street(coords(way), {"highway": "path" if yard.dice.chance(0.3) else "footway"}, 2)
    pond = largest(ring.buffer(-14).simplify(5))
    if pond.area > 1500:
        west, south, east, north = pond.bounds
        middle = Point(west + (east - west) * 0.3, south + (north - south) * 0.35).buffer(
            min(east - west, north - south) * 0.2, quad_segs=3
        )
        town_pond = largest(middle.intersection(ring.buffer(-4)))
        if not town_pond.is_empty:
            yard.town.area(town_pond, {"natural": "water", "water": "pond"})
    return True
