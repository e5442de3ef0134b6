"""Why one home is served or not: its card in the panel, and its walk on the map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
import streamlit as st

from geo.i18n import say
from geo.messages import msg
from geo.ui import layer_data, panel_html, words

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.core.planner import HomeWalk
    from geo.core.prepared import Prepared
    from geo.i18n import Lang
    from geo.model import Coverage
    from geo.ui.layers import Packed


class Home(NamedTuple):
    """A home that was asked about: its row of the answer's demand, and how far it is from the streets."""

    row: Mapping[Hashable, object]
    access_m: float
    near: bool  # whether a street is near enough, walls or not


def home_of(prepared: Prepared, answer: Coverage, row: int) -> Home:
    """What the answer says of the home in that row."""
    access = float(prepared.homes.access_m[row])
    return Home(answer.demand.iloc[row].to_dict(), access, access <= prepared.standard.snap_limit_m)


def show(home: Home, answer: Coverage, lang: Lang) -> None:
    """The card."""
    row = home.row
    with st.container(key="home"):
        where = _community(answer, str(row["community_id"]), lang)
        st.html(panel_html.title(say(msg("Home"), lang), where))
        st.html(f'<p class="lc-why" data-served="{int(bool(row["served"]))}">{words.html(why(home, answer, lang))}</p>')
        st.html(panel_html.facts(facts(home, answer, lang)))


def why(home: Home, answer: Coverage, lang: Lang) -> str:
    """In one sentence whether it is served, and if not, why."""
    row, limit = home.row, words.limit(answer.standard, lang)
    if bool(row["served"]):
        return say(msg("Served: a facility is {limit}."), lang, limit=limit)
    if row["reason"] == "off_network" and home.near:
        return say(msg("Not served: walls cut it off from every street."), lang)
    if row["reason"] == "off_network":
        far = say(msg("more than 10 km"), lang) if not math.isfinite(home.access_m) else _metres(home.access_m, lang)
        text = msg("Not served: the nearest street is {far} away, more than the {limit} m allowed.")
        return say(text, lang, far=far, limit=f"{answer.standard.snap_limit_m:g}")
    if row["reason"] == "cut_off":
        return say(msg("Not served: the streets here lead to no facility."), lang)
    if not row["facility_id"]:
        return say(msg("Not served: there is no facility of the chosen kinds."), lang)
    return say(msg("Not served: too far. No facility is {limit}."), lang, limit=limit)


def facts(home: Home, answer: Coverage, lang: Lang) -> list[tuple[str, str]]:
    """Time, distance, nearest facility and people."""
    row = home.row
    told = [(say(msg("Lives here"), lang), words.amount(_number(row["weight"]), answer, lang))]
    known = answer.facilities
    here = known[known["id"].astype(str) == str(row["facility_id"])] if row["facility_id"] else known.iloc[:0]
    if len(here):
        told.append((say(msg("Nearest facility"), lang), words.names(here, lang)[0] or str(row["facility_id"])))
        told.append((say(msg("Walk"), lang), minutes(_number(row["time_s"]), lang)))
        told.append((say(msg("Distance"), lang), _metres(_number(row["distance_m"]), lang)))
    if row["reason"] != "off_network":
        told.append((say(msg("To the street"), lang), _metres(home.access_m, lang)))
    told.append((say(msg("Number"), lang), str(row["id"])))
    return told


def minutes(seconds: float, lang: Lang) -> str:
    """A walking time in minutes and whole seconds, never less than it is: 15 min 1 s is more than 15 minutes."""
    whole = math.ceil(seconds)
    return say(msg("{minutes} min {seconds} s"), lang, minutes=whole // 60, seconds=whole % 60)


def walk_layer(walk: HomeWalk | None, at: Sequence[float], code: str) -> Packed:
    """The walk as lines, and rings round the home and the door; only the home's ring where there is no walk."""
    ring = shapely.Point(at)
    if walk is None:
        return layer_data.lines([ring], [{"part": "end"}], code)
    shapes: list[BaseGeometry] = [ring, shapely.Point(walk.last[-1])]
    parts = [{"part": "end"}, {"part": "end"}]
    for part, line in (("leg", walk.first), ("leg", walk.last), ("way", walk.way)):
        if len(line) > 1 and np.ptp(line, axis=0).any():
            shapes.append(shapely.LineString(line))
            parts.append({"part": part})
    return layer_data.lines(shapes, parts, code)


def _community(answer: Coverage, community_id: str, lang: Lang) -> str:
    known = answer.communities
    called = dict(zip(known["id"].astype(str), words.community_names(known, lang), strict=True))
    return called.get(community_id) or say(msg("Outside all communities"), lang)


def _metres(metres: float, lang: Lang) -> str:
    return say(msg("{metres} m"), lang, metres=f"{metres:,.0f}")


def _number(value: object) -> float:
    return float(str(value))
