"""Programs that are timed as whole processes: ``python -m benchmarks.programs REPORT NAME ARGS…``.

REPORT is a JSON file that the program leaves: its answer and its peak memory.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def lifecircle(*args: str) -> dict[str, Any]:
    """The command itself."""
    from geo.cli import main

    sys.argv = ["lifecircle", *args]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
    return {}


def osmnx_network(xml: str) -> dict[str, Any]:
    """OSMnx's own reader; it reads XML only."""
    import osmnx

    graph = osmnx.graph_from_xml(xml, bidirectional=True, simplify=True, retain_all=True)
    return {"nodes": len(graph), "edges": len(graph.edges) / 2, "length_m": sum(m for *_, m in graph.edges(data="length")) / 2}


def osmnx_study(xml: str, table: str, out: str) -> dict[str, Any]:
    """What a script with OSMnx and NetworkX does: nearest nodes, one search, buffered streets, GeoJSON."""
    import geopandas as gpd
    import networkx as nx
    import osmnx
    import pandas as pd

    graph = osmnx.project_graph(osmnx.graph_from_xml(xml, bidirectional=True, simplify=True, retain_all=True))
    rows = pd.read_csv(table)
    points = gpd.GeoSeries.from_xy(rows["lon"], rows["lat"], crs=4326).to_crs(graph.graph["crs"])
    node = osmnx.distance.nearest_nodes(graph, points.x, points.y)
    doors = {n for n, care in zip(node, rows["healthcare"], strict=True) if care > 0}
    metres = nx.multi_source_dijkstra_path_length(graph.reverse(), doors, cutoff=1200, weight="length")
    served = [n in metres for n in node]
    streets = osmnx.graph_to_gdfs(graph.subgraph(metres), nodes=False)
    area = gpd.GeoSeries(streets.buffer(30)).union_all()
    rows.assign(served=served).to_csv(Path(out) / "demand.csv", index=False)
    gpd.GeoSeries([area], crs=streets.crs).to_crs(4326).to_file(Path(out) / "service_areas.geojson")
    return {"served": float(rows.loc[served, "population"].sum())}


def reach_of_many(compiled: str, count: str) -> dict[str, Any]:
    """Open a network; everyone's nearest facility, and the reach of each of ``count`` at its junctions."""
    import numpy as np

    from benchmarks.city import STANDARD
    from geo.core import travel
    from geo.core.doors import Doors
    from geo.core.impedance import walk_graph
    from geo.core.snapping import SnapIndex
    from geo.sources.network_store import open_network

    network = open_network(Path(compiled))
    graph, index = walk_graph(network, STANDARD), SnapIndex.build(network)
    node = np.random.default_rng(1).choice(network.nodes, int(count), replace=False)
    doors = Doors(index.snap(network.node_xy[node], STANDARD.snap_limit_m), np.arange(len(node), dtype=np.int32))
    reached = int(np.isfinite(travel.nearest(graph, doors).cost).sum())
    pairs = len(travel.reach(graph, doors, len(node), STANDARD.cutoff).member)
    return {"edges": network.edges, "reached": reached, "pairs": pairs}


def peak_mb() -> float | None:
    """The most memory this process has had at once; None where the system doesn't tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    report, name, *args = sys.argv[1:]
    answer = PROGRAMS[name](*args)
    Path(report).write_text(json.dumps({"answer": answer, "peak_mb": peak_mb()}), encoding="utf-8")


PROGRAMS = {one.__name__: one for one in (lifecircle, osmnx_network, osmnx_study, reach_of_many)}

if __name__ == "__main__":
    main()
