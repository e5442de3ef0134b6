"""The column beside a printed map: the answer in large, the legend, the communities, the gaps, the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.core.gains import CLOSED
from geo.i18n import Lang, say
from geo.maps import ink, style
from geo.maps.badges import badge, plan_badge
from geo.maps.barriers import barrier_legend
from geo.maps.gap_words import gap_figures
from geo.maps.kinds import KindLook
from geo.maps.picture import GAPS_NUMBERED
from geo.maps.planned import PLAN, SHUT, marks, plan_legend, site_gain
from geo.maps.words import Facts, amount, count, local_names, people_counted, percent, share_of_each
from geo.messages import msg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo.maps.picture import Picture

_KINDS_SHOWN = 8  # an even number: they stand in two columns
_FOOT = 16.0
_GAP_LINE = 5.4
_GAPS_WANTED = 8
_SITES_SHOWN = 10
_SMALL, _NORMAL, _HEAD = 9.0, 10.5, 12.0


@dataclass
class _Column:
    """A column of paper in millimetres that is filled from the top down."""

    axes: Axes
    width: float
    height: float
    lang: Lang
    y: float = 0.0

    def text(self, x: float, words: str, size: float, **look: Any) -> None:  # noqa: ANN401  (matplotlib's own)
        """Words at a place on the present line."""
        ink.write(self.axes, x, self.y, words, size, **{"va": "center", "color": style.INK, **look})

    def wrapped(self, words: str, size: float, **look: Any) -> None:  # noqa: ANN401
        """Words over as many lines as they need."""
        for line in wrap(words, int(self.width / (size * 0.176))):
            self.text(0, line, size, **look)
            self.y += size * 0.52

    def heading(self, template: str) -> None:
        """A heading with a rule below it."""
        self.y += 5
        self.text(0, say(template, self.lang), _HEAD, bold=True)
        self.y += 4
        self.axes.plot([0, self.width], [self.y, self.y], color=style.BOUNDARY, linewidth=0.7)
        self.y += 4.5

    @property
    def left(self) -> float:
        """Millimetres still free."""
        return self.height - self.y


def wrap(words: str, places: int) -> list[str]:
    """Lines of at most so many places, broken at spaces and, in Chinese, anywhere."""
    lines, line, used = [], "", 0
    for part in _parts(ink.one_line(words)):
        size = sum(2 if ord(sign) > 0x2E7F else 1 for sign in part)  # noqa: PLR2004
        if line and used + size > places:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or part != " ":
            line, used = line + part, used + size
    return [*lines, line] if line else lines


def _parts(words: str) -> list[str]:
    """Words, spaces and single Chinese characters; a long run is cut into pieces."""
    parts: list[str] = []
    for sign in words:
        joins = parts and sign != " " and parts[-1] != " " and ord(sign) < 0x2E80 and ord(parts[-1][-1]) < 0x2E80  # noqa: PLR2004
        if joins and len(parts[-1]) < 24:  # noqa: PLR2004  (a line's worth)
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def draw_panel(axes: Axes, picture: Picture, said: Facts, size_mm: tuple[float, float], lang: Lang) -> int:
    """Fill axes of the given size on paper; gives how many gaps are listed, which are those to number on the map."""
    width, height = size_mm
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    column = _Column(axes, width, height - _FOOT, lang)
    _answer(column, picture, said)
    _legend(column, picture)
    _plan(column, picture)
    gaps = min(len(picture.gaps), _GAPS_WANTED)
    _communities(column, picture, room=column.left - (20 + _GAP_LINE * (gaps + 1) if gaps else 0))
    listed = max(min(len(picture.gaps), GAPS_NUMBERED, int((column.left - 16) // _GAP_LINE) - 1), 0)
    _gaps(column, picture, listed)
    _foot(column, said, height)
    return listed


def _answer(column: _Column, picture: Picture, said: Facts) -> None:
    column.y = 9
    column.text(
        0, said.headline, 40 if picture.coverage.totals.coverage_ratio is not None else 20, bold=True, color=style.COVERED
    )
    column.y += 12.5
    column.wrapped(said.served, _HEAD, bold=True)
    for line in filter(None, (said.compared, said.changed, said.baseline)):
        column.wrapped(line, _NORMAL, color=PLAN)
    if said.caution:
        column.wrapped(said.caution, _SMALL, color=style.GAP_LINE)
    ratio = picture.coverage.totals.coverage_ratio
    if ratio is not None:
        column.y += 0.5
        _bar(column, 0, (column.width, 4.2), ratio, gained=_gained(picture))
        column.y += 6.5
    column.wrapped(said.standard, _NORMAL)
    column.wrapped(said.walkers, _SMALL, color=style.MUTED)


def _gained(picture: Picture) -> float:
    """The share that only the plan serves."""
    total = picture.coverage.totals.demand_weight
    return picture.planned.gained_weight / total if picture.planned is not None and total > 0 else 0.0


def _bar(column: _Column, x: float, size: tuple[float, float], ratio: float, gained: float = 0.0) -> None:
    """Covered in blue, what a plan gains in green, the rest in orange with a hatch."""
    from matplotlib.patches import Rectangle

    width, height = size
    top, cut = column.y - height / 2, x + width * ratio
    column.axes.add_patch(Rectangle((x, top), cut - x, height, facecolor=style.COVERED, linewidth=0))
    column.axes.add_patch(Rectangle((cut - width * gained, top), width * gained, height, facecolor=PLAN, linewidth=0))
    rest = Rectangle((cut, top), x + width - cut, height, facecolor=style.GAP, edgecolor="#FFFFFF", hatch="//////", linewidth=0)
    column.axes.add_patch(rest)


def _legend(column: _Column, picture: Picture) -> None:
    column.heading(share_of_each(picture.coverage))
    shades = style.coverage_legend(column.lang)
    _two_columns(column, shades)
    column.y += 1.5
    _two_columns(
        column,
        [*picture.layer_legend(column.lang), *_numbers(picture, column.lang), *barrier_legend(picture.barriers, column.lang)],
    )
    column.y += 1.5
    _two_columns(column, [*_kinds(picture, column.lang), *plan_legend(picture.planned, column.lang)])
    off = [
        style.LegendEntry(
            "off", "point", style.OFF_NETWORK, say(msg("white: too far from any street, serves nobody"), column.lang)
        )
    ]
    if not picture.facilities["snapped"].all():
        _two_columns(column, off)


def _numbers(picture: Picture, lang: Lang) -> list[style.LegendEntry]:
    """What the numbers on the map stand for, where there are any."""
    words = say(msg("number of a gap, as in the list"), lang)
    return [style.LegendEntry("number", "number", style.GAP_LINE, words, glyph="1")] if len(picture.gaps) else []


def _kinds(picture: Picture, lang: Lang) -> list[style.LegendEntry]:
    """The kinds on the map; of many those with most facilities, and how many more there are."""
    every = style.kind_legend(picture.kinds, lang)
    if len(every) <= _KINDS_SHOWN:
        return every
    often = picture.facilities["kind"].fillna("").astype(str).value_counts()
    shown = set(sorted(picture.kinds, key=lambda kind: (-often[kind], kind))[: _KINDS_SHOWN - 1])
    more = say(msg("{count} more kinds"), lang, count=len(every) - len(shown))
    return [*(entry for entry in every if entry.key in shown), style.LegendEntry("more", "point", style.MUTED, more, glyph="…")]


def _two_columns(column: _Column, entries: list[style.LegendEntry]) -> None:
    """Entries in two columns, or in one where a label is long."""
    half = column.width / 2
    pending = list(entries)
    while pending:
        row = [pending.pop(0)]
        if _short(row[0]) and pending and _short(pending[0]):
            row.append(pending.pop(0))
        for place, entry in enumerate(row):
            _sign(column, place * half, entry)
            column.text(place * half + 9, ink.shorten(entry.label, 60 if len(row) == 1 else 22), _NORMAL)
        column.y += 5.8


def _short(entry: style.LegendEntry) -> bool:
    return len(wrap(entry.label, 22)) == 1


def _sign(column: _Column, x: float, entry: style.LegendEntry) -> None:
    """The patch, stroke or mark before a legend's words."""
    from matplotlib.patches import Rectangle

    axes, y = column.axes, column.y
    if entry.sort in {"fill", "hatch"}:
        face = entry.colour if entry.sort == "fill" else "none"
        axes.add_patch(Rectangle((x, y - 1.9), 6.5, 3.8, facecolor=face, alpha=0.75 if entry.sort == "fill" else 1, linewidth=0))
        edge = style.GAP_LINE if entry.sort == "hatch" else style.BOUNDARY
        axes.add_patch(Rectangle((x, y - 1.9), 6.5, 3.8, fill=False, edgecolor=edge, linewidth=0.9, hatch=entry.hatch or None))
    elif entry.sort == "ring":
        axes.plot([x + 3.2], [y], marker="o", markersize=7, markeredgewidth=1.8, markerfacecolor="#FFFFFF", color=entry.colour)
    elif entry.sort == "number":
        look = {"boxstyle": "circle,pad=0.22", "facecolor": entry.colour, "edgecolor": "none"}
        ink.write(axes, x + 3.2, y, entry.glyph, 8, color="#FFFFFF", bold=True, ha="center", va="center", bbox=look)
    elif entry.sort == "plan":
        plan_badge(axes, (x + 3.2, y), entry.key.removeprefix("plan_"), None)
    elif entry.sort == "point":
        badge(axes, (x + 3.2, y), KindLook(entry.key, entry.label, entry.glyph, entry.colour), on=entry.key != "off")
    else:
        dash = (0, (3.2, 1.4)) if entry.sort == "dash" else "solid"
        axes.plot([x, x + 6.5], [y, y], color=entry.colour, linewidth=1.6, linestyle=dash)


def _plan(column: _Column, picture: Picture) -> None:
    """The sites of the plan by their marks on the map, and what each brings or takes."""
    planned, lang = picture.planned, column.lang
    if planned is None or not len(planned.sites):
        return
    column.heading(msg("Sites of the plan"))
    people = people_counted(picture.coverage)
    rows = planned.sites.head(_SITES_SHOWN).to_dict("records")
    for row, name, mark in zip(rows, local_names(planned.sites, lang), marks(planned, lang), strict=False):
        column.text(0, mark, _SMALL, bold=True, color=SHUT if row["change"] == CLOSED else PLAN)
        column.text(9, ink.shorten(name or str(row["id"]), 34), _SMALL)
        gain = site_gain(float(row["gain_weight"]), float(row["lost_weight"]), lang, people=people)
        column.text(column.width, gain, _SMALL, ha="right", bold=True)
        column.y += _GAP_LINE
    if len(planned.sites) > _SITES_SHOWN:
        text = msg("{count} more sites are in the files")
        column.text(9, say(text, lang, count=len(planned.sites) - _SITES_SHOWN), 8, color=style.MUTED)
        column.y += _GAP_LINE


def _communities(column: _Column, picture: Picture, room: float) -> None:
    """The communities by people not served, most first, as many as there is room for."""
    frame = picture.communities.assign(name=picture.names(column.lang))
    frame = frame[frame["total_weight"] > 0]
    rows = min(int((room - 18) // 5.6), len(frame))
    if rows < 1:
        return
    column.heading(msg("Communities with most not served"))
    column.text(
        column.width * 0.81,
        say(msg("Served") if people_counted(picture.coverage) else msg("Homes served"), column.lang),
        8,
        ha="right",
        color=style.MUTED,
    )
    column.text(column.width, say(msg("Not served"), column.lang), 8, ha="right", color=style.MUTED)
    column.y += 4.5
    order = np.argsort(-frame["unserved_weight"].to_numpy(), kind="stable")[:rows]
    for row in order:
        ratio = float(frame["coverage_ratio"].iloc[row])
        column.text(0, ink.shorten(frame["name"].iloc[row], 20), _SMALL)
        _bar(column, column.width * 0.43, (column.width * 0.24, 3.0), ratio)
        column.text(column.width * 0.81, percent(ratio, column.lang), _SMALL, ha="right")
        column.text(column.width, count(float(frame["unserved_weight"].iloc[row])), _SMALL, ha="right", bold=True)
        column.y += 5.6


def _gaps(column: _Column, picture: Picture, rows: int) -> None:
    """The gaps that bear a number on the map: where, how many people, and how far it is for most and for the last."""
    if rows < 1:
        return
    lang, people = column.lang, people_counted(picture.coverage)
    column.heading(msg("Largest gaps"))
    heads = (msg("People") if people else msg("Homes"), msg("Typical (min)"), msg("Longest (min)"))
    ends = (0.6, 0.8, 1.0)
    for end, head in zip(ends, heads, strict=True):
        column.text(column.width * end, say(head, lang), 8, ha="right", color=style.MUTED)
    column.y += 4.5
    for place, name in enumerate(picture.gap_names(lang)[:rows]):
        gap = picture.gaps.iloc[place].to_dict()
        look = {"boxstyle": "circle,pad=0.22", "facecolor": style.GAP_LINE, "edgecolor": "none"}
        ink.write(column.axes, 2.6, column.y, str(place + 1), 8, color="#FFFFFF", bold=True, ha="center", va="center", bbox=look)
        column.text(7.5, ink.shorten(name, 24), _SMALL)
        figures = (count(float(gap["unserved_weight"])), *gap_figures(gap, picture.coverage.standard, lang))
        for end, figure in zip(ends, figures, strict=True):
            column.text(column.width * end, figure, _SMALL, ha="right", bold=end == ends[0])
        column.y += _GAP_LINE
    rest = picture.gaps.iloc[rows:]
    if len(rest):
        more = amount(count(float(rest["unserved_weight"].sum())), lang, people=people)
        text = msg("{count} smaller gaps with {amount} are not numbered")
        column.text(7.5, say(text, lang, count=len(rest), amount=more), 8, color=style.MUTED)
        column.y += _GAP_LINE


def _foot(column: _Column, said: Facts, height: float) -> None:
    lines = [line for words in (said.source, said.credit, said.made) for line in wrap(words, 70)]
    column.y = height - 4.2 * len(lines)
    for line in lines:
        column.text(0, line, 8, color=style.MUTED)
        column.y += 4.2
