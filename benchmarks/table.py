"""One table of ratios, as Markdown: it reads the same on a terminal and in docs/benchmarks.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADING = ("work", "Lifecircle", "beside", "takes", "ratio", "wanted", "met", "remark")


@dataclass(frozen=True)
class Row:
    """One measurement in words; ``met`` is None where nothing was asked for."""

    work: str
    ours: str
    beside: str = ""
    takes: str = ""
    ratio: str = ""
    wanted: str = ""
    met: bool | None = None
    remark: str = ""

    def cells(self) -> tuple[str, ...]:
        met = {True: "yes", False: "NO", None: ""}[self.met]
        return (self.work, self.ours, self.beside, self.takes, self.ratio, self.wanted, met, self.remark)


def ratio(work: str, ours_s: float, peer: tuple[str, float], at_least: float | None = None, remark: str = "") -> Row:
    """A measurement beside a peer (name, seconds)."""
    name, peer_s = peer
    times = peer_s / ours_s
    wanted = "" if at_least is None else f"≥ {at_least:g} ×"
    met = None if at_least is None else times >= at_least
    return Row(work, say_s(ours_s), name, say_s(peer_s), say_times(times), wanted, met, remark)


def limit(work: str, value: float, below: float | None = None, unit: str = "s", remark: str = "") -> Row:
    """A measurement that is held against a figure, not against a peer."""

    def say(number: float) -> str:
        return say_s(number) if unit == "s" else f"{number:,.0f} {unit}"

    wanted = "" if below is None else f"< {say(below)}"
    return Row(work, say(value), wanted=wanted, met=None if below is None else value < below, remark=remark)


def missing(work: str, peer: str, why: str) -> Row:
    """A peer that did not take part, and why."""
    return Row(work, "", peer, "not measured", remark=why)


def say_s(seconds: float) -> str:
    """Three digits and a unit."""
    if seconds >= 100:
        return f"{seconds:.0f} s"
    if seconds >= 1:
        return f"{seconds:.3g} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.3g} µs"


def say_times(times: float) -> str:
    return f"{times:,.0f} ×" if times >= 100 else f"{times:.3g} ×"


def markdown(rows: Sequence[Row]) -> str:
    """The table with columns lined up."""
    lines = [HEADING, *(row.cells() for row in rows)]
    width = [max(len(line[c]) for line in lines) for c in range(len(HEADING))]
    text = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(line, width, strict=True)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (w + 2) for w in width) + "|")
    return "\n".join(text)
