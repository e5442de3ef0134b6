"""summary.json: the question, the answer in a few numbers, and what it was computed from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo import crs
from geo.export.plain import Plain, number, plain, text
from geo.export.rounding import MEASURE_DECIMALS
from geo.i18n import Lang, say
from geo.maps.fonts import font_findings
from geo.maps.words import study_title

if TYPE_CHECKING:
    from datetime import datetime

    from geo.export.results import Results
    from geo.maps.planned import Planned
    from geo.model import Coverage, Finding, InputFile, ServiceStandard, Study, WalkNetwork

Json = dict[str, object]


def summary_json(study: Study, coverage: Coverage, results: Results, *, lang: Lang, made: datetime) -> bytes:
    """The summary as UTF-8 JSON; sentences (notes, findings) in the given language.

    Parameters
    ----------
    made
        When the answer was written, with its time zone.
    """
    content: Json = {
        "study": coverage.study_name,
        **({"study_en": coverage.study_name_en} if coverage.study_name_en else {}),
        "crs": coverage.crs,
        "kinds": list(coverage.kinds),
        "standard": standard_facts(coverage.standard),
        "inputs": [_input(item, lang) for item in (coverage.inputs or study.inputs)],
        "totals": asdict(results.totals),
        "groups": results.groups,
        **({} if results.planned is None else plan_facts(results, results.planned)),
        "network": network_facts(study.network),
        "findings": [_finding(item, lang) for item in all_findings(study, coverage, lang)],
        "language": lang,
        "lifecircle": _version(),
        "generated": made.isoformat(timespec="seconds"),
    }
    return (json.dumps(_tidy(content), ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def standard_facts(standard: ServiceStandard) -> Json:
    """Every value of the standard that was used; the rule that was not used is null."""
    return {
        "rule": standard.rule,
        "minutes": standard.minutes,
        "distance_m": standard.distance_m,
        "snap_limit_m": standard.snap_limit_m,
        "profile": asdict(standard.profile),
    }


def plan_facts(results: Results, planned: Planned) -> Json:
    """The plan that was followed, the state before and after it, and what each of its sites brings or takes."""
    edits = [{key: value for key, value in asdict(edit).items() if value not in {"", None}} for edit in planned.edits]
    whole = json.dumps(edits, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sites = crs.to_wgs84(planned.sites)
    places = np.round(shapely.get_coordinates(sites.geometry.to_numpy()), 6).tolist()
    return {
        "scenario": {"name": "", "edits": edits, "digest": hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()},
        "before": {"totals": asdict(planned.before), "groups": planned.before_groups},
        "after": {"totals": asdict(results.totals), "groups": results.groups},
        "gained_weight": planned.gained_weight,
        "lost_weight": planned.lost_weight,
        "sites": [
            {
                **{key: plain(row[key]) for key in ("id", "name", "kind", "change")},
                "lon": lon,
                "lat": lat,
                **{key: plain(row[key]) for key in ("gain_weight", "lost_weight")},
            }
            for row, (lon, lat) in zip(sites.to_dict("records"), places, strict=True)
        ],
    }


def network_facts(network: WalkNetwork) -> Json:
    """How large the street network is, in how many parts, and where it comes from."""
    return {
        "nodes": network.nodes,
        "edges": network.edges,
        "length_m": round(network.length_m, MEASURE_DECIMALS),
        "components": int(network.component.max()) + 1 if network.nodes else 0,
        "source": network.source,
        "source_date": network.source_date,
        "digest": network.digest,
    }


def all_findings(study: Study, coverage: Coverage, lang: Lang) -> list[Finding]:
    """Those of computing, of loading, of the network and of the fonts for the printed map, each once."""
    written = [study_title(coverage, lang), *map(str, coverage.communities["name"]), "中" if lang == "zh" else ""]
    seen: list[Finding] = []
    for item in (*coverage.findings, *study.findings, *study.network.findings, *font_findings(written)):
        if item not in seen:
            seen.append(item)
    return seen


def _finding(item: Finding, lang: Lang) -> Json:
    return {
        "level": item.level,
        "layer": item.layer,
        "message": say(item.message, lang),
        "rows": list(item.rows),
        "count": item.count,
    }


def _input(item: InputFile, lang: Lang) -> Json:
    return {
        "layer": item.layer,
        "path": item.path,
        "digest": item.digest,
        "rows": item.rows,
        "notes": [say(note, lang) for note in item.notes],
    }


def _tidy(value: object) -> object:
    """Finite numbers and writable text at every depth."""
    if isinstance(value, dict):
        return {text(str(key)): _tidy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(item) for item in value]
    if isinstance(value, np.generic):
        return _tidy(value.item())
    result: Plain = text(value) if isinstance(value, str) else value  # type: ignore[assignment]
    return number(result) if isinstance(result, float) else result


def _version() -> str:
    from importlib.metadata import version

    return version("lifecircle")
