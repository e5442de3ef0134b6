"""Map and panel: the part of the page that runs again when the planner's hand moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.core.gains import Comparison
from geo.errors import GeoError
from geo.i18n import say
from geo.messages import msg
from geo.ui import (
    area_layers,
    cached,
    chooser,
    compare_html,
    desk,
    downloads,
    extras,
    home_card,
    kept,
    layer_data,
    panel,
    panel_html,
    state,
    toolbar,
    words,
)
from geo.ui.kinds import placeable
from geo.ui.layers import Promised
from geo.ui.map_view import show_map
from geo.ui.view import PlanState, map_view

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.history import Edit
    from geo.ui.layers import Layer, Packed
    from geo.ui.question import Question
    from geo.ui.state import Session


@st.fragment
def work(one: Session, question: Question) -> None:
    """Tool bar, map and panel for one question; what makes an answer impossible is said in one sentence.

    Every edit is written down by the hand that made it, before this runs.
    """
    kept.settle(one)
    chooser.show_notice(one)
    try:
        _work(one, question)
    except GeoError as error:
        st.error(words.plain(say(error, one.lang)), icon=":material/error:")


def _work(one: Session, question: Question) -> None:
    study = cached.study(question.study)
    left, right = st.columns([0.665, 0.335], gap=None)
    with left:
        desk_side = st.container(key="desk")
    with right:
        panel_side = st.container(key="panel")
    with desk_side:
        tool = toolbar.show(one, study, question)
    now = _answer(one, question, tool)
    one.turn += 1
    with panel_side:
        panel.show_answer(one, question, now)  # first of all: it is what the click was for
    with desk_side:
        show_map(map_view(one, study, question, now, _layers(one, question)), state.MAP, partial(_on_map, one, study, question))
    with panel_side:
        panel.show_plan(one, study, now)
        panel.show_selected(one, study, now)
        if one.home is not None and one.home < len(study.demand):
            ready = cached.prepared(question.study, question.standard)
            home_card.show(home_card.home_of(ready, now.comparison.after, one.home), now.comparison.after, one.lang)
        _section(one, study, question, now)


def _answer(one: Session, question: Question, tool: str) -> PlanState:
    edits = one.history.in_force
    asked = (question.study, question.standard, question.kinds)
    comparison = Comparison(cached.answer(*asked, ()), cached.answer(*asked, edits))
    return PlanState(comparison, cached.facilities(question.study, edits), tool)


def _layers(one: Session, question: Question) -> dict[str, Layer]:
    """The layers; those that take longer than a click may are worked out when the page fetches them."""
    edits, selected = one.history.in_force, one.selected
    asked = (question.study, question.standard, question.kinds, edits)
    layers: dict[str, Layer] = {
        **cached.base_layers(question.study, one.lang),
        **cached.extra_layers(question.study, one.lang),
        "facilities": cached.facility_layer(question.study, question.kinds, one.history.closed(), one.lang),
        "areas": Promised(repr(asked), lambda: layer_data.service_areas(cached.sketched(*asked).service_areas)),
        "gaps": Promised(repr(asked), lambda: layer_data.gaps(cached.sketched(*asked))),
    }
    ref, lang = question.study, one.lang
    layers["streets"] = Promised(repr((ref, "streets")), partial(cached.streets, ref))
    layers["water"] = Promised(repr((ref, "water")), partial(_water, ref))
    for name in area_layers.MAKE:
        layers[name] = Promised(repr((asked, name)), partial(cached.area_layer, *asked, name))
    for name, likely in (("suspects", True), ("doubts", False)):
        layers[name] = Promised(repr((ref, lang, name)), partial(_suspects, ref, lang, likely=likely))
    if selected:
        of_one = (question.study, question.standard, edits, selected)
        layers["reach"] = Promised(repr(of_one), lambda: layer_data.service_areas(cached.reach(*of_one)))
    if one.home is not None:
        layers["walk"] = Promised(repr((asked, one.home)), partial(_walk, question, edits, one.home))
    return layers


def _walk(question: Question, edits: tuple[Edit, ...], row: int) -> Packed:
    walk = cached.home_walk(question.study, question.standard, question.kinds, edits, row)
    study = cached.study(question.study)
    at = study.demand.geometry.iloc[row]
    return home_card.walk_layer(walk, at.coords[0], study.crs)


def _water(ref: state.StudyRef) -> Packed:
    return layer_data.water(cached.water(ref), cached.study(ref).crs)


def _suspects(ref: state.StudyRef, lang: Lang, *, likely: bool) -> Packed:
    return extras.suspects(cached.suspects(ref), lang, likely=likely)


def _on_map(one: Session, study: Study, question: Question) -> None:
    """Run before the page is drawn again: the hand's acts first, then the picture."""
    placing = one.choices.get("tool")
    desk.handle_events(one, study, state.widget(state.MAP), placeable(study, question))
    if placing and not one.choices.get("tool"):
        toolbar.stop_placing(one)


def _section(one: Session, study: Study, question: Question, now: PlanState) -> None:
    """The lower half of the panel; only what is open is worked out."""
    lang = one.lang
    names = {
        "communities": msg("Communities"),
        "gaps": msg("Gaps"),
        "compare": msg("Compare"),
        "findings": msg("Notes"),
        "downloads": msg("Files"),
    }
    chosen = st.segmented_control(
        say(msg("What to show below"), lang),
        list(names),
        default=one.choices.get("section", "communities"),
        format_func=lambda name: say(names[name], lang),
        key=f"section-{lang}",
        label_visibility="collapsed",
        required=True,
    )
    one.choices["section"] = chosen
    kept.settle(one)  # before what is open is worked out, which may take its time
    if chosen == "gaps":
        asked = (question.study, question.standard, question.kinds, one.history.in_force)
        panel.show_gaps(one, study, cached.sketched(*asked))
    elif chosen == "compare":
        _compare(one, question)
    elif chosen == "findings":
        panel.show_findings(one, now.comparison.after)
        with st.spinner(say(msg("Looking the street map over …"), lang)):
            found = cached.suspects(question.study)
        panel.show_doctor(one, found)
    elif chosen == "downloads":
        downloads.show(one, question)
    else:
        st.html(panel_html.communities(now.comparison, lang))


def _compare(one: Session, question: Question) -> None:
    """The same plan for other walkers, and measured in other ways."""
    asked = (question.study, question.standard, question.kinds, one.history.in_force)
    with st.spinner(say(msg("Working it out …"), one.lang)):
        walkers, bases = cached.by_profile(*asked), cached.by_basis(*asked)
    st.html(compare_html.bases(bases, one.lang))
    st.html(compare_html.walkers(walkers, question.standard, one.lang))
