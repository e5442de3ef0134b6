"""The town plan: which face belongs to which community and what stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import unary_union
from shapely.geometry import Point, Polygon

from data.generator import banks, compounds, hill, landmarks, names, quarters, village
from data.generator.blocks import Block, block, cut, largest, usable
from data.generator.plane import coords
from data.generator.yard import Yard

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
    Quarter(
        (-92, 1036), "C02", 3.6, (("danwei", 6), ("estate", 3), ("middle_school", 1), ("market", 1), ("commerce", 1), ("park", 1))
    ),
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


@dataclass(frozen=True)
class _Site:
    """What the filling of every quarter needs."""

    town: Town
    bones: Skeleton
    wide: BaseGeometry  # land that main roads and the railway keep clear
    namer: names.Namer


def fill(town: Town, bones: Skeleton, dice: Dice) -> None:
    """Fill every quarter, the hill, the islet and the villages."""
    wide = unary_union([line.buffer(road.clear_m + 4) for road, line in bones.roads] + [bones.rail.buffer(24)])
    site = _Site(town, bones, wide, names.Namer(dice.fork("names")))
    faces = bones.faces()
    for i, quarter in enumerate(QUARTERS):
        _quarter(site, _face_at(faces, quarter.at), quarter, dice.fork(f"quarter {i}"))
    banks.draw(town, bones)
    hill.draw(town, largest(_face_at(faces, HILL_AT).difference(wide)), bones.road_lines, dice.fork("hill"))
    landmarks.islet(town, bones, dice.fork("islet"))
    village.draw_tracks(town)
    for i, spec in enumerate(village.VILLAGES):
        village.draw(town, spec, bones.road_lines, dice.fork(f"village {i}"))


def _face_at(faces: list[Polygon], at: tuple[float, float]) -> Polygon:
    return next(face for face in faces if face.contains(Point(at)))


def _quarter(site: _Site, face: Polygon, quarter: Quarter, dice: Dice) -> None:
    """Cut a face into blocks, draw the streets between them, fill each block."""
    askew = 2.2 if quarter.community in _OLD_TOWN else 0.9
    outlines, lines = cut(usable(face, site.bones), quarter.hectares * 1e4, dice, askew=askew)
    for i, line in enumerate(lines):
        highway = dice.one_of(_STREET_KINDS) if i < 3 else "residential"
        zh, en = site.namer.street(along=coords(line))
        tags = {"highway": highway, "name": zh, "name:en": en}
        if highway == "residential" and dice.chance(0.12):
            tags["oneway"] = "yes"
        site.town.street(coords(line), tags, 5)
    streets = unary_union([site.bones.road_lines, *lines])
    fills = _shuffled_mix(quarter.mix, len(outlines), dice)
    outlines.sort(key=lambda outline: outline.centroid.distance(Point(quarter.at)))
    for outline, sort in zip(outlines, fills, strict=True):
        _fill_block(site, block(outline, site.wide), sort, streets, dice)


def _shuffled_mix(mix: tuple[tuple[str, int], ...], count: int, dice: Dice) -> list[str]:
    """One filling per block; what is wanted once (a square, a school) comes once, and the square in the middle."""
    single = [sort for sort, share in mix if share == 1]
    many = [(sort, float(share)) for sort, share in mix if share > 1] or [("field", 1.0)]
    more = [dice.weighted(many) for _ in range(max(0, count - len(single)))]
    rest = (dice.shuffled([*single[: count - 1], *more]) + ["field"] * count)[:count]
    for first in ("square", "station"):
        if first in rest:
            rest.remove(first)
            rest.insert(0, first)
    return rest


def _fill_block(site: _Site, lot: Block, sort: str, streets: BaseGeometry, dice: Dice) -> None:
    """Build on one block what the mix says."""
    if lot.inner.is_empty or lot.inner.area < 2500:
        return
    yard = Yard(site.town, lot, streets, dice, *site.namer.place(sort))
    if sort == "field":
        site.town.area(lot.inner, {"landuse": "farmland"})
    elif sort == "court":
        quarters.courtyards(yard, lot=(19.5, 17.5), piece_m2=2900, dead_ends=0.45)
    elif sort in compounds.PLANS:
        if not compounds.compound(yard, compounds.PLANS[sort]) and not quarters.rows_of_houses(yard):
            site.town.area(lot.inner, {"landuse": "grass"})
    elif sort in quarters.PUBLIC:
        quarters.public(yard, sort)
    else:
        _ON_THEIR_OWN[sort](yard)


_ON_THEIR_OWN = {"square": landmarks.square, "station": landmarks.station, "park": quarters.park, "rows": quarters.rows_of_houses}
