"""The quarter on Phoenix Hill: lanes along the slope, steps up and down, a road that winds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon

from data.generator.plane import coords, rectangle

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.town import Town

TOP = (-1330.0, 1140.0)
_RINGS = (125.0, 190.0, 255.0, 320.0)  # metres from the top, seen from above
_FROM, _TO = math.radians(-165), math.radians(38)


def _point(radius: float, t: float) -> tuple[float, float]:
    """A place on the slope; the hill is longer from west to east and its flanks are uneven."""
    uneven = 1 + 0.07 * math.sin(3 * t + 0.6) + 0.04 * math.sin(5 * t)
    return TOP[0] + 1.18 * radius * uneven * math.cos(t), TOP[1] + 0.86 * radius * uneven * math.sin(t)


def draw(town: Town, face: Polygon, streets: BaseGeometry, dice: Dice) -> None:
    """Draw the hill with its lanes, steps and houses."""
    angles = np.linspace(_FROM, _TO, 46)
    for i, radius in enumerate(_RINGS):
        line = np.array([_point(radius * (1 + 0.012 * dice.around(0, 1)), t) for t in angles])
        tags = {"highway": "residential", "name": f"凤山{'一二三四'[i]}巷", "name:en": f"Fengshan Lane {i + 1}", "surface": "concrete"}
        town.street(line, tags if i == 3 else {**tags, "highway": "living_street" if i else "footway"}, 2.5)
    _winding_road(town)
    _steps(town, dice)
    _to_town(town, streets)
    _summit(town)
    for radius in _RINGS:
        _houses(town, face, radius, dice)


def _winding_road(town: Town) -> None:
    spots = [(332.0, -1.72), (318, -1.35), (290, -1.12), (258, -1.2), (232, -1.5), (205, -1.82), (188, -1.6), (168, -1.2), (140, -0.95), (124, -0.7)]
    from data.generator.plane import curve

    line = curve([_point(r, t) for r, t in spots], 14)
    town.street(line, {"highway": "residential", "name": "凤山盘道", "name:en": "Fengshan Winding Road", "incline": "9%", "surface": "concrete"}, 3)


def _steps(town: Town, dice: Dice) -> None:
    for t in np.linspace(_FROM + 0.12, _TO - 0.15, 9):
        for low, high in zip(_RINGS[:0:-1], _RINGS[-2::-1], strict=True):
            if dice.chance(0.2):
                continue
            at = float(t) + dice.between(-0.09, 0.09)
            line = np.array([_point(low, at), _point((low + high) / 2, at + 0.015), _point(high, at + dice.between(-0.02, 0.02))])
            count = round(LineString(line).length / 0.62)
            town.street(line, {"highway": "steps", "incline": "up", "step_count": str(count), "handrail": "yes" if dice.chance(0.4) else "no"}, 1.5)


def _to_town(town: Town, streets: BaseGeometry) -> None:
    """Ways from the lowest lane down to the roads around."""
    for t, highway in ((-2.62, "residential"), (-1.72, "residential"), (-0.95, "footway"), (-0.3, "residential"), (0.35, "steps")):
        start = Point(_point(_RINGS[-1], t))
        far = Point(_point(_RINGS[-1] * 2.6, t))
        hit = LineString([start, far]).intersection(streets)
        spots = [Point(p) for part in getattr(hit, "geoms", [hit]) for p in coords(part)] if not hit.is_empty else []
        if spots:
            end = min(spots, key=start.distance)
            tags = {"highway": highway}
            if highway == "steps":
                tags |= {"incline": "down", "step_count": str(round(start.distance(end) / 0.8))}
            elif highway == "residential":
                tags["incline"] = "-6%"
            town.street(np.array([(start.x, start.y), (end.x, end.y)]), tags, 2.5)


def _summit(town: Town) -> None:
    top = np.array([_point(62, t) for t in np.linspace(0, 2 * math.pi, 25)])
    town.street(top, {"highway": "footway", "name": "凤山公园环道", "name:en": "Fengshan Park Loop"}, 2)
    for t in (-2.2, -0.9, 0.4):
        line = np.array([_point(62, t), _point(94, t + 0.03), _point(125, t)])
        town.street(line, {"highway": "steps", "incline": "down", "step_count": "88"}, 1.5)
    town.street(np.array([_point(62, -1.5), _point(22, -1.5), TOP]), {"highway": "footway"}, 1.5)
    wood = Polygon([_point(112, t) for t in np.linspace(0, 2 * math.pi, 40)])
    town.area(wood, {"leisure": "park", "name": "凤山公园", "name:en": "Fengshan Park"})
    back = Polygon([_point(330, t) for t in np.linspace(_TO + 0.1, 2 * math.pi + _FROM - 0.1, 30)] + [_point(118, t) for t in np.linspace(2 * math.pi + _FROM - 0.1, _TO + 0.1, 20)])
    town.area(back, {"natural": "wood", "name": "凤山", "name:en": "Phoenix Hill"})
    town.build(rectangle((TOP[0] + 14, TOP[1] + 14), 14, 14, 0.4), "landmark", {"building": "pagoda", "name": "凤山塔", "name:en": "Fengshan Pagoda"})


def _houses(town: Town, face: Polygon, radius: float, dice: Dice) -> None:
    """Houses on the uphill and the downhill side of a lane."""
    step = 13.5 / radius
    for side in (-10.5, 10.5):
        t = _FROM + 0.03
        while t < _TO - 0.02:
            x, y = _point(radius + side, t)
            ahead = _point(radius + side, t + 0.01)
            angle = math.atan2(ahead[1] - y, ahead[0] - x)
            if face.contains(Point(x, y)):
                floors = dice.whole(1, 3)
                town.build(
                    rectangle((x, y), dice.between(9.5, 11.5), dice.between(8, 10.5), angle), "own_built", {"building": "house", "building:levels": str(floors)}, 1
                )
            t += step * dice.between(0.92, 1.25)
