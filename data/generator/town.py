"""What the drawing of the town is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point

from data.generator.ground import Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry import Polygon


@dataclass
class Street:
    """A line people or cars move along. Only streets of the same level meet where they cross."""

    xy: NDArray[np.float64]
    tags: dict[str, str]
    level: int = 0


@dataclass
class Shape:
    """A line or, when its ends meet, an area that is no street."""

    xy: NDArray[np.float64]
    tags: dict[str, str]


@dataclass
class Building:
    """A building; ``dwellings`` is zero where nobody lives."""

    corners: NDArray[np.float64]
    tags: dict[str, str]
    sort: str
    dwellings: int = 0
    place: str = ""  # the compound it belongs to

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        x, y = self.corners.mean(axis=0)
        return float(x), float(y)


@dataclass
class Mark:
    """A point with tags: a gate, a signal, a crossing. It becomes a node of the street it lies on."""

    xy: tuple[float, float]
    tags: dict[str, str]


@dataclass
class Town:
    """Everything drawn so far."""

    streets: list[Street] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    ground: Ground = field(default_factory=Ground)
    place: str = ""  # the compound that is being filled

    def street(self, xy: NDArray[np.float64], tags: dict[str, str], half_width_m: float = 3.0, level: int = 0) -> None:
        """Draw a street and keep buildings off it."""
        line = np.asarray(xy, dtype=np.float64).round(2)
        self.streets.append(Street(line, tags, level))
        self.ground.take_line(line, half_width_m)

    def mark(self, xy: tuple[float, float], tags: dict[str, str]) -> None:
        """Tag the node that lies at a vertex of some street."""
        self.marks.append(Mark(xy, tags))

    def meets_street(self, xy: tuple[float, ...], reach_m: float = 1.0) -> bool:
        """Whether the latest streets (those of the block being filled) come so near to a point."""
        here = Point(xy[0], xy[1])
        return any(LineString(street.xy).distance(here) < reach_m for street in self.streets[-60:])

    def area(self, polygon: Polygon, tags: dict[str, str]) -> None:
        """Draw an area."""
        self.shapes.append(Shape(np.round(np.asarray(polygon.exterior.coords)[:, :2], 2), tags))

    def build(self, corners: NDArray[np.float64], sort: str, tags: dict[str, str], dwellings: int = 0) -> bool:
        """Put up a building if the ground is free; tell whether it was."""
        if not self.ground.free(corners):
            return False
        self.ground.take(corners)
        self.buildings.append(Building(np.round(corners, 2), tags, sort, dwellings, self.place))
        return True
