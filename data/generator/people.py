"""Who lives where: 45,000 people spread over the homes, exactly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point

from data.generator.plane import lonlat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.generator.communities import Community
    from data.generator.dice import Dice
    from data.generator.town import Building, Town

PEOPLE = 45_000

_PER_DWELLING = {"slab": 2.35, "tower": 2.6, "courtyard": 3.1, "own_built": 4.6, "farmhouse": 3.5}
# Share aged 60+, 80+ among them, and 0-14: old compounds and villages are old, new estates young.
_AGES = {
    "slab": (0.24, 0.16, 0.13),
    "tower": (0.13, 0.10, 0.21),
    "courtyard": (0.33, 0.19, 0.10),
    "own_built": (0.25, 0.15, 0.15),
    "farmhouse": (0.37, 0.18, 0.11),
}
_LABEL = {"slab": "apartments", "tower": "tower", "courtyard": "courtyard", "own_built": "house", "farmhouse": "farmhouse"}
_NEW = ("C06", "C11", "C12")
# How full the homes are: the middle of the town is crowded, the outskirts have empty flats.
_CROWD = {"C02": 1.15, "C03": 1.3, "C04": 1.4, "C07": 1.2, "C08": 1.35, "C09": 0.75, "C10": 0.75, "C11": 0.75}


@dataclass(frozen=True)
class Home:
    """One residential building as a row of homes.csv."""

    id: str
    lon: float
    lat: float
    name: str
    type: str
    community_id: str
    households: int
    population: int
    age60plus: int
    age80plus: int
    age0_14: int


def settle(town: Town, communities: list[Community], dice: Dice) -> list[Home]:
    """Give every residential building its people."""
    homes = [b for b in town.buildings if b.dwellings > 0]
    tree = STRtree([c.outline for c in communities])
    where = []
    for home in homes:
        hits = tree.query(Point(home.centre), predicate="within")
        where.append(communities[int(hits[0])].id if len(hits) else "")
    wish = np.array(
        [
            b.dwellings * _PER_DWELLING[b.sort] * _CROWD.get(c, 1.0) * dice.between(0.75, 1.2)
            for b, c in zip(homes, where, strict=True)
        ]
    )
    people = shared_out(wish, PEOPLE)
    names = addresses(town, homes)
    places = lonlat(np.array([b.centre for b in homes]))
    return [
        Home(
            f"H{i + 1:04d}",
            float(places[i, 0]),
            float(places[i, 1]),
            names[i],
            _LABEL[home.sort],
            where[i],
            *_ages(home, int(people[i]), where[i], dice),
        )
        for i, home in enumerate(homes)
    ]


def addresses(town: Town, homes: list[Building]) -> list[str]:
    """A name for each home: its number within the compound, or along the nearest named street."""
    named = [street for street in town.streets if street.tags.get("name") and street.level == 0]
    tree = STRtree([LineString(street.xy) for street in named])
    count: dict[str, int] = defaultdict(int)
    out = []
    for home in homes:
        place = home.place or named[int(tree.nearest(Point(home.centre)))].tags["name"]
        count[place] += 1
        out.append(f"{place}{count[place]}{'号楼' if home.place else '号'}")
    return out


def shared_out(
    wish: np.ndarray[tuple[int, ...], np.dtype[np.float64]], total: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Whole numbers in proportion to ``wish`` that add up to ``total`` (largest remainders; nobody left at zero)."""
    exact = wish / wish.sum() * (total - len(wish))
    whole = np.floor(exact).astype(np.int64)
    left = total - len(wish) - int(whole.sum())
    order = np.lexsort((np.arange(len(wish)), -(exact - whole)))
    whole[order[:left]] += 1
    shared: NDArray[np.int64] = whole + 1
    return shared


def _ages(home: Building, people: int, community: str, dice: Dice) -> tuple[int, int, int, int, int]:
    """Households, people, and how many of these are 60+, 80+ and 0 to 14."""
    old, very_old, young = _AGES[home.sort]
    if home.sort == "slab" and community in _NEW:
        old, young = 0.16, 0.19
    elders = _part(people, old, dice)
    households = max(1, min(people, round(people / 2.6)))
    return households, people, elders, _part(elders, very_old, dice), min(_part(people, young, dice), people - elders)


def _part(people: int, share: float, dice: Dice) -> int:
    """How many of so many people, rounded by chance so that small houses add up to the right share."""
    exact = people * min(0.95, max(0.0, share * dice.between(0.7, 1.3)))
    return min(people, int(exact) + int(dice.unit() < exact - int(exact)))
