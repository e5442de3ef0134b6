"""Residential compounds: slabs or towers in rows, lanes between them, a wall and few gates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString

from data.generator.plane import coords, parts, rectangle

if TYPE_CHECKING:
    from data.generator.dice import Dice
    from data.generator.yard import Yard

_LANE = {"highway": "service", "service": "driveway"}
_PATH = {"highway": "footway"}

Row = tuple[float, float, float]  # v, and u from west to east


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
PLANS = {"danwei": DANWEI, "estate": ESTATE, "towers": TOWERS}


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


def _rows(yard: Yard, plan: Plan) -> list[Row]:
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
        pieces = [piece for piece in parts(cut_line, LineString) if piece.length > 36]
        if pieces:
            best = max(pieces, key=lambda piece: piece.length)
            rows.append((v, best.bounds[0], best.bounds[2]))
    return rows


def _spine(rows: list[Row], dice: Dice) -> float:
    west, east = float(np.median([r[1] for r in rows])), float(np.median([r[2] for r in rows]))
    return west + (east - west) * dice.between(0.38, 0.62)


def _gates(yard: Yard, plan: Plan, rows: list[Row], spine_u: float) -> int:
    """Open up to ``plan.gates`` gates: south and north ends of the spine first, then the ends of a row."""
    middle = rows[len(rows) // 2]
    ends = [(spine_u, rows[0][0], -math.pi / 2), (spine_u, rows[-1][0], math.pi / 2)]
    sides = [(middle[2], middle[0], 0.0), (middle[1], middle[0], math.pi)]
    made = 0
    for u, v, heading in yard.dice.shuffled(ends) + yard.dice.shuffled(sides):
        if made < plan.gates and yard.gate(u, v, heading, {**_LANE}):
            made += 1
    return made


def _lanes(yard: Yard, plan: Plan, rows: list[Row], spine_u: float) -> None:
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


def _slabs(yard: Yard, plan: Plan, row: Row, step: float, spine_u: float) -> None:
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
