"""The bar over the map: looking, which is where every map begins, or placing one kind of service; and the way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.i18n import say
from geo.maps.kinds import kind_looks
from geo.messages import msg
from geo.ui import desk, state, words
from geo.ui.kinds import kinds_of, placeable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.i18n import Lang
    from geo.maps.kinds import KindLook
    from geo.model import Study
    from geo.ui.question import Question
    from geo.ui.state import Session

LOOK = ""  # the mode in which a click shows what is there and changes nothing
_PILLS_WIDTH = 56  # of their words, in half-width characters; more is chosen from a list


def show(one: Session, study: Study, question: Question) -> str:
    """Draw the bar; gives the kind that a click places, empty while the map is only looked at."""
    lang = one.lang
    kinds = placeable(study, question)
    looks = kind_looks({*kinds, *kinds_of(study.facilities)}, lang)
    with st.container(key="toolbar", horizontal=True, vertical_alignment="center", gap="small"):
        tool = _modes(one, kinds, looks)
        st.space("stretch")
        history = one.history
        undo, redo = say(msg("Undo"), lang), say(msg("Redo"), lang)
        st.button(undo, icon=":material/undo:", key="undo", disabled=not history.can_undo, on_click=partial(desk.undo, one))
        st.button(redo, icon=":material/redo:", key="redo", disabled=not history.can_redo, on_click=partial(desk.redo, one))
    one.choices["tool"] = tool
    return tool


def _modes(one: Session, kinds: tuple[str, ...], looks: Mapping[str, KindLook]) -> str:
    lang = one.lang

    def name(mode: str) -> str:
        if mode == LOOK:
            return f":material/arrow_selector_tool: {say(msg('Look'), lang)}"
        return f"{words.plain(looks[mode].glyph)} {words.plain(say(msg('Place {kind}'), lang, kind=looks[mode].label))}"

    many = sum(words.width(looks[kind].label) + 6 for kind in kinds) > _PILLS_WIDTH
    listed = state.widget(_list_key(lang), one.choices.get("listed"))
    first = listed if listed in kinds else next(iter(kinds), LOOK)
    modes = (LOOK, str(first)) if many else (LOOK, *kinds)
    standing = state.widget(_key(lang), one.choices.get("tool", LOOK))
    if standing not in modes:  # pressed a second time, or no kind of this question any more
        standing = first if many and standing in kinds else LOOK
    state.set_widget(_key(lang), standing)
    label = say(msg("What a click on the map does"), lang)
    tool = st.pills(label, modes, format_func=name, key=_key(lang), label_visibility="collapsed")
    if many:
        state.set_widget(_list_key(lang), first)
        one.choices["listed"] = st.selectbox(
            say(msg("What to place"), lang),
            kinds,
            format_func=lambda kind: f"{words.plain(looks[kind].glyph)} {words.plain(looks[kind].label)}",
            key=_list_key(lang),
            label_visibility="collapsed",
            width=200,
        )
    return tool or LOOK


def stop_placing(one: Session) -> None:
    """Go back to looking; only before the bar is drawn."""
    state.set_widget(_key(one.lang), LOOK)


def _key(lang: Lang) -> str:
    return f"tool-{lang}"  # options are told apart by their words, so each language has its own


def _list_key(lang: Lang) -> str:
    return f"listed-{lang}"
