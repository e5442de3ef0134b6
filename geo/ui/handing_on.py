"""A planner's edits as they are handed on: tagged, and in degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo import crs
from geo.model import SiteEdit
from geo.ui.history import Move, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.ui.history import Edit


def site_edits(edits: Iterable[Edit], system: str) -> tuple[SiteEdit, ...]:
    """The edits in order, each as one of the files has it; ``system``: the metric system of their places."""
    return tuple(_one(edit, system) for edit in edits)


def _one(edit: Edit, system: str) -> SiteEdit:
    if not isinstance(edit, Place | Move):
        return SiteEdit(edit.type, edit.site_id)
    lon, lat = crs.unproject(np.array([[edit.x, edit.y]]), system)[0].round(6).tolist()
    if isinstance(edit, Place):
        return SiteEdit(edit.type, edit.site_id, edit.kind, edit.name, lon, lat)
    return SiteEdit(edit.type, edit.site_id, lon=lon, lat=lat)
