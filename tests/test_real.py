"""The whole way on real streets."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.cli import app
from geo.core.planner import measure, prepare
from geo.crs import project
from geo.sources.study import load_study
from tests.studies import test_data as real

if TYPE_CHECKING:
    from pathlib import Path

PORTO_PEOPLE, PORTO_SERVED = 812_935, 737_206


@pytest.fixture(scope="module")
def porto(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("porto")
    streets, table = real("networks/porto_alegre.osm.pbf"), real("tables/porto_alegre_hexgrid.csv")
    (folder / "study.toml").write_text(
        f"""
[study]
name = "Porto Alegre"
[network]
path = '{streets.resolve()}'
[facilities]
path = '{table.resolve()}'
id = "id"
name = "id"
lon = "lon"
lat = "lat"
where = "healthcare > 0"
[demand]
path = '{table.resolve()}'
id = "id"
lon = "lon"
lat = "lat"
weight = "population"
[standard]
distance_m = 1200
snap_limit_m = 2000
""",
        encoding="utf-8",
    )
    return folder / "study.toml"


def test_porto_alegre_within_one_percent_and_apart_from_the_usual_recipes(porto):
    study = load_study(porto)
    totals = measure(prepare(study)).totals
    assert totals.demand_weight == PORTO_PEOPLE
    assert totals.served_weight == pytest.approx(PORTO_SERVED, rel=0.01)
    by_node, by_circle = usual_recipes(study)
    assert by_node == pytest.approx(746_682, rel=0.01)
    assert by_circle == pytest.approx(790_005, rel=0.001)
    # The truth lies nearer to the reference than to either recipe: the test tells them apart.
    assert abs(totals.served_weight - PORTO_SERVED) < abs(totals.served_weight - by_node) < abs(totals.served_weight - by_circle)


def usual_recipes(study) -> tuple[float, float]:
    """Nearest node without access legs, and straight circles."""
    network, weight = study.network, study.demand["weight"].to_numpy()
    homes = np.column_stack([study.demand.geometry.x, study.demand.geometry.y])
    sites = np.column_stack([study.facilities.frame.geometry.x, study.facilities.frame.geometry.y])
    order = np.argsort(-network.edge_length_m)
    u, v, w = network.edge_u[order], network.edge_v[order], network.edge_length_m[order]
    shortest = dict(zip(zip(u.tolist(), v.tolist(), strict=True), w.tolist(), strict=True))
    pairs = np.array(list(shortest))
    links = csr_array((np.array(list(shortest.values())), pairs.T), shape=(network.nodes, network.nodes))
    links = links.maximum(links.T)
    tree = cKDTree(network.node_xy)
    far = dijkstra(links, directed=False, indices=np.unique(tree.query(sites)[1]), min_only=True)
    by_node = weight[far[tree.query(homes)[1]] <= 1200].sum()
    return float(by_node), float(weight[cKDTree(sites).query(homes)[0] <= 1200].sum())


def test_run_writes_what_the_contract_says(porto, tmp_path):
    result = CliRunner().invoke(app, ["run", str(porto), "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    demand = pd.read_csv(tmp_path / "demand.csv")
    assert demand.loc[demand["served"], "weight"].sum() == summary["totals"]["served_weight"]
    for name in ("communities", "service_areas", "gaps", "facilities"):
        assert json.loads((tmp_path / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    for name in ("coverage.gpkg", "map.html", "map.png"):
        assert (tmp_path / name).stat().st_size > 10_000


def test_times_agree_with_networkx_to_a_millimetre(tmp_path):
    """A thousand random pairs, through the command, against networkx on the same graph."""
    import networkx as nx

    from geo.core.snapping import SnapIndex
    from geo.sources.network import read_network

    streets = real("networks/sao_paulo_centre.osm.pbf")
    network = read_network(streets)
    rng = np.random.default_rng(7)
    table = pd.read_csv(real("tables/sao_paulo_hexgrid.csv"))[["lon", "lat"]].to_numpy()
    pick = rng.integers(0, len(table), (2, 100))
    places = [table[rows] + rng.normal(0, 5e-4, (100, 2)) for rows in pick]
    for name, lonlat in zip("ab", places, strict=True):
        frame = pd.DataFrame({"id": [f"{name}{i}" for i in range(100)], "lon": lonlat[:, 0], "lat": lonlat[:, 1]})
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    out = tmp_path / "t.csv"
    command = [
        "times",
        "--network",
        str(streets),
        "--from",
        str(tmp_path / "a.csv"),
        "--to",
        str(tmp_path / "b.csv"),
        "--out",
        str(out),
    ]
    result = CliRunner().invoke(app, [*command, "--speed-kmh", "3.6"])
    assert result.exit_code == 0, result.output
    got = pd.read_csv(out).set_index(["from_id", "to_id"])

    graph = nx.MultiGraph()
    on = []
    for name, lonlat in zip("ab", places, strict=True):
        a, b = pd.read_csv(tmp_path / f"{name}.csv")[["lon", "lat"]].to_numpy().T
        snapped = SnapIndex.build(network).snap(project(a, b, network.crs), 200.0)
        on += [
            (int(snapped.segment[i]), float(snapped.fraction[i]), f"{name}{i}", float(snapped.access_m[i]))
            for i in range(len(lonlat))
            if snapped.ok[i]
        ]
    by_edge: dict[int, list] = {}
    for item in sorted(on):
        by_edge.setdefault(int(np.searchsorted(network.edge_start, item[0], side="right") - 1), []).append(item)
    for e in range(network.edges):
        begin, end = network.edge_start[e], network.edge_start[e + 1] - 1
        total = np.concatenate([[0.0], np.cumsum(network.segment_m[begin:end])])
        chain = [(0.0, int(network.edge_u[e]))]
        for segment, fraction, name, access in by_edge.get(e, []):
            at = total[segment - begin] + fraction * network.segment_m[segment]
            chain.append((at, ("on", name)))
            graph.add_edge(("on", name), name, w=access)
        chain.append((float(total[-1]), int(network.edge_v[e])))
        for (x, left), (y, right) in itertools.pairwise(chain):
            graph.add_edge(left, right, w=y - x)
    checked = 0
    sources = [name for name in graph if isinstance(name, str) and name.startswith("a")]
    assert len(got) > 1000
    for a in sources[:20]:
        truth = nx.single_source_dijkstra_path_length(graph, a, weight="w")
        for b in (f"b{i}" for i in range(100)):
            if b in truth:
                row = got.loc[(a, b)]
                assert row["distance_m"] == pytest.approx(truth[b], abs=1e-3)
                assert row["time_s"] == pytest.approx(truth[b], abs=1e-3)
                checked += 1
            else:
                assert (a, b) not in got.index
    assert checked >= 1000
