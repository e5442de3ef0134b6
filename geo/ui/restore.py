"""Bringing back what a planner left: a plan and its question, after a reload, from an earlier page, or from the list."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import streamlit as st

from geo.i18n import say
from geo.messages import Message, msg
from geo.ui import kept
from geo.ui.chooser import LOCAL
from geo.ui.history import History
from geo.ui.layers import new_token

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.kept import Desk, Plan
    from geo.ui.state import Session

_PLANS_SHOWN = 40
_PLANS_WITHOUT_SCROLLING = 5


def bring_back(one: Session, token: str, left: Desk, study: Study) -> None:
    """Lay the plan and the question of a desk on the page, as far as the study still has what they speak of.

    Where it has not, what fits goes on as a plan of its own, and the old one stays as it was.
    """
    one.choices = {name: choice for name, choice in left.choices.items() if name != "tool"}
    one.may_restore = False
    one.selected, one.home = "", None
    history = kept.fitting(left.history, study) if left.crs == study.crs else History()
    gone = len(left.history.edits) - len(history.edits)
    one.begin(new_token() if gone else token, history, 0 if gone else left.version, left.heard)
    if gone:
        text = msg("{count} changes of your plan could not be brought back: the study has changed since.")
        one.notice = Message(text, {"count": gone})


def awaited(one: Session, study: Study) -> None:
    """Bring back the plan of an upload that was gone, once the same files have been uploaded again."""
    left = kept.find(one.awaited) if one.awaited and one.uploads and not one.history.edits else None
    if left is not None and one.uploads is not None and left.files == one.uploads.digest:
        bring_back(one, one.awaited, left, study)
        one.awaited = ""


def offer(one: Session, study: Study) -> None:
    """Offer the last plan for this study, on the planner's own computer and while the page has none."""
    if not one.may_restore or one.study is None or one.history.edits or not _own_computer():
        return
    if one.left is None or one.left[0] != one.study:
        one.left = (one.study, kept.last_plan(one.study, study.crs, one.files, one.token))
    left = one.left[1]
    if left is None:
        return
    with st.container(key="restore"):
        st.html(say(msg("Your last plan here has {count} changes."), one.lang, count=len(left.desk.history.in_force)))
        with st.container(horizontal=True, gap="small"):
            st.button(
                say(msg("Bring it back"), one.lang),
                icon=":material/history:",
                key="bring-back",
                type="primary",
                on_click=partial(_accept, one, left, study),
            )
            st.button(say(msg("No"), one.lang), key="leave-it", on_click=partial(_decline, one))


def choose_plan(one: Session, study: Study) -> None:
    """The plans of this study that were left, by date; each can be opened, and a new one begun."""
    if one.study is None or not _own_computer():
        return
    lang = one.lang
    found = list(islice(kept.plans(one.study, study.crs, one.files, one.token), _PLANS_SHOWN))
    with st.expander(say(msg("Plans"), lang), icon=":material/layers:", key="plans"):
        st.button(say(msg("Begin a new plan"), lang), icon=":material/add:", key="new-plan", on_click=partial(_begin_anew, one))
        if not found:
            st.caption(say(msg("There is no other plan for this study yet."), lang))
            return
        st.caption(say(msg("Earlier plans; the one on the screen is kept when you open another."), lang))
        with st.container(height=240 if len(found) > _PLANS_WITHOUT_SCROLLING else "content", border=False, gap="small"):
            for plan in found:
                st.button(
                    _called(plan, lang), key=f"plan-{plan.token}", width="stretch", on_click=partial(_open, one, plan, study)
                )


def _called(plan: Plan, lang: Lang) -> str:
    count = len(plan.desk.history.in_force)
    return say(msg("{date} · {count} changes"), lang, date=f"{plan.at:%Y-%m-%d %H:%M}", count=count)


def _own_computer() -> bool:
    return st.get_option("server.address") in LOCAL


def _open(one: Session, plan: Plan, study: Study) -> None:
    """Put another plan on the screen; the one that stands there is kept."""
    left = kept.find(plan.token)
    if _may_leave(one) and left is not None:  # read anew: another page may have gone on with it
        large = one.large
        bring_back(one, plan.token, left, study)
        one.choices["large"] = large  # the eyes stay the same


def _begin_anew(one: Session) -> None:
    if _may_leave(one):
        one.begin(new_token(), History(), 0)
        one.selected, one.home = "", None
        one.may_restore = False


def _may_leave(one: Session) -> bool:
    """Whether all of the plan on the screen is written down; what can't be kept is not left."""
    kept.settle(one)
    return one.unkept is None


def _accept(one: Session, left: Plan, study: Study) -> None:
    """Bring the plan back, unless a new one was begun on the map meanwhile; the page then hides the offer."""
    if one.history.in_force:
        _decline(one)
    else:
        _open(one, left, study)


def _decline(one: Session) -> None:
    one.may_restore = False
