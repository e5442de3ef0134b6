"""Drawing on one network: from reached nodes and doors to shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo.core import travel
from geo.core.board import canvas_of, drawn
from geo.core.parts import parts
from geo.core.rings import outlines
from geo.core.streetcost import Sources, sources_of, streets_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.core.board import Canvas
    from geo.core.doors import Doors
    from geo.core.impedance import WalkGraph
    from geo.core.rings import Shape
    from geo.core.snapping import SnapIndex
    from geo.core.streetcost import Streets
    from geo.core.travel import Reach

Quality = Literal["exact", "quick"]
CELL_M: dict[Quality, float] = {"exact": 2.0, "quick": 10.0}
_HALVINGS: dict[Quality, int] = {"exact": 7, "quick": 6}  # to 2 cm, to 16 cm


@dataclass(frozen=True, eq=False)
class Brush:
    """Draws on one network for one standard's walkers at one quality.

    Cutoffs are seconds or metres, as the graph costs them, and ascending.
    """

    graph: WalkGraph
    canvas: Canvas
    streets: Streets
    halvings: int

    @classmethod
    def of(cls, index: SnapIndex, graph: WalkGraph, snap_limit_m: float, quality: Quality) -> Brush:
        """The brush for a graph and the snap index of its network; its canvas is kept with the index."""
        canvas = canvas_of(index, CELL_M[quality], snap_limit_m)
        return cls(graph, canvas, streets_of(graph, index.xy, canvas.begins, snap_limit_m), _HALVINGS[quality])

    def each(self, doors: Doors, nodes: Reach, cutoffs: Sequence[float]) -> Iterator[list[Shape]]:
        """The area within each cutoff of every facility; ``nodes`` are those that each is reached from."""
        for f in range(len(nodes.start) - 1):
            here = nodes.of(f)
            whose = np.full(here.stop - here.start, f, dtype=np.int32)
            yield self._shapes(sources_of(self.graph, doors.of(f), nodes.member[here], nodes.cost[here], whose), cutoffs)

    def together(self, doors: Doors, cutoffs: Sequence[float]) -> list[Shape]:
        """The area within each cutoff of any facility."""
        return self._shapes(self._nearest(doors, cutoffs[-1]), cutoffs)

    def by_nearest(self, doors: Doors, cutoffs: Sequence[float]) -> list[dict[int, Shape]]:
        """Per cutoff, each facility's part of the area: the places from which no other is nearer."""
        with drawn(self.canvas, self.streets, self._nearest(doors, cutoffs[-1]), cutoffs, labelled=True) as (board, walk):
            return [parts(board, walk, cutoff, self.halvings) for cutoff in enumerate(cutoffs)]

    def _nearest(self, doors: Doors, cutoff: float) -> Sources:
        field = travel.nearest(self.graph, doors, cutoff)
        node = np.flatnonzero(np.isfinite(field.cost))
        return sources_of(self.graph, doors, node, field.cost[node], field.facility[node])

    def _shapes(self, sources: Sources, cutoffs: Sequence[float]) -> list[Shape]:
        one = sources._replace(label=np.zeros_like(sources.label), door_label=np.zeros_like(sources.door_label))
        with drawn(self.canvas, self.streets, one, cutoffs) as (board, walk):
            return outlines(board, walk, cutoffs, self.halvings)
