"""The way of a walk: by hand, against the answer and networkx, and by law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core import planner
from geo.core.change import change, stand
from geo.core.impedance import walk_graph
from geo.core.route import route
from tests.core.test_travel import oracle, world
from tests.streets import make_network
from tests.studies import ORIGIN, study

LADDER = make_network([(0, 0), (100, 0), (100, 100), (0, 100)], [(0, 1, [(50, -20)]), (1, 2), (2, 3), (3, 0)])


def lengths(xy: np.ndarray) -> float:
    return float(np.hypot(*np.diff(xy, axis=0).T).sum())


def walk(town, row: int = 0):
    ready = planner.prepare(town)
    standing = planner.walk(ready)
    return ready, planner.walk_of(ready, town.facilities, (), standing, row)


def test_around_a_corner_by_hand() -> None:
    _, found = walk(study([(120, 30)], [1], [(40, 110)], network=LADDER))
    assert found is not None
    assert (found.first - ORIGIN).tolist() == [[120, 30], [100, 30]]
    assert (found.way - ORIGIN).tolist() == [[100, 30], [100, 100], [40, 100]]
    assert (found.last - ORIGIN).tolist() == [[40, 100], [40, 110]]
    assert found.distance_m == pytest.approx(20 + 70 + 60 + 10, abs=1e-6)
    assert found.time_s == pytest.approx(160, abs=1e-6)


def test_a_door_on_the_own_street_is_reached_without_leaving_it() -> None:
    _, found = walk(study([(80, 5)], [1], [(20, -3)]))
    assert found is not None
    assert (found.way - ORIGIN).tolist() == [[80, 0], [20, 0]]
    assert found.distance_m == pytest.approx(68, abs=1e-6)


def test_a_home_at_the_very_door_walks_nowhere() -> None:
    _, found = walk(study([(50, 0)], [1], [(50, 0)]))
    assert found is not None
    assert found.distance_m == 0
    assert len(found.way) == 1


def test_who_reaches_nothing_has_no_way() -> None:
    islands = make_network([(0, 0), (100, 0), (5000, 0), (5100, 0)], [(0, 1), (2, 3)])
    cut_off = study([(50, 10), (50, 3000)], [1, 1], [(5050, 0)], network=islands)
    assert walk(cut_off)[1] is None
    assert walk(cut_off, 1)[1] is None


@pytest.mark.parametrize("rule", ["time", "distance"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_way_adds_up_to_the_answer_and_to_networkx(rule: str, seed: int) -> None:
    network, points, doors, ask = world(seed, rule)
    graph = walk_graph(network, ask)
    facilities = [str(f) for f in range(int(doors.facility.max()) + 1)]
    standing = stand(graph, points, facilities, doors)
    best = oracle(network, ask, points, doors).min(axis=1, initial=np.inf)
    for row in range(len(points)):
        found = route(graph, standing, points, row, network.vertex_xy)
        assert (found is None) == (not np.isfinite(best[row]))
        if found is None:
            continue
        assert found.cost == pytest.approx(standing.times.cost[row], abs=1e-9)
        assert found.other == pytest.approx(standing.times.other[row], abs=1e-9)
        assert found.cost == pytest.approx(best[row], abs=1e-4)
        assert doors.facility[found.door] == standing.times.facility[row]
        metres = found.other if rule == "time" else found.cost
        legs = points.access_m[row] + doors.snapped.access_m[found.door]
        assert lengths(found.xy) + legs == pytest.approx(metres, abs=1e-5)


def test_a_way_after_a_change_is_the_way_of_the_new_answer() -> None:
    network, points, doors, ask = world(5, "time")
    graph = walk_graph(network, ask)
    ids = [str(f) for f in range(10)]
    keep = np.flatnonzero(doors.facility < 6)
    fewer = type(doors)(doors.snapped.take(keep), doors.facility[keep])
    standing = change(graph, points, stand(graph, points, ids, doors), ids[:6], fewer)
    for row in np.flatnonzero(standing.times.facility >= 0):
        found = route(graph, standing, points, int(row), network.vertex_xy)
        assert found is not None
        assert found.cost == pytest.approx(standing.times.cost[row], abs=1e-9)


def test_streets_that_cost_nothing_lead_round_no_ring() -> None:
    ring = make_network([(0, 0), (0, 0), (0, 0), (100, 0)], [(0, 1), (1, 2), (2, 0), (2, 3)])
    town = study([(90, 0)], [1], [(0, 0)], network=ring)
    found = walk(town)[1]
    assert found is not None
    assert found.distance_m == pytest.approx(90, abs=1e-6)
