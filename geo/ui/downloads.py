"""Every export, one by one or all in one file; made only when a planner asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.model import Coverage, Study
    from geo.ui.question import Question
    from geo.ui.state import Session


def show(one: Session, study: Study, question: Question, drawn: Coverage) -> None:
    """A button per file."""
