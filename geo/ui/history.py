"""What a planner has done to the map: a list of edits, and how far along it we stand.

An edit is a value and a history is a value; undo and redo only move the mark. The
facilities that were loaded are never changed: a plan is the edits applied to them anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.model import Facilities


@dataclass(frozen=True)
class Place:
    """Put a new facility at metric ``x, y``."""

    site_id: str
    kind: str
    name: str
    x: float
    y: float

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

    def apply(self, facilities: Facilities) -> Facilities:
        """The facilities with this one elsewhere."""
        return facilities.move(self.site_id, self.x, self.y) if self.site_id in facilities else facilities


@dataclass(frozen=True)
class Remove:
    """Take a facility out of the plan: a new one goes, an existing one counts as closed."""

    site_id: str

    def apply(self, facilities: Facilities) -> Facilities:
        """The facilities without this one."""
        return facilities.without(self.site_id) if self.site_id in facilities else facilities


Edit = Place | Move | Remove


@dataclass(frozen=True)
class History:
    """Edits in the order they were made; the first ``done`` of them are in force."""

    edits: tuple[Edit, ...] = ()
    done: int = 0

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
        return History(edits, len(edits))

    def undo(self) -> History:
        """The last edit taken back; the same history when there is none."""
        return replace(self, done=max(self.done - 1, 0))

    def redo(self) -> History:
        """The edit last taken back, done again; the same history when there is none."""
        return replace(self, done=min(self.done + 1, len(self.edits)))

    def facilities(self, loaded: Facilities) -> Facilities:
        """The loaded facilities with the edits in force applied to them."""
        plan = loaded
        for edit in self.in_force:
            plan = edit.apply(plan)
        return plan

    def next_number(self) -> int:
        """A number no site of this history has had yet, counted from 1."""
        return 1 + sum(isinstance(edit, Place) for edit in self.edits)

    def placed(self) -> tuple[str, ...]:
        """Ids of the new facilities that stand now, in the order they were placed."""
        standing: dict[str, None] = {}
        for edit in self.in_force:
            if isinstance(edit, Place):
                standing[edit.site_id] = None
            elif isinstance(edit, Remove):
                standing.pop(edit.site_id, None)
        return tuple(standing)

    def closed(self) -> tuple[str, ...]:
        """Ids of existing facilities that the plan closes."""
        new = {edit.site_id for edit in self.in_force if isinstance(edit, Place)}
        return tuple(edit.site_id for edit in self.in_force if isinstance(edit, Remove) and edit.site_id not in new)
