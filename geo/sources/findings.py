"""Collecting what loading noticed, row by row, while the good rows go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.messages import Message
from geo.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 5  # values that a sentence names before it says "…"
NAMED = 100  # row numbers that a finding carries; ``count`` tells of all


def some(items: Iterable[object]) -> tuple[str, ...]:
    """The first few items, with an ellipsis when there are more; the language that says them sets the commas."""
    listed = [str(item) for item in items]
    return (*listed[:SHOWN], *(["…"] if len(listed) > SHOWN else []))


class FindingLog:
    """Findings about one layer, in the order in which they were noticed."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self._found: list[Finding] = []

    def add(self, level: Level, template: str, rows: Iterable[object] = (), **values: object) -> None:
        """Note one fact about ``rows``; ``{count}`` in the template is how many they are."""
        concerned = list(rows)
        message = Message(template, {"count": len(concerned), **values})
        numbers = tuple(int(str(row)) for row in concerned[:NAMED])
        self._found.append(Finding(level, self.layer, message, numbers, len(concerned)))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take over findings made elsewhere."""
        self._found.extend(findings)

    @property
    def found(self) -> tuple[Finding, ...]:
        """All that was noted."""
        return tuple(self._found)
