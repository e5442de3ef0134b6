"""What a plan changes adds up, person by person."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.gains import Comparison
from geo.core.planner import measure, prepare
from tests.studies import ORIGIN, study

HOMES = [(0, 0), (500, 0), (950, 0), (1500, 0), (2000, 0)]
WEIGHTS = [10, 20, 30, 40, 50]
TOWN = study(HOMES, WEIGHTS, [(0, 0)], groups={"elder": [1.0, 2.0, 3.0, 4.0, 5.0]})
READY = prepare(TOWN)


def compare(sites: list[tuple[str, float]], closed: tuple[str, ...] = ()) -> Comparison:
    plan = TOWN.facilities
    for name, x in sites:
        plan = plan.with_site(name, ORIGIN[0] + x, ORIGIN[1], kind="canteen")
    for name in closed:
        plan = plan.without(name)
    return Comparison(measure(READY), measure(READY, plan))


def test_a_new_site_by_hand() -> None:
    # Ten minutes reach about 800 m or less: from 2,000 m only the homes at 1,500 and 2,000 are new.
    one = compare([("plan-1", 2000)])
    assert one.gained_weight == 90
    assert one.lost_weight == 0
    assert one.of_group("elder") == 9
    assert one.by_site(["plan-1"]) == {"plan-1": 90}
    table = one.by_community()
    assert table["id"].tolist() == ["east"]
    assert table["gained_weight"].tolist() == [90]


def test_closing_loses() -> None:
    one = compare([], closed=("f0",))
    assert one.gained_weight == 0
    assert one.lost_weight == one.before.totals.served_weight > 0
    assert one.by_community()["lost_weight"].sum() == one.lost_weight


def test_no_plan_changes_nothing() -> None:
    one = compare([])
    assert not one.gained.any()
    assert not one.lost.any()
    assert one.by_community().empty


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 2000), max_size=4), st.booleans())
def test_every_sum_is_the_difference_of_the_totals(places: list[float], close: bool) -> None:  # noqa: FBT001
    sites = [(f"plan-{n}", x) for n, x in enumerate(places)]
    one = compare(sites, closed=("f0",) if close else ())
    difference = one.after.totals.served_weight - one.before.totals.served_weight
    assert one.gained_weight - one.lost_weight == pytest.approx(difference)
    table = one.by_community()
    assert table["gained_weight"].sum() == pytest.approx(one.gained_weight)
    assert table["lost_weight"].sum() == pytest.approx(one.lost_weight)
    if not close:
        assert sum(one.by_site([name for name, _ in sites]).values()) == pytest.approx(one.gained_weight)
