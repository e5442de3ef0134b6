"""The layers of the map that no edit changes, ready to be fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.ui import extras, layer_data
from geo.ui.words import community_names

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.model import Study
    from geo.ui.layers import Packed

BASE = ("communities", "homes")
MORE = ("candidates", "requests", "barriers")


def base(study: Study, lang: Lang) -> dict[str, Packed]:
    """Those that every study has: :data:`BASE`."""
    return {
        "communities": layer_data.communities(study, community_names(study.communities, lang)),
        "homes": layer_data.homes(study),
    }


def more(study: Study, lang: Lang) -> dict[str, Packed]:
    """Candidate sites, requests, barriers and links: those of :data:`MORE` that the study has."""
    made = {
        "candidates": (study.candidates, extras.candidates),
        "requests": (study.requests, extras.requests),
        "barriers": (study.barriers, extras.barriers),
    }
    return {name: pack(frame, lang) for name, (frame, pack) in made.items() if frame is not None and not frame.empty}
