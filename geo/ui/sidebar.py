"""The left side: language, study, and the question (services, distance, who walks)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from geo.i18n import LANGS, Lang, say
from geo.messages import msg
from geo.model import ServiceStandard, WalkProfile
from geo.ui import state, words
from geo.ui.kinds import first_question, kind_name, kinds_of
from geo.ui.question import Question

if TYPE_CHECKING:
    from geo.model import Study
    from geo.ui.state import Session, StudyRef

_OWN_MINUTES, _METRES = "own", "metres"
_STEPS = ("5", "10", "15", _OWN_MINUTES, _METRES)
_OWN_SPEED = "own-speed"
_LANG_NAMES: dict[Lang, str] = {"zh": "中文", "en": "English"}


def choose_language(one: Session) -> None:
    """The switch between Chinese and English."""

    def switch() -> None:
        chosen = state.widget("language")
        if chosen in LANGS:
            one.lang = chosen

    if state.widget("language") is None:
        state.set_widget("language", one.lang)
    st.segmented_control(
        "语言 / Language",
        LANGS,
        format_func=lambda lang: _LANG_NAMES[lang],
        key="language",
        on_change=switch,
        label_visibility="collapsed",
        required=True,
    )


def ask(one: Session, ref: StudyRef, study: Study) -> Question:
    """The controls of the question, and what they stand at."""
    tag = f"{ref.source}-{ref.name}-{ref.stamp}"
    known = kinds_of(study.facilities)
    kinds = st.multiselect(
        say(msg("Services"), one.lang),
        known,
        default=first_question(known),
        format_func=lambda kind: kind_name(kind, one.lang),
        placeholder=say(msg("All kinds together"), one.lang),
        help=say(msg("People count as served when they reach any one of these. Leave it empty to count every kind."), one.lang),
        key=f"kinds-{tag}",
    )
    standard = _standard(one.lang, study, tag)
    return Question(ref, tuple(kinds), standard)


def _standard(lang: Lang, study: Study, tag: str) -> ServiceStandard:
    own = study.standard
    step = st.segmented_control(
        say(msg("Near enough (minutes on foot)"), lang),
        _STEPS,
        default=_first_step(own),
        format_func=lambda one: _step_name(one, lang),
        key=f"step-{tag}",
        required=True,
    )
    profile = _profile(lang, study, tag)
    asked = replace(own, profile=profile)
    if step == _METRES:
        metres = st.number_input(
            say(msg("Metres along the streets"), lang),
            50.0,
            20_000.0,
            value=float(own.distance_m or 1000.0),
            step=50.0,
            format="%.0f",
            key=f"metres-{tag}",
        )
        return asked.with_distance(float(metres))
    if step == _OWN_MINUTES:
        minutes = st.number_input(
            say(msg("Minutes on foot"), lang),
            1.0,
            120.0,
            value=float(own.minutes or 20.0),
            step=1.0,
            format="%g",
            key=f"minutes-{tag}",
        )
        return asked.with_minutes(float(minutes))
    return asked.with_minutes(float(step or 15))


def _first_step(own: ServiceStandard) -> str:
    if own.minutes is None:
        return _METRES
    return f"{own.minutes:g}" if f"{own.minutes:g}" in _STEPS else _OWN_MINUTES


def _step_name(step: str, lang: Lang) -> str:
    if step == _OWN_MINUTES:
        return say(msg("Own"), lang)
    if step == _METRES:
        return say(msg("Metres"), lang)
    return step


def _profile(lang: Lang, study: Study, tag: str) -> WalkProfile:
    own = study.standard.profile
    known = {**study.profiles, own.name: own}
    name = st.selectbox(
        say(msg("Who walks"), lang),
        [*known, _OWN_SPEED],
        index=list(known).index(own.name),
        format_func=lambda one: say(msg("Own speed …"), lang) if one == _OWN_SPEED else profile_name(known[one], lang),
        key=f"profile-{tag}",
    )
    if name == _OWN_SPEED:
        kmh = st.number_input(
            say(msg("Walking speed in km/h"), lang),
            0.5,
            10.0,
            value=round(own.speed_kmh, 1),
            step=0.1,
            format="%.1f",
            key=f"kmh-{tag}",
        )
        return WalkProfile(f"{kmh:g} km/h", float(kmh), label_zh="自定步速", label_en="own speed", source="", confidence="")
    st.caption(words.plain(profile_note(known[name], lang)))
    return known[name]


def profile_name(profile: WalkProfile, lang: Lang) -> str:
    """The profile's name in words."""
    return (profile.label_zh if lang == "zh" else profile.label_en) or profile.name


def profile_note(profile: WalkProfile, lang: Lang) -> str:
    """Its speed and where that comes from."""
    speed = words.speed(profile.speed_kmh, lang)
    if not profile.source:
        return speed
    sure = {
        "A": say(msg("read in the source"), lang),
        "B": say(msg("second-hand"), lang),
        "C": say(msg("unverified"), lang),
        "D": say(msg("derived"), lang),
    }.get(profile.confidence, "")
    if not sure:
        return say(msg("{speed}; source: {source}"), lang, speed=speed, source=profile.source)
    return say(msg("{speed}; source: {source} – {sure}"), lang, speed=speed, source=profile.source, sure=sure)
