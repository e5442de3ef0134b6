"""The reach of each of many facilities: from which junctions it can be walked to, and in what time."""

from __future__ import annotations

from functools import partial
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

WANTED_S, WANTED_TIMES = 0.1, 200.0


def reach(size: Size) -> list[Row]:
    """The large city beside the peers; then the same facilities in a small and in a huge one."""
    rows = _beside(size)
    each = {}
    for across in dict.fromkeys([1, size.large, size.huge]):
        if across:
            town = city(across)
            _, doors = town.sites(size.reach_sites)
            ours = partial(travel.reach, town.graph, doors, size.reach_sites, STANDARD.cutoff)
            least, _ = race({"ours": ours}, size.rounds)
            each[town.network.edges] = least["ours"] / size.reach_sites
    rows += [
        limit(f"reach of one facility among {edges:,} edges", seconds, remark="the same places in each size")
        for edges, seconds in each.items()
    ]
    return rows


def _beside(size: Size) -> list[Row]:
    town = city(size.large)
    node, doors = town.sites(size.reach_sites)
    count, cutoff = size.reach_sites, STANDARD.cutoff
    some = node[: size.sample]
    contenders: dict[str, Callable[[], Any]] = {
        "ours": lambda: travel.reach(town.graph, doors, count, cutoff),
        "scipy": lambda: _scipy(town, some, cutoff),
    }
    if size.slow_peers:
        contenders["networkx"] = lambda: _ego_graphs(peers.networkx_graph(town), some, cutoff, "weight")
        contenders["networkx, streets as OSMnx gives them"] = lambda: _ego_graphs(
            peers.street_multigraph(town), some, cutoff, "time"
        )
        if peers.has_pandana():
            streets = peers.pandana_network(town)
            streets.precompute(cutoff)
            contenders["pandana"] = lambda: streets.nodes_in_range(some.tolist(), cutoff)
    least, given = race(contenders, size.rounds)
    _check(given, some, cutoff, town.graph.nodes)
    share = size.sample / count
    work = f"reach of {count:,} facilities, {cutoff / 60:.0f} min, {town.network.edges:,} edges"
    told = {
        "networkx": ("ego_graph on a bare graph made for speed: no parallel streets, no attributes", WANTED_TIMES),
        "networkx, streets as OSMnx gives them": ("ego_graph on a MultiDiGraph", WANTED_TIMES),
        "scipy": ("dijkstra(limit), one by one", None),
        "pandana": ("nodes_in_range", None),
    }
    rows = [limit(work, least["ours"], WANTED_S)]
    rows += [
        ratio(work, least["ours"], (name, least[name] / share), at_least, f"{form}; {size.sample} facilities, scaled")
        for name, (form, at_least) in told.items()
        if name in least
    ]
    if size.slow_peers and not peers.has_pandana():
        rows.append(missing(work, "pandana", peers.NO_PANDANA))
    return rows


def _scipy(town: City, node: np.ndarray, cutoff: float) -> list[np.ndarray]:
    from scipy.sparse.csgraph import dijkstra

    matrix = peers.scipy_matrix(town)
    return [dijkstra(matrix, indices=x, limit=cutoff) for x in node.tolist()]


def _ego_graphs(graph: Any, node: np.ndarray, cutoff: float, weight: str) -> list[Any]:
    import networkx as nx

    return [nx.ego_graph(graph, x, radius=cutoff, distance=weight) for x in node.tolist()]


def _check(given: dict[str, Any], node: np.ndarray, cutoff: float, nodes: int) -> None:
    found = given["ours"]
    for f, x in enumerate(node.tolist()):
        ours = np.full(nodes, np.inf)
        ours[found.member[found.of(f)]] = found.cost[found.of(f)]
        same_costs("scipy", given["scipy"][f], ours, cutoff)
        for name in [name for name in given if name.startswith("networkx")]:
            theirs = np.full(nodes, np.inf)
            inside = list(given[name][f])  # it tells which, not how far
            theirs[inside] = np.where(np.isfinite(ours[inside]), ours[inside], 0.0)
            same_costs("networkx", theirs, ours, cutoff)
        if "pandana" in given:
            rows = given["pandana"]
            mine = rows[rows["source"] == x]
            theirs = np.full(nodes, np.inf)
            theirs[mine["destination"].to_numpy()] = mine["cost"].to_numpy()
            same_costs("pandana", theirs, ours, cutoff, 0.2)
