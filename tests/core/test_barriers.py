from __future__ import annotations

import itertools
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from geo.core.barriers import KINDS, applied, edited, with_barriers
from geo.core.enclosures import People
from geo.core.planner import evaluate, measure, prepare
from geo.errors import InputDataError
from geo.model import WalkProfile
from geo.sources.network_check import faults
from tests.core.test_surgery import ORIGIN, SEEDS, rich, times
from tests.sources.tiny import told
from tests.streets import CRS, make_network, random_network, standard
from tests.studies import study


def barriers(*rows) -> gpd.GeoDataFrame:
    """Rows of kind and shape, metres from the origin, and further columns if wanted."""
    shapes = [shapely.transform(row[1], lambda xy: xy + ORIGIN) for row in rows]
    more = [row[2] if len(row) > 2 else {} for row in rows]
    return gpd.GeoDataFrame(
        {
            "kind": [row[0] for row in rows],
            "name": [extra.get("name", "") for extra in more],
            "open": [extra.get("open", True) for extra in more],
            "row": range(2, len(rows) + 2),
        },
        geometry=shapes,
        crs=CRS,
    )


def walk(network, home, door, ask=None) -> float:
    ask = ask or standard(10_000)
    return float(times(network, np.array([home]) + ORIGIN, np.array([door]) + ORIGIN, ask)[0])


def street(length=400, step=100):
    return make_network([(x, 0) for x in range(0, length + 1, step)], [(i, i + 1) for i in range(length // step)])


# A compound of 200 by 200 m with one street inside, and a ring of streets around it, 20 m off.
COMPOUND = box(0, 0, 200, 200)
RING = [(-20, -20), (220, -20), (220, 220), (-20, 220)]


def compound(inner=((100, -20), (100, 150))):
    nodes = [*RING, *inner]
    return make_network(nodes, [(0, 4), (4, 1), (1, 2), (2, 3), (3, 0), (4, 5)])


def test_a_walled_compound_with_one_gate_has_its_closed_form():
    network = compound()
    home, shop = (100, 150), (-20, 220)
    assert walk(network, home, shop) == pytest.approx(170 + 120 + 240)
    walled = with_barriers(network, barriers(("wall", COMPOUND)))
    assert walk(walled, home, shop) == np.inf
    opened = with_barriers(network, barriers(("wall", COMPOUND), ("gate", Point(103, -2))))
    assert walk(opened, home, shop) == pytest.approx(170 + 120 + 240)
    elsewhere = with_barriers(network, barriers(("wall", COMPOUND), ("gate", Point(200, 150))))
    # Out by a gate on the east side that no street goes through: 100 m across the yard, 20 m to the ring.
    assert walk(elsewhere, home, (220, 150)) == pytest.approx(120, abs=0.01)
    shut = with_barriers(network, barriers(("wall", COMPOUND), ("gate", Point(100, 0), {"open": False})))
    assert walk(shut, home, shop) == np.inf


def test_people_walk_across_a_yard_to_their_gate():
    network = make_network(RING, [(0, 1), (1, 2), (2, 3), (3, 0)])
    walled = with_barriers(network, barriers(("wall", COMPOUND), ("gate", Point(100, 0))))
    home = (100, 70)
    # 69 m to the inner end of the way through, 2 m through the gate, 19 m to the street below, 120 m along it.
    assert walk(walled, home, (-20, -20)) == pytest.approx(90 + 120, abs=0.01)
    assert walk(with_barriers(network, barriers(("wall", COMPOUND))), home, (-20, -20)) == np.inf


def test_no_leg_crosses_a_wall():
    network = make_network([(0, 0), (400, 0), (0, 50), (400, 50)], [(0, 1), (2, 3), (0, 2)])
    home = (200, 10)
    assert walk(network, home, (0, 0)) == pytest.approx(210)
    walled = with_barriers(network, barriers(("wall", LineString([(100, 5), (300, 5)]))))
    assert walk(walled, home, (0, 0)) == pytest.approx(40 + 200 + 50)
    assert walk(walled, (50, 10), (0, 0)) == pytest.approx(60)
    far = with_barriers(network, barriers(("wall", box(190, 5, 210, 20))))
    assert walk(far, home, (0, 0)) == np.inf


def test_a_planned_bridge_over_a_river():
    network = make_network([(0, 0), (1000, 0), (0, 100), (1000, 100)], [(0, 1), (2, 3), (0, 2)])
    bridge = LineString([(500, 10), (500, 90)])
    home, shop = (500, 0), (500, 100)
    assert walk(network, home, shop) == pytest.approx(1100)
    linked = with_barriers(network, barriers(("bridge", bridge, {"name": "新桥"})))
    assert walk(linked, home, shop) == pytest.approx(100)
    assert "新桥" in linked.ways["name"].tolist()
    # Nobody lives on the bridge: a boat in the middle of the river is joined to a bank.
    assert walk(linked, (500, 40), (0, 0)) == pytest.approx(walk(network, (500, 40), (0, 0)))
    assert linked.digest != network.digest
    assert linked.digest == with_barriers(network, barriers(("bridge", bridge, {"name": "新桥"}))).digest


@pytest.mark.parametrize(("kind", "extra"), [("link", 0), ("bridge", 0), ("crossing", 9), ("stairs", 100)])
def test_kinds_of_links_cost_what_they_should(kind, extra):
    network = make_network([(0, 0), (1000, 0), (0, 100), (1000, 100)], [(0, 1), (2, 3), (0, 2)])
    linked = with_barriers(network, barriers((kind, LineString([(500, 0), (500, 100)]))))
    walker = WalkProfile("w", 3.6, steps_factor=0.5, crossing_s=9)
    assert walk(linked, (500, 0), (500, 100), standard(10_000, walker)) == pytest.approx(100 + extra)
    wheels = WalkProfile("w", 3.6, steps_factor=None)
    assert walk(linked, (500, 0), (500, 100), standard(10_000, wheels)) == pytest.approx(1100 if kind == "stairs" else 100)


def test_closed_places_and_lines_cut_the_street():
    network = street()
    home, shop = (150, 0), (350, 0)
    for closed in (Point(250, 8), LineString([(250, -30), (250, 30)]), Point(200.3, 0)):
        cut = with_barriers(network, barriers(("closed", closed)))
        assert faults(cut) == []
        assert walk(cut, home, shop) == np.inf
        assert walk(cut, home, (0, 0)) == pytest.approx(150)
        assert walk(cut, (160, 10), (0, 0)) == pytest.approx(170)  # a closed line is no wall between home and street
        assert cut.length_m == network.length_m
    assert walk(with_barriers(network, barriers(("closed", Point(250, 16)))), home, shop) == 200


def test_a_wall_through_a_junction_leaves_each_street_on_its_side():
    nodes = [(0, 0), (100, 0), (-100, 0), (0, 100), (0, -100), (100, 100)]
    network = make_network(nodes, [(0, 1), (0, 2), (0, 3), (4, 0), (0, 5)])
    walled = with_barriers(network, barriers(("wall", LineString([(-50, 50), (50, -50)]))))
    assert walled.nodes == network.nodes + 1
    reached = {end: np.isfinite(walk(walled, nodes[1], nodes[end])) for end in (2, 3, 4, 5)}
    assert reached == {2: False, 3: True, 4: False, 5: True}
    assert walk(walled, nodes[2], nodes[4]) == pytest.approx(200)


@pytest.mark.parametrize(
    "wall",
    [
        LineString([(100, 0), (100, 50)]),  # ends at a junction
        LineString([(50, 0), (50, 50)]),  # ends on a street
        LineString([(50, 0.3), (50, 50)]),  # ends just before it
        LineString([(50, 50), (100, 0), (150, 50)]),  # touches a junction and turns back
        LineString([(20, 50), (50, 0), (80, 50)]),  # touches a street and turns back
        LineString([(0, 0), (400, 0)]),  # runs along the street
        LineString([(0, 0.2), (100, -0.2), (130, 0.3), (220, -0.1), (400, 0.2)]),  # runs along it, roughly drawn
        Polygon([(0, 0), (400, 0), (400, 200), (0, 200)]),  # an area traced along the street
    ],
)
def test_a_wall_that_only_touches_cuts_nothing(wall):
    network = street()
    walled = with_barriers(network, barriers(("wall", wall)))
    assert walk(walled, (0, 0), (400, 0)) == pytest.approx(400)
    assert walled.nodes == walled.edges + 1


def test_a_street_along_a_wall_belongs_to_its_left():
    network = street()
    area = with_barriers(network, barriers(("wall", Polygon([(0, 0), (400, 0), (400, 200), (0, 200)]))))
    assert walk(area, (200, -10), (0, 0)) == pytest.approx(210)
    assert walk(area, (200, 10), (0, 0)) == np.inf
    line = with_barriers(network, barriers(("wall", LineString([(0, 0), (400, 0)]))))
    assert walk(line, (200, 10), (0, 0)) == pytest.approx(210)
    assert walk(line, (200, -10), (0, 0)) == np.inf


def test_walls_that_meet_on_a_street_part_it():
    network = street()
    halves = barriers(("wall", LineString([(50, 0), (50, 50)])), ("wall", LineString([(50, -50), (50, 0)])))
    assert walk(with_barriers(network, halves), (0, 0), (400, 0)) == np.inf


def test_two_walls_across_one_edge_loops_and_parallel_edges():
    network = make_network([(0, 0), (400, 0)], [(0, 1), (0, 1, [(0, 60), (400, 60)]), (1, 1, [(450, -50), (500, 50)])])
    two = barriers(("wall", LineString([(100, -10), (100, 10)])), ("wall", LineString([(300, -10), (300, 10)])))
    cut = with_barriers(network, two)
    assert faults(cut) == []
    assert cut.edges == network.edges + 2
    assert walk(cut, (0, 0), (400, 0)) == pytest.approx(520)
    assert walk(cut, (200, 0), (400, 0)) == np.inf
    loop = with_barriers(network, barriers(("wall", LineString([(475, -30), (475, 30)]))))
    assert walk(loop, (400, 0), (450, -50)) == pytest.approx(np.hypot(50, 50))
    assert walk(loop, (500, 50), (450, -50)) == pytest.approx(np.hypot(100, 50) + np.hypot(50, 50))


def test_bridges_pass_over_walls():
    network = street()
    network.ways["bridge"] = [True, False]
    river = barriers(("wall", LineString([(250, -50), (250, 50)])))
    assert walk(with_barriers(network, river), (150, 0), (350, 0)) == pytest.approx(200)
    closed = barriers(("closed", LineString([(250, -50), (250, 50)])))
    assert walk(with_barriers(network, closed), (150, 0), (350, 0)) == np.inf


def test_links_end_on_nodes_on_each_other_or_nowhere():
    network = make_network([(0, 0), (400, 0), (0, 300), (400, 300)], [(0, 1), (2, 3)])
    whole = with_barriers(network, barriers(("link", LineString([(0, 0), (0, 300)]))))
    assert (whole.nodes, whole.edges) == (4, 3)
    assert walk(whole, (0, 0), (0, 300)) == pytest.approx(300)
    chain = barriers(("link", LineString([(200, 0), (200, 150)])), ("bridge", LineString([(200.2, 150), (200, 300)])))
    assert walk(with_barriers(network, chain), (200, 0), (200, 300)) == pytest.approx(300, abs=0.5)
    loose = with_barriers(network, barriers(("link", LineString([(200, 0), (200, 150)]), {"name": "断头路"})))
    assert told(loose.findings, "断头路")[0].rows == (2,)
    assert loose.edges == network.edges
    assert not told(with_barriers(network, chain).findings, "left out")


def test_what_cannot_be_applied_is_told():
    rows = (
        ("gate", Point(50, 50), {"name": "东门"}),
        ("gate", LineString([(0, 0), (1, 1)])),
        ("wall", Point(3, 3)),
        ("closed", Point(50, 500)),
    )
    found = with_barriers(street(), barriers(*rows)).findings
    assert told(found, "from any wall")[0].rows == (2,)
    assert told(found, "does not suit")[0].rows == (3, 4)
    assert told(found, "close nothing")[0].rows == (5,)
    with pytest.raises(InputDataError, match="moat"):
        with_barriers(street(), barriers(("moat", Point(0, 0))))
    with pytest.raises(InputDataError, match="coordinate system"):
        with_barriers(street(), barriers(("wall", LineString([(0, 0), (1, 1)]))).to_crs("EPSG:4326"))


def test_nothing_to_apply_changes_nothing():
    network = street()
    assert with_barriers(network, barriers()) is network
    untouched = with_barriers(network, barriers(("wall", box(5000, 5000, 5100, 5100))))
    np.testing.assert_array_equal(untouched.vertex_xy, network.vertex_xy)
    assert network.walls is None


def test_a_footbridge_is_an_edit_of_the_study():
    network = make_network([(0, 0), (1000, 0), (0, 100), (1000, 100)], [(0, 1), (2, 3), (0, 2)])
    before = study([(500, 0)], [10], [(500, 100)], network=network, ask=standard(5))
    assert measure(prepare(before)).totals.served_weight == 0
    after = edited(before, barriers(("bridge", LineString([(500, 0), (500, 100)]))))
    assert measure(prepare(after)).totals.served_weight == 10
    assert measure(prepare(edited(after, barriers()))).totals.served_weight == 0
    assert after.streets is network


def test_of_two_gates_of_a_yard_everyone_takes_the_better():
    network = make_network([*RING, (500, 110)], [(0, 1), (1, 2), (2, 3), (3, 0), (4, 2)])
    one, two = ("gate", Point(0, 100)), ("gate", Point(200, 100))
    home, shop = (40, 100), (220, 100)
    people = People(np.array([home]) + ORIGIN)
    west = walk(with_barriers(network, barriers(("wall", COMPOUND), one), people), home, shop)
    assert west == pytest.approx(60 + 120 + 240 + 120, abs=0.01)
    both = walk(with_barriers(network, barriers(("wall", COMPOUND), one, two), people), home, shop)
    assert both == pytest.approx(180, abs=0.01)


def test_walls_without_a_way_out_are_told_with_who_is_in_them():
    network = make_network([*RING, (100, 50), (100, 150)], [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5)])
    homes = [(90, 90), (110, 110), (300, 300)]
    town = study(homes, [30, 12, 5], [(100, 100), (-20, -20)], network=network)
    walled = edited(town, barriers(("wall", COMPOUND, {"name": "老院墙"})))
    found = told(walled.findings, "老院墙")
    assert [str(one.message) for one in found] == [
        "The walls 老院墙 enclose 2 homes with 42 people and 1 facilities; no open gate, bridge or link leads out."
    ]
    assert found[0].rows == (2,)
    for way_out in (("gate", Point(100, 0)), ("bridge", LineString([(100, 150), (100, 220)]))):
        assert not told(edited(walled, barriers(("wall", COMPOUND), way_out)).findings, "enclose")
    assert told(edited(walled, barriers(("wall", COMPOUND), ("gate", Point(100, 0), {"open": False}))).findings, "enclose")
    assert edited(walled, barriers()).findings == town.findings


def test_a_gate_into_another_walled_yard_is_no_way_out():
    network = make_network(RING, [(0, 1), (1, 2), (2, 3), (3, 0)])
    town = study([(50, 50)], [7], [(-20, -20)], network=network)
    inner = box(20, 20, 120, 120)
    nested = barriers(("wall", COMPOUND), ("wall", inner), ("gate", Point(70, 20)))
    assert told(edited(town, nested).findings, "7 people")[0].rows == (2, 3)
    lines = [LineString([a, b]) for a, b in itertools.pairwise(COMPOUND.exterior.coords)]
    apart = barriers(*(("wall", line) for line in lines))
    assert told(edited(town, apart).findings, "7 people")[0].rows == (2, 3, 4, 5)
    assert not told(edited(town, barriers(*(("wall", line) for line in lines[:3]))).findings, "enclose")


def test_who_is_walled_off_is_not_said_to_live_far_away():
    network = make_network(RING, [(0, 1), (1, 2), (2, 3), (3, 0)])
    town = study([(50, 50), (300, 220)], [7, 5], [(60, 60), (-20, -20)], network=network)
    answer = evaluate(replace(town, barriers=barriers(("wall", COMPOUND))))
    assert answer.demand["reason"].tolist()[0] == "off_network"
    assert "1 demand points (7 people) are cut off from every street by walls." in {str(f.message) for f in answer.findings}
    assert told(answer.findings, "1 of the facilities are cut off from every street by walls")
    assert not told(answer.findings, "farther than")


def test_barriers_of_a_study_are_applied_when_it_is_asked():
    network = make_network([(0, 0), (1000, 0), (0, 100), (1000, 100)], [(0, 1), (2, 3), (0, 2)])
    plain = study([(500, 0)], [10], [(500, 100)], network=network, ask=standard(5))
    town = replace(plain, barriers=barriers(("bridge", LineString([(500, 0), (500, 100)]))))
    assert evaluate(town).totals.served_weight == 10
    done = applied(town)
    assert applied(done) is done
    assert applied(plain) is plain
    assert evaluate(done).totals.served_weight == 10


def test_service_areas_stop_at_walls():
    network = make_network(RING, [(0, 1), (1, 2), (2, 3), (3, 0)])
    town = study([(100, 100), (-30, 100)], [7, 5], [(100, -20)], network=network, ask=standard(8))
    yard, outside = shapely.Point(ORIGIN + (100, 60)), shapely.Point(ORIGIN + (-30, 100))  # noqa: RUF005  (sums of places)
    for rows, inside in (([], True), ([("wall", COMPOUND)], False), ([("wall", COMPOUND), ("gate", Point(100, 0))], True)):
        answer = evaluate(edited(town, barriers(*rows)))
        area = answer.service_areas.geometry.iloc[0]
        assert area.is_valid
        assert area.covers(yard) == inside
        assert area.covers(outside)
        assert answer.demand["served"].tolist() == [inside, True]
    walled = evaluate(edited(town, barriers(("wall", COMPOUND)))).service_areas.geometry.iloc[0]
    court = shapely.transform(COMPOUND, lambda xy: xy + ORIGIN)
    assert walled.intersection(court).area < 0.05 * court.area


# ---- laws --------------------------------------------------------------------------------------

CITY = standard(10_000, WalkProfile("w", 4.1, tobler=True, steps_factor=0.4, crossing_s=11.0, signal_s=7.0), snap_limit_m=300)


def town(seed):
    rng = np.random.default_rng(seed)
    network = rich(rng, random_network(rng, n=15, m=18, size=600))
    homes = rng.uniform(-50, 650, (30, 2)) + ORIGIN
    doors = np.vstack([rng.uniform(0, 600, (2, 2)) + ORIGIN, network.vertex_xy[:1]])
    return rng, network, homes, doors


def random_rows(rng, network, kinds, count):
    rows = []
    for kind in rng.choice(kinds, count):
        a, b, c = rng.uniform(0, 600, (3, 2))
        if rng.random() < 0.5:
            a, b = network.vertex_xy[rng.integers(0, len(network.vertex_xy), 2)] - ORIGIN
        shape = {"gate": Point(a), "shut": Point(a), "area": Polygon([a, b, c])}.get(kind, LineString([a, c, b]))
        rows.append(({"shut": "closed", "area": "wall"}.get(kind, kind), shape))
    return rows


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.integers(0, 4))
def test_a_link_never_makes_a_walk_longer(seed, others):
    rng, network, homes, doors = town(seed)
    rows = random_rows(rng, network, ["wall", "area", "gate", "closed", "shut", "link", "stairs"], others)
    more = [*rows, *random_rows(rng, network, ["link", "bridge", "stairs", "crossing"], 1)]
    before, after = (with_barriers(network, barriers(*each)) for each in (rows, more))
    assert faults(after) == []
    assert (times(after, homes, doors, CITY) <= times(before, homes, doors, CITY) + 1e-3).all()


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.integers(0, 4))
def test_a_closing_never_makes_a_walk_shorter(seed, others):
    rng, network, homes, doors = town(seed)
    rows = random_rows(rng, network, ["wall", "area", "gate", "closed", "shut", "link"], others)
    more = [*rows, *random_rows(rng, network, ["closed", "shut"], 1)]
    before, after = (with_barriers(network, barriers(*each)) for each in (rows, more))
    assert faults(after) == []
    assert (times(after, homes, doors, CITY) >= times(before, homes, doors, CITY) - 1e-3).all()
    np.testing.assert_allclose(np.sort(after.edge_length_m).sum(), before.length_m, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(0, 2))
def test_opening_a_gate_never_makes_a_walk_longer(seed, others):
    rng, network, homes, doors = town(seed)
    area = Polygon(rng.uniform(0, 600, (3, 2)))
    gates = [("gate", area.exterior.interpolate(rng.random(), normalized=True)) for _ in range(others + 1)]
    people = People(homes, np.ones(len(homes)), doors)
    before, after = (with_barriers(network, barriers(("wall", area), *gates[:n]), people) for n in (others, others + 1))
    assert (times(after, homes, doors, CITY) <= times(before, homes, doors, CITY) + 1e-3).all()


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_every_kind_gives_a_sound_network_and_leaves_its_input(seed):
    rng, network, _, _ = town(seed)
    before = network.vertex_xy.copy(), network.edge_u.copy(), network.segment_m.copy()
    result = with_barriers(network, barriers(*random_rows(rng, network, [*KINDS, "shut", "area"], 12)))
    assert faults(result) == []
    for old, new in zip(before, (network.vertex_xy, network.edge_u, network.segment_m), strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(result.vertex_xy[result.edge_start[:-1]], result.node_xy[result.edge_u])
    np.testing.assert_array_equal(result.vertex_xy[result.edge_start[1:] - 1], result.node_xy[result.edge_v])
