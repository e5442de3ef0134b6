"""The left side: language, study, and the question (services, distance, who walks)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from geo.i18n import LANGS, Lang, say
from geo.messages import msg
from geo.model import ServiceStandard, WalkProfile
from geo.ui import desk, state, words
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
            desk.speak(one, chosen)

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


def choose_size(one: Session) -> None:
    """The switch to large letters, on the page and on the map."""

    def switch() -> None:
        one.choices["large"] = bool(state.widget("large"))

    state.set_widget("large", one.large)
    st.toggle(say(msg("Large text"), one.lang), key="large", on_change=switch)


def ask(one: Session, ref: StudyRef, study: Study) -> Question:
    """The controls of the question, and what they stand at.

    Streamlit tells options apart by the words they are shown with, so each language has
    controls of its own; what was chosen is carried over.
    """
    tag = f"{one.lang}-{ref.source}-{ref.name}-{ref.stamp}-{one.token}"  # each plan has a question of its own
    known = kinds_of(study.facilities)
    kinds = st.multiselect(
        say(msg("Services"), one.lang),
        known,
        default=[kind for kind in one.choices.get("kinds", first_question(study.facilities)) if kind in known],
        format_func=lambda kind: kind_name(kind, one.lang),
        placeholder=say(msg("All kinds together"), one.lang),
        help=say(msg("People count as served when they reach any one of these. Leave it empty to count every kind."), one.lang),
        key=f"kinds-{tag}",
    )
    one.choices["kinds"] = kinds
    return Question(ref, tuple(kinds), _standard(one, study, tag))


def _standard(one: Session, study: Study, tag: str) -> ServiceStandard:
    own = study.standard
    step = st.segmented_control(
        say(msg("Longest accepted walk (minutes)"), one.lang),
        _STEPS,
        default=one.choices.get("step", _first_step(own)),
        format_func=lambda step: _step_name(step, one.lang),
        key=f"step-{tag}",
        required=True,
    )
    one.choices["step"] = step
    asked = replace(own, profile=_profile(one, study, tag))
    if step == _METRES:
        label = say(msg("Metres along the streets"), one.lang)
        return asked.with_distance(_number(one, "metres", label, _Range(50.0, 20_000.0, 50.0, own.distance_m or 1000.0), tag))
    if step == _OWN_MINUTES:
        label = say(msg("Minutes on foot"), one.lang)
        return asked.with_minutes(_number(one, "minutes", label, _Range(1.0, 120.0, 1.0, own.minutes or 20.0), tag))
    return asked.with_minutes(float(step))


class _Range(NamedTuple):
    least: float
    most: float
    step: float
    start: float


def _number(one: Session, name: str, label: str, span: _Range, tag: str) -> float:
    """A number to type; a value of the study's beyond the usual range widens it."""
    start = float(one.choices.get(name, span.start))
    value = st.number_input(
        label, min(span.least, start), max(span.most, start), value=start, step=span.step, format="%g", key=f"{name}-{tag}"
    )
    one.choices[name] = value
    return float(value)


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


def _profile(one: Session, study: Study, tag: str) -> WalkProfile:
    own, lang = study.standard.profile, one.lang
    known = {own.name: own, **study.profiles}
    options = [*known, _OWN_SPEED]
    chosen = str(one.choices.get("profile", own.name))
    name = st.selectbox(
        say(msg("Who walks"), lang),
        options,
        index=options.index(chosen if chosen in options else own.name),
        format_func=lambda name: say(msg("Own speed …"), lang) if name == _OWN_SPEED else profile_name(known[name], lang),
        key=f"profile-{tag}",
    )
    one.choices["profile"] = name
    if name == _OWN_SPEED:
        label = say(msg("Walking speed in km/h"), lang)
        kmh = _number(one, "kmh", label, _Range(0.5, 10.0, 0.1, round(own.speed_kmh, 1)), tag)
        return WalkProfile(f"{kmh:g} km/h", kmh, label_zh=f"{kmh:g} 千米/时", label_en=f"{kmh:g} km/h")
    st.caption(words.plain(profile_note(known[name], lang)))
    if where := profile_source(known[name], lang):
        st.html(
            f'<details class="lc-source"><summary>{words.html(say(msg("Where it comes from"), lang))}</summary>{where}</details>'
        )
    return known[name]


def profile_name(profile: WalkProfile, lang: Lang) -> str:
    """The profile's name in words."""
    return (profile.label_zh if lang == "zh" else profile.label_en) or profile.name


def profile_note(profile: WalkProfile, lang: Lang) -> str:
    """Its speed, and how sure that is."""
    speed = words.speed(profile.speed_kmh, lang)
    sure = {
        "A": say(msg("read in the source"), lang),
        "B": say(msg("second-hand"), lang),
        "C": say(msg("unverified"), lang),
        "D": say(msg("derived"), lang),
    }.get(profile.confidence, "")
    return say(msg("{speed} – {sure}"), lang, speed=speed, sure=sure) if sure else speed


def profile_source(profile: WalkProfile, lang: Lang) -> str:
    """Where its speed comes from, as HTML; in Chinese where that is given."""
    return words.html((profile.source_zh if lang == "zh" else "") or profile.source)
