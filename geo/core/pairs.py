"""Walking times between two sets of points, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core import travel
from geo.core.doors import Doors
from geo.core.impedance import walk_graph
from geo.core.snapping import SnapIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.model import ServiceStandard, WalkNetwork

_BATCH = 64  # destinations searched at once: bounds memory on any number of pairs


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs that can be walked: rows of origin and destination, metres and seconds; shape (q,) each."""

    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    time_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PairTimes:
    """The walkable pairs batch by batch, and which points were too far from any street to be asked."""

    batches: Iterator[Pairs]
    refused_origins: NDArray[np.int64]
    refused_destinations: NDArray[np.int64]


def pair_times(
    network: WalkNetwork,
    origins: NDArray[np.float64],
    destinations: NDArray[np.float64],
    standard: ServiceStandard,
    limit: float = np.inf,
) -> PairTimes:
    """Walk from every origin (p, 2) to every destination (d, 2), metric, access legs included.

    Batches come in the order of destinations, and within one in the order of origins.
    Pairs with no way, or beyond ``limit`` (inclusive, in the standard's measure), are absent.
    """
    index = SnapIndex.build(network)
    graph = walk_graph(network, standard)
    homes = index.snap(origins, standard.snap_limit_m)
    ends = index.snap(destinations, standard.snap_limit_m)

    def batches() -> Iterator[Pairs]:
        for begin in range(0, len(ends), _BATCH):
            part = ends.take(np.arange(begin, min(begin + _BATCH, len(ends))))
            doors = Doors(part, np.arange(len(part), dtype=np.int32))
            nodes = travel.reach(graph, doors, len(part), limit)
            found = travel.reach_points(graph, nodes, homes, doors, limit)
            destination = begin + np.repeat(np.arange(len(part)), np.diff(found.start))
            first, second = (found.other, found.cost) if standard.rule == "time" else (found.cost, found.other)
            yield Pairs(found.member, destination, first, second)

    return PairTimes(batches(), np.flatnonzero(~homes.ok), np.flatnonzero(~ends.ok))
