"""What else a graph that OSMnx saved tells: heights and grades, and what its maker left out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.messages import Message, msg
from geo.model import Finding
from geo.sources.osm_filter import FOOT_CLASS, FOR_OTHERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Floats = NDArray[np.float64]

_FEW = 20  # streets: of fewer it can't be told what they were chosen for
_UNFILTERED = msg("“{name}” is walked as it was saved: no rule about who may walk was applied to its streets.")
_MOTORS = msg("{km} km of motorways, busways and cycleways in “{name}” are walked, too; save the graph with network_type = walk.")
_DRIVING = msg("“{name}” has no footway, path or steps: it seems to be made for driving; save it with network_type = walk.")


def heights_along(ends: Floats, start: NDArray[np.int64], metres: Floats) -> NDArray[np.float32] | None:
    """A height at every vertex, straight along each edge between its ends, shape (k,); None where no node has any.

    Parameters
    ----------
    ends
        Heights at the two ends of each edge, (m, 2); NaN where unknown.
    start
        First vertex of each edge, (m + 1,).
    metres
        Length of the piece that begins at each vertex, (k,).
    """
    if not np.isfinite(ends).any():
        return None
    whole = np.add.reduceat(metres, start[:-1])
    edge = np.repeat(np.arange(len(ends)), np.diff(start))
    before = np.concatenate([[0.0], np.cumsum(metres)[:-1]])
    far = before - before[start[:-1]][edge]
    share = np.divide(far, whole[edge], out=np.zeros(len(far)), where=whole[edge] > 0)
    return np.asarray(ends[edge, 0] * (1 - share) + ends[edge, 1] * share, dtype=np.float32)


def grades_along(grade: Floats, start: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """The rise over run of each edge on all its pieces, shape (k,), NaN where unknown; None where no edge has any."""
    if not np.isfinite(grade).any():
        return None
    along = np.repeat(grade, np.diff(start)).astype(np.float32)
    along[start[1:] - 1] = np.nan
    return along


def notes_on(network: WalkNetwork, name: str) -> tuple[Finding, ...]:
    """That nothing was filtered, and what speaks for a graph that was not made for walking."""
    table = network.ways["highway"].astype(str)
    way = network.segment_way[network.segment_way >= 0]
    metres = network.segment_m[network.segment_way >= 0]
    told = [Finding("info", "network", Message(_UNFILTERED, {"name": name}))]
    motors = float(metres[table.isin(FOR_OTHERS).to_numpy()[way]].sum())
    if motors:
        told.append(Finding("doubtful", "network", Message(_MOTORS, {"name": name, "km": round(motors / 1000, 1)})))
    if network.edges > _FEW and (table != "").any() and not table.isin(FOOT_CLASS).to_numpy()[way].any():
        told.append(Finding("doubtful", "network", Message(_DRIVING, {"name": name})))
    return tuple(told)
