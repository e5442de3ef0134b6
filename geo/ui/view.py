"""What the map is told: addresses of its layers, the plan's sites, its words and its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo import crs
from geo.i18n import Lang, say
from geo.maps.kinds import KindLook, kind_looks
from geo.maps.style import CLASSES, COVERED, GAP
from geo.maps.words import people_counted, share_of_each
from geo.messages import msg
from geo.ui import area_layers, desk, extras, layer_data, words
from geo.ui.kinds import kind_name, looks_of
from geo.ui.layers import SHELF

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from geo.core.gains import Comparison
    from geo.model import Coverage, Facilities, Study
    from geo.ui.layers import Layer, Packed
    from geo.ui.question import Question
    from geo.ui.state import Session

_KINDS_SHOWN = 6
_GROUPS = {"result": msg("Result"), "ground": msg("Base map"), "more": msg("More layers")}
_GROUND = {"streets", "water", "barriers"}
GAINED, LOST, CUT_OFF = "#009E73", "#D55E00", "#7A7F87"  # as in draw.js; green and vermilion of the same palette


def map_view(one: Session, study: Study, question: Question, state: PlanState, layers: Mapping[str, Layer]) -> dict[str, object]:
    """The one message to the map's script.

    Parameters
    ----------
    layers
        Every layer but the answer, which is put together here.
    """
    layers = {**layers, "answer": answer_pack(state.comparison, one.lang)}
    tool = state.tool
    looks = kind_looks({tool, *state.facilities.frame["kind"].astype(str)}, one.lang)
    return {
        "lang": "zh-CN" if one.lang == "zh" else "en",
        "turn": str(one.turn),
        "handled": one.handled,
        "plan": one.token,
        "layers_at": f"../../layers/{one.page}/",
        "layers": {name: SHELF.put(one.page, name, layer) for name, layer in layers.items()},
        "tool": {"glyph": looks[tool].glyph, "kind": tool} if tool else None,
        "chosen": bool(one.selected) or one.home is not None,
        "sites": _sites(one, state, looks),
        "fit": {"number": one.fit_number, "bounds": one.fit_bounds} if one.fit_bounds else None,
        "whole": desk.bounds_of(study, study.communities.total_bounds.tolist()),
        "large": one.large,
        "shades": [{"low": shade.low, "colour": shade.colour} for shade in CLASSES],
        "words": _words(one.lang, tool, study),
        "legend": [
            *([_walk_key(one.lang)] if one.home is not None else []),
            *_legend(one, study, question, state.comparison.after),
        ],
    }


class PlanState:
    """The answer on the screen: without the plan, with it, and what a click would place."""

    def __init__(self, comparison: Comparison, facilities: Facilities, tool: str) -> None:
        self.comparison = comparison
        self.facilities = facilities
        self.tool = tool


def answer_pack(comparison: Comparison, lang: Lang) -> Packed:
    """What the communities and the homes stand at."""
    table = comparison.after.communities
    people = people_counted(comparison.after)
    said = [
        (float(total), float(served), community_sentence(float(total), float(served), lang, people=people))
        for total, served in zip(table["total_weight"], table["served_weight"], strict=True)
    ]
    return layer_data.answer(said, layer_data.home_states(comparison.after, comparison.gained, comparison.lost))


def community_sentence(total: float, served: float, lang: Lang, *, people: bool = True) -> str:
    """How many of a community's people are served; how many homes where nobody counted people."""
    if total <= 0:
        return say(msg("Nobody lives here."), lang)
    return say(
        msg("{served} of {total} people served ({percent})") if people else msg("{served} of {total} homes served ({percent})"),
        lang,
        served=words.people(served),
        total=words.people(total),
        percent=words.percent(served / total),
    )


def facility_pack(study: Study, kinds: Sequence[str], closed: Container[str], lang: Lang) -> Packed:
    """Existing facilities of the kinds asked about; those the plan closes stay visible as closed."""
    frame = study.facilities.open.of_kinds(kinds).frame
    badges = looks_of(study.facilities, lang)
    looks = [
        {
            "id": site_id,
            "name": name,
            "glyph": badges[kind].glyph,
            "colour": badges[kind].colour,
            "note": _facility_note(kind, status, lang, closed=site_id in closed),
            "said": say(
                msg("{name}: {kind}, {state}"),
                lang,
                name=name,
                kind=kind_name(kind, lang),
                state=_state(status, lang, closed=site_id in closed),
            ),
            "closed": site_id in closed,
        }
        for site_id, name, kind, status in zip(
            frame["id"].astype(str), words.names(frame, lang), frame["kind"].astype(str), frame["status"], strict=True
        )
    ]
    return layer_data.facilities(frame, study.crs, looks)


def _state(status: str, lang: Lang, *, closed: bool) -> str:
    if closed:
        return say(msg("closed in this plan"), lang)
    names = {"existing": msg("existing"), "proposed": msg("proposed")}
    return say(names[status], lang) if status in names else status


def _facility_note(kind: str, status: str, lang: Lang, *, closed: bool) -> str:
    named = kind_name(kind, lang)
    if closed:
        return say(msg("{kind} – closed in this plan"), lang, kind=named)
    if status == "proposed":
        return say(msg("{kind} – proposed"), lang, kind=named)
    return named


def _sites(one: Session, state: PlanState, looks: Mapping[str, KindLook]) -> list[dict[str, object]]:
    placed = one.history.placed()
    if not placed:
        return []
    frame = state.facilities.frame
    at = pd.Index(frame["id"]).get_indexer(list(placed))
    lonlat = np.round(crs.unproject(shapely.get_coordinates(frame.geometry.to_numpy()[at]), str(frame.crs)), 6)
    names, kinds = frame["name"].to_numpy()[at], frame["kind"].to_numpy()[at]
    gains = state.comparison.by_site(placed)
    return [
        {
            "id": site,
            "lon": lon,
            "lat": lat,
            "name": str(name),
            "glyph": looks[str(kind)].glyph,
            "note": _site_note(str(kind), gains[site], state.comparison.after, one.lang),
            "selected": site == one.selected,
        }
        for site, name, kind, (lon, lat) in zip(placed, names, kinds, lonlat.tolist(), strict=True)
    ]


def counts(kind: str, answer: Coverage) -> bool:
    """Whether facilities of this kind were asked about."""
    return not answer.kinds or kind in answer.kinds


def _site_note(kind: str, gain: float, answer: Coverage, lang: Lang) -> str:
    if not counts(kind, answer):
        return say(msg("not counted now: this kind is not among the chosen services"), lang)
    return say(msg("{amount} newly served – drag to move"), lang, amount=words.amount(gain, answer, lang))


def _words(lang: Lang, tool: str, study: Study) -> dict[str, object]:
    hint = (
        say(msg("Click the map to place a new {kind}; drag it to move it; Esc ends placing"), lang, kind=kind_name(tool, lang))
        if tool
        else say(msg("Click a home or a facility to see how it stands; choose above what to place"), lang)
    )
    network = study.network
    source = say(msg("Streets: {source}, {date}"), lang, source=network.source or "–", date=network.source_date or "–")
    return {
        "hint": hint,
        "busy": say(msg("Working it out …"), lang),
        "reload": say(msg("The map is out of date; reload the page."), lang),
        "legend": say(msg("Legend and layers"), lang),
        "groups": {name: say(text, lang) for name, text in _GROUPS.items()},
        "frame": say(msg("Planning map"), lang),
        "zoom_in": say(msg("Look closer"), lang),
        "zoom_out": say(msg("Look from further away"), lang),
        "whole": say(msg("Whole town"), lang),
        "heap": say(msg("{count} requests here; click to look closer"), lang, count="{count}"),
        "try": say(msg("Click to try a new {kind} here"), lang, kind=kind_name(tool, lang)) if tool else "",
        "map": say(
            msg("Planning map; with the keyboard: arrows move it, Enter places a site in its middle")
            if tool
            else msg("Planning map; with the keyboard: arrows move it, Enter shows the home in its middle"),
            lang,
        ),
        "source": source,
        "coarse": say(msg("Only larger streets are drawn at this scale; zoom in to see all of them"), lang),
    }


def _legend(one: Session, study: Study, question: Question, answer: Coverage) -> list[dict[str, object]]:
    lang, planning = one.lang, bool(one.history.in_force)
    looks = looks_of(study.facilities, lang)
    homes = [_key("dot", COVERED, msg("served"), lang), _key("dot", GAP, msg("not served"), lang)]
    if planning:
        homes += [_key("dot", GAINED, msg("newly served"), lang), _key("dot", LOST, msg("no longer served"), lang)]
    homes.append(_key("dot", CUT_OFF, msg("no way to the streets"), lang))
    badges: list[dict[str, str]] = [
        {"swatch": "badge", "glyph": looks[kind].glyph, "colour": looks[kind].colour, "label": looks[kind].label}
        for kind in (question.kinds or looks)
    ][:_KINDS_SHOWN]
    badges.append({"swatch": "new", "colour": GAINED, "glyph": "", "label": say(msg("in your plan"), lang)})
    shades = {
        "swatch": "ramp",
        "colours": [shade.colour for shade in CLASSES],
        "limits": ["", *(f"{shade.low:.0%}" for shade in CLASSES[1:-1]), say(msg("all"), lang)],
    }
    rows: list[dict[str, object]] = [
        {"layer": "homes", "label": say(msg("Homes (larger: more people)"), lang), "keys": homes, "short": 4 if planning else 2},
        {"layer": "communities", "label": say(share_of_each(answer), lang), "keys": [shades]},
        {"layer": "facilities", "label": say(msg("Facilities"), lang), "keys": badges},
        {
            "layer": "gaps",
            "label": say(msg("Gaps: people live here, out of reach"), lang),
            "mark": "gap",
            "short": say(msg("gap"), lang),
        },
        {
            "layer": "areas",
            "label": say(msg("Service area: {limit}"), lang, limit=question.limit(lang)),
            "mark": "area",
            "short": say(msg("service area"), lang),
        },
        {"layer": "streets", "label": say(msg("Streets and paths"), lang), "mark": "line"},
        {"layer": "water", "label": say(msg("Rivers and lakes"), lang), "mark": "water"},
        *extras.barriers_legend(study, lang),
        *area_layers.legend(question.standard, lang),
        *extras.legend(study, lang),
    ]
    return [{**row, "group": "more" if row.get("off") else "ground" if row["layer"] in _GROUND else "result"} for row in rows]


def _walk_key(lang: Lang) -> dict[str, object]:
    """The legend's row of the walk of the home that was clicked."""
    label = say(msg("Walk to the nearest facility"), lang)
    return {"layer": "walk", "label": label, "mark": "walk", "short": say(msg("walk"), lang)}


def _key(swatch: str, colour: str, label: str, lang: Lang) -> dict[str, str]:
    return {"swatch": swatch, "colour": colour, "label": say(label, lang)}


def snapped_far(coverage: Coverage, site_id: str) -> float | None:
    """Metres to the nearest street of a site that is too far from any; None when it is joined."""
    row = coverage.facilities[coverage.facilities["id"] == site_id]
    if row.empty or bool(row["snapped"].iloc[0]):
        return None
    return float(row["access_m"].iloc[0])
