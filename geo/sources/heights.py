"""Heights along the streets: read between the corners, too, and straight over bridges and through tunnels.

A street drawn with two corners may cross a ridge. So every segment is looked at every few metres, and where the ground
leaves the straight line between its ends by more than a step, the segment is cut there: slopes are then those of
the pieces, and whoever joins the street half way up pays for half the way up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EVERY_M = 15.0
"""How often a street is looked at, where the raster's cells are not larger than that."""
STRAIGHT_M = 0.25
"""A segment whose ground stays as near as this to the line between its ends is left whole."""
_AT_ONCE = 2_000_000  # places read at once, so that a large city does not fill the memory


def with_heights(network: WalkNetwork, height_at: Callable[[Floats], Floats], every_m: float = EVERY_M) -> WalkNetwork:
    """The network with a height at every vertex, and vertices more where the ground is not straight between two.

    Parameters
    ----------
    height_at
        Metres above datum at places of the network's system, (n, 2) to (n,); NaN where unknown.
    every_m
        How often to look.
    """
    base, far = _bends(network, height_at, every_m)
    finer = _cut(network, base, far)
    return replace(finer, vertex_z=_over_and_under(finer, height_at(finer.vertex_xy)).astype(np.float32))


def _bends(network: WalkNetwork, height_at: Callable[[Floats], Floats], every_m: float) -> tuple[Ints, Floats]:
    """Where segments are to be cut: the segment and how far along it, ordered by both; none on bridges and in tunnels."""
    begins = np.flatnonzero((network.segment_way >= 0) & ~off_the_ground(network))
    step = network.vertex_xy[begins + 1] - network.vertex_xy[begins]
    pieces = np.ceil(np.hypot(*step.T) / every_m).astype(np.int64)
    longer = pieces > 1
    begins, pieces = begins[longer], pieces[longer]
    parts = np.array_split(np.arange(len(begins)), max(1, -(-int(pieces.sum()) // _AT_ONCE)))
    found = [_bends_of(network, height_at, begins[part], pieces[part]) for part in parts]
    return np.concatenate([base for base, _ in found]), np.concatenate([far for _, far in found])


def _bends_of(network: WalkNetwork, height_at: Callable[[Floats], Floats], begins: Ints, pieces: Ints) -> tuple[Ints, Floats]:
    segment = np.repeat(np.arange(len(begins)), pieces - 1)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(pieces - 1) - (pieces - 1), pieces - 1) + 1
    far = nth / pieces[segment]
    a, b = network.vertex_xy[begins], network.vertex_xy[begins + 1]
    there = height_at(a[segment] + (b - a)[segment] * far[:, None])
    low, high = height_at(a), height_at(b)
    straight = low[segment] + (high - low)[segment] * far
    off = np.abs(there - straight)
    worst = np.zeros(len(begins))
    np.maximum.at(worst, segment, np.where(np.isfinite(off), off, 0.0))
    kept = (worst > STRAIGHT_M)[segment]
    return begins[segment[kept]], far[kept]


def _cut(network: WalkNetwork, base: Ints, far: Floats) -> WalkNetwork:
    """With a vertex at each of the positions; nothing that is walked becomes longer or shorter."""
    if not len(base):
        return network
    k = len(network.vertex_xy)
    old_at = np.arange(k) + np.searchsorted(base, np.arange(k))
    new_at = base + 1 + np.arange(len(base))
    source = np.empty(k + len(base), dtype=np.int64)
    source[old_at], source[new_at] = np.arange(k), base
    along = np.zeros(k + len(base))
    along[new_at] = far
    ends = np.append(along[1:], 0.0)
    share = np.where(ends > 0, ends, 1.0) - along  # of the whole segment
    a, b = network.vertex_xy[source], network.vertex_xy[np.minimum(source + 1, k - 1)]
    crossed = bool(network.segment_crossing[base].any())

    def woven(values: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if values is None else values[source]

    old_share = network.segment_share
    points = network.points
    return replace(
        network,
        edge_start=np.append(old_at[network.edge_start[:-1]], k + len(base)).astype(np.int64),
        vertex_xy=np.where(along[:, None] > 0, a + (b - a) * along[:, None], a),
        segment_m=network.segment_m[source] * share,
        segment_way=network.segment_way[source],
        segment_crossing=network.segment_crossing[source],
        segment_incline=woven(network.segment_incline),
        segment_oneway=woven(network.segment_oneway),
        segment_share=None if old_share is None and not crossed else (1.0 if old_share is None else old_share[source]) * share,
        points=None if points is None else points.assign(vertex=old_at[points["vertex"].to_numpy()]),
    )


def off_the_ground(network: WalkNetwork) -> NDArray[np.bool_]:
    """Which segments lead over a bridge or through a tunnel, shape (k,)."""
    off = np.zeros(len(network.ways) + 1, dtype=bool)
    for kind in ("bridge", "tunnel"):
        if kind in network.ways:
            off[:-1] |= network.ways[kind].to_numpy(dtype=bool)
    result: NDArray[np.bool_] = off[network.segment_way]
    return result


def _over_and_under(network: WalkNetwork, height: Floats) -> Floats:
    """Heights with those on bridges and in tunnels straight between the ends.

    The ground says nothing of what lies between two ends; where a bridge branches, its heights are
    those of a net stretched between all its ends (harmonic: on a single bridge, a straight line).
    """
    off = off_the_ground(network)
    if not off.any():
        return height
    place = _places(network)
    segment = np.flatnonzero(off & (network.segment_m > 0))
    u, v = place[segment], place[segment + 1]
    walked = np.flatnonzero((network.segment_way >= 0) & ~off)
    count = int(place.max()) + 1
    grounded = np.zeros(count, dtype=bool)
    grounded[place[walked]] = grounded[place[walked + 1]] = True
    degree = np.bincount(np.concatenate([u, v]), minlength=count)
    grounded |= degree == 1  # where a bridge ends in nothing
    at = np.full(count, np.nan)
    at[place] = height
    free = np.flatnonzero((degree > 0) & ~grounded)
    if not len(free):
        return height
    at[free] = _stretched(at, free, (u, v, 1.0 / network.segment_m[segment]))
    return np.where(degree[place] > 0, at[place], height)


def _places(network: WalkNetwork) -> Ints:
    """A number for the place of each vertex, (k,): the same for all that lie at one node."""
    place = network.nodes + np.arange(len(network.vertex_xy))
    place[network.edge_start[:-1]] = network.edge_u
    place[network.edge_start[1:] - 1] = network.edge_v
    return place.astype(np.int64)


def _stretched(at: Floats, free: Ints, pulls: tuple[Ints, Ints, Floats]) -> Floats:
    """Heights of the free places, each the mean of its neighbours' by how near they are (a sparse Laplace system)."""
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    u, v, pull = pulls
    number = np.full(len(at), -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    here, there = np.concatenate([u, v]), np.concatenate([v, u])
    pull = np.concatenate([pull, pull])
    known = np.isfinite(at[there]) & (number[there] < 0)
    mine = (number[here] >= 0) & (known | (number[there] >= 0))
    here, there, pull, known = here[mine], there[mine], pull[mine], known[mine]
    n = len(free)
    weight = np.bincount(number[here], pull, n)
    value = np.bincount(number[here[known]], pull[known] * at[there[known]], n)
    bound = ~known
    rows, columns = number[here[bound]], number[there[bound]]
    matrix = coo_array((-pull[bound], (rows, columns)), shape=(n, n)).tocsc()
    matrix += coo_array((weight, (np.arange(n), np.arange(n))), shape=(n, n)).tocsc()
    loose = _without_ground(n, rows, columns, number[here[known]])
    solved = np.full(n, np.nan)
    tied = np.flatnonzero(~loose)
    if len(tied):
        solved[tied] = spsolve(matrix[tied][:, tied], value[tied])
    return solved


def _without_ground(n: int, rows: Ints, columns: Ints, grounded: Ints) -> NDArray[np.bool_]:
    """Which free places no known height is joined to."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(n, n)), directed=False)
    tied = np.zeros(int(label.max(initial=-1)) + 1, dtype=bool)
    tied[label[grounded]] = True
    loose: NDArray[np.bool_] = ~tied[label]
    return loose
