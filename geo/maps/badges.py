"""Facilities on paper: a badge for each, and how those of a plan differ from what is there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo.core.gains import CLOSED, MOVED
from geo.maps import style
from geo.maps.fonts import font
from geo.maps.kinds import kind_looks
from geo.maps.planned import PLAN, SHUT, marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

    from geo.i18n import Lang
    from geo.maps.kinds import KindLook
    from geo.maps.planned import Planned


def badge(axes: Axes, place: tuple[float, float], look: KindLook, *, on: bool = True, small: bool = False) -> None:
    """A kind's character on its disc; on white with a red edge where the facility is off the network."""
    from matplotlib.lines import Line2D

    face, edge = (look.colour, "#FFFFFF") if on else ("#FFFFFF", style.OFF_NETWORK)
    disc: dict[str, Any] = {"marker": "o", "markersize": 5 if small else 12.2, "markeredgewidth": 0.6 if small else 1.2}
    # Every badge on a level of its own, else the letters of all would lie above the discs of all.
    level = 6 + len(axes.texts) * 1e-4
    axes.add_artist(Line2D([place[0]], [place[1]], markerfacecolor=face, markeredgecolor=edge, zorder=level, **disc))
    if look.glyph and not small:
        ink = "#FFFFFF" if on else style.OFF_NETWORK
        letters: dict[str, Any] = {"fontproperties": font(7.5 if len(look.glyph) == 1 else 6, bold=True), "parse_math": False}
        axes.text(*place, look.glyph, ha="center", va="center_baseline", color=ink, zorder=level, clip_on=True, **letters)


def draw_plan(axes: Axes, planned: Planned | None, kinds: Iterable[str], lang: Lang) -> None:
    """The sites of a plan with their marks.

    New ones are framed, moved ones have a dashed line from where they stood, closed ones are crossed out.
    """
    if planned is None:
        return
    looks = kind_looks({*kinds, *planned.sites["kind"].fillna("").astype(str)}, lang)
    for row, mark in zip(planned.sites.to_dict("records"), marks(planned, lang), strict=True):
        place, change = (row["geometry"].x, row["geometry"].y), str(row["change"])
        if change == MOVED and not math.isnan(row["from_x"]):
            came = (float(row["from_x"]), float(row["from_y"]))
            _dashed(axes, came, place)
        plan_badge(axes, place, change, looks[str(row["kind"] or "")])
        _mark(axes, place, mark, SHUT if change == CLOSED else PLAN)


def plan_badge(axes: Axes, place: tuple[float, float], change: str, look: KindLook | None) -> None:
    """A square frame of the plan's colour around the kind's badge; a closed one is white with a cross."""
    from matplotlib.lines import Line2D

    closed = change == CLOSED
    frame: dict[str, Any] = {"marker": "o" if closed else "s", "markersize": 12.2 if closed else 15, "markerfacecolor": "#FFFFFF"}
    edge: dict[str, Any] = {"markeredgecolor": SHUT if closed else PLAN, "markeredgewidth": 1.4 if closed else 2.2}
    axes.add_artist(Line2D([place[0]], [place[1]], zorder=5.95, **frame, **edge))
    if closed:
        cross: dict[str, Any] = {"marker": "x", "markersize": 8, "markeredgewidth": 2.2, "markeredgecolor": SHUT}
        axes.add_artist(Line2D([place[0]], [place[1]], zorder=5.96, **cross))
    elif look is not None:
        badge(axes, place, look)


def _dashed(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    from matplotlib.lines import Line2D

    way: dict[str, Any] = {"linestyle": (0, (3, 1.6)), "linewidth": 1.8, "zorder": 5.9}
    axes.add_artist(Line2D([start[0], end[0]], [start[1], end[1]], color=PLAN, **way))
    ring: dict[str, Any] = {"marker": "o", "markersize": 8, "markerfacecolor": "#FFFFFF", "markeredgewidth": 1.6, "zorder": 5.91}
    axes.add_artist(Line2D([start[0]], [start[1]], markeredgecolor=PLAN, **ring))


def _mark(axes: Axes, place: tuple[float, float], mark: str, colour: str) -> None:
    """The site's mark above its badge, on a light edge."""
    from matplotlib.patheffects import Stroke

    where: dict[str, Any] = {"xytext": (0, 11), "textcoords": "offset points", "ha": "center", "va": "center"}
    look: dict[str, Any] = {"fontproperties": font(9, bold=True), "parse_math": False, "annotation_clip": True}
    edge = axes.annotate(mark, place, color="#FFFFFF", zorder=7.4, **where, **look)
    edge.set_path_effects([Stroke(linewidth=3, foreground="#FFFFFF")])
    axes.annotate(mark, place, color=colour, zorder=7.5, **where, **look)
