"""The quarter on Phoenix Hill: lanes along the slope, steps up and down, a road that winds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon

from data.generator.plane import coords, curve, rectangle

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.town import Town

TOP = (-1330.0, 1140.0)
# Lanes from the foot up: mean metres from the top, from and to (degrees, east is 0), drift along the lane in metres.
_LANES = (
    (306.0, -172.0, 34.0, 10.0),
    (262.0, -158.0, -98.0, -16.0), (256.0, -86.0, 8.0, 14.0),
    (214.0, -174.0, -112.0, 12.0), (216.0, -104.0, -38.0, -14.0), (208.0, -22.0, 38.0, 8.0),
    (168.0, -150.0, -78.0, 15.0), (164.0, -66.0, 26.0, -12.0),
    (122.0, -155.0, 16.0, 9.0),
)  # fmt: skip


_BACK = (math.radians(42), math.radians(360 - 178))  # the wooded side


def _point(radius: float, t: float) -> tuple[float, float]:
    """A place on the slope; the hill is longer from west to east and its flanks are uneven."""
    uneven = 1 + 0.05 * math.sin(3 * t + 0.6) + 0.035 * math.sin(5 * t) + 0.02 * math.sin(9 * t + radius / 23)
    return TOP[0] + 1.18 * radius * uneven * math.cos(t), TOP[1] + 0.86 * radius * uneven * math.sin(t)


def _lanes() -> list[LineString]:
    out = []
    for radius, start, end, drift in _LANES:
        angles = np.radians(np.linspace(start, end, max(8, round((end - start) * radius / 900))))
        share = np.linspace(-1, 1, len(angles))
        out.append(LineString(np.round([_point(radius + drift * k, float(t)) for k, t in zip(share, angles, strict=True)], 2)))
    return out


def draw(town: Town, face: Polygon, streets: BaseGeometry, dice: Dice) -> None:
    """Draw the hill with its lanes, steps and houses."""
    lanes = _lanes()
    for i, lane in enumerate(lanes):
        tags = {"name": f"凤山{'一二三四五六七八九'[i]}巷", "name:en": f"Fengshan Lane {i + 1}", "surface": "concrete"}
        town.street(
            coords(lane),
            {"highway": "residential" if i == 0 else dice.one_of(("living_street", "footway", "residential")), **tags},
            2.5,
        )
    _winding_road(town)
    _steps(town, lanes, dice)
    _to_town(town, streets)
    _summit(town, lanes[-1])
    for lane in lanes:
        _houses(town, face, lane, dice)


def _winding_road(town: Town) -> None:
    """The one way up for wheels, crossing the lanes as it turns back and forth."""
    spots = (
        (312.0, -1.75),
        (292, -1.3),
        (262, -0.95),
        (238, -1.3),
        (217, -1.8),
        (190, -2.1),
        (170, -1.75),
        (150, -1.2),
        (123, -0.8),
    )
    line = curve([_point(r, t) for r, t in spots], 14)
    tags = {
        "highway": "residential",
        "name": "凤山盘道",
        "name:en": "Fengshan Winding Road",
        "incline": "9%",
        "surface": "concrete",
    }
    town.street(line, tags, 3)


def _steps(town: Town, lanes: list[LineString], dice: Dice) -> None:
    """Flights from each lane up to the next one above it, wherever people once climbed."""
    for i, low in enumerate(lanes):
        for high in lanes[i + 1 :]:
            for at in np.arange(dice.between(12, 40), low.length - 8, 62.0):
                foot = low.interpolate(float(at) + dice.between(-14, 14))
                head = high.interpolate(high.project(foot) + dice.between(-9, 9))
                climb = foot.distance(head)
                ends = min(high.project(foot), high.length - high.project(foot))
                crossed = any(lane.distance(LineString([foot, head])) < 2 for lane in lanes if lane not in (low, high))
                if not 25 < climb < 66 or ends < 5 or crossed or dice.chance(0.12):
                    continue
                middle = ((foot.x + head.x) / 2 + dice.between(-4, 4), (foot.y + head.y) / 2)
                tags = {
                    "highway": "steps",
                    "incline": "up",
                    "step_count": str(round(climb / 0.62)),
                    "handrail": dice.one_of(("yes", "no")),
                }
                town.street(np.array([(foot.x, foot.y), middle, (head.x, head.y)]), tags, 1.5)


def _to_town(town: Town, streets: BaseGeometry) -> None:
    """Ways from the lowest lane down to the roads around."""
    for t, highway in (
        (-2.62, "residential"),
        (-1.72, "residential"),
        (-0.95, "footway"),
        (-0.3, "residential"),
        (0.35, "steps"),
    ):
        start = Point(_point(306.0, t))
        far = Point(_point(800, t))
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


def _summit(town: Town, highest: LineString) -> None:
    """The park round the pagoda, with stairs up from the highest lane."""
    corners = sorted([*np.linspace(0, 2 * math.pi, 25).tolist(), 0.2, 2 * math.pi - 2.2, 2 * math.pi - 1.5, 2 * math.pi - 0.9])
    top = np.array([_point(62, t) for t in corners])
    town.street(top, {"highway": "footway", "name": "凤山公园环道", "name:en": "Fengshan Park Loop"}, 2)
    for t in (-2.2, -0.9, 0.2):
        foot = highest.interpolate(highest.project(Point(_point(122, t))))
        line = np.array([_point(62, t), _point(92, t + 0.03), (foot.x, foot.y)])
        town.street(line, {"highway": "steps", "incline": "down", "step_count": "88"}, 1.5)
    town.street(np.array([_point(62, -1.5), _point(22, -1.5), TOP]), {"highway": "footway"}, 1.5)
    wood = Polygon([_point(112, t) for t in np.linspace(0, 2 * math.pi, 40)])
    town.area(wood, {"leisure": "park", "name": "凤山公园", "name:en": "Fengshan Park"})
    turns = np.linspace(*_BACK, 36)
    rim = [_point(150 + 190 * math.sin(math.pi * k / 35) ** 0.6, float(t)) for k, t in enumerate(turns)]
    back = Polygon([*rim, *(_point(126, float(t)) for t in turns[::-1])])
    town.area(back, {"natural": "wood", "name": "凤山", "name:en": "Phoenix Hill"})
    town.build(
        rectangle((TOP[0] + 14, TOP[1] + 14), 14, 14, 0.4),
        "landmark",
        {"building": "pagoda", "name": "凤山塔", "name:en": "Fengshan Pagoda"},
    )


def _houses(town: Town, face: Polygon, lane: LineString, dice: Dice) -> None:
    """Houses on the uphill and the downhill side of a lane."""
    for side in (1, -1):
        at = dice.between(4, 10)
        while at < lane.length - 4:
            here, ahead = lane.interpolate(at), lane.interpolate(at + 1.5)
            angle = math.atan2(ahead.y - here.y, ahead.x - here.x)
            width, depth = dice.between(8.5, 11.5), dice.between(7.5, 10)
            away = side * (depth / 2 + 3.6 + dice.between(0, 2.5))
            x, y = here.x - math.sin(angle) * away, here.y + math.cos(angle) * away
            if face.contains(Point(x, y)):
                tags = {"building": "house", "building:levels": str(dice.whole(1, 3))}
                town.build(rectangle((x, y), width, depth, angle + dice.around(0, 0.06)), "own_built", tags, 1)
            at += dice.between(12.5, 17)
