"""The faces between main roads, cut into blocks by smaller streets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import split

from data.generator.plane import coords, curve, long_axis, turned

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.skeleton import Skeleton


@dataclass
class Block:
    """Land within streets.

    ``outline`` runs along the middle of the streets, ``inner`` is what can be built on;
    ``angle`` (radians) is the direction in which rows of houses run, about west to east.
    """

    outline: Polygon
    inner: Polygon
    angle: float


def largest(shape: BaseGeometry) -> Polygon:
    """The largest polygon of whatever an overlay gave."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area) if parts else Polygon()


def usable(face: Polygon, bones: Skeleton) -> Polygon:
    """A face without the river's banks, the railway's land and the expressway's."""
    kept = face.difference(bones.river.buffer(46)).difference(bones.rail.buffer(26)).difference(bones.expressway.buffer(40))
    return largest(kept)


def cut(face: Polygon, target_m2: float, dice: Dice, askew: float = 1.0) -> tuple[list[Polygon], list[LineString]]:
    """Cut a face into blocks of about ``target_m2``; the streets that part them come out as well, the longest first.

    ``askew`` scales how much the streets lean and bend.
    """
    blocks: list[Polygon] = []
    streets: list[LineString] = []
    waiting = [face]
    while waiting:
        piece = waiting.pop(0)
        if piece.area < target_m2 * dice.between(1.25, 1.75):
            blocks.append(piece)
            continue
        halves, lines = _halve(piece, dice, askew)
        if len(halves) < 2:
            blocks.append(piece)
            continue
        waiting.extend(halves)
        streets.extend(lines)
    return blocks, streets


def _halve(piece: Polygon, dice: Dice, askew: float) -> tuple[list[Polygon], list[LineString]]:
    """Cut across the long side, a little askew and a little bent."""
    angle, length, _ = long_axis(piece)
    middle = piece.representative_point() if not piece.contains(piece.centroid) else piece.centroid
    for _ in range(6):
        tilt = angle + math.radians(dice.around(0, 4 * askew))
        shift = dice.between(-0.13, 0.13) * length
        bend = dice.around(0, 9 * askew)
        reach = length * 1.5
        wave = turned(
            np.array([[shift, -reach], [shift + bend, -reach / 5], [shift - bend, reach / 6], [shift, reach]]),
            tilt,
            (middle.x, middle.y),
        )
        knife = LineString(curve([(float(x), float(y)) for x, y in wave], 20))
        halves = [part for part in split(piece, knife).geoms if isinstance(part, Polygon)]
        if len(halves) >= 2 and min(half.area for half in halves) > 0.2 * piece.area:
            inside = knife.intersection(piece)
            lines = [line for line in getattr(inside, "geoms", [inside]) if isinstance(line, LineString)]
            return halves, sorted(lines, key=lambda line: -line.length)
    return [piece], []


def row_angle(outline: Polygon) -> float:
    """The direction of the block's side that is nearest to west-east, so that houses face south."""
    angle, _, _ = long_axis(outline)
    while angle > math.pi / 4:
        angle -= math.pi / 2
    while angle < -math.pi / 4:
        angle += math.pi / 2
    return angle


def block(outline: Polygon, wide: BaseGeometry, street_half_m: float = 9.0) -> Block:
    """A block with what of it can be built on; ``wide`` is the land that main roads keep clear."""
    inner = largest(outline.buffer(-street_half_m).difference(wide))
    return Block(outline, inner, row_angle(outline))


def to_street(start: Point, angle: float, outline: Polygon, streets: BaseGeometry, limit_m: float = 90.0) -> LineString | None:
    """A straight way from a point inside the block to the street at its edge, or None where there is no street."""
    end = (start.x + math.cos(angle) * limit_m, start.y + math.sin(angle) * limit_m)
    hit = LineString([(start.x, start.y), end]).intersection(outline.exterior)
    if hit.is_empty:
        return None
    nearest = min((Point(p) for part in getattr(hit, "geoms", [hit]) for p in coords(part)), key=start.distance)
    if streets.distance(nearest) > 0.4:
        return None
    return LineString([(start.x, start.y), (nearest.x, nearest.y)])
