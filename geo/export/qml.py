"""Styles in QGIS's own format (QML), so that coverage.gpkg opens as a map and not as bare shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from geo.core.gains import CLOSED, MOVED, NEW
from geo.i18n import Lang, say
from geo.maps import style
from geo.maps.kinds import kind_looks
from geo.maps.planned import PLAN, SHUT, change_name
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.maps.kinds import KindLook

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


@dataclass(frozen=True)
class _Rule:
    """One line of the legend: which rows, what it is called, how it is drawn."""

    label: str
    symbol: ET.Element
    condition: str = ""
    shown: bool = True  # else it is listed, and switched on by a click


def styles(kinds: Iterable[str], lang: Lang, *, name: str = "name") -> dict[str, str]:
    """QML for every layer of the GeoPackage, by the layer's name; communities are labelled with their column ``name``."""
    return {
        "streets": _document([_Rule(say(msg("streets for walking"), lang), _line(style.STREET, 0.3))]),
        "communities": _document(_community_rules(lang), label=name),
        "served_area": _document([_Rule(say(msg("service area"), lang), _outline(style.AREA_LINE, 0.5, "dash"))]),
        # Sixty areas over one another hide the map: the one for all is shown, each alone by a click.
        "service_areas": _document(
            [_Rule(say(msg("service area of one facility"), lang), _outline(style.AREA_LINE, 0.3, "dash"), shown=False)]
        ),
        "gaps": _document([_Rule(say(msg("gap: people there are not served"), lang), _hatched(style.GAP_LINE))]),
        "demand": _document(_demand_rules(lang)),
        "facilities": _document(_facility_rules(kinds, lang)),
        "plan_sites": _document(_plan_rules(lang), label="name"),
    }


def _community_rules(lang: Lang) -> list[_Rule]:
    rules = []
    for one in reversed(style.CLASSES):
        above = f'"coverage_ratio" >= {one.low:g}'
        below = f' AND "coverage_ratio" < {one.high:g}' if one.high <= 1 else ""
        rules.append(_Rule(say(one.label, lang), _fill(one.colour), above + below))
    return [*rules, _Rule(say(style.NOBODY.label, lang), _fill(style.NOBODY.colour), '"coverage_ratio" IS NULL')]


def _demand_rules(lang: Lang) -> list[_Rule]:
    return [
        _Rule(say(msg("people served"), lang), _marker("circle", style.COVERED, 1.2), '"served"'),
        _Rule(say(msg("people not served"), lang), _marker("circle", style.GAP, 1.6), 'NOT "served"'),
    ]


def _plan_rules(lang: Lang) -> list[_Rule]:
    looks = {NEW: ("square", PLAN), MOVED: ("diamond", PLAN), CLOSED: ("cross2", SHUT)}
    return [
        _Rule(change_name(change, lang), _hollow(form, colour), f"\"change\" = '{change}'")
        for change, (form, colour) in looks.items()
    ]


def _facility_rules(kinds: Iterable[str], lang: Lang) -> list[_Rule]:
    rules = [
        _Rule(look.label, _badge(look), f"coalesce(\"kind\", '') = {_quoted(kind)}")
        for kind, look in kind_looks(kinds, lang).items()
    ]
    return rules or [_Rule(say(msg("facility"), lang), _marker("circle", style.INK, 3.0))]


def _badge(look: KindLook) -> ET.Element:
    """A disc with the kind's character on it."""
    symbol = _marker("circle", look.colour, 4.8)
    letters = {"font": "Noto Sans CJK SC", "chr": _xml(look.glyph), "size": "2.6", "size_unit": "MM", "color": _rgba("#FFFFFF")}
    symbol.append(_layer("FontMarker", {**letters, "horizontal_anchor_point": "1", "vertical_anchor_point": "1"}))
    return symbol


def _quoted(value: str) -> str:
    """Text as a literal of QGIS's expressions, where a backslash escapes too."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _document(rules: list[_Rule], label: str = "") -> str:
    root = ET.Element(
        "qgis", {"version": "3.28.0", "styleCategories": "Symbology|Labeling", "labelsEnabled": str(int(bool(label)))}
    )
    renderer = ET.SubElement(
        root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    )
    tree = ET.SubElement(renderer, "rules", {"key": "root"})
    symbols = ET.SubElement(renderer, "symbols")
    for place, rule in enumerate(rules):
        known = {"key": f"rule{place}", "label": _xml(rule.label), "symbol": str(place)} | (
            {} if rule.shown else {"checkstate": "0"}
        )
        ET.SubElement(tree, "rule", known | ({"filter": _xml(rule.condition)} if rule.condition else {}))
        rule.symbol.set("name", str(place))
        symbols.append(rule.symbol)
    if label:
        root.append(_labels(label))
    ET.SubElement(root, "blendMode").text = "0"
    ET.SubElement(root, "featureBlendMode").text = "0"
    return _HEAD + ET.tostring(root, encoding="unicode")


def _labels(column: str) -> ET.Element:
    """The column as a name inside each shape, dark on a light edge."""
    labels = ET.Element("labeling", {"type": "simple"})
    settings = ET.SubElement(labels, "settings", {"calloutType": "simple"})
    look = {"fieldName": column, "isExpression": "0", "fontFamily": "Noto Sans CJK SC", "fontSize": "10", "fontSizeUnit": "Point"}
    words = ET.SubElement(settings, "text-style", {**look, "fontWeight": "75", "textColor": _rgba(style.INK), "textOpacity": "1"})
    edge = {
        "bufferDraw": "1",
        "bufferSize": "0.8",
        "bufferSizeUnits": "MM",
        "bufferColor": _rgba("#FFFFFF"),
        "bufferOpacity": "0.85",
    }
    ET.SubElement(words, "text-buffer", edge)
    ET.SubElement(settings, "placement", {"placement": "0", "centroidInside": "1", "centroidWhole": "1", "fitInPolygonOnly": "0"})
    ET.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "0", "displayAll": "0"})
    return labels


def _xml(value: str) -> str:
    """Text without the control characters that XML can't hold."""
    return "".join(sign if sign >= " " and sign not in "\ufffe\uffff" else "\ufffd" for sign in value)


def _symbol(sort: str, *layers: ET.Element, alpha: float = 1.0) -> ET.Element:
    symbol = ET.Element("symbol", {"type": sort, "name": "", "alpha": f"{alpha:g}", "clip_to_extent": "1", "force_rhr": "0"})
    symbol.extend(layers)
    return symbol


def _layer(sort: str, options: Mapping[str, str]) -> ET.Element:
    layer = ET.Element("layer", {"class": sort, "enabled": "1", "locked": "0", "pass": "0"})
    table = ET.SubElement(layer, "Option", {"type": "Map"})
    for name, value in options.items():
        ET.SubElement(table, "Option", {"name": name, "type": "QString", "value": value})
    return layer


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _fill(colour: str) -> ET.Element:
    options = {"color": _rgba(colour), "style": "solid", "outline_color": _rgba(style.BOUNDARY), "outline_width": "0.3"}
    return _symbol("fill", _layer("SimpleFill", {**options, "outline_style": "solid", "outline_width_unit": "MM"}), alpha=0.7)


def _outline(colour: str, width: float, dash: str) -> ET.Element:
    options = {"color": _rgba(colour, 20), "style": "solid", "outline_color": _rgba(colour), "outline_width": f"{width:g}"}
    return _symbol("fill", _layer("SimpleFill", {**options, "outline_style": dash, "outline_width_unit": "MM"}))


def _hatched(colour: str) -> ET.Element:
    pattern = _layer(
        "LinePatternFill", {"angle": "45", "distance": "2", "distance_unit": "MM", "line_width": "0.4", "line_width_unit": "MM"}
    )
    strokes = _symbol("line", _layer("SimpleLine", _stroke(colour, 0.4)))
    strokes.set("name", "@0@0")
    pattern.append(strokes)
    edge = _layer("SimpleLine", _stroke(colour, 0.6))
    return _symbol("fill", pattern, edge)


def _stroke(colour: str, width: float) -> dict[str, str]:
    return {
        "line_color": _rgba(colour),
        "line_width": f"{width:g}",
        "line_width_unit": "MM",
        "line_style": "solid",
        "capstyle": "round",
    }


def _line(colour: str, width: float) -> ET.Element:
    return _symbol("line", _layer("SimpleLine", _stroke(colour, width)))


def _hollow(form: str, colour: str) -> ET.Element:
    """An open sign around a facility's badge."""
    options = {"name": form, "color": _rgba("#FFFFFF", 0), "size": "6.4", "size_unit": "MM"}
    edge = {"outline_color": _rgba(colour), "outline_style": "solid", "outline_width": "0.7", "outline_width_unit": "MM"}
    return _symbol("marker", _layer("SimpleMarker", options | edge))


def _marker(form: str, colour: str, size: float) -> ET.Element:
    options = {"name": form, "color": _rgba(colour), "size": f"{size:g}", "size_unit": "MM"}
    edge = {"outline_color": _rgba("#FFFFFF"), "outline_style": "solid", "outline_width": "0.3", "outline_width_unit": "MM"}
    return _symbol("marker", _layer("SimpleMarker", options | edge))
