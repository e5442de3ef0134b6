"""A plan as map.html has it: its sites with their marks, and what each brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo import crs
from geo.i18n import LANGS
from geo.maps.planned import PLAN, SHUT, marks, site_gain
from geo.maps.words import local_names, people_counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.maps.picture import Picture


def degrees_of(xy: NDArray[np.float64], system: str) -> list[list[float] | None]:
    """Metres as ``[lat, lon]``, the order that leaflet wants; None where there is no place."""
    lonlat = crs.unproject(np.nan_to_num(xy), system).round(6)
    return [None if np.isnan(x) else [lat, lon] for (lon, lat), x in zip(lonlat.tolist(), xy[:, 0], strict=True)]


def plan_data(picture: Picture) -> dict[str, Any] | None:
    """The sites of the plan: where they stand and stood, and per language their marks, names and what they bring."""
    planned = picture.planned
    if planned is None:
        return None
    sites, people = planned.sites, people_counted(picture.coverage)
    system = picture.coverage.crs
    came = degrees_of(sites[["from_x", "from_y"]].to_numpy(dtype=float), system)
    here = degrees_of(shapely.get_coordinates(sites.geometry.to_numpy()), system)
    rows = [
        {"change": change, "kind": str(kind or ""), "at": at, "from": start}
        for change, kind, at, start in zip(sites["change"], sites["kind"], here, came, strict=True)
    ]
    said = {
        one: [
            {"mark": mark, "name": name or str(key), "gain": site_gain(float(gain), float(lost), one, people=people)}
            for mark, name, key, gain, lost in zip(
                marks(planned, one), local_names(sites, one), sites["id"], sites["gain_weight"], sites["lost_weight"], strict=True
            )
        ]
        for one in LANGS
    }
    total = picture.coverage.totals.demand_weight
    return {
        "sites": rows,
        "said": said,
        "colour": PLAN,
        "shut": SHUT,
        "gained": planned.gained_weight / total if total > 0 else 0,
    }
