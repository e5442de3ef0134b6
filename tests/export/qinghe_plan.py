"""The embedded town with five new canteens, one moved and one closed: what a planner hands on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.core import planner
from geo.export import outputs_of
from geo.model import Plan
from geo.sources.study import load_study
from geo.sources.water import water_of
from geo.ui.handing_on import site_edits
from geo.ui.history import History, Move, Place, Remove
from tests.export.conftest import MADE

if TYPE_CHECKING:
    from geo.export.outputs import Outputs
    from geo.i18n import Lang

QINGHE = Path(__file__).parents[2] / "data" / "qinghe"
KINDS = ("canteen", "meal_point")
MOVED, CLOSED = "F05", "F03"


@cache
def planned_outputs(lang: Lang = "zh") -> Outputs:
    """The outputs of that plan; worked out once for each language."""
    if lang != "zh":
        made = planned_outputs()
        return outputs_of(made.study, made.coverage, lang=lang, made=MADE)
    study = replace(load_study(QINGHE), water=water_of(QINGHE))
    ready = planner.prepare(study)
    before = planner.measure(ready, kinds=KINDS)
    places = planner.sketch(ready, before).gaps.geometry.representative_point().head(5)
    history = History()
    for number, place in enumerate(places, start=1):
        history = history.do(Place(f"plan-{number}", "canteen", f"新建社区食堂 {number}", float(place.x), float(place.y)))
    stood = study.facilities.frame.set_index("id").geometry[MOVED]
    # Across the border into another community: what its own column says of the community no longer holds.
    history = history.do(Move(MOVED, float(stood.x) + 350, float(stood.y) - 450)).do(Remove(CLOSED))
    facilities = history.facilities(study.facilities)
    answer = planner.draw(ready, planner.measure(ready, facilities, KINDS), facilities)
    answer = replace(answer, plan=Plan(site_edits(history.in_force, study.crs), before))
    return outputs_of(replace(study, facilities=facilities), answer, lang="zh", made=MADE)
