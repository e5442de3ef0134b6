"""What a guarded child does when somebody opens an uploaded study.

It reads the study, lays its barriers on its streets, and draws what the page shows at once, so that the server meets no
shape of a stranger's before it was shown to be bearable.

The last thing it does is the first question, asked as the page will ask it: what that takes is known before the server tries.
What computes is loaded only once the files are read, which leaves the memory to them.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.i18n import LANGS
from geo.messages import msg
from geo.sources.network_store import open_network
from geo.sources.study_store import open_frame, save_frame, save_study
from geo.sources.uploaded import load_uploaded, water_uploaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.model import Study
    from geo.sources.guarded_child import Says


def get_ready() -> None:
    """Nothing has to be made ready to read files."""


def _get_ready_to_walk() -> None:
    """Compile the loops, or load them compiled: that has nothing to do with the size of a study."""
    from geo.core import planner  # noqa: F401  (only to have it loaded)
    from geo.core.warm import warm

    warm()


def run(request: Mapping[str, Any], says: Says) -> dict[str, Any]:
    """The study and its layers, left in the folder ``out``; or the doctor's suspects of the streets in it."""
    out = Path(request["out"])
    if request["what"] == "suspects":
        return _suspects(out, water=request["water"])
    path = Path(request["path"])
    read, water = load_uploaded(path, says), water_uploaded(path, says)
    says.made_ready(_get_ready_to_walk)
    from geo.core.barriers import applied

    study = applied(read)
    says.stage(msg("Drawing the map"), 0.9)
    save_study(study, out)
    if water is not None:
        save_frame(water, out, "water")
    return {"water": water is not None, "layers": _drawn(study, out)} | _rehearsed(study)


def _drawn(study: Study, out: Path) -> dict[str, list[str]]:
    """The layers that no edit changes, a file each; their names by language."""
    from geo.ui import base_layers

    names: dict[str, list[str]] = {}
    for lang in LANGS:
        layers = {**base_layers.base(study, lang), **base_layers.more(study, lang)}
        for name, layer in layers.items():
            (out / f"{name}-{lang}.json").write_bytes(gzip.decompress(layer.data))
        names[lang] = list(layers)
    return names


def _rehearsed(study: Study) -> dict[str, Any]:
    """The first question asked and drawn; its answer is of no use here."""
    from geo.core import planner

    ready = planner.prepare(study)
    planner.sketch(ready, planner.measure(ready))
    return {}


def _suspects(folder: Path, *, water: bool) -> dict[str, Any]:
    from geo.core.doctor import diagnose

    known = open_frame(folder, "water") if water else None
    save_frame(diagnose(open_network(folder / "network.lcnet"), water=known).suspects, folder, "suspects")
    return {}
