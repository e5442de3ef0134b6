"""The planner's hand: what each event of the map and each button does to the session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo import crs
from geo.i18n import say
from geo.messages import msg
from geo.ui import extras, kept
from geo.ui.events import read_events
from geo.ui.history import Move, Place, Remove, Reopen, number_of
from geo.ui.kinds import kind_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.events import MapEvent
    from geo.ui.history import Edit, History
    from geo.ui.state import Bounds, Session


def handle_events(one: Session, study: Study, sent: object, kinds: Sequence[str]) -> None:
    """Do what the planner did on the map, each act once and in order.

    Parameters
    ----------
    sent
        What the map gave back, unchecked.
    kinds
        The kinds of service that can be placed.
    """
    for event in read_events(sent, one.handled):
        one.handled = event.number
        one.acting = (event.number, event.again)
        _handle(one, study, event, kinds)
    one.acting = (0, False)


def _handle(one: Session, study: Study, event: MapEvent, kinds: Sequence[str]) -> None:
    if event.type == "place" and event.kind in kinds:
        place(one, study, Spot(event.kind, event.lon, event.lat, event.site_id))
        one.placed = (event.number, one.selected)
    elif event.type == "unplace" and event.of == one.placed[0]:
        site_id = one.placed[1]
        kept.change(one, lambda history: history.take_back(site_id))
        _forget_gone(one)
    elif event.type == "move" and event.site_id in one.history.placed():
        move(one, study, event)
    elif event.type == "remove":
        remove(one, study, event.site_id)
    elif event.type in {"select", "home"}:
        _look(one, study, event)
    elif event.type == "look":
        one.choices["tool"] = ""
    elif event.type == "undo":
        undo(one)
    elif event.type == "redo":
        redo(one)


def _look(one: Session, study: Study, event: MapEvent) -> None:
    """Show what was clicked: a facility, a home, or nothing; what is shown already is put away."""
    site_id, home = (event.site_id, None) if event.type == "select" else ("", event.row)
    if home is not None and home >= len(study.demand):
        home = None
    again = (one.selected, one.home) == (site_id, home)
    one.selected, one.home = ("", None) if again else (site_id, home)


class Spot(NamedTuple):
    """Where something new is to stand, in degrees, and what it tries out, if it is a candidate."""

    kind: str
    lon: float
    lat: float
    candidate: str = ""


def place(one: Session, study: Study, spot: Spot) -> None:
    """Put a new facility of that kind on the map and select it."""
    taken = set(study.facilities.frame["id"].astype(str))
    x, y = _metric(study, spot.lon, spot.lat)
    name = extras.candidate_name(study.candidates, spot.candidate, one.lang)
    candidate, lang = (spot.candidate if name else ""), one.lang

    def act(history: History) -> History:
        site_id = history.new_id(taken)
        return history.do(Place(site_id, spot.kind, name or _name(spot.kind, number_of(site_id), lang), x, y, candidate))

    kept.change(one, act)
    newest = one.history.in_force[-1:]  # none when it was placed before a reload and taken back since
    one.selected, one.home = (newest[0].site_id if newest else ""), None


def move(one: Session, study: Study, event: MapEvent) -> None:
    """Carry a new site elsewhere; nothing happens when another page has taken it away meanwhile."""
    site_id = event.site_id
    x, y = _metric(study, event.lon, event.lat)
    kept.change(one, lambda history: history.do(Move(site_id, x, y)) if site_id in history.placed() else history)
    one.selected, one.home = site_id, None
    _forget_gone(one)


def _name(kind: str, number: int, lang: Lang) -> str:
    return say(msg("New {kind} {number}"), lang, kind=kind_name(kind, lang), number=number)


def speak(one: Session, lang: Lang) -> None:
    """Go on in another language; the names that we gave to new sites change with it, those of candidates stay."""
    before, one.lang = one.lang, lang

    def said(edit: Edit) -> Edit:
        if not isinstance(edit, Place):
            return edit
        number = number_of(edit.site_id)
        ours = edit.name == _name(edit.kind, number, before)
        return replace(edit, name=_name(edit.kind, number, lang)) if ours else edit

    if any(said(edit) != edit for edit in one.history.edits):
        kept.change(one, lambda history: replace(history, edits=tuple(map(said, history.edits))))


def remove(one: Session, study: Study, site_id: str) -> None:
    """Take a facility out of the plan; nothing happens when it is not in it."""
    if not _stands(one.history, study, site_id):
        return
    kept.change(one, lambda history: history.do(Remove(site_id)) if _stands(history, study, site_id) else history)
    _forget_gone(one)


def _stands(history: History, study: Study, site_id: str) -> bool:
    return site_id in history.placed() or (
        site_id in set(study.facilities.frame["id"].astype(str)) and site_id not in history.closed()
    )


def reopen(one: Session, site_id: str) -> None:
    """Open a facility again that the plan had closed."""
    if site_id in one.history.closed():
        kept.change(one, lambda history: history.do(Reopen(site_id)) if site_id in history.closed() else history)


def undo(one: Session) -> None:
    """Take the last edit back."""
    if one.history.can_undo:
        kept.change(one, lambda history: history.undo(), blind=False)
        _forget_gone(one)


def redo(one: Session) -> None:
    """Do it again."""
    if one.history.can_redo:
        kept.change(one, lambda history: history.redo(), blind=False)
        _forget_gone(one)


def _forget_gone(one: Session) -> None:
    """A site that is gone can't stay selected; a closed facility can, so that it is seen as closed."""
    if number_of(one.selected) and one.selected not in one.history.placed():
        one.selected = ""


def _metric(study: Study, lon: float, lat: float) -> tuple[float, float]:
    xy = crs.project(np.array([lon]), np.array([lat]), study.crs)
    return float(xy[0, 0]), float(xy[0, 1])


def bounds_of(study: Study, box_m: Sequence[float], margin_m: float = 0.0) -> Bounds:
    """A metric box (west, south, east, north), with a margin, as the map wants it: (south, west), (north, east) in degrees."""
    west, south, east, north = box_m
    corners = np.array([[west - margin_m, south - margin_m], [east + margin_m, north + margin_m]])
    (lon0, lat0), (lon1, lat1) = crs.unproject(corners, study.crs).tolist()
    return (lat0, lon0), (lat1, lon1)
