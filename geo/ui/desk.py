"""The planner's hand: what each event of the map and each button does to the session."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from geo import crs
from geo.i18n import say
from geo.messages import msg
from geo.ui.events import read_events
from geo.ui.history import Move, Place, Remove
from geo.ui.kinds import kind_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.events import MapEvent
    from geo.ui.history import Edit
    from geo.ui.state import Bounds, Session


def handle_events(one: Session, study: Study, sent: object, tool: str) -> None:
    """Do what the planner did on the map, each act once and in order.

    Parameters
    ----------
    sent
        What the map gave back, unchecked.
    tool
        Kind of service that a click places; empty when clicks place nothing.
    """
    for event in read_events(sent, one.handled):
        one.handled = event.number
        _handle(one, study, event, tool)


def _handle(one: Session, study: Study, event: MapEvent, tool: str) -> None:
    if event.type == "place" and tool:
        place(one, study, tool, event.lon, event.lat)
    elif event.type == "move" and event.site_id in one.history.placed():
        x, y = _metric(study, event.lon, event.lat)
        one.history = one.history.do(Move(event.site_id, x, y))
        one.selected = event.site_id
    elif event.type == "remove":
        remove(one, study, event.site_id)
    elif event.type == "select":
        one.selected = "" if event.site_id == one.selected else event.site_id
    elif event.type == "undo":
        undo(one)
    elif event.type == "redo":
        redo(one)


def place(one: Session, study: Study, kind: str, lon: float, lat: float) -> None:
    """Put a new facility of that kind on the map and select it."""
    taken = set(study.facilities.frame["id"].astype(str))
    number = one.history.next_number()
    site_id = f"plan-{number}"
    while site_id in taken:
        site_id += "x"
    x, y = _metric(study, lon, lat)
    one.history = one.history.do(Place(site_id, kind, _name(kind, number, one.lang), x, y))
    one.selected = site_id


def _name(kind: str, number: int, lang: Lang) -> str:
    return say(msg("New {kind} {number}"), lang, kind=kind_name(kind, lang), number=number)


def speak(one: Session, lang: Lang) -> None:
    """Go on in another language; the new sites' names are ours, so they change with it."""
    one.lang = lang
    number = count(1)

    def said(edit: Edit) -> Edit:
        return replace(edit, name=_name(edit.kind, next(number), lang)) if isinstance(edit, Place) else edit

    one.history = replace(one.history, edits=tuple(map(said, one.history.edits)))


def remove(one: Session, study: Study, site_id: str) -> None:
    """Take a facility out of the plan; nothing happens when it is not in it."""
    if site_id not in set(one.history.facilities(study.facilities).frame["id"]):
        return
    one.history = one.history.do(Remove(site_id))
    _forget_gone(one)


def undo(one: Session) -> None:
    """Take the last edit back."""
    one.history = one.history.undo()
    _forget_gone(one)


def redo(one: Session) -> None:
    """Do it again."""
    one.history = one.history.redo()
    _forget_gone(one)


def _forget_gone(one: Session) -> None:
    """A site that is gone can't stay selected; a closed facility can, so that it is seen as closed."""
    new = {edit.site_id for edit in one.history.edits if isinstance(edit, Place)}
    if one.selected in new - set(one.history.placed()):
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
