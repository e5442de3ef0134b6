"""Service areas looked at in other ways: in rings of time, by how many facilities reach a place, parted by the nearest.

Each is worked out only when a planner switches it on, and small enough to send whatever the size of the city.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from geo.core.areas import AreaOptions, service_areas
from geo.core.detail import light
from geo.core.overlap import overlap_counts
from geo.i18n import Lang, say
from geo.messages import msg
from geo.ui import layer_data

if TYPE_CHECKING:
    from geo.core.planner import Prepared
    from geo.model import Coverage, Facilities, ServiceStandard
    from geo.ui.layers import Packed

Row = dict[str, object]

# Light to dark, in steps that a grey copy and any colour vision keep apart.
_RINGS = ("#084081", "#2b8cbe", "#7bccc4", "#ccebc5")
_OVERLAPS = ("#c7e9b4", "#41b6c4", "#225ea8", "#0c2c84")
_PARTS = ("#8da0cb", "#fc8d62", "#66c2a5", "#e78ac3", "#a6d854", "#e5c494", "#b3b3b3", "#ffd92f")
_STEPS_MINUTES, _STEPS_M = (5.0, 10.0, 15.0), (300.0, 500.0, 1000.0)  # the circles of life of GB 50180


def ring_cutoffs(standard: ServiceStandard) -> tuple[float, ...]:
    """The usual circles of life within the standard's own cutoff, the last three of them, and that cutoff itself."""
    own, steps = (standard.minutes, _STEPS_MINUTES) if standard.minutes is not None else (standard.distance_m or 0.0, _STEPS_M)
    inner = tuple(step for step in steps if step < own)[-3:] or (own / 2,)
    return (*inner, own)


def rings(prepared: Prepared, plan: Facilities, answer: Coverage) -> Packed:
    """What each longer walk adds to the one before, for all facilities together."""
    cutoffs = ring_cutoffs(prepared.standard)
    options = AreaOptions(cutoffs=cutoffs, by="all", rings=True, quality="quick")
    shapes = light(service_areas(prepared, plan, answer, options))
    of_ring = dict(zip(cutoffs, _RINGS, strict=False))
    column = "minutes" if "minutes" in shapes else "distance_m"
    return layer_data.shaded(shapes, [of_ring[float(cutoff)] for cutoff in shapes[column]])


def overlaps(prepared: Prepared, plan: Facilities, answer: Coverage) -> Packed:
    """From how many facilities each place is within the cutoff."""
    counted = overlap_counts(service_areas(prepared, plan, answer, AreaOptions(quality="quick")))
    counted["step"] = counted["facilities"].clip(upper=len(_OVERLAPS)).astype(float)
    merged = counted.dissolve("step", method="coverage", as_index=False)
    # light() thins areas by facility and cutoff: these are one facility's, each with a cutoff of its own.
    thinned = light(merged.assign(facility_id="", minutes=merged["step"]))
    return layer_data.shaded(thinned, [_OVERLAPS[int(step) - 1] for step in thinned["step"]])


def parts(prepared: Prepared, plan: Facilities, answer: Coverage) -> Packed:
    """All service areas together, divided by the nearest facility."""
    shapes = light(service_areas(prepared, plan, answer, AreaOptions(by="nearest", quality="quick")))
    return layer_data.shaded(shapes, [colour for colour, _ in zip(cycle(_PARTS), range(len(shapes)), strict=False)])


MAKE = {"rings": rings, "overlaps": overlaps, "parts": parts}


def legend(standard: ServiceStandard, lang: Lang) -> list[Row]:
    """The rows of these layers; all are off until somebody switches them on."""
    if standard.minutes is not None:
        rings_head = msg("Rings: how long it is to walk")
        near = [say(msg("{minutes} min"), lang, minutes=f"{cutoff:g}") for cutoff in ring_cutoffs(standard)]
    else:
        rings_head = msg("Rings: how far it is to walk")
        near = [say(msg("{metres} m"), lang, metres=f"{cutoff:,.0f}") for cutoff in ring_cutoffs(standard)]
    many = [*map(str, range(1, len(_OVERLAPS))), say(msg("{count} or more"), lang, count=len(_OVERLAPS))]
    rows = (
        ("rings", rings_head, zip(_RINGS, near, strict=False)),
        ("overlaps", msg("Within reach of how many facilities"), zip(_OVERLAPS, many, strict=True)),
        ("parts", msg("Which facility is nearest"), ()),
    )
    return [
        {
            "layer": name,
            "label": say(text, lang),
            "keys": [{"swatch": "box", "colour": colour, "label": label} for colour, label in keys],
            "off": True,
        }
        for name, text, keys in rows
    ]
