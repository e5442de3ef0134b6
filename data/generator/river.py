"""The river with its islet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Polygon

from data.generator.plane import beside, curve, normals
from data.generator.town import Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.generator.town import Town

_MIDDLE = (
    (-3900, 330), (-2900, -20), (-2200, -10), (-1650, -190), (-1100, -430), (-560, -520), (0, -530),
    (520, -430), (1050, -390), (1550, -540), (2100, -720), (2800, -640), (3900, -980),
)  # fmt: skip
_ISLET_AT, _ISLET_HALF_LENGTH, _ISLET_HALF_WIDTH = -1120.0, 300.0, 52.0
_NAME = {"name": "清河", "name:en": "Qing River"}


@dataclass(frozen=True)
class River:
    """The river: its middle line, both banks, and the shores of the islet in it."""

    line: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    beside_islet: NDArray[np.bool_]  # which vertices of the line pass the islet
    shore_left: NDArray[np.float64]
    shore_right: NDArray[np.float64]

    @property
    def middle(self) -> LineString:
        """The middle line."""
        return LineString(self.line)

    @property
    def bed(self) -> Polygon:
        """From bank to bank, the islet included."""
        return Polygon(np.vstack([self.left, self.right[::-1]]))

    @property
    def border(self) -> LineString:
        """The border between the communities of both banks: the middle of the water, north of the islet where that is."""
        line = self.line.copy()
        line[self.beside_islet] = ((self.left[self.beside_islet] + self.shore_left) / 2).round(2)
        return LineString(line)

    @property
    def islet(self) -> Polygon:
        """The islet."""
        return Polygon(np.vstack([self.shore_left, self.shore_right[::-1]]))


def _bump(x: NDArray[np.float64], middle: float, half: float) -> NDArray[np.float64]:
    """A smooth rise from 0 to 1 at the middle and back."""
    t = np.clip(np.abs(x - middle) / half, 0, 1)
    smooth: NDArray[np.float64] = (1 - t * t) ** 1.5
    return smooth


def trace() -> River:
    """The river as it flows: wider and narrower, and widest round the islet."""
    line = curve(_MIDDLE, 40)
    x = line[:, 0]
    half = 37 + 6 * np.sin(x / 310.0) + 4 * np.sin(x / 97.0 + 1) + (_ISLET_HALF_WIDTH + 18) * _bump(x, _ISLET_AT, 560)
    inside = np.abs(x - _ISLET_AT) <= _ISLET_HALF_LENGTH
    isle = _ISLET_HALF_WIDTH * _bump(x[inside], _ISLET_AT, _ISLET_HALF_LENGTH * 1.02) + 2
    out = normals(line)[inside] * isle[:, None]
    shores = np.round(line[inside] + out, 2), np.round(line[inside] - out, 2)
    return River(line, beside(line, half), beside(line, -half), inside, *shores)


def draw(town: Town) -> River:
    """Draw the river: its line, and the water as four simple areas (above the islet, its two channels, below it)."""
    river = trace()
    town.shapes.append(Shape(river.line, {"waterway": "river", **_NAME}))
    passing = np.flatnonzero(river.beside_islet)
    first, last = int(passing[0]), int(passing[-1])
    left, right, shore_left, shore_right = river.left, river.right, river.shore_left, river.shore_right
    tip, tail = (shore_left[0] + shore_right[0]) / 2, (shore_left[-1] + shore_right[-1]) / 2
    rings = (
        np.vstack([left[: first + 1], tip, right[: first + 1][::-1]]),
        np.vstack([left[first : last + 1], tail, shore_left[::-1], tip]),
        np.vstack([tip, shore_right, tail, right[first : last + 1][::-1]]),
        np.vstack([left[last:], right[last:][::-1], tail]),
    )
    for ring in rings:
        tags = {"natural": "water", "water": "river", **_NAME}
        town.shapes.append(Shape(np.round(np.vstack([ring, ring[:1]]), 2), tags))
    for a in range(len(river.line) - 1):
        if not river.beside_islet[a : a + 2].all():
            town.ground.take(np.array([right[a], right[a + 1], left[a + 1], left[a]]))
    return river
