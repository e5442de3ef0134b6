"""The communities: faces of the plan, joined, so that neighbours share their borders exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import unary_union
from shapely.geometry import Point, Polygon

from data.generator.plan import HILL_AT, HILL_COMMUNITY, QUARTERS

if TYPE_CHECKING:
    from data.generator.skeleton import Skeleton


@dataclass(frozen=True)
class Community:
    """A community with its outline on the plane."""

    id: str
    name: str
    name_en: str
    sort: str  # urban | rural
    outline: Polygon


NAMES = (
    ("C01", "凤山社区", "Fengshan Community"),
    ("C02", "北关社区", "Beiguan Community"),
    ("C03", "文庙社区", "Wenmiao Community"),
    ("C04", "鼓楼社区", "Gulou Community"),
    ("C05", "西门社区", "Ximen Community"),
    ("C06", "新城社区", "Xincheng Community"),
    ("C07", "纺织社区", "Fangzhi Community"),
    ("C08", "站前社区", "Zhanqian Community"),
    ("C09", "铁东社区", "Tiedong Community"),
    ("C10", "机厂社区", "Jichang Community"),
    ("C11", "滨河社区", "Binhe Community"),
    ("C12", "南岸社区", "Nan'an Community"),
    ("V01", "清源社区（原上柳村）", "Shangliu Village (Qingyuan merged community)"),
    ("V02", "清源社区（原石桥村）", "Shiqiao Village (Qingyuan merged community)"),
    ("V03", "清源社区（原东庄村）", "Dongzhuang Village (Qingyuan merged community)"),
)
_MORE = (
    ((-2300, -2421), "V01"), ((-732, -2415), "V02"), ((880, -2408), "V02"), ((1834, -2441), "V03"), ((2574, -2297), "V03"),
    ((-554, -1556), "C11"), ((858, -1578), "C06"), ((1608, -1579), "C10"),
)  # fmt: skip


def draw(bones: Skeleton) -> list[Community]:
    """Join the faces of each community; the river's banks go to the side they lie on."""
    seeds = [(q.at, q.community) for q in QUARTERS] + [(HILL_AT, HILL_COMMUNITY), *_MORE]
    parts: dict[str, list[Polygon]] = {row[0]: [] for row in NAMES}
    for face in bones.faces():
        inside = [community for at, community in seeds if face.contains(Point(at))]
        if inside:
            parts[inside[0]].append(face)
    settled = {community: list(faces) for community, faces in parts.items()}
    for face in bones.faces():  # the green banks between river and riverside roads
        if not any(face.contains(Point(at)) for at, _ in seeds) and _bank(face, bones):
            along = {c: sum(face.boundary.intersection(p.boundary).length for p in faces) for c, faces in settled.items()}
            parts[max(along, key=lambda c: along[c])].append(face)
    out = []
    for row in NAMES:
        shape = unary_union(parts[row[0]])
        if not isinstance(shape, Polygon):
            message = f"community {row[0]} is in {len(getattr(shape, 'geoms', []))} pieces"
            raise ValueError(message)  # noqa: TRY004  (a fault of the plan, not of a type)
        out.append(Community(*row, "rural" if row[0].startswith("V") else "urban", Polygon(shape.exterior)))
    return out


def _bank(face: Polygon, bones: Skeleton) -> bool:
    """Whether a face lies by the river within the town, or is a scrap that closing lines cut off."""
    west, _, east, _ = face.bounds
    return west > -1700 and east < 2000 and (face.distance(bones.river_border) < 1 or face.area < 2_000)
