"""The page: language and question on the left, the map in the middle, the answer on the right."""

from __future__ import annotations

import streamlit as st

from geo.errors import GeoError
from geo.i18n import Lang, say, system_lang
from geo.messages import Message, msg
from geo.settings import Settings
from geo.ui import cached, chooser, desk, framework, kept, restore, sidebar, state, upload_folders, words
from geo.ui.assets import page_style
from geo.ui.opening import first_study
from geo.ui.state import Session, StudyRef
from geo.ui.workbench import work


def show() -> None:
    """Draw the page once from top to bottom."""
    one = state.session(_first_lang()) if state.begun() else _begin()
    st.set_page_config(
        page_title=say(msg("Lifecircle planner"), one.lang), page_icon="🟦", layout="wide", initial_sidebar_state="auto"
    )
    st.html(f"<style>{page_style()}</style>")
    st.html(framework.page_words(one.lang, large=one.large) + framework.page_script(), unsafe_allow_javascript=True)
    with st.sidebar:
        st.html(f'<div class="lc-brand">{say(msg("15-minute circles"), one.lang)}<small>Lifecircle</small></div>')
        sidebar.choose_language(one)
        sidebar.choose_size(one)
    if one.study is None:
        _open_first(one)
    if one.study is None:
        chooser.show_notice(one)
        with st.sidebar:
            chooser.choose_study(one)
        return
    study = cached.study(one.study)
    one.crs = study.crs
    if one.fit_bounds is None:
        one.look_at(desk.bounds_of(study, study.communities.total_bounds.tolist()))
    with st.sidebar:
        name = words.html(words.study_name(study, one.lang))
        st.html(f'<div class="lc-study"><small>{say(msg("Study"), one.lang)}</small>{name}</div>')
        restore.awaited(one, study)
        restore.offer(one, study)
        question = sidebar.ask(one, one.study, study)
        restore.choose_plan(one, study)
        chooser.choose_study(one)
    state.name_desk(one.token)
    work(one, question)


def _begin() -> Session:
    """A new memory of the page; after a reload as it was."""
    one = state.session(_first_lang())
    left = kept.find(state.desk_named())
    if left is None:
        return one
    one.lang, one.uploads = left.lang, upload_folders.held(left.study)
    if left.study.source == "upload" and one.uploads is None:
        one.awaited = state.desk_named()
        text = msg(
            "The uploaded files of this plan were cleaned away when the program ended. Upload the same files again, and "
            "the plan comes back with its {count} changes."
        )
        one.notice = Message(text, {"count": len(left.history.in_force)})
        return one
    try:
        with st.spinner(say(msg("Reading the study …"), one.lang)):
            study = cached.study(left.study)
    except GeoError as error:
        one.notice = error
        return one
    one.open(left.study)
    one.crs = study.crs
    restore.bring_back(one, state.desk_named(), left, study)
    return one


def _first_lang() -> Lang:
    """The language of the setting, else the browser's, else the system's."""
    preferred = Settings().lang
    if preferred is None and st.context.locale:
        return "zh" if st.context.locale.lower().startswith("zh") else "en"
    return system_lang(preferred)


def _open_first(one: Session) -> None:
    wanted = first_study()
    for ref in dict.fromkeys((wanted, StudyRef("sample", "qinghe"))):
        try:
            with st.spinner(say(msg("Reading the study …"), one.lang)):
                cached.study(ref)
        except GeoError as error:
            one.notice = error
            continue
        notice = one.notice
        one.open(ref)
        one.notice = notice
        return


def apologise() -> None:
    """One sentence on the page when something went wrong that nobody foresaw."""
    one = state.session(system_lang())
    st.error(
        say(msg("Something went wrong here. Your data is untouched; reload the page, and tell us if it happens again."), one.lang)
    )
