"""What is asked, looked at before anybody walks: a question that would be answered with a wrong number is refused.

Whoever builds a study or its facilities in Python hands over frames whose systems, columns and
words nobody has read before. Frames in another system are turned into the study's; what can't be
understood is refused in one sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import check_metric, same
from geo.errors import CrsError, InputDataError, StandardError
from geo.messages import msg
from geo.model import Facilities, ServiceStandard, Study, WalkProfile
from geo.service_points import FAR_M, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_NAMED = 5
_TURN = 180.0  # no longitude is larger
_SITE_COLUMNS = ("id", "name", "kind", "status")


def check_study(study: object) -> Study:
    """The study with all its frames in its own system; unchanged where they are already.

    Raises
    ------
    GeoError
        When a layer is not what it must be, ids stand twice, a status is no word of ours, a place is no
        point, or places are in another system than they say.
    """
    if not isinstance(study, Study):
        _refuse_sort("study", "load_study()", study)
    check_standard(study.standard)
    check_metric(study.crs)
    if not same(study.crs, study.network.crs):
        text = msg("The study is in {crs} and its streets are in {streets}; bring both into one system.")
        raise CrsError(text, crs=study.crs, streets=study.network.crs)
    demand = _layer("demand", study.demand, study.crs, ("id", "weight", "community_id", *study.groups))
    _check_points("demand", demand)
    for column in ("weight", *study.groups):
        if not pd.api.types.is_numeric_dtype(demand[column]):
            raise InputDataError(msg("The column “{column}” of {layer} must hold numbers."), column=column, layer="demand")
    _check_near("demand", demand, study, np.zeros(len(demand), dtype=bool))
    communities = _layer("communities", study.communities, study.crs, ("id", "name"))
    _check_once("communities", communities["id"])
    return replace(study, demand=demand, communities=communities, facilities=check_sites(study.facilities, study))


def check_sites(facilities: object, study: Study) -> Facilities:
    """Facilities in the study's system; raises as :func:`check_study`."""
    if not isinstance(facilities, Facilities):
        _refuse_sort("facilities", "Facilities(frame)", facilities)
    frame = _layer("facilities", facilities.frame, study.crs, _SITE_COLUMNS)
    _check_points("facilities", frame)
    _check_once("facilities", frame["id"])
    unknown = ~frame["status"].isin(STATUSES).to_numpy(dtype=bool)
    if unknown.any():
        text = msg("{which} have a status that is not known ({values}); write one of: {known}.")
        values = list(dict.fromkeys(map(str, frame["status"][unknown])))[:_NAMED]
        raise InputDataError(text, which=_which(frame["id"][unknown]), values=values, known=STATUSES)
    _check_near("facilities", frame, study, (frame["status"] == "proposed").to_numpy(dtype=bool))
    doors = facilities.entrances
    if doors is not None:
        doors = _layer("entrances", doors, study.crs, ("facility_id",))
        _check_points("entrances", doors)
    return Facilities(frame, doors)


def check_standard(standard: object) -> None:
    """Refuse what is no standard, or has no walkers.

    Raises
    ------
    StandardError
        Saying what to give instead.
    """
    if not isinstance(standard, ServiceStandard):
        text = msg("The standard must be one such as study.standard.with_minutes(10); this is {sort}.")
        raise StandardError(text, sort=_sort(standard))
    profile: object = standard.profile
    if not isinstance(profile, WalkProfile):
        text = msg('Who walks must be a profile such as study.profiles["older"]; this is {sort}.')
        raise StandardError(text, sort=_sort(profile))


def check_kinds(kinds: str | Iterable[str] | None, *among: Facilities) -> tuple[str, ...]:
    """The kinds asked about, one given as a text or several.

    Raises
    ------
    InputDataError
        For a kind that none of the facilities has.
    """
    asked = (kinds,) if isinstance(kinds, str) else tuple(kinds or ())
    known = sorted({kind for facilities in among for kind in facilities.kinds})
    for kind in asked:
        if kind in known:
            continue
        if not known:
            raise InputDataError(msg("The facilities of this study have no kinds, so “{kind}” can't be asked about."), kind=kind)
        text = msg("The study has no facility of the kind “{kind}”; its kinds are: {known}.")
        raise InputDataError(text, kind=kind, known=known)
    return asked


def _refuse_sort(what: str, wanted: str, given: object) -> NoReturn:
    text = msg("{what} must be what {wanted} gives; this is {sort}.")
    raise InputDataError(text, what=what, wanted=wanted, sort=_sort(given))


def _sort(given: object) -> str:
    return "None" if given is None else type(given).__name__


def _layer(name: str, frame: object, crs: str, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """A frame with these columns in the study's system."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        _refuse_sort(name, "geopandas.GeoDataFrame", frame)
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        raise InputDataError(msg("{layer} lacks the columns {columns}."), layer=name, columns=lacking)
    if frame.crs is None:
        text = msg("{layer} has no coordinate system; say which it is in with frame.set_crs(…).")
        raise CrsError(text, layer=name)
    return frame if same(frame.crs, crs) else frame.to_crs(crs)


def _check_points(name: str, frame: gpd.GeoDataFrame) -> None:
    """Every row must be one point with finite coordinates."""
    shapes = frame.geometry.to_numpy()
    point = np.isfinite(_places(frame)).all(axis=1)
    if point.all():
        return
    wrong = np.flatnonzero(~point)
    found = list(dict.fromkeys("None" if shape is None else shape.geom_type for shape in shapes[wrong[:_NAMED]]))
    text = msg("Every row of {layer} must be a point; row {rows} is not ({found}). Of an area take representative_point().")
    raise InputDataError(text, layer=name, rows=[int(row) + 1 for row in wrong[:_NAMED]], found=found)


def _places(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Coordinates of points, shape (rows, 2); NaN where there is no point."""
    shapes = frame.geometry.to_numpy()
    full = ~shapely.is_empty(shapes)  # an empty point has no coordinates to ask for
    xy = np.full((len(shapes), 2), np.nan)
    xy[full] = np.column_stack([shapely.get_x(shapes[full]), shapely.get_y(shapes[full])])
    return xy


def _check_once(name: str, ids: pd.Series[str]) -> None:
    again = ids[ids.duplicated()]
    if len(again):
        text = msg("Ids of {layer} stand twice: {ids}; give each row an id of its own.")
        raise InputDataError(text, layer=name, ids=list(dict.fromkeys(map(str, again)))[:_NAMED])


def _check_near(name: str, frame: gpd.GeoDataFrame, study: Study, strict: NDArray[np.bool_]) -> None:
    """Places so far from all streets that they can't be metres: all of them, those that read as degrees, and ``strict`` ones."""
    nodes = study.network.node_xy
    if not len(nodes) or not len(frame):
        return
    xy = _places(frame)
    far = np.maximum(nodes.min(axis=0) - xy, xy - nodes.max(axis=0)).max(axis=1) > FAR_M
    wrong = far & (strict | (np.abs(xy) <= _TURN).all(axis=1) | far.all())
    if wrong.any():
        first = xy[wrong][0]
        text = msg("{which} of {layer} lie more than {km} km from every street, the first at {x} {y}: no metres in {crs}.")
        raise CrsError(text, which=_which(frame["id"][wrong]), layer=name, km=FAR_M / 1000, x=first[0], y=first[1], crs=study.crs)


def _which(ids: pd.Series[str]) -> list[str]:
    return [*map(str, ids[:_NAMED]), *(["…"] if len(ids) > _NAMED else [])]
