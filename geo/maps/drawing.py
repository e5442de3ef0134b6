"""The map itself on matplotlib axes: areas, streets, gaps, facilities, names, scale and north."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo import crs
from geo.maps import ink, style
from geo.maps.badges import badge, draw_plan
from geo.maps.barriers import draw_barriers
from geo.maps.fonts import font
from geo.maps.kinds import kind_looks
from geo.maps.streets import street_lines
from geo.maps.words import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

    from geo.i18n import Lang
    from geo.maps.picture import Picture

_STREETS = {
    "minor": (style.STREET, 0.7),
    "path": (style.STREET, 0.5),
    "steps": (style.STREET_MAJOR, 0.7),
    "major": (style.STREET_MAJOR, 1.3),
}
_LABELS = 120
_BADGES = 150


def draw_map(axes: Axes, picture: Picture, lang: Lang, size_mm: tuple[float, float], numbered: int) -> None:
    """Draw every layer into axes of that width and height on paper, from the ground up.

    Parameters
    ----------
    numbered
        How many gaps are listed beside the map: these bear their numbers on it.
    """
    width_mm, height_mm = size_mm
    west, south, east, north = picture.frame()
    metres_a_mm = max((east - west) / width_mm, (north - south) / height_mm)
    middle = _middle(picture)
    axes.set_xlim(middle[0] - width_mm * metres_a_mm / 2, middle[0] + width_mm * metres_a_mm / 2)
    axes.set_ylim(middle[1] - height_mm * metres_a_mm / 2, middle[1] + height_mm * metres_a_mm / 2)
    axes.set_aspect("equal", adjustable="box")
    axes.set_facecolor(style.GROUND)
    axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    for side in axes.spines.values():
        side.set(color=style.INK, linewidth=0.8)
    _communities(axes, picture)
    _water(axes, picture)
    _streets(axes, picture, metres_a_mm)
    _service_areas(axes, picture)
    _gaps(axes, picture, metres_a_mm)
    _boundaries(axes, picture)
    draw_barriers(axes, picture.barriers)
    _facilities(axes, picture, lang)
    draw_plan(axes, picture.planned, picture.kinds, lang)
    _names(axes, picture, lang)
    _gap_numbers(axes, picture, numbered)
    _scale_bar(axes, picture)
    _north_arrow(axes, picture)


def _patch(axes: Axes, path: Path | None, **look: Any) -> None:  # noqa: ANN401  (matplotlib's own)
    from matplotlib.patches import PathPatch

    # Not add_patch: that walks every curve to find limits which are set already.
    if path is not None:
        axes.add_artist(PathPatch(path, **look))


def _communities(axes: Axes, picture: Picture) -> None:
    for shape, ratio in zip(picture.communities.geometry, picture.communities["coverage_ratio"], strict=True):
        one = style.class_of(ratio)
        look = {"facecolor": one.colour, "linewidth": 0, "alpha": 0.62, "zorder": 1}
        _patch(axes, ink.area_path(shape), **look)
        if one.hatch:
            _patch(
                axes, ink.area_path(shape), fill=False, edgecolor=style.GAP, hatch=one.hatch, linewidth=0, alpha=0.8, zorder=1.1
            )


def _water(axes: Axes, picture: Picture) -> None:
    for shape in picture.water_near:
        look = {"facecolor": style.WATER, "edgecolor": style.WATER_LINE, "linewidth": 0.6, "zorder": 1.5}
        _patch(axes, ink.area_path(shape), **look)


def _boundaries(axes: Axes, picture: Picture) -> None:
    for shape in picture.communities.geometry.array:
        _patch(axes, ink.area_path(shape), fill=False, edgecolor="#FFFFFF", linewidth=2.4, zorder=4)
        _patch(axes, ink.area_path(shape), fill=False, edgecolor=style.BOUNDARY, linewidth=1.0, zorder=4.1)


def _streets(axes: Axes, picture: Picture, metres_a_mm: float) -> None:
    """Streets as wide as the scale allows: thinner where a millimetre is many metres."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    seen = (west, south, east, north)
    thin = min(max(12.0 / metres_a_mm, 0.35), 1.6)
    for name, lines in street_lines(picture.network, 0.12 * metres_a_mm, seen).items():
        colour, width = _STREETS[name]
        dash = (0, (1, 0.6)) if name == "steps" else "solid"
        look = {"fill": False, "edgecolor": colour, "linewidth": width * thin, "linestyle": dash, "capstyle": "round"}
        for part in ink.in_parts(lines, metres_a_mm):
            _patch(axes, ink.line_path(part), **look, zorder=2)


def _service_areas(axes: Axes, picture: Picture) -> None:
    path = ink.area_path(picture.reach)
    _patch(axes, path, fill=False, edgecolor="#FFFFFF", linewidth=2.4, alpha=0.75, zorder=2.9)
    _patch(axes, path, fill=False, edgecolor=style.AREA_LINE, linewidth=1.2, linestyle=(0, (5, 2.2)), zorder=3)


def _gaps(axes: Axes, picture: Picture, metres_a_mm: float) -> None:
    shapes = shapely.simplify(picture.gaps.geometry.to_numpy(), 0.1 * metres_a_mm)
    for shape in shapes:
        path = ink.area_path(shape)
        _patch(
            axes,
            path,
            fill=False,
            edgecolor=style.GAP_LINE,
            hatch="////",
            hatch_linewidth=0.8,
            linewidth=0,
            alpha=0.85,
            zorder=3.4,
        )
        _patch(axes, path, fill=False, edgecolor=style.GAP_LINE, linewidth=1.4, zorder=3.5)


def _facilities(axes: Axes, picture: Picture, lang: Lang) -> None:
    """A badge for each facility; only dots where there are so many that badges would cover the map."""
    frame = picture.facilities
    looks = kind_looks(picture.kinds, lang)
    if picture.planned is not None:  # what the plan brings is drawn as such
        frame = frame[~frame["id"].astype(str).isin(picture.planned.sites["id"].astype(str))]
    frame = frame[_within(shapely.get_coordinates(frame.geometry.to_numpy()), axes)]
    badges = len(frame) <= _BADGES
    places = shapely.get_coordinates(frame.geometry.to_numpy()).tolist()
    kinds = frame["kind"].fillna("").astype(str)
    for (x, y), kind, on in zip(places, kinds, frame["snapped"], strict=True):
        badge(axes, (x, y), looks[kind], on=bool(on), small=not badges)


def _within(xy: NDArray[np.float64], axes: Axes) -> NDArray[np.bool_]:
    """Which places the axes show; a letter drawn at the other end of the earth breaks the painter."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return np.asarray(((xy >= (west, south)) & (xy <= (east, north))).all(axis=1))


def _names(axes: Axes, picture: Picture, lang: Lang) -> None:
    """Names and coverage of the communities, largest first, where they don't run into each other."""
    frame = picture.communities
    names = picture.names(lang)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    area = np.nan_to_num(shapely.area(shapes))
    order = np.argsort(-area, kind="stable")
    taken: list[Any] = []
    for row in order[area[order] > 0][:_LABELS]:
        ratio = frame["coverage_ratio"].iloc[row]
        name = ink.shorten(names[row], 20)
        words = name if math.isnan(ratio) else f"{name}\n{percent(ratio, lang)}"
        _label(axes, picture.name_places[row], words, taken)


def _label(axes: Axes, place: NDArray[np.float64], words: str, taken: list[Any]) -> None:
    """One name with a light edge, unless it would cover another."""
    from matplotlib.patheffects import Stroke

    x, y = float(place[0]), float(place[1])
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontproperties": font(9.5, bold=True), "parse_math": False}
    text = axes.text(x, y, words, color=style.INK, zorder=7.1, linespacing=1.25, clip_on=True, **look)
    box = text.get_window_extent()
    if any(box.overlaps(other) for other in taken):
        text.remove()
        return
    taken.append(box)
    # The edge is a text of its own: a text with effects would no longer be text in a PDF.
    edge = axes.text(x, y, words, color="#FFFFFF", zorder=7, linespacing=1.25, clip_on=True, **look)
    edge.set_path_effects([Stroke(linewidth=2.6, foreground="#FFFFFF", alpha=0.85)])


def _gap_numbers(axes: Axes, picture: Picture, numbered: int) -> None:
    """The largest gaps by number: those of the list beside the map, and no others."""
    places = picture.gap_places[:numbered]
    seen = _within(places, axes)  # never where the place is unknown
    for number, (x, y) in enumerate(places, start=1):
        if not seen[number - 1]:
            continue
        look = {"boxstyle": "circle,pad=0.28", "facecolor": style.GAP_LINE, "edgecolor": "#FFFFFF", "linewidth": 1.2}
        ink.write(
            axes,
            x,
            y,
            str(number),
            9,
            color="#FFFFFF",
            bold=True,
            ha="center",
            va="center",
            bbox=look,
            zorder=8,
            clip_on=True,
        )


def _middle(picture: Picture) -> tuple[float, float]:
    west, south, east, north = picture.frame()
    return (west + east) / 2, (south + north) / 2


def true_metres(picture: Picture) -> float:
    """Metres on the ground for one metre of the map at its middle: projections stretch a little."""
    x, y = _middle(picture)
    lonlat = crs.unproject(np.array([[x - 500, y], [x + 500, y]]), picture.coverage.crs)
    _, _, metres = crs.ellipsoid().inv(*lonlat[0], *lonlat[1])
    return float(metres) / 1000.0


def north_angle(picture: Picture) -> float:
    """Degrees, clockwise from the top of the map, to true north at its middle."""
    x, y = _middle(picture)
    lonlat = crs.unproject(np.array([[x, y], [x, y + 1000]]), picture.coverage.crs)
    azimuth, _, _ = crs.ellipsoid().inv(*lonlat[0], *lonlat[1])
    return -float(azimuth)


def _scale_bar(axes: Axes, picture: Picture) -> None:
    from matplotlib_scalebar.scalebar import ScaleBar

    bar = ScaleBar(
        true_metres(picture),
        "m",
        location="lower left",
        length_fraction=0.22,
        border_pad=0.9,
        pad=0.6,
        box_alpha=0.85,
        color=style.INK,
        font_properties={"family": font(11).get_family(), "size": 11},
    )
    bar.set_zorder(9)
    axes.add_artist(bar)


def _north_arrow(axes: Axes, picture: Picture) -> None:
    """An arrow to true north with its letter, on a light disc in the upper left corner."""
    from matplotlib.patches import Circle, Polygon
    from matplotlib.transforms import Affine2D

    figure = axes.get_figure()
    if figure is None:
        return
    corner = figure.dpi_scale_trans.inverted().transform(axes.transAxes.transform((0, 1)))
    place = Affine2D().rotate_deg(-north_angle(picture)).translate(corner[0] + 0.42, corner[1] - 0.42)
    turned = place + figure.dpi_scale_trans
    axes.add_patch(
        Circle((0, 0), 0.32, transform=turned, facecolor="#FFFFFF", edgecolor=style.BOUNDARY, linewidth=0.6, alpha=0.9, zorder=9)
    )
    axes.add_patch(
        Polygon(
            [(0, 0.16), (-0.09, -0.2), (0, -0.13)],
            transform=turned,
            facecolor=style.INK,
            edgecolor=style.INK,
            linewidth=0.6,
            zorder=9.1,
        )
    )
    axes.add_patch(
        Polygon(
            [(0, 0.16), (0.09, -0.2), (0, -0.13)],
            transform=turned,
            facecolor="#FFFFFF",
            edgecolor=style.INK,
            linewidth=0.6,
            zorder=9.1,
        )
    )
    axes.text(
        0, 0.235, "N", transform=turned, fontproperties=font(8, bold=True), ha="center", va="center", color=style.INK, zorder=9.2
    )
