"""Lifecircle: who can walk to a service in time, who cannot and why, and what a new site changes.

The three doors, typed::

    from geo import evaluate, load_study, write_geojson

    study = load_study("study.toml")
    answer = evaluate(study)
    write_geojson(study, answer, "out")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.core.planner import evaluate
    from geo.export import write_geojson, write_outputs
    from geo.sources.study import load_study

__version__ = "0.1.0"
__all__ = ["evaluate", "load_study", "write_geojson", "write_outputs"]

_HOMES = {
    "evaluate": "geo.core.planner",
    "load_study": "geo.sources.study",
    "write_geojson": "geo.export",
    "write_outputs": "geo.export",
}


def __getattr__(name: str) -> object:
    """Fetch a door when it is first used: importing the package stays quick."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module 'geo' has no attribute '{name}'"
    raise AttributeError(message)
