"""The nearest facility of every junction, and which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import peers
from benchmarks.agree import same_costs
from benchmarks.city import STANDARD, City, city
from benchmarks.race import race
from benchmarks.table import Row, missing, ratio
from geo.core import travel

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.size import Size

WANTED = {"networkx": 40.0, "pandana": 50.0, "scipy": 3.0}


def nearest(size: Size) -> list[Row]:
    town = city(size.large)
    node, doors = town.sites(size.nearest_sites)
    cutoff = STANDARD.cutoff
    contenders: dict[str, Callable[[], Any]] = {"ours": lambda: travel.nearest(town.graph, doors, cutoff)}
    contenders["scipy"] = _scipy(town, node, cutoff)
    if size.slow_peers:
        contenders["networkx"] = _networkx(town, node, cutoff)
        if peers.has_pandana():
            contenders["pandana"] = _pandana(town, node, cutoff)
    least, given = race(contenders, size.rounds)
    field = given["ours"]
    same_costs("scipy", given["scipy"][0], field.cost, cutoff)
    sources = given["scipy"][2]
    reached = np.isfinite(field.cost)
    there = np.array_equal(node[field.facility[reached]], sources[reached])
    if "networkx" in given:
        theirs = np.full(town.graph.nodes, np.inf)
        theirs[list(given["networkx"])] = list(given["networkx"].values())
        same_costs("networkx", theirs, field.cost, cutoff)
    if "pandana" in given:  # it counts in thousandths
        theirs = given["pandana"][1].to_numpy(dtype=np.float64)
        theirs = np.where(given["pandana"]["poi1"].isna(), np.inf, theirs)
        same_costs("pandana", theirs, field.cost, cutoff, 0.2)
    people = f"each of {town.graph.nodes:,} junctions ({town.network.edges:,} edges)"
    work = f"nearest of {len(node):,} facilities, {cutoff / 60:.0f} min, for {people}"
    told = {
        "scipy": f"dijkstra(min_only, return_predecessors); {'the same' if there else 'other'} facilities",
        "networkx": "multi_source_dijkstra_path_length, the faster form; tells no facility",
        "pandana": "nearest_pois, its index built before",
    }
    rows = [ratio(work, least["ours"], (name, least[name]), WANTED[name], told[name]) for name in told if name in least]
    if size.slow_peers and not peers.has_pandana():
        rows.append(missing(work, "pandana", peers.NO_PANDANA))
    return rows


def _scipy(town: City, node: np.ndarray, cutoff: float) -> Callable[[], Any]:
    from scipy.sparse.csgraph import dijkstra

    matrix = peers.scipy_matrix(town)
    return lambda: dijkstra(matrix, indices=node, min_only=True, limit=cutoff, return_predecessors=True)


def _networkx(town: City, node: np.ndarray, cutoff: float) -> Callable[[], Any]:
    import networkx as nx

    graph, sources = peers.networkx_graph(town), set(node.tolist())
    return lambda: nx.multi_source_dijkstra_path_length(graph, sources, cutoff=cutoff)


def _pandana(town: City, node: np.ndarray, cutoff: float) -> Callable[[], Any]:
    import pandas as pd

    streets = peers.pandana_network(town)
    x, y = (pd.Series(values) for values in town.network.node_xy[node].T)
    streets.set_pois("site", cutoff, 1, x, y)
    return lambda: streets.nearest_pois(cutoff, "site", num_pois=1, include_poi_ids=True)
