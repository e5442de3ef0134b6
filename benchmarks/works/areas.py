"""The merged service area of many facilities: from their doors to one polygon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.agree import same_number
from benchmarks.city import STANDARD, City, city
from benchmarks.race import race, timed
from benchmarks.study import study_in
from benchmarks.table import Row, limit, ratio
from geo.core import areas as drawing
from geo.core import planner

if TYPE_CHECKING:
    from benchmarks.size import Size

WANTED_TIMES, WANTED_SHARE = 100.0, 0.01
NODE_M, EDGE_M = 50, 25  # the buffers of OSMnx's example notebook on isochrones


def areas(size: Size) -> list[Row]:
    town = city(1)
    node, _ = town.sites(size.area_sites)
    study = study_in(town, node, size.demand)
    prepared = planner.prepare(study)
    answer = planner.measure(prepared)

    def draw(quality: drawing.Quality, where: planner.Prepared = prepared) -> float:
        options = drawing.AreaOptions(by="all", quality=quality)
        return float(drawing.service_areas(where, study.facilities, answer, options).geometry.area.sum())

    draw("quick")  # compiles
    fresh = planner.prepare(study)
    first, _ = timed(lambda: draw("quick", fresh))
    graph = street_graph(town)
    contenders: dict[str, Any] = {"ours": lambda: draw("quick"), "better": lambda: better_recipe(graph, node.tolist())}
    if size.slow_peers:
        contenders["recipe"] = lambda: recipe(graph, node.tolist())
    least, given = race(contenders, size.rounds)
    _, exact = timed(lambda: draw("exact"))
    same_number(
        "the buffers", given["better"].area, given["ours"], 0.4
    )  # strips along the streets: homes behind them are left out
    many = f"{size.area_sites} facilities, {STANDARD.cutoff / 60:.0f} min, {town.network.edges:,} edges"
    work = f"reach and one merged polygon, {many}"
    apart = abs(given["ours"] / exact - 1)
    rows = []
    if "recipe" in given:
        more = given["recipe"].area / exact - 1
        told = f"ego graphs, buffers, union, as in OSMnx's example notebook; its area {more:+.0%}"
        rows.append(ratio(work, least["ours"], ("osmnx recipe", least["recipe"]), WANTED_TIMES, told))
    told = f"the same made better: one search, no loops, one union; its area {given['better'].area / exact - 1:+.0%}"
    rows.append(ratio(work, least["ours"], ("osmnx recipe", least["better"]), remark=told))
    rows.append(limit("… the first time on these streets", first, remark="which street is nearest is then kept"))
    share = Row("… quick area beside exact", f"{apart:.2%} apart", wanted=f"< {WANTED_SHARE:.0%}", met=apart < WANTED_SHARE)
    return [*rows, share]


def street_graph(town: City) -> Any:
    """The streets as OSMnx holds them once projected: places at nodes, lines and times on edges, both ways."""
    import networkx as nx
    import shapely

    network, graph = town.network, nx.MultiDiGraph()
    graph.add_nodes_from((x, {"x": place[0], "y": place[1]}) for x, place in enumerate(network.node_xy.tolist()))
    metres = network.edge_length_m
    for e, (u, v) in enumerate(zip(network.edge_u.tolist(), network.edge_v.tolist(), strict=True)):
        line = shapely.LineString(network.vertex_xy[network.edge_start[e] : network.edge_start[e + 1]])
        seconds = metres[e] / STANDARD.profile.speed_m_s
        graph.add_edge(u, v, geometry=line, time=seconds)
        graph.add_edge(v, u, geometry=line, time=seconds)
    return graph


def recipe(graph: Any, nodes: list[int]) -> Any:
    """``make_iso_polys`` of the example notebook for each facility, then their union."""
    import geopandas as gpd
    import networkx as nx
    from shapely import LineString, Point

    shapes = []
    for center in nodes:
        part = nx.ego_graph(graph, center, radius=STANDARD.cutoff, distance="time")
        places = [Point((data["x"], data["y"])) for _, data in part.nodes(data=True)]
        frame = gpd.GeoDataFrame({"id": list(part.nodes)}, geometry=places).set_index("id")
        lines = []
        for one, other in part.edges():
            begin, end = frame.loc[one].geometry, frame.loc[other].geometry
            lines.append(graph.get_edge_data(one, other)[0].get("geometry", LineString([begin, end])))
        discs = frame.buffer(NODE_M).geometry
        strips = gpd.GeoSeries(lines).buffer(EDGE_M).geometry
        shapes.append(gpd.GeoSeries([*discs, *strips]).union_all())
    return gpd.GeoSeries(shapes).union_all()


def better_recipe(graph: Any, nodes: list[int]) -> Any:
    """The same buffers from one search over all facilities and one union."""
    import networkx as nx
    import shapely

    reached = nx.multi_source_dijkstra_path_length(graph, set(nodes), cutoff=STANDARD.cutoff, weight="time")
    discs = shapely.buffer(shapely.points([(graph.nodes[x]["x"], graph.nodes[x]["y"]) for x in reached]), NODE_M)
    lines = [line for u, v, line in graph.edges(reached, data="geometry") if u <= v and v in reached]
    return shapely.union_all(np.concatenate([discs, shapely.buffer(np.array(lines, dtype=object), EDGE_M)]))
