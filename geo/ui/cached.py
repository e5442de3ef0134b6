"""What is computed once and kept: the only file that touches ``st.cache_*``.

Studies, prepared graphs and answers are shared between pages and never changed by
them. Each is found again by where it came from and what was asked, never by its frames.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.core import planner
from geo.core.compare import Bases, compare_bases, compare_profiles
from geo.export.outputs import Outputs, outputs_of
from geo.model import Coverage, Facilities, Plan, ServiceStandard, Study
from geo.ui import area_layers, street_layer, view
from geo.ui import base_layers as base_layers_of
from geo.ui.handing_on import site_edits
from geo.ui.history import Edit, Move, Place, Remove, Reopen, effective
from geo.ui.opening import Opened, open_ref, open_water, suspects_of
from geo.ui.state import StudyRef

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from geo.i18n import Lang
    from geo.ui.layers import Packed

_VALUES: tuple[str | type[Any], ...] = (
    StudyRef,
    ServiceStandard,
    Place,
    Move,
    Remove,
    Reopen,
)  # frozen: their text tells them apart
_BY_VALUE: dict[str | type[Any], Callable[[Any], Any]] = dict.fromkeys(_VALUES, repr)
_STUDIES = 4
_ANSWERS = 24
_STRIDE = 20  # fewer than _ANSWERS, so that no step is forgotten before the next


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def opened(ref: StudyRef, _cancelled: Callable[[], bool] = lambda: False) -> Opened:
    """The study of that origin and what came with it, read once."""
    return open_ref(ref, _cancelled)


def study(ref: StudyRef) -> Study:
    """The study of that origin."""
    return opened(ref).study


@st.cache_resource(max_entries=2 * _STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def prepared(ref: StudyRef, standard: ServiceStandard) -> planner.Prepared:
    """The study made ready to be asked under one standard."""
    return planner.prepare(study(ref), standard)


@st.cache_resource(max_entries=_ANSWERS, show_spinner=False, hash_funcs=_BY_VALUE)
def facilities(ref: StudyRef, edits: tuple[Edit, ...]) -> Facilities:
    """The facilities with a planner's edits applied: the last one to what the others left, which is mostly known."""
    if not edits:
        return study(ref).facilities
    plan = effective(edits)
    if plan != edits:
        return facilities(ref, plan)
    for known in range(_STRIDE, len(edits), _STRIDE):  # a long plan brought back: in steps, not in one deep dive
        facilities(ref, edits[:known])
    return plan[-1].apply(facilities(ref, plan[:-1]))


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def _loaded(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...]) -> planner.Standing:
    """Everyone's walk to the facilities as they were loaded: what every edit starts from."""
    return planner.walk(prepared(ref, standard), facilities(ref, ()), kinds)


def standing(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...]) -> planner.Standing:
    """Everyone's walk under a plan; only what its edits change is walked again."""
    before = _loaded(ref, standard, kinds)
    return planner.walk(prepared(ref, standard), facilities(ref, edits), kinds, before) if edits else before


@st.cache_resource(max_entries=_ANSWERS, show_spinner=False, hash_funcs=_BY_VALUE)
def answer(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...]) -> Coverage:
    """Who is served: the numbers, without shapes."""
    return planner.measure(prepared(ref, standard), facilities(ref, edits), kinds, standing(ref, standard, kinds, edits))


@st.cache_resource(max_entries=_ANSWERS, show_spinner=False, hash_funcs=_BY_VALUE)
def sketched(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...]) -> Coverage:
    """The same answer with one service area and the gaps, as the screen shows them."""
    return planner.sketch(prepared(ref, standard), answer(ref, standard, kinds, edits), facilities(ref, edits))


@st.cache_resource(max_entries=_ANSWERS, show_spinner=False, hash_funcs=_BY_VALUE)
def reach(ref: StudyRef, standard: ServiceStandard, edits: tuple[Edit, ...], site_id: str) -> gpd.GeoDataFrame:
    """From where people can walk to one facility."""
    return planner.reach(prepared(ref, standard), facilities(ref, edits), site_id)


@st.cache_resource(max_entries=_ANSWERS, show_spinner=False, hash_funcs=_BY_VALUE)
def home_walk(
    ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...], row: int
) -> planner.HomeWalk | None:
    """The walk of one home to its nearest facility."""
    standing_now = standing(ref, standard, kinds, edits)
    return planner.walk_of(prepared(ref, standard), facilities(ref, edits), kinds, standing_now, row)


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def area_layer(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...], name: str) -> Packed:
    """The service areas looked at in one of the other ways of :mod:`geo.ui.area_layers`."""
    plan = facilities(ref, edits).open.of_kinds(kinds)
    return area_layers.MAKE[name](prepared(ref, standard), plan, answer(ref, standard, kinds, edits))


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def by_profile(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...]) -> list[Coverage]:
    """The answer for every group of walkers, the slowest first."""
    known = {profile.name: profile for profile in (*study(ref).profiles.values(), standard.profile)}
    return compare_profiles(_planned(ref, standard, edits), known.values(), kinds)


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def by_basis(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...]) -> Bases:
    """The answer in minutes, in metres and in circles."""
    return compare_bases(_planned(ref, standard, edits), kinds)


def _planned(ref: StudyRef, standard: ServiceStandard, edits: tuple[Edit, ...]) -> planner.Prepared:
    """The study made ready, with a planner's edits."""
    ready = prepared(ref, standard)
    return replace(ready, study=replace(ready.study, facilities=facilities(ref, edits)))


@st.cache_resource(max_entries=_ANSWERS, show_spinner=False, hash_funcs=_BY_VALUE)
def drawn(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...]) -> Coverage:
    """The same answer with exact service areas and gaps, as the files hold them."""
    return planner.draw(prepared(ref, standard), answer(ref, standard, kinds, edits), facilities(ref, edits))


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def base_layers(ref: StudyRef, lang: Lang) -> dict[str, Packed]:
    """The layers that no edit changes."""
    before = _made_before(ref, lang, base_layers_of.BASE)
    return base_layers_of.base(study(ref), lang) if before is None else before


def _made_before(ref: StudyRef, lang: Lang, names: tuple[str, ...]) -> dict[str, Packed] | None:
    """The layers that came with an upload; None where they are to be made here."""
    layers = opened(ref).layers
    return None if layers is None else {name: layers[lang, name] for name in names if (lang, name) in layers}


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def streets(ref: StudyRef) -> Packed:
    """The walking streets; of a large city this takes seconds."""
    return street_layer.streets(study(ref).network)


@st.cache_resource(max_entries=2 * _STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def facility_layer(ref: StudyRef, kinds: tuple[str, ...], closed: tuple[str, ...], lang: Lang) -> Packed:
    """The existing facilities of the kinds asked about, and which of them the plan closes."""
    return view.facility_pack(study(ref), kinds, set(closed), lang)


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def extra_layers(ref: StudyRef, lang: Lang) -> dict[str, Packed]:
    """Candidate sites, requests, barriers and links: those that the study has."""
    before = _made_before(ref, lang, base_layers_of.MORE)
    return base_layers_of.more(study(ref), lang) if before is None else before


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def water(ref: StudyRef) -> gpd.GeoDataFrame | None:
    """Rivers and lakes, where the street file draws any; None where nobody knows."""
    return open_water(ref, opened(ref))


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def suspects(ref: StudyRef) -> gpd.GeoDataFrame:
    """Where the street map may be drawn wrong, before any barrier is laid over it."""
    return suspects_of(ref, study(ref), water(ref))


@st.cache_resource(max_entries=_STUDIES, show_spinner=False, hash_funcs=_BY_VALUE)
def outputs(ref: StudyRef, standard: ServiceStandard, kinds: tuple[str, ...], edits: tuple[Edit, ...], lang: Lang) -> Outputs:
    """The files of an answer, each made when it is asked for."""
    made = drawn(ref, standard, kinds, edits)
    if edits:
        made = replace(made, plan=Plan(site_edits(edits, made.crs), answer(ref, standard, kinds, ())))
    return outputs_of(replace(study(ref), facilities=facilities(ref, edits), water=water(ref)), made, lang=lang)
