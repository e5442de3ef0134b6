"""Facilities, candidate sites and the ledger of residents' requests, each at a door of a building."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import nearest_points

from data.generator.ledger import CANDIDATES, FACILITIES, PHRASES, REQUESTS, STATES
from data.generator.plane import lonlat

if TYPE_CHECKING:
    from data.generator.communities import Community
    from data.generator.dice import Dice
    from data.generator.town import Town


class Doors:
    """Finds the door of a building near a wanted place: the point of its wall nearest to a street."""

    def __init__(self, town: Town, communities: list[Community]) -> None:
        walked = [s for s in town.streets if s.level == 0 and not {"bridge", "tunnel"} & set(s.tags)]
        self._streets = [LineString(s.xy) for s in walked]
        self._street_tree = STRtree(self._streets)
        self._houses = [Polygon(b.corners) for b in town.buildings]
        self._house_tree = STRtree([house.centroid for house in self._houses])
        self._communities = communities

    def at(self, x: float, y: float) -> dict[str, Any]:
        """Longitude, latitude and community of the door nearest to a place on the plane."""
        house = self._houses[int(self._house_tree.nearest(Point(x, y)))]
        street = self._streets[int(self._street_tree.nearest(house.centroid))]
        door = nearest_points(house, street)[0]
        lon, lat = lonlat(np.array([[door.x, door.y]]))[0]
        home = next((c.id for c in self._communities if c.outline.contains(door)), "")
        return {"lon": float(lon), "lat": float(lat), "community_id": home}


def facilities(doors: Doors) -> list[dict[str, Any]]:
    """Rows of facilities.csv."""
    rows = []
    for i, (kind, name, name_en, x, y, status, capacity, hours) in enumerate(FACILITIES, start=1):
        what = {"id": f"F{i:02d}", "name": name, "name_en": name_en, "kind": kind}
        rows.append({**what, "status": status, "capacity": capacity, "hours": hours, **doors.at(x, y)})
    return rows


def candidates(doors: Doors) -> list[dict[str, Any]]:
    """Rows of candidates.csv."""
    rows = []
    for i, (kind, name, name_en, x, y, area_m2, cost_yuan) in enumerate(CANDIDATES, start=1):
        what = {"id": f"K{i:02d}", "name": name, "name_en": name_en, "kind": kind}
        rows.append({**what, "floor_area_m2": area_m2, "cost_yuan": cost_yuan, **doors.at(x, y)})
    return rows


def requests(doors: Doors, dice: Dice) -> list[dict[str, Any]]:
    """Rows of requests.csv: most come from where a service is missing, in order of their dates."""
    drawn = []
    for kind, place, x, y, count in REQUESTS:
        for _ in range(count):
            day = dice.whole(5, 318)
            where = doors.at(x + dice.around(0, 70), y + dice.around(0, 70))
            text, text_en = dice.one_of(PHRASES[kind])
            drawn.append((day, {"kind": kind, "place": place, **where}, {"text": text.format(place=place), "text_en": text_en}))
    rows = []
    for i, (day, what, words) in enumerate(sorted(drawn, key=lambda row: row[0]), start=1):
        state = dice.weighted(STATES if day < 250 else STATES[:2])
        rows.append({"id": f"R{i:03d}", "date": _date(day), **what, "state": state, **words})
    return rows


def _date(day: int) -> str:
    """The n-th day of 2026 as an ISO date."""
    return str(np.datetime64("2026-01-01") + np.timedelta64(day - 1, "D"))
