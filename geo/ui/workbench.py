"""Map and panel: the part of the page that runs again when the planner's hand moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.core.gains import Comparison
from geo.errors import GeoError
from geo.i18n import say
from geo.maps.kinds import kind_looks
from geo.messages import msg
from geo.ui import area_layers, cached, compare_html, desk, downloads, extras, kept, layer_data, panel, panel_html, state, words
from geo.ui.kinds import kinds_of, placeable
from geo.ui.layers import Promised
from geo.ui.map_view import show_map
from geo.ui.view import PlanState, map_view

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.layers import Layer, Packed
    from geo.ui.question import Question
    from geo.ui.state import Session

_PILLS_WIDTH = 46  # of their words, in half-width characters; more is chosen from a list


@st.fragment
def work(one: Session, question: Question) -> None:
    """Tool bar, map and panel for one question; what makes an answer impossible is said in one sentence."""
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
        tool = _tool_bar(one, study, question)
    now = _answer(one, question, tool)
    one.turn += 1
    with panel_side:
        panel.show_answer(one, question, now)  # first of all: it is what the click was for
    with desk_side:
        show_map(map_view(one, study, question, now, _layers(one, question)), state.MAP, partial(_on_map, one, study))
    with panel_side:
        panel.show_plan(one, study, now)
        panel.show_selected(one, study, now)
        _section(one, study, question, now)
    _keep(one, study)


def _keep(one: Session, study: Study) -> None:
    """Write the desk down; that it can't be is said once and stops nothing."""
    try:
        kept.keep(one, study.crs)
    except GeoError as error:
        one.notice = error


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
    return layers


def _water(ref: state.StudyRef) -> Packed:
    return layer_data.water(cached.water(ref), cached.study(ref).crs)


def _suspects(ref: state.StudyRef, lang: Lang, *, likely: bool) -> Packed:
    return extras.suspects(cached.suspects(ref), lang, likely=likely)


def _on_map(one: Session, study: Study) -> None:
    """Run before the page is drawn again: the hand's acts first, then the picture."""
    tool = state.widget(_tool_key(one))
    desk.handle_events(one, study, state.widget(state.MAP), tool if isinstance(tool, str) else "")


def _tool_key(one: Session) -> str:
    return f"tool-{one.lang}"  # options are told apart by their words, so each language has its own


def _tool_bar(one: Session, study: Study, question: Question) -> str:
    """What a click places, and the way back; gives the kind, empty for none."""
    lang, key = one.lang, _tool_key(one)
    kinds = placeable(study, question)
    looks = kind_looks({*kinds, *kinds_of(study.facilities)}, lang)
    standing = state.widget(key, one.choices.get("tool", kinds[0] if kinds else None))
    state.set_widget(key, standing if standing in kinds else kinds[0] if kinds and standing is not None else None)
    with st.container(key="toolbar", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span class="lc-tool-label">{say(msg("A click places:"), lang)}</span>')
        label = say(msg("What a click on the map places"), lang)

        def name(kind: str) -> str:
            return f"{words.plain(looks[kind].glyph)} {words.plain(looks[kind].label)}"

        if sum(words.width(looks[kind].label) + 4 for kind in kinds) <= _PILLS_WIDTH:
            tool = st.pills(label, kinds, format_func=name, key=key, label_visibility="collapsed")
        else:
            tool = st.selectbox(label, kinds, format_func=name, key=key, label_visibility="collapsed", width=260)
        st.space("stretch")
        history = one.history
        undo, redo = say(msg("Undo"), lang), say(msg("Redo"), lang)
        st.button(undo, icon=":material/undo:", key="undo", disabled=not history.can_undo, on_click=partial(desk.undo, one))
        st.button(redo, icon=":material/redo:", key="redo", disabled=not history.can_redo, on_click=partial(desk.redo, one))
    one.choices["tool"] = tool
    return tool or ""


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
