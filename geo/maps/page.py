"""map.html: one file that shows the whole answer with no network at all.

Leaflet, styles and data stand inside the file, and a content security policy lets the
browser run those two scripts and nothing else: no request can leave, and text from the
data can't run even if it were markup. The script sets every text as text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geo.i18n import LANGS, Lang, say
from geo.maps import style
from geo.maps.barriers import barrier_legend
from geo.maps.imprint import about_lines
from geo.maps.inert import script_json, to_script_json
from geo.maps.kinds import kind_looks
from geo.maps.picture import GAPS_NUMBERED
from geo.maps.plan_page import degrees_of, plan_data
from geo.maps.planned import plan_legend
from geo.maps.words import amount, count, limit_s, people_counted, study_title
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.maps.picture import Picture
    from geo.model import Coverage

_WORDS = {
    "print": msg("Print"),
    "facilities": msg("Facilities"),
    "community": msg("Community"),
    "not_served": msg("Not served"),
    "worst": msg("Communities with most not served"),
    "largest_gaps": msg("Largest gaps"),
    "legend": msg("Legend and layers"),
    "gap": msg("Gap"),
    "typical": msg("Typical (min)"),
    "longest": msg("Longest (min)"),
    "min": msg("min"),
    "no_gaps": msg("No gap was found."),
    "click_hint": msg("Click on a community, a gap or a facility to see its figures."),
    "yes": msg("yes"),
    "no": msg("no"),
    "details": msg("Details"),
    "existing": msg("existing"),
    "proposed": msg("proposed"),
    "urban": msg("urban"),
    "rural": msg("rural"),
    "barriers": msg("Walls, gates and links"),
    "plan": msg("Sites of the plan"),
    "newly": msg("Newly served"),
    "coarse": msg("Small streets are left out of this map: the town is large."),
}
# The button names the language that it leads to, in that language.
_OTHER = {"zh": "English", "en": "中文"}
GAPS_LISTED = 60  # every one of them bears its number on the map
PACKED = 1e6  # streets and homes are packed in such parts of a degree: 0.1 m
_STREETS = (
    ("minor", style.STREET, 1.0, ""),
    ("path", style.STREET, 0.7, ""),
    ("steps", style.STREET_MAJOR, 1.4, "2 2"),
    ("major", style.STREET_MAJOR, 1.8, ""),
)


def build_page(
    picture: Picture, layers: Mapping[str, str], fields: Mapping[Lang, Any], bounds: list[list[float]], lang: Lang
) -> bytes:
    """The page as one UTF-8 file.

    Parameters
    ----------
    layers
        JSON texts: GeoJSON of communities, service_areas, gaps and facilities, and the
        packed ``streets`` and ``homes`` of :mod:`geo.export.web`.
    fields
        Per language and layer, each field's heading and meaning.
    bounds
        South-west and north-east corner, each ``[lat, lon]`` as leaflet wants it.
    lang
        The language that the page opens in; it holds both.
    """
    page = {
        "lang": lang,
        "layers": list(layers),
        "words": {one: _words(picture.coverage, one) for one in LANGS},
        "facts": {one: asdict(picture.facts(one)) | {"about": " · ".join(about_lines(picture.coverage, one))} for one in LANGS},
        "ratio": picture.coverage.totals.coverage_ratio,
        "classes": [{"key": one.key, "low": one.low, "colour": one.colour, "hatch": bool(one.hatch)} for one in style.CLASSES],
        "kinds": {one: {kind: asdict(look) for kind, look in kind_looks(_all_kinds(picture), one).items()} for one in LANGS},
        "streets": [{"key": key, "colour": colour, "width": width, "dash": dash} for key, colour, width, dash in _STREETS],
        "colours": {
            "gap_line": style.GAP_LINE,
            "boundary": style.BOUNDARY,
            "area_line": style.AREA_LINE,
            "off": style.OFF_NETWORK,
            "water": style.WATER,
            "water_line": style.WATER_LINE,
        },
        "legend": {one: _legend(picture, one) for one in LANGS},
        "fields": fields,
        "bounds": bounds,
        "names": {one: picture.names(one) for one in LANGS},
        "packed": PACKED,
        "limit_s": limit_s(picture.coverage.standard),
        "numbered": GAPS_NUMBERED,
        "listed": GAPS_LISTED,
        "plan": plan_data(picture),
        "gap_names": {one: picture.gap_names(one) for one in LANGS},
        "gap_figures": {one: picture.gap_figures(one) for one in LANGS},
        "gaps_rest": {one: _gaps_rest(picture, one) for one in LANGS},
        "places": {
            "communities": degrees_of(picture.name_places, picture.coverage.crs),
            "gaps": degrees_of(picture.gap_places, picture.coverage.crs),
        },
    }
    data = [("page", to_script_json(page)), *((f"layer-{name}", script_json(text)) for name, text in layers.items())]
    return _document(study_title(picture.coverage, lang), data, lang)


def _words(coverage: Coverage, lang: Lang) -> dict[str, str]:
    """The page's words; a share is one of people, or of homes where nobody counted people."""
    shares = {
        "communities": msg("Communities by share of people served"),
        "coverage": msg("Served"),
    }
    if not people_counted(coverage):
        shares = {"communities": msg("Communities by share of homes served"), "coverage": msg("Homes served")}
    return {key: say(text, lang) for key, text in {**_WORDS, **shares}.items()} | {"language": _OTHER[lang]}


def _all_kinds(picture: Picture) -> set[str]:
    """The kinds on the map, those of closed facilities included."""
    if picture.planned is None:
        return {*picture.kinds}
    return {*picture.kinds, *picture.planned.sites["kind"].fillna("").astype(str)}


def _gaps_rest(picture: Picture, lang: Lang) -> str:
    """How many gaps are too small for the list, and how many people live there; empty when all are listed."""
    rest = picture.gaps.iloc[GAPS_LISTED:]
    if not len(rest):
        return ""
    more = amount(count(float(rest["unserved_weight"].sum())), lang, people=people_counted(picture.coverage))
    return say(msg("{count} smaller gaps with {amount} are in the files."), lang, count=len(rest), amount=more)


def _legend(picture: Picture, lang: Lang) -> dict[str, list[dict[str, str]]]:
    homes = style.LegendEntry("homes", "point", style.GAP_LINE, say(msg("homes not served"), lang))
    groups = {
        "shades": style.coverage_legend(lang),
        "layers": [*picture.layer_legend(lang), homes],
        "kinds": style.kind_legend(picture.kinds, lang),
        "barriers": barrier_legend(picture.barriers, lang),
        "plan": plan_legend(picture.planned, lang),
    }
    return {name: [asdict(entry) for entry in entries] for name, entries in groups.items()}


def _document(title: str, data: list[tuple[str, str]], lang: Lang) -> bytes:
    """The parts put together; only what is hashed here may run."""
    styles = [_leaflet_css(), _own("page.css")]
    scripts = [_leaflet_js(), _own("page.js")]
    policy = (
        f"default-src 'none'; script-src {' '.join(map(_digest, scripts))}; style-src {' '.join(map(_digest, styles))};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title>",
        *(f"<style>{text}</style>" for text in styles),
        f"</head><body>{_own('page.html')}",
        *(f'<script type="application/json" id="{name}">{text}</script>' for name, text in data),
        *(f"<script>{text}</script>" for text in scripts),
        "</body></html>\n",
    ]
    return "\n".join(parts).encode("utf-8", "replace")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _own(name: str) -> str:
    return (files("geo.maps") / name).read_text(encoding="utf-8")


@cache
def _leaflet_js() -> str:
    """Leaflet without the line by which a browser's tools would ask for its source map."""
    return re.sub(r"//# sourceMappingURL=.*", "", _leaflet("leaflet.js"))


@cache
def _leaflet_css() -> str:
    """Leaflet's styles without its pictures: this page has no markers that need them."""
    return re.sub(r"url\([^)]*\)", "none", _leaflet("leaflet.css"))


def _leaflet(name: str) -> str:
    from pathlib import Path

    from xstatic.pkg import leaflet

    return (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8").replace("\r\n", "\n")
