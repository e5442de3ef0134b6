"""One click of a planner in a large city: a facility is added, moved or closed.

From the edit to what the page is sent: everyone's time, the people of each community, the
area of the site that was touched, and all of it as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import peers
from benchmarks.city import city
from benchmarks.race import timed
from benchmarks.study import study_in
from benchmarks.table import Row, limit, ratio
from geo.core import planner
from geo.ui import layer_data
from geo.ui.history import Move, Place, Remove

if TYPE_CHECKING:
    from benchmarks.size import Size
    from geo.core.planner import Prepared, Standing
    from geo.model import Coverage, Facilities
    from geo.ui.history import Edit

WANTED_S, WANTED_KB, WANTED_OF_ADD = 0.05, 50.0, 5.0


@dataclass(frozen=True, eq=False)
class Desk:
    """How things stand before a click."""

    prepared: Prepared
    facilities: Facilities
    standing: Standing
    answer: Coverage


def click(size: Size) -> list[Row]:
    town = city(size.large)
    node, _ = town.sites(size.nearest_sites)
    study = study_in(town, node, size.homes)
    prepared = planner.prepare(study)
    standing = planner.walk(prepared)
    desk = Desk(prepared, study.facilities, standing, planner.measure(prepared, standing=standing))
    places = town.network.node_xy[town.sites(3 * size.rounds, seed=5)[0]]
    least: dict[str, float] = {}
    sent: dict[str, int] = {}
    for turn, place in enumerate(places):
        for name, edit in _edits(turn, place, len(node)).items():
            seconds, payload = timed(lambda e=edit: answer(desk, e))
            least[name] = min(seconds, least.get(name, np.inf))
            sent[name] = max(len(payload), sent.get(name, 0))
    _check(desk, _edits(0, places[0], len(node)))
    what = f"one of {len(node)} facilities, {town.network.edges:,} edges, {size.homes:,} homes: times, people, polygon, JSON"
    rows = [limit(f"{name} {what}", seconds, WANTED_S) for name, seconds in least.items()]
    largest = max(sent.values()) / 1000
    rows.append(limit("… what the page is sent, at most, area compressed", largest, WANTED_KB, "KB"))
    slowest = max(least["move"], least["close"]) / least["add"]
    rows.append(
        Row("… move or close beside add", f"{slowest:.2f} ×", wanted=f"< {WANTED_OF_ADD:g} ×", met=slowest < WANTED_OF_ADD)
    )
    return rows + _beside(size, desk, node, least)


def _edits(turn: int, place: np.ndarray, count: int) -> dict[str, Edit]:
    x, y = place.tolist()
    of = f"f{(7 * turn) % count}"
    return {"add": Place("new", "canteen", "New", x, y), "move": Move(of, x, y), "close": Remove(of)}


def answer(desk: Desk, edit: Edit) -> bytes:
    """What the server does between the click and the reply."""
    after = edit.apply(desk.facilities)
    standing = planner.walk(desk.prepared, after, before=desk.standing)
    coverage = planner.measure(desk.prepared, after, standing=standing)
    touched = desk.facilities if isinstance(edit, Remove) else after
    area = planner.reach(desk.prepared, touched, edit.site_id)
    before, now = desk.answer, coverage
    changed = (now.communities["served_weight"] != before.communities["served_weight"]).to_numpy()
    turned = np.flatnonzero((now.demand["served"] != before.demand["served"]).to_numpy())
    said = {
        "served": now.totals.served_weight,
        "communities": now.communities.loc[changed, ["id", "served_weight"]].to_numpy().tolist(),
        "homes": turned.tolist(),
    }
    return json.dumps(said).encode() + layer_data.service_areas(area).data


def _check(desk: Desk, edits: dict[str, Edit]) -> None:
    """What is walked again equals a whole recomputation, and so do its people."""
    for edit in edits.values():
        after = edit.apply(desk.facilities)
        again = planner.walk(desk.prepared, after)
        quick = planner.walk(desk.prepared, after, before=desk.standing)
        assert np.array_equal(again.field.cost, quick.field.cost)
        assert np.array_equal(again.times.facility, quick.times.facility)


def _beside(size: Size, desk: Desk, node: np.ndarray, least: dict[str, float]) -> list[Row]:
    """A whole new search, which is what others have to do: only the times, no people and no polygon."""
    from scipy.sparse.csgraph import dijkstra

    town = city(size.large)
    matrix = peers.scipy_matrix(town)
    seconds, _ = timed(lambda: dijkstra(matrix, indices=node, min_only=True))
    rows = [ratio("… add, all of it", least["add"], ("scipy", seconds), remark="only new times everywhere")]
    if size.slow_peers:
        import networkx as nx

        graph = peers.networkx_graph(town)
        seconds, length = timed(lambda: nx.multi_source_dijkstra_path_length(graph, set(node.tolist())))
        rows.append(ratio("… add, all of it", least["add"], ("networkx", seconds), remark="only new times everywhere"))
        assert len(length) == int(np.isfinite(desk.standing.field.cost).sum())
    return rows
