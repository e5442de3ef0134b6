"""What a planner has done to the map: a list of edits, and how far along it we stand.

An edit is a value and a history is a value; undo and redo only move the mark. The
facilities that were loaded are never changed: a plan is the edits applied to them anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from geo.model import Facilities

_STRICT = {"extra": "forbid"}  # an edit of a later version with more to it is refused, never read as half of it
_NUMBERED = re.compile(r"plan-(\d+)x*")


@dataclass(frozen=True)
class Place:
    """Put a new facility at metric ``x, y``; ``candidate`` is the id of the candidate site that it tries, if any."""

    site_id: str
    kind: str
    name: str
    x: float
    y: float
    candidate: str = ""
    type: Literal["place_site"] = "place_site"
    __pydantic_config__: ClassVar = _STRICT

    def apply(self, facilities: Facilities) -> Facilities:
        """The facilities with this one more; one that is there already (in plans kept long ago) is carried here."""
        if self.site_id in facilities:
            return facilities.move(self.site_id, self.x, self.y)
        return facilities.with_site(self.site_id, self.x, self.y, kind=self.kind, name=self.name, new_kind=True)


@dataclass(frozen=True)
class Move:
    """Carry a facility to metric ``x, y``."""

    site_id: str
    x: float
    y: float
    type: Literal["move_site"] = "move_site"
    __pydantic_config__: ClassVar = _STRICT

    def apply(self, facilities: Facilities) -> Facilities:
        """The facilities with this one elsewhere."""
        return facilities.move(self.site_id, self.x, self.y) if self.site_id in facilities else facilities


@dataclass(frozen=True)
class Remove:
    """Take a facility out of the plan: a new one goes, an existing one counts as closed."""

    site_id: str
    type: Literal["close_site"] = "close_site"
    __pydantic_config__: ClassVar = _STRICT

    def apply(self, facilities: Facilities) -> Facilities:
        """The facilities without this one."""
        return facilities.without(self.site_id) if self.site_id in facilities else facilities


@dataclass(frozen=True)
class Reopen:
    """Open an existing facility again that the plan had closed; see :func:`effective`."""

    site_id: str
    type: Literal["reopen_site"] = "reopen_site"
    __pydantic_config__: ClassVar = _STRICT


Change = Place | Move | Remove
Edit = Change | Reopen


def effective(edits: Sequence[Edit]) -> tuple[Change, ...]:
    """The edits that make a difference: what a reopened facility went through before is left out, as if it had never been.

    So a plan that closes a facility and opens it again is the plan without both, to the last row.
    """
    kept: list[Change] = []
    for edit in edits:
        if isinstance(edit, Reopen):
            kept = [one for one in kept if one.site_id != edit.site_id]
        else:
            kept.append(edit)
    return tuple(kept)


@dataclass(frozen=True)
class History:
    """Edits in the order they were made; the first ``done`` of them are in force.

    ``given`` is the highest number a new site of this history ever had, also where its edit was taken back and forgotten.
    """

    edits: tuple[Edit, ...] = ()
    done: int = 0
    given: int = 0

    @property
    def in_force(self) -> tuple[Edit, ...]:
        """The edits that count now."""
        return self.edits[: self.done]

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self.done > 0

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back and nothing else done since."""
        return self.done < len(self.edits)

    def do(self, edit: Edit) -> History:
        """One edit more; what had been taken back is forgotten."""
        edits = (*self.in_force, edit)
        return History(edits, len(edits), self.last_number)

    def undo(self) -> History:
        """The last edit taken back; the same history when there is none."""
        return replace(self, done=max(self.done - 1, 0))

    def take_back(self, site_id: str) -> History:
        """Without the last edit, as if it had never been, when it placed that site; the same history when it did not."""
        last = self.in_force[-1:]
        if not last or not isinstance(last[0], Place) or last[0].site_id != site_id:
            return self
        return History(self.in_force[:-1], self.done - 1, self.last_number)

    def redo(self) -> History:
        """The edit last taken back, done again; the same history when there is none."""
        return replace(self, done=min(self.done + 1, len(self.edits)))

    def facilities(self, loaded: Facilities) -> Facilities:
        """The loaded facilities with the edits in force applied to them."""
        plan = loaded
        for edit in effective(self.in_force):
            plan = edit.apply(plan)
        return plan

    @property
    def last_number(self) -> int:
        """The highest number a site of this history ever had; 0 when there was none."""
        return max([self.given, *(number_of(edit.site_id) for edit in self.edits if isinstance(edit, Place))])

    def new_id(self, taken: Container[str] = ()) -> str:
        """An id that no site of this history has ever had, and none of ``taken``; its number is one more than the last."""
        site_id = f"plan-{self.last_number + 1}"
        while site_id in taken:
            site_id += "x"
        return site_id

    def placed(self) -> tuple[str, ...]:
        """Ids of the new facilities that stand now, in the order they were placed."""
        standing: dict[str, None] = {}
        for edit in self.in_force:
            if isinstance(edit, Place):
                standing[edit.site_id] = None
            elif isinstance(edit, Remove):
                standing.pop(edit.site_id, None)
        return tuple(standing)

    def candidate_of(self, site_id: str) -> str:
        """Id of the candidate site that a new facility tries out; empty for none."""
        placed = (edit for edit in self.in_force if isinstance(edit, Place) and edit.site_id == site_id)
        return next((edit.candidate for edit in placed), "")

    def closed(self) -> tuple[str, ...]:
        """Ids of existing facilities that the plan closes, in the order they were closed."""
        edits = effective(self.in_force)
        new = {edit.site_id for edit in edits if isinstance(edit, Place)}
        return tuple(edit.site_id for edit in edits if isinstance(edit, Remove) and edit.site_id not in new)


def number_of(site_id: str) -> int:
    """The number in a new site's id; 0 where it has none of ours."""
    found = _NUMBERED.fullmatch(site_id)
    return int(found[1]) if found else 0
