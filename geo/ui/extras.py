"""What may be laid over the map beside the answer: doubtful streets, candidate sites, requests, barriers and links.

These layers change no number. Names and sentences of a study ride along as data and are only ever set as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.i18n import Lang, say
from geo.maps.barriers import LOOKS, barrier_legend, barrier_lines
from geo.maps.kinds import kind_looks
from geo.messages import msg
from geo.ui import layer_data, words
from geo.ui.kinds import kind_name

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import geopandas as gpd

    from geo.model import Study
    from geo.ui.layers import Packed

Row = dict[str, object]

SURE = {"high": "#B5006E", "medium": "#D9589F", "low": "#85779A"}  # a suspect by its confidence, as in draw.js
_SURE_WORDS = {"high": msg("likely"), "medium": msg("possible"), "low": msg("unlikely")}
SUSPECTS = {
    "island": msg("streets joined to nothing else"),
    "near_miss": msg("street end that stops just short of another street"),
    "crossing": msg("streets that cross without a junction"),
    "gap": msg("gap between two street ends that face each other"),
    "bridge_gap": msg("gap over water between two street ends: a bridge may be missing"),
}
_STATES = {
    "open": msg("not answered yet"),
    "in_progress": msg("being dealt with"),
    "done": msg("done"),
    "declined": msg("declined"),
}
_SETTLED = ("done", "declined")
_WAITING_COLOUR, _SETTLED_COLOUR, _CANDIDATE_COLOUR = "#4B4E9E", "#666B73", "#00795A"
_PLACES = {  # kinds of a site or a request that are no kind of service
    "idle_ground_floor": msg("idle ground floor"),
    "idle_house": msg("idle house"),
    "way": msg("a better way on foot"),
}
_COSTS, _AREAS = ("cost_yuan", "cost"), ("floor_area_m2", "area_m2")


def suspects(found: gpd.GeoDataFrame, lang: Lang, *, likely: bool) -> Packed:
    """The doctor's suspects: those of high and medium confidence, or the others, which are mostly real dead ends."""
    chosen = found[(found["confidence"] != "low").to_numpy() == likely]
    rows = [
        {"sure": str(row["confidence"]), "name": say(SUSPECTS[str(row["kind"])], lang), "note": _suspect_note(row, lang)}
        for row in chosen.to_dict("records")
    ]
    return layer_data.facilities(chosen, str(found.crs), rows)


def _suspect_note(row: Mapping[Hashable, object], lang: Lang) -> str:
    length, gain, walk = (float(str(row[name])) for name in ("length_m", "gain_m", "walk_m"))
    parts = [say(_SURE_WORDS[str(row["confidence"])], lang)]
    if length > 0:
        parts.append(say(msg("{metres} m are missing"), lang, metres=f"{length:,.1f}"))
    if gain > 0:
        parts.append(say(msg("{metres} m of street hang on it"), lang, metres=f"{gain:,.0f}"))
    if np.isfinite(walk) and walk > 0:
        parts.append(say(msg("{metres} m to walk round today"), lang, metres=f"{walk:,.0f}"))
    return " · ".join([*parts, str(row["suspect_id"])])


def candidates(frame: gpd.GeoDataFrame, lang: Lang) -> Packed:
    """Sites that could be used, with kind, floor area and cost where the study tells them."""
    rows: list[Row] = []
    for row, name in zip(frame.to_dict("records"), words.names(frame, lang), strict=True):
        note = [_kind(str(row["kind"]), lang), *_size_and_cost(row, lang)]
        rows.append(
            {
                "id": str(row["id"]),
                "name": name or str(row["id"]),
                "note": " · ".join(filter(None, note)),
                "glyph": "+",
                "colour": _CANDIDATE_COLOUR,
            }
        )
    return layer_data.facilities(frame, str(frame.crs), rows)


def _size_and_cost(row: Mapping[Hashable, object], lang: Lang) -> list[str]:
    """Floor area and cost of a candidate site, as far as the study tells them."""
    area, cost = _number(row, _AREAS), _number(row, _COSTS)
    return [
        "" if area is None else say(msg("{area} m²"), lang, area=area),
        "" if cost is None else say(msg("{cost} yuan"), lang, cost=cost),
    ]


def candidate_name(frame: gpd.GeoDataFrame | None, site_id: str, lang: Lang) -> str:
    """The name of a candidate site, or its id where it has none; empty when there is no such candidate."""
    if frame is None or not site_id:
        return ""
    here = frame[frame["id"].astype(str) == site_id].head(1)
    return (words.names(here, lang)[0] or site_id) if len(here) else ""


def candidate_note(frame: gpd.GeoDataFrame | None, site_id: str, lang: Lang) -> str:
    """Floor area and cost of a candidate site in one line; empty where the study tells neither."""
    here = None if frame is None or not site_id else frame[frame["id"].astype(str) == site_id]
    if here is None or here.empty:
        return ""
    return " · ".join(filter(None, _size_and_cost(here.to_dict("records")[0], lang)))


def requests(frame: gpd.GeoDataFrame, lang: Lang) -> Packed:
    """What residents ask for: the kind, their own words, and how far it has got."""
    looks = kind_looks(frame["kind"].astype(str), lang)
    rows: list[Row] = []
    for row in frame.to_dict("records"):
        kind, state = str(row["kind"]), _text(row, "state")
        known = say(_STATES[state], lang) if state in _STATES else state
        said = (lang == "en" and _text(row, "text_en")) or _text(row, "text") or _text(row, "name")
        note = [said, " · ".join(filter(None, (known, _text(row, "date"))))]
        rows.append(
            {
                "name": _kind(kind, lang),
                "note": "\n".join(filter(None, note)),
                "glyph": looks[kind].glyph if kind not in _PLACES else "•",
                "colour": _SETTLED_COLOUR if state in _SETTLED else _WAITING_COLOUR,
                "waiting": state not in _SETTLED,
            }
        )
    return layer_data.facilities(frame, str(frame.crs), rows)


def barriers(frame: gpd.GeoDataFrame, lang: Lang) -> Packed:
    """Walls, gates, closed ways and planned links; an outline is drawn as its line."""
    drawn = barrier_lines(frame)
    names = frame["name"].fillna("").astype(str) if "name" in frame else [""] * len(frame)
    rows = []
    for look, name in zip(drawn["look"], names, strict=True):
        label = say(LOOKS[look].label, lang)
        rows.append({"look": look, "name": name or label, "note": label if name else ""})
    return layer_data.facilities(drawn, str(frame.crs), rows)


def barriers_legend(study: Study, lang: Lang) -> list[Row]:
    """The legend's row of barriers, where the study has any; they are shown from the start, since they count."""
    if study.barriers is None or study.barriers.empty:
        return []
    keys = [
        {"swatch": {"ring": "ring", "dash": "dashed"}.get(one.sort, "stroke"), "colour": one.colour, "label": one.label}
        for one in barrier_legend(study.barriers, lang)
    ]
    return [{"layer": "barriers", "label": say(msg("Walls, gates and links"), lang), "keys": keys}]


def legend(study: Study, lang: Lang) -> list[Row]:
    """The rows of the layers that are off until somebody switches them on."""
    rows: list[Row] = []
    if study.candidates is not None and not study.candidates.empty:
        rows.append({"layer": "candidates", "label": say(msg("Candidate sites"), lang), "mark": "candidate", "off": True})
    if study.requests is not None and not study.requests.empty:
        keys = [_key("bubble", _WAITING_COLOUR, msg("waiting"), lang)]
        if "state" in study.requests and study.requests["state"].isin(_SETTLED).any():
            keys.append(_key("bubble", _SETTLED_COLOUR, msg("settled"), lang))
        rows.append({"layer": "requests", "label": say(msg("Residents' requests"), lang), "keys": keys, "off": True})
    for name, text, shown in (
        ("suspects", msg("Streets that may be drawn wrong"), ("high", "medium")),
        ("doubts", msg("… also the unlikely ones, mostly real dead ends"), ("low",)),
    ):
        keys = [_key("ring", SURE[sure], _SURE_WORDS[sure], lang) for sure in shown]
        rows.append({"layer": name, "label": say(text, lang), "keys": keys, "off": True})
    return rows


def doctor_notes(found: gpd.GeoDataFrame, lang: Lang) -> tuple[str, list[str], str]:
    """How many suspects of which kind there are: a sentence, a line for each kind, and what to do about them."""
    if found.empty:
        return say(msg("The street map was looked over: no place looks drawn wrong."), lang), [], ""
    low = int((found["confidence"] == "low").sum())
    head = say(
        msg("The street map may be drawn wrong at {count} places; {sure} of them are likely or possible, {low} unlikely."),
        lang,
        count=len(found),
        sure=len(found) - low,
        low=low,
    )
    lines = []
    for kind, text in SUSPECTS.items():
        of_kind = found.loc[found["kind"] == kind, "confidence"]
        levels = [(say(_SURE_WORDS[sure], lang), int((of_kind == sure).sum())) for sure in SURE]
        shares = tuple(f"{word} {count}" for word, count in levels if count)
        if len(of_kind):
            line = msg("{what}: {count} ({shares})")
            lines.append(say(line, lang, what=say(text, lang), count=len(of_kind), shares=shares))
    todo = msg(
        "A street that is not joined on the map makes walks longer than they are, or cuts homes off. Nothing is mended by "
        "itself. See the places under “More layers”; “lifecircle check STUDY --doctor DIR” writes them to mends.csv: keep "
        'the rows that are right, and write mends = "mends.csv" under [network] in study.toml.'
    )
    return head, lines, say(todo, lang)


def _key(swatch: str, colour: str, label: str, lang: Lang) -> dict[str, str]:
    return {"swatch": swatch, "colour": colour, "label": say(label, lang)}


def _kind(kind: str, lang: Lang) -> str:
    return say(_PLACES[kind], lang) if kind in _PLACES else kind_name(kind, lang)


def _text(row: Mapping[Hashable, object], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(row: Mapping[Hashable, object], names: tuple[str, ...]) -> str | None:
    """The first of these columns that holds a number, as the screen writes it."""
    for name in names:
        value = row.get(name)
        if isinstance(value, (int, float, np.integer, np.floating)) and np.isfinite(value):
            return f"{value:,.0f}"
    return None
