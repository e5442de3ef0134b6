"""What the planner asks: which services, for whom, how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.ui import words
from geo.ui.kinds import kind_name

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.model import ServiceStandard
    from geo.ui.state import StudyRef


@dataclass(frozen=True)
class Question:
    """A study, the kinds asked about (all when empty) and the standard."""

    study: StudyRef
    kinds: tuple[str, ...]
    standard: ServiceStandard

    def what(self, lang: Lang) -> str:
        """The services in words."""
        return words.either([kind_name(kind, lang) for kind in self.kinds], lang)

    def limit(self, lang: Lang) -> str:
        """The cutoff in words."""
        return words.limit(self.standard, lang)
