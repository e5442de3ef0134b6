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

    def at(self, x: float, y: float) -> tuple[float, float, str]:
        """Longitude, latitude and community of the door nearest to a place on the plane."""
        house = self._houses[int(self._house_tree.nearest(Point(x, y)))]
        street = self._streets[int(self._street_tree.nearest(house.centroid))]
        door = nearest_points(house, street)[0]
        lon, lat = lonlat(np.array([[door.x, door.y]]))[0]
        home = next((c.id for c in self._communities if c.outline.contains(door)), "")
        return float(lon), float(lat), home


def facilities(doors: Doors) -> list[dict[str, Any]]:
    """Rows of facilities.csv."""
    rows = []
    for i, (kind, name, name_en, x, y, status, capacity, hours) in enumerate(FACILITIES, start=1):
        lon, lat, community = doors.at(x, y)
        rows.append(
            {"id": f"F{i:02d}", "name": name, "name_en": name_en, "kind": kind, "status": status, "capacity": capacity, "hours": hours,
             "lon": lon, "lat": lat, "community_id": community}
        )  # fmt: skip
    return rows


def candidates(doors: Doors) -> list[dict[str, Any]]:
    """Rows of candidates.csv."""
    rows = []
    for i, (kind, name, name_en, x, y, area_m2, cost_yuan) in enumerate(CANDIDATES, start=1):
        lon, lat, community = doors.at(x, y)
        rows.append(
            {"id": f"K{i:02d}", "name": name, "name_en": name_en, "kind": kind, "floor_area_m2": area_m2, "cost_yuan": cost_yuan,
             "lon": lon, "lat": lat, "community_id": community}
        )  # fmt: skip
    return rows


def requests(doors: Doors, dice: Dice) -> list[dict[str, Any]]:
    """Rows of requests.csv: most come from where a service is missing, in order of their dates."""
    drawn = []
    for kind, place, x, y, count in REQUESTS:
        for _ in range(count):
            day = dice.whole(5, 318)
            lon, lat, community = doors.at(x + dice.around(0, 70), y + dice.around(0, 70))
            text, text_en = dice.one_of(PHRASES[kind])
            drawn.append((day, kind, place, lon, lat, community, text.format(place=place), text_en))
    rows = []
    for i, (day, kind, place, lon, lat, community, text, text_en) in enumerate(sorted(drawn), start=1):
        state = dice.weighted(STATES if day < 250 else STATES[:2])
        rows.append(
            {"id": f"R{i:03d}", "date": _date(day), "kind": kind, "place": place, "lon": lon, "lat": lat, "community_id": community,
             "state": state, "text": text, "text_en": text_en}
        )  # fmt: skip
    return rows


def _date(day: int) -> str:
    """The n-th day of 2026 as an ISO date."""
    return str(np.datetime64("2026-01-01") + np.timedelta64(day - 1, "D"))
