"""Candidate sites times demand points, sparse: who could walk to which site within the cutoff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import peers
from benchmarks.agree import same_costs
from benchmarks.city import STANDARD, City, city
from benchmarks.race import race
from benchmarks.table import Row, limit, missing, ratio
from geo.core import travel

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.size import Size

WANTED_S, WANTED_TIMES = 0.1, 30.0


def matrix(size: Size) -> list[Row]:
    town = city(1)
    node, doors = town.sites(size.candidates)
    homes, _ = town.sites(size.demand, seed=2)
    points = town.places(homes)
    cutoff = STANDARD.cutoff
    some = node[: size.sample]

    def ours() -> travel.Reach:
        found = travel.reach(town.graph, doors, size.candidates, cutoff)
        return travel.reach_points(town.graph, found, points, doors, cutoff)

    contenders: dict[str, Callable[[], Any]] = {"ours": ours, "scipy": lambda: _scipy(town, some, homes, cutoff)}
    contenders["networkx"] = lambda: _networkx(town, some, homes, cutoff)
    if peers.has_pandana():
        streets = peers.pandana_network(town)
        streets.precompute(cutoff)
        contenders["pandana"] = lambda: streets.nodes_in_range(some.tolist(), cutoff)
    least, given = race(contenders, size.rounds)
    _check(given, homes, cutoff, size.sample)
    work = f"{size.candidates:,} candidates × {size.demand:,} demand points, {cutoff / 60:.0f} min, {town.network.edges:,} edges"
    told = {
        "networkx": ("single_source_dijkstra_path_length", WANTED_TIMES),
        "scipy": ("dijkstra(limit)", None),
        "pandana": ("nodes_in_range, not yet joined to the points", None),
    }
    share = size.sample / size.candidates
    rows = [limit(work, least["ours"], WANTED_S, remark=f"{len(given['ours'].member):,} pairs")]
    rows += [
        ratio(work, least["ours"], (name, least[name] / share), at_least, f"{form}; {size.sample} candidates, scaled")
        for name, (form, at_least) in told.items()
        if name in least
    ]
    if not peers.has_pandana():
        rows.append(missing(work, "pandana", peers.NO_PANDANA))
    return rows


def _scipy(town: City, node: np.ndarray, homes: np.ndarray, cutoff: float) -> list[np.ndarray]:
    from scipy.sparse.csgraph import dijkstra

    streets = peers.scipy_matrix(town)
    return [dijkstra(streets, indices=x, limit=cutoff)[homes] for x in node.tolist()]


def _networkx(town: City, node: np.ndarray, homes: np.ndarray, cutoff: float) -> list[dict[int, float]]:
    import networkx as nx

    graph, asked = peers.networkx_graph(town), homes.tolist()
    result = []
    for x in node.tolist():
        length = nx.single_source_dijkstra_path_length(graph, x, cutoff=cutoff)
        result.append({row: length[home] for row, home in enumerate(asked) if home in length})
    return result


def _check(given: dict[str, Any], homes: np.ndarray, cutoff: float, sample: int) -> None:
    found = given["ours"]
    for f in range(sample):
        ours = np.full(len(homes), np.inf)
        ours[found.member[found.of(f)]] = found.cost[found.of(f)]
        same_costs("scipy", given["scipy"][f], ours, cutoff)
        theirs = np.full(len(homes), np.inf)
        theirs[list(given["networkx"][f])] = list(given["networkx"][f].values())
        same_costs("networkx", theirs, ours, cutoff)
