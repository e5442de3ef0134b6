"""Bringing back what a planner left: the plan and the question, after a reload or from an earlier page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.i18n import say
from geo.messages import Message, msg
from geo.ui import kept
from geo.ui.chooser import LOCAL

if TYPE_CHECKING:
    from geo.model import Study
    from geo.ui.kept import Desk
    from geo.ui.state import Session


def bring_back(one: Session, left: Desk, study: Study) -> None:
    """Lay the plan and the question of a desk on the page, as far as the study still has what they speak of."""
    one.choices = dict(left.choices)
    one.may_restore = False
    one.history = kept.fitting(left.history, study) if left.crs == study.crs else type(left.history)()
    gone = len(left.history.edits) - len(one.history.edits)
    if gone:
        text = msg("{count} changes of your plan could not be brought back: the study has changed since.")
        one.notice = Message(text, {"count": gone})


def offer(one: Session, study: Study) -> None:
    """Offer the last plan for this study, on the planner's own computer and while the page has none."""
    if not one.may_restore or one.study is None or one.history.edits or st.get_option("server.address") not in LOCAL:
        return
    if one.left is None or one.left[0] != one.study:
        one.left = (one.study, kept.last_plan(one.study, study.crs, one.token))
    left = one.left[1]
    if left is None:
        return
    with st.container(key="restore"):
        st.html(say(msg("Your last plan here has {count} changes."), one.lang, count=len(left.history.in_force)))
        with st.container(horizontal=True, gap="small"):
            st.button(
                say(msg("Bring it back"), one.lang),
                icon=":material/history:",
                key="bring-back",
                type="primary",
                on_click=partial(_accept, one, left, study),
            )
            st.button(say(msg("No"), one.lang), key="leave-it", on_click=partial(_decline, one))


def _accept(one: Session, left: Desk, study: Study) -> None:
    """Bring the plan back, unless a new one was begun on the map meanwhile; the page then hides the offer."""
    if one.history.in_force:
        _decline(one)
    else:
        bring_back(one, left, study)


def _decline(one: Session) -> None:
    one.may_restore = False
