"""The same streets in the shapes that other libraries want."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from benchmarks.city import City

NAMES = ("networkx", "osmnx", "scipy", "pandana", "pyvalhalla")
NO_PANDANA = "not installed: pip install pandana (AGPL; only the benchmark imports it)"
NO_VALHALLA = "never imported: only its wheels for Python 3.12 and later can build tiles from an OpenStreetMap file"


def versions() -> dict[str, str]:
    """Version of each peer, empty where it is not installed."""
    result = {}
    for name in NAMES:
        try:
            result[name] = version(name)
        except PackageNotFoundError:
            result[name] = ""
    return result


def has_pandana() -> bool:
    return bool(versions()["pandana"])


def arcs(city: City) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tail, head and cost of the arcs of our search, only the shortest of parallel ones."""
    graph = city.graph
    tail = np.repeat(np.arange(graph.nodes), np.diff(graph.indptr))
    order = np.lexsort((graph.cost, graph.head, tail))
    tail, head, cost = tail[order], graph.head[order], graph.cost[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return tail[first], head[first], cost[first]


@lru_cache(1)
def networkx_graph(city: City) -> Any:
    import networkx as nx

    tail, head, cost = arcs(city)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(city.graph.nodes))
    graph.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True))
    return graph


@lru_cache(1)
def street_multigraph(city: City) -> Any:
    """The shape in which OSMnx hands out streets, with walking times; of its attributes only that."""
    import networkx as nx

    network, graph = city.network, nx.MultiDiGraph()
    graph.add_nodes_from(range(network.nodes))
    seconds = np.add.reduceat(city.graph.forward, network.edge_start[:-1])
    ends = list(zip(network.edge_u.tolist(), network.edge_v.tolist(), seconds.tolist(), strict=True))
    graph.add_weighted_edges_from(ends, weight="time")
    graph.add_weighted_edges_from(((v, u, time) for u, v, time in ends), weight="time")
    return graph


@lru_cache(1)
def scipy_matrix(city: City) -> Any:
    from scipy.sparse import csr_array

    tail, head, cost = arcs(city)
    return csr_array((cost, (tail, head)), shape=(city.graph.nodes, city.graph.nodes))


@lru_cache(1)
def pandana_network(city: City) -> Any:
    import pandana
    import pandas as pd

    tail, head, cost = arcs(city)
    ids = pd.RangeIndex(city.graph.nodes)
    x, y = (pd.Series(values, index=ids) for values in city.network.node_xy.T)
    weights = pd.DataFrame({"cost": cost})
    return pandana.Network(x, y, pd.Series(tail), pd.Series(head), weights, twoway=False)


def forget() -> None:
    """Let go of the graphs of the last city."""
    for kept in (networkx_graph, street_multigraph, scipy_matrix, pandana_network):
        kept.cache_clear()
