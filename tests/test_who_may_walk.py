"""Every rule of docs/walking.md about ways, hours, gates and wheels, tried through a whole study."""

from __future__ import annotations

import pytest

from tests.twoways import ROUND, STRAIGHT, metres, town

ROAD = {"highway": "residential"}
PATH = {"highway": "footway"}


def road(**tags) -> dict[str, str]:
    return {**ROAD, **{key.replace("__", ":"): value for key, value in tags.items()}}


@pytest.mark.parametrize(
    ("tags", "far"),
    [
        # foot first, then access, then the class; whole values
        (road(), STRAIGHT),
        (road(foot="unknown"), STRAIGHT),
        (road(foot="no"), ROUND),
        (road(foot="private"), ROUND),
        (road(foot="permit"), ROUND),
        (road(foot="use_sidepath"), ROUND),
        (road(foot="military"), ROUND),
        (road(foot="yes;permit"), STRAIGHT),
        (road(access="no"), ROUND),
        (road(access="private"), ROUND),
        (road(access="military"), ROUND),
        (road(access="permit"), ROUND),
        (road(access="private;no"), ROUND),
        (road(access="destination"), STRAIGHT),
        (road(access="customers"), STRAIGHT),
        (road(access="unknown"), STRAIGHT),
        (road(access="no", bus="yes"), ROUND),
        (road(access="private", foot="yes"), STRAIGHT),
        (road(access="no", foot="designated"), STRAIGHT),
        (road(access="yes", foot="no"), ROUND),
        (road(vehicle="no"), STRAIGHT),
        (road(service="private"), ROUND),
        # classes
        ({"highway": "cycleway"}, ROUND),
        ({"highway": "cycleway", "foot": "designated"}, STRAIGHT),
        ({"highway": "cycleway", "foot": "yes", "access": "no"}, STRAIGHT),
        ({"highway": "cycleway", "sidewalk": "right"}, STRAIGHT),
        ({"highway": "busway"}, ROUND),
        ({"highway": "bus_guideway"}, ROUND),
        ({"highway": "busway", "foot": "yes"}, STRAIGHT),
        ({"highway": "motorway"}, ROUND),
        ({"highway": "motorway_link", "sidewalk": "both"}, STRAIGHT),
        ({"highway": "trunk"}, STRAIGHT),
        ({"highway": "trunk", "motorroad": "yes"}, ROUND),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, STRAIGHT),
        ({"highway": "trunk", "motorroad": "yes", "sidewalk": "left"}, STRAIGHT),
        ({"highway": "trunk", "motorroad": "no"}, STRAIGHT),
        ({"highway": "platform"}, STRAIGHT),
        ({"railway": "platform"}, STRAIGHT),
        ({"public_transport": "platform"}, STRAIGHT),
        ({"man_made": "pier"}, STRAIGHT),
        ({"man_made": "pier", "access": "private"}, ROUND),
        ({"railway": "rail"}, ROUND),
        *(({"highway": gone}, ROUND) for gone in ("disused", "demolished", "dismantled", "abandoned", "razed", "escape")),
        ({"highway": "via_ferrata", "foot": "yes"}, ROUND),
        ({"highway": "construction", "foot": "yes"}, ROUND),
        ({"highway": "proposed"}, ROUND),
        ({"highway": "bridleway"}, STRAIGHT),
        ({"highway": "track"}, STRAIGHT),
        # sidewalks by side
        (road(sidewalk="separate"), ROUND),
        (road(sidewalk__both="separate"), ROUND),
        (road(sidewalk__left="separate", sidewalk__right="separate"), ROUND),
        (road(sidewalk__left="separate", sidewalk__right="no"), ROUND),
        (road(sidewalk__left="separate", sidewalk__right="yes"), STRAIGHT),
        (road(sidewalk__left="separate"), STRAIGHT),
        (road(sidewalk="separate", foot="yes"), STRAIGHT),
        (road(sidewalk="no"), STRAIGHT),
    ],
)
def test_ways(tmp_path, tags, far):
    assert metres(town(tmp_path, tags)) == far


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({"highway": "steps", "conveying": "forward"}, STRAIGHT, ROUND),
        ({"highway": "steps", "conveying": "backward"}, ROUND, STRAIGHT),
        ({"highway": "footway", "conveying": "yes", "oneway": "yes"}, STRAIGHT, ROUND),
        ({"highway": "steps", "conveying": "reversible"}, STRAIGHT, STRAIGHT),
        ({"highway": "steps", "oneway": "-1"}, ROUND, STRAIGHT),
        (road(oneway="yes"), STRAIGHT, STRAIGHT),
        (road(oneway__foot="yes"), STRAIGHT, ROUND),
        (road(oneway__foot="-1"), ROUND, STRAIGHT),
        (road(oneway__foot="no", oneway="yes"), STRAIGHT, STRAIGHT),
        (road(foot__backward="no"), STRAIGHT, ROUND),
        (road(foot__forward="private"), ROUND, STRAIGHT),
        (road(foot__forward="no", foot__backward="yes"), ROUND, STRAIGHT),
    ],
)
def test_one_way(tmp_path, tags, there, back):
    assert metres(town(tmp_path, tags)) == there
    turned = tmp_path / "turned"
    turned.mkdir()
    drawn_back = ([3, 2, 1], tags)
    assert metres(town(turned, {"highway": "construction"}, more=[drawn_back])) == back


@pytest.mark.parametrize(
    ("tags", "at", "far"),
    [
        (road(opening_hours="06:00-22:00"), "Mo 23:00", ROUND),
        (road(opening_hours="06:00-22:00"), "Mo 12:00", STRAIGHT),
        (road(opening_hours="06:00-22:00"), "", STRAIGHT),
        (road(opening_hours="whenever the guard likes"), "Mo 23:00", STRAIGHT),
        (road(access="no", foot__conditional="yes @ (06:00-22:00)"), "Mo 12:00", STRAIGHT),
        (road(access="no", foot__conditional="yes @ (06:00-22:00)"), "Mo 23:00", ROUND),
        (road(access="no", foot__conditional="yes @ (06:00-22:00)"), "", ROUND),
        (road(access="private", access__conditional="yes @ (Sa,Su)"), "Sa 12:00", STRAIGHT),
        (road(access="private", access__conditional="yes @ (Sa,Su)"), "Mo 12:00", ROUND),
        (road(access__conditional="no @ (22:00-06:00)"), "Mo 23:00", ROUND),
        (road(access__conditional="no @ (22:00-06:00)", foot="yes"), "Mo 23:00", STRAIGHT),
        (road(foot__conditional="no @ (22:00-06:00); yes @ (Sa)"), "Sa 23:00", STRAIGHT),
        (road(foot__conditional="no @ (22:00-06:00 AND Mo)"), "Mo 23:00", ROUND),
        (road(foot__conditional="no @ (22:00-06:00 AND Mo)"), "Tu 23:00", STRAIGHT),
        (road(foot__conditional="no @ wet"), "Mo 12:00", STRAIGHT),
        ({"highway": "cycleway", "access__conditional".replace("__", ":"): "yes @ (06:00-22:00)"}, "Mo 12:00", ROUND),
    ],
)
def test_hours_of_ways(tmp_path, tags, at, far):
    assert metres(town(tmp_path, tags, at=at)) == far


@pytest.mark.parametrize(
    ("node", "at", "far"),
    [
        ({"barrier": "gate"}, "", STRAIGHT),
        ({"barrier": "gate", "locked": "yes"}, "", ROUND),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, "", STRAIGHT),
        ({"barrier": "gate", "access": "private"}, "", ROUND),
        ({"barrier": "gate", "access": "permit"}, "", ROUND),
        ({"barrier": "gate", "access": "private", "foot": "designated"}, "", STRAIGHT),
        ({"barrier": "wall"}, "", ROUND),
        ({"barrier": "fence"}, "", ROUND),
        ({"barrier": "fence", "foot": "yes"}, "", STRAIGHT),
        ({"barrier": "bollard"}, "", STRAIGHT),
        ({"barrier": "bollard", "foot": "no"}, "", ROUND),
        ({"barrier": "lift_gate", "access": "private"}, "", STRAIGHT),
        ({"barrier": "lift_gate", "opening_hours": "06:00-22:00"}, "Mo 23:00", STRAIGHT),
        ({"barrier": "gate", "opening_hours": "06:00-22:00"}, "Mo 23:00", ROUND),
        ({"barrier": "gate", "access": "no", "foot:conditional": "yes @ (06:00-22:00)"}, "Mo 12:00", STRAIGHT),
        ({"barrier": "gate", "access": "no", "foot:conditional": "yes @ (06:00-22:00)"}, "Mo 23:00", ROUND),
        ({"barrier": "gate", "foot:conditional": "no @ (22:00-06:00)"}, "Mo 23:00", ROUND),
        ({"barrier": "gate", "access:conditional": "private @ (22:00-06:00)"}, "Mo 23:00", ROUND),
    ],
)
def test_gates(tmp_path, node, at, far):
    assert metres(town(tmp_path, PATH, node, gates=True, at=at)) == far


def test_locked_gates_that_do_not_count_are_said(tmp_path):
    study = town(tmp_path, PATH, {"barrier": "gate", "locked": "yes"})
    assert metres(study) == STRAIGHT
    assert "1 gates of the street file are locked and count as open; with gates = true" in " ".join(
        str(f.message) for f in study.findings
    )


@pytest.mark.parametrize(
    ("tags", "node", "far"),
    [
        (PATH, {}, STRAIGHT),
        (PATH, {"barrier": "turnstile"}, ROUND),
        (PATH, {"barrier": "full-height_turnstile"}, ROUND),
        (PATH, {"barrier": "kissing_gate"}, ROUND),
        (PATH, {"barrier": "stile"}, ROUND),
        (PATH, {"barrier": "log"}, ROUND),
        (PATH, {"barrier": "kissing_gate", "wheelchair": "yes"}, STRAIGHT),
        (PATH, {"barrier": "gate", "wheelchair": "no"}, ROUND),
        (PATH, {"barrier": "bollard"}, STRAIGHT),
        (PATH, {"kerb": "raised"}, ROUND),
        (PATH, {"kerb": "raised", "wheelchair": "yes"}, STRAIGHT),
        (PATH, {"kerb": "lowered"}, STRAIGHT),
        ({"highway": "steps"}, {}, ROUND),
        ({"highway": "steps", "ramp:wheelchair": "yes"}, {}, STRAIGHT),
        ({"highway": "steps", "ramp:wheelchair": "no"}, {}, ROUND),
        ({"highway": "steps", "ramp:wheelchair": "yes", "wheelchair": "no"}, {}, ROUND),
        ({**PATH, "wheelchair": "no"}, {}, ROUND),
        ({**PATH, "surface": "sand"}, {}, ROUND),
        ({**PATH, "surface": "sand", "wheelchair": "yes"}, {}, STRAIGHT),
        ({**PATH, "smoothness": "very_bad"}, {}, ROUND),
        ({**PATH, "smoothness": "intermediate"}, {}, STRAIGHT),
        ({**PATH, "width": "0.6"}, {}, ROUND),
        ({**PATH, "width": "60 cm"}, {}, ROUND),
        ({**PATH, "width": "1.5 m"}, {}, STRAIGHT),
        ({**PATH, "width": "narrow"}, {}, STRAIGHT),
    ],
)
def test_wheels(tmp_path, tags, node, far):
    study = town(tmp_path, tags, node, profile="wheelchair")
    assert metres(study) == far


@pytest.mark.parametrize("node", [{"highway": "crossing", "kerb": "raised"}, {"barrier": "turnstile"}])
def test_wheels_are_stopped_where_a_third_path_joins(tmp_path, node):
    aside = ([2, 9], PATH)
    assert metres(town(tmp_path, PATH, node, more=[aside], places={9: (500, 100)}, profile="wheelchair")) == ROUND
    assert metres(town(tmp_path, PATH, node, more=[aside], places={9: (500, 100)})) == STRAIGHT


def test_a_kerb_where_a_footway_meets_a_road_stops_nobody_on_the_road(tmp_path):
    aside = ([2, 9], PATH)
    study = town(tmp_path, ROAD, {"kerb": "raised"}, more=[aside], places={9: (500, 100)}, profile="wheelchair")
    assert metres(study) == STRAIGHT


def test_osmnx_parity_on_wish(tmp_path):
    busway = road(access="no", bus="yes")
    assert metres(town(tmp_path, busway)) == ROUND
    assert metres(town(tmp_path, busway, filter_="osmnx")) == STRAIGHT


def test_what_each_rule_moved_is_said(tmp_path):
    told = [str(finding.message) for finding in town(tmp_path, road(access="no")).findings]
    assert "1 km are not walked: closed to the public (access)." in told
    told = [str(finding.message) for finding in town(tmp_path, {"highway": "cycleway", "foot": "yes"}).findings]
    assert "1 km are walked all the same: cycleways and other classes that are open to walkers (foot)." in told
