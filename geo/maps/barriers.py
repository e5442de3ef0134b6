"""How walls, gates, closed ways and planned links look on every map, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.i18n import Lang, say
from geo.maps import ink
from geo.maps.style import LegendEntry
from geo.messages import msg

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class BarrierLook:
    """A colour, a name, and how it is drawn: a line, a dashed line, or a ring for a point."""

    colour: str
    label: str
    dashed: bool = False
    ring: bool = False


LOOKS = {
    "wall": BarrierLook("#5C4033", msg("wall")),
    "gate": BarrierLook("#2E7D32", msg("open gate"), ring=True),
    "shut": BarrierLook("#B71C1C", msg("shut gate"), ring=True),
    "closed": BarrierLook("#B71C1C", msg("closed way"), dashed=True),
    "link": BarrierLook("#6A3D9A", msg("planned link"), dashed=True),
}


def barrier_looks(frame: pd.DataFrame) -> list[str]:
    """Which of ``LOOKS`` each row of a study's barriers has; whatever joins streets is a link."""
    opened = frame["open"].astype(bool) if "open" in frame else [True] * len(frame)
    return [
        ("gate" if is_open else "shut") if kind == "gate" else kind if kind in LOOKS else "link"
        for kind, is_open in zip(frame["kind"].astype(str), opened, strict=True)
    ]


def barrier_lines(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The barriers as they are drawn, with a column ``look``: lines and points; an area as its outline."""
    shapes = frame.geometry.to_numpy()
    lines = np.where(shapely.get_dimensions(shapes) > 1, shapely.boundary(shapes), shapes)
    return frame.assign(look=barrier_looks(frame)).set_geometry(lines, crs=frame.crs)


def barrier_legend(frame: gpd.GeoDataFrame | None, lang: Lang) -> list[LegendEntry]:
    """One line of a legend for each look that occurs."""
    here = set() if frame is None else set(barrier_looks(frame))
    return [
        LegendEntry(key, "ring" if look.ring else "dash" if look.dashed else "line", look.colour, say(look.label, lang))
        for key, look in LOOKS.items()
        if key in here
    ]


def draw_barriers(axes: Axes, frame: gpd.GeoDataFrame | None) -> None:
    """Draw them on matplotlib axes, on a white edge that lifts them off the streets."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import PathPatch

    if frame is None:
        return
    for look, rows in barrier_lines(frame).groupby("look"):
        one = LOOKS[str(look)]
        parts = shapely.get_parts(rows.geometry.to_numpy())
        path = ink.line_path(parts[shapely.get_dimensions(parts) == 1])
        if path is not None:
            dash = (0, (3, 1.4)) if one.dashed else "solid"
            axes.add_artist(PathPatch(path, fill=False, edgecolor="#FFFFFF", linewidth=4.4, alpha=0.9, zorder=5))
            axes.add_artist(
                PathPatch(path, fill=False, edgecolor=one.colour, linewidth=2.4, linestyle=dash, capstyle="butt", zorder=5.1)
            )
        for x, y in shapely.get_coordinates(parts[shapely.get_dimensions(parts) == 0]).tolist():
            mark: dict[str, Any] = {"marker": "o", "markersize": 6.5, "markeredgewidth": 1.8, "markerfacecolor": "#FFFFFF"}
            axes.add_artist(Line2D([x], [y], markeredgecolor=one.colour, zorder=5.2, **mark))
