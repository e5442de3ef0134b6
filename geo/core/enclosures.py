"""Who is walled in: homes and facilities that no gate, link or bridge leads out from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from geo.core.walls import pieces_of
from geo.messages import Message, msg
from geo.model import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.core.walls import Line
    from geo.model import WalkNetwork

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.int64]

_NAMED = 5
_ON_M = 0.01


def _nowhere() -> Floats:
    return np.zeros((0, 2))


@dataclass(frozen=True, eq=False)
class People:
    """Where homes (p, 2), with their people (p,), facilities (f, 2) and their further doors (d, 2) are; metres."""

    homes: Floats = field(default_factory=_nowhere)
    weight: Floats = field(default_factory=lambda: np.zeros(0))
    facilities: Floats = field(default_factory=_nowhere)
    doors: Floats = field(default_factory=_nowhere)

    @property
    def places(self) -> Floats:
        """All of them."""
        return np.vstack([self.homes, self.facilities, self.doors])


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Ground that walls close off: the barriers around it, and the rows of who is in it."""

    barriers: tuple[int, ...]
    homes: Ints
    facilities: Ints


def enclosures(lines: Sequence[Line], openings: Sequence[Floats], people: People) -> list[Enclosure]:
    """The grounds that somebody is in and nothing leads out of.

    Parameters
    ----------
    lines
        Walls.
    openings
        Lines (v, 2) from whose begin to whose end one can walk: through gates, along links, over bridges.
    people
        Only grounds with homes or facilities are told.
    """
    pieces = pieces_of(lines)
    if not len(pieces.row):
        return []
    drawn = pieces.drawn()
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(drawn)))), dtype=object)
    if not len(faces):
        return []
    shapely.prepare(faces)
    tree = shapely.STRtree(faces)
    ends = np.array([line[[0, -1]] for line in openings]).reshape(-1, 2)
    group = _joined(len(faces), _face_of(tree, ends, len(faces)).reshape(-1, 2))
    middle = np.asarray(shapely.line_interpolate_point(drawn, 0.5, normalized=True), dtype=object)
    middles = shapely.STRtree(middle)
    home, site = (_face_of(tree, xy, len(faces)) for xy in (people.homes, people.facilities))
    result = []
    for inside in np.unique(group[group != group[-1]]):
        here = np.flatnonzero(group == inside)
        homes, sites = (np.flatnonzero(np.isin(where, here)) for where in (home, site))
        if len(homes) or len(sites):
            border = shapely.union_all(shapely.boundary(faces[here]))
            around = middles.query(border, predicate="dwithin", distance=_ON_M)
            result.append(Enclosure(tuple(np.unique(pieces.row[around]).tolist()), homes, sites))
    return result


def _face_of(tree: shapely.STRtree, xy: Floats, outside: int) -> Ints:
    """The face that each place lies in, ``outside`` for none."""
    face = np.full(len(xy), outside, dtype=np.int64)
    place, found = tree.query(shapely.points(xy), predicate="within")
    face[place] = found
    return face


def _joined(faces: int, both: Ints) -> Ints:
    """The group of each face, and of outside as the last one, when those of each pair (p, 2) belong together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(both), dtype=np.int8), (both[:, 0], both[:, 1])), shape=(faces + 1, faces + 1))
    _, label = connected_components(links, directed=False)
    result: Ints = label.astype(np.int64)
    return result


def bridges_over(network: WalkNetwork, lines: Sequence[Line]) -> list[Floats]:
    """The pieces of bridges and tunnels that pass walls."""
    above = np.zeros(len(network.ways) + 1, dtype=bool)
    for flag in ("bridge", "tunnel"):
        if flag in network.ways:
            above[:-1] |= network.ways[flag].to_numpy(dtype=bool)
    begin = np.flatnonzero(above[network.segment_way])
    if not len(begin) or not lines:
        return []
    shapes = shapely.linestrings(np.stack([network.vertex_xy[begin], network.vertex_xy[begin + 1]], axis=1))
    tree = shapely.STRtree(pieces_of(lines).drawn())
    passing = np.unique(tree.query(shapes, predicate="intersects")[0])
    return [network.vertex_xy[[i, i + 1]] for i in begin[passing]]


_SHUT_IN = msg(
    "The walls {names} enclose {homes} homes with {people} people and {facilities} facilities; "
    "no open gate, bridge or link leads out."
)


def told(found: Sequence[Enclosure], people: People, names: Sequence[str], rows: Ints) -> list[Finding]:
    """The enclosures as findings; ``names`` and ``rows`` are those of the barriers."""
    result = []
    for one in found:
        more = ["…"] if len(one.barriers) > _NAMED else []
        called = [names[barrier] or f"#{rows[barrier]}" for barrier in one.barriers[:_NAMED]]
        values = {
            "names": (*called, *more),
            "homes": len(one.homes),
            "people": f"{people.weight[one.homes].sum():,.0f}",
            "facilities": len(one.facilities),
        }
        numbers = tuple(int(rows[barrier]) for barrier in one.barriers)
        result.append(Finding("doubtful", "barriers", Message(_SHUT_IN, values), numbers, len(numbers)))
    return result
