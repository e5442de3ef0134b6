"""A block being filled, in axes of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.affinity import rotate
from shapely.geometry import Point, Polygon

from data.generator.blocks import Block, to_street
from data.generator.plane import coords, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from data.generator.dice import Dice
    from data.generator.town import Town


@dataclass
class Yard:
    """A block turned so that rows run along u; everything is drawn in these axes and turned back."""

    town: Town
    block: Block
    streets: BaseGeometry
    dice: Dice
    name: str
    name_en: str

    def __post_init__(self) -> None:
        middle = self.block.inner.centroid
        self.origin = (middle.x, middle.y)
        flat = rotate(self.block.inner, -self.block.angle, origin=self.origin, use_radians=True)
        self.flat = Polygon(np.asarray(flat.exterior.coords) - np.array(self.origin))

    def out(self, uv: list[tuple[float, float]]) -> NDArray[np.float64]:
        """From the yard's axes to the plane."""
        return turned(np.array(uv, dtype=np.float64), self.block.angle, self.origin)

    def lane(self, uv: list[tuple[float, float]], tags: dict[str, str], half_m: float = 2.5) -> None:
        """Draw a lane given in the yard's axes."""
        self.town.street(self.out(uv), tags, half_m)

    def gate(self, u: float, v: float, heading: float, tags: dict[str, str]) -> bool:
        """Lead a lane from a point in the yard out to the street, through a gate; tell whether a street is there."""
        start = Point(*self.out([(u, v)])[0])
        way = to_street(start, self.block.angle + heading, self.block.outline, self.streets)
        if way is None:
            return False
        line = coords(way)
        wall = way.intersection(self.block.inner.exterior)
        if isinstance(wall, Point):
            line = np.array([line[0], (wall.x, wall.y), line[-1]])
            self.town.mark((round(wall.x, 2), round(wall.y, 2)), {"barrier": "gate", "foot": "yes"})
        self.town.street(line, tags, 3)
        return True
