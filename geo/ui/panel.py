"""The right side: what the plan comes to, where the gaps are, and the files to take away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.i18n import say
from geo.maps import words as maps_words
from geo.maps.gap_words import gap_name, gap_times
from geo.maps.hour_words import hours_words
from geo.maps.unit_words import capacity_words
from geo.messages import msg
from geo.ui import desk, extras, panel_html, words
from geo.ui.kinds import kind_name, looks_of
from geo.ui.view import counts, snapped_far

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import geopandas as gpd

    from geo.model import Coverage, Study
    from geo.ui.question import Question
    from geo.ui.state import Session
    from geo.ui.view import PlanState

_GAPS_SHOWN = 10
_GAP_MARGIN_M = 250.0
_SITE_MARGIN_M = 600.0


def show_answer(one: Session, question: Question, state: PlanState) -> None:
    """The figure that matters, and the groups of people."""
    st.html(panel_html.headline(state.comparison, question, one.lang, one.turn))
    if state.comparison.after.groups:
        st.html(panel_html.groups(state.comparison, one.lang))


def show_plan(one: Session, study: Study, state: PlanState) -> None:
    """The new sites with what each gains, and the communities that gain."""
    lang, history = one.lang, one.history
    if not history.placed() and not history.closed():
        return
    with st.container(key="plan"):
        st.html(
            panel_html.title(
                say(msg("Your plan"), lang), say(msg("newly served, each counted once at the nearest new site"), lang)
            )
        )
        gains = state.comparison.by_site(history.placed())
        for site_id, gain in gains.items():
            _site_row(one, study, state, site_id, gain)
        for site_id in history.closed():
            _closed_row(one, study, site_id)
        st.html(panel_html.gains(state.comparison, lang))


def _site_row(one: Session, study: Study, state: PlanState, site_id: str, gain: float) -> None:
    lang = one.lang
    row = state.facilities.frame[state.facilities.frame["id"] == site_id].iloc[0]
    with st.container(key=f"row-{site_id}", horizontal=True, vertical_alignment="center", gap="small"):
        look = looks_of(state.facilities, lang)[str(row["kind"])].glyph
        gained = words.change(gain, state.comparison.after, lang)
        st.button(  # the amount stands beside the name, or below it where the name is long
            f"{words.plain(look)} {words.plain(row['name'])} :primary[{words.plain(gained)}]",
            key=f"see-{site_id}",
            type="primary" if site_id == one.selected else "secondary",
            width="stretch",
            on_click=partial(_see, one, study, site_id, (row.geometry.x, row.geometry.y)),
        )
        st.button(
            say(msg("Remove"), lang),
            icon=":material/delete:",
            key=f"remove-{site_id}",
            on_click=partial(desk.remove, one, study, site_id),
        )
    note = extras.candidate_note(study.candidates, one.history.candidate_of(site_id), lang)
    if note:
        st.caption(words.plain(note))
    if not counts(str(row["kind"]), state.comparison.after):
        st.caption(say(msg("not counted now: this kind is not among the chosen services"), lang))
    far = snapped_far(state.comparison.after, site_id)
    if far is not None:
        limit = state.comparison.after.standard.snap_limit_m
        text = msg(
            "It is {far} m from the nearest street, more than the {limit} m allowed, so nobody can reach it. Drag it closer."
        )
        st.warning(say(text, lang, far=f"{far:,.0f}", limit=f"{limit:g}"))


def _see(one: Session, study: Study, site_id: str, xy: tuple[float, float]) -> None:
    one.selected, one.home = site_id, None
    x, y = xy
    one.look_at(desk.bounds_of(study, (x, y, x, y), _SITE_MARGIN_M))


def _closed_row(one: Session, study: Study, site_id: str) -> None:
    lang, frame = one.lang, study.facilities.frame
    here = frame[frame["id"].astype(str) == site_id]
    name, (x, y) = words.names(here, lang)[0], here.geometry.iloc[0].coords[0]
    with st.container(key=f"row-{site_id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            say(msg("Closed · {name}"), lang, name=words.plain(name)),
            key=f"see-{site_id}",
            type="primary" if site_id == one.selected else "secondary",
            width="stretch",
            on_click=partial(_see, one, study, site_id, (x, y)),
        )
        st.button(
            say(msg("Reopen"), lang),
            icon=":material/lock_open:",
            key=f"reopen-{site_id}",
            on_click=partial(desk.reopen, one, site_id),
        )


def show_selected(one: Session, study: Study, state: PlanState) -> None:
    """Details of the existing facility that was clicked on the map."""
    lang = one.lang
    frame = study.facilities.frame
    here = frame[frame["id"].astype(str) == one.selected]
    if here.empty:
        return
    row = here.iloc[0]
    closed = one.selected in one.history.closed()
    with st.container(key="selected"):
        st.html(panel_html.title(words.names(here, lang)[0], kind_name(str(row["kind"]), lang)))
        st.html(panel_html.facts(_facts(state.comparison.after, one.selected, row.to_dict(), one)))
        if closed:
            st.button(
                say(msg("Open it again"), lang),
                icon=":material/lock_open:",
                key="reopen-selected",
                on_click=partial(desk.reopen, one, one.selected),
            )
        else:
            st.button(
                say(msg("Close it in this plan"), lang),
                icon=":material/block:",
                on_click=partial(desk.remove, one, study, one.selected),
            )


def _facts(answer: Coverage, site_id: str, row: Mapping[Hashable, object], one: Session) -> list[tuple[str, str]]:
    lang = one.lang
    status = {
        "existing": say(msg("existing"), lang),
        "proposed": say(msg("proposed"), lang),
        "candidate": say(msg("candidate"), lang),
        "closed": say(msg("closed"), lang),
        "shut": say(msg("not open then"), lang),
    }
    found = answer.facilities[answer.facilities["id"].astype(str) == site_id]
    stands = status.get(str(row["status"]), str(row["status"]))
    if site_id in one.history.closed():
        stands = say(msg("Closed in this plan"), lang)
    facts = [(say(msg("Status"), lang), stands)]
    if not found.empty:
        nearest = float(found["catchment_weight"].iloc[0])
        facts.append((say(msg("Nearest for"), lang), words.amount(nearest, answer, lang)))
        if not bool(found["snapped"].iloc[0]):
            far = say(msg("{far} m away, too far: nobody can reach it"), lang, far=f"{found['access_m'].iloc[0]:,.0f}")
            facts.append((say(msg("Nearest street"), lang), far))
    for name, label in (("capacity", msg("Capacity")), ("hours", msg("Opening hours"))):
        value = row.get(name)
        if value is None or value != value or value == "":  # noqa: PLR0124  (NaN)
            continue
        shown = capacity_words(str(row["kind"]), value, lang) if isinstance(value, float) else hours_words(str(value), lang)
        facts.append((say(label, lang), shown))
    facts.append((say(msg("Number"), lang), site_id))
    return facts


def show_gaps(one: Session, study: Study, drawn: Coverage) -> None:
    """The worst gaps; a click brings one into view."""
    lang = one.lang
    gaps = drawn.gaps
    if gaps.empty:
        st.write(say(msg("No gap: everyone who lives here is within reach."), lang))
        return
    st.caption(say(msg("The largest first. Click one to see it on the map."), lang))
    shown, people = gaps.head(_GAPS_SHOWN), maps_words.people_counted(drawn)
    called = dict(zip(drawn.communities["id"].astype(str), words.community_names(drawn.communities, lang), strict=True))
    for number, row in enumerate(shown.to_dict("records"), start=1):
        where = gap_name([called[one] for one in row["community_ids"]], lang)
        many = maps_words.amount(maps_words.count(row["unserved_weight"]), lang, people=people)
        far = gap_times(row, drawn.standard, lang, people=people)
        text = msg("{number}. {where}: {amount} · {far}")
        st.button(
            words.plain(say(text, lang, number=number, where=where, amount=many, far=far)),
            key=f"gap-{row['gap_id']}",
            width="stretch",
            on_click=partial(one.look_at, desk.bounds_of(study, row["geometry"].bounds, _GAP_MARGIN_M)),
        )
        st.html(panel_html.gap_bar(row["unserved_weight"] / gaps["unserved_weight"].iloc[0]))
    if len(gaps) > _GAPS_SHOWN:
        rest = gaps.iloc[_GAPS_SHOWN:]
        text = msg("{count} smaller gaps with {amount} are in the download.")
        st.caption(say(text, lang, count=len(rest), amount=words.amount(rest["unserved_weight"].sum(), drawn, lang)))


def show_findings(one: Session, answer: Coverage) -> None:
    """What loading and computing noticed, most serious first."""
    lang = one.lang
    order = {"error": 0, "doubtful": 1, "mended": 2, "info": 3}
    names = {
        "error": say(msg("Error"), lang),
        "doubtful": say(msg("Doubtful"), lang),
        "mended": say(msg("Mended"), lang),
        "info": say(msg("Note"), lang),
    }
    found = sorted(answer.findings, key=lambda finding: order[finding.level])
    if not found:
        st.write(say(msg("Nothing doubtful was found in the data."), lang))
    for finding in found:
        text = say(finding.message, lang)
        rows = say(msg(" (rows {rows})"), lang, rows=finding.rows) if finding.rows else ""
        st.markdown(f"**{names[finding.level]}** · {words.plain(text + rows)}")


def show_doctor(one: Session, suspects: gpd.GeoDataFrame) -> None:
    """Where the street map may be drawn wrong, in words; the places themselves are a layer of the map."""
    head, lines, todo = extras.doctor_notes(suspects, one.lang)
    with st.container(key="doctor"):
        st.markdown(f"**{words.plain(say(msg('Street map'), one.lang))}** · {words.plain(head)}")
        if lines:
            st.markdown("\n".join(f"- {words.plain(line)}" for line in lines))
        if todo:
            st.caption(words.plain(todo))
