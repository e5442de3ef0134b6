"""The layers of map.html: thinned to what a screen can show, streets packed small."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo import crs
from geo.export.column_heads import KNOWN
from geo.export.fields import describe_fields
from geo.export.geojson import to_geojson
from geo.export.results import LAYERS
from geo.i18n import LANGS, say
from geo.maps.barriers import LOOKS, barrier_lines
from geo.maps.page import PACKED, build_page
from geo.maps.streets import joined_lines, packed_lines, street_lines
from geo.maps.words import people_counted

if TYPE_CHECKING:
    from geo.i18n import Lang
    from geo.maps.picture import Picture

THIN_M = 1.5
STREET_VERTICES = 300_000
HOMES = 20_000


def map_html(picture: Picture, *, lang: Lang) -> bytes:
    """The page as one file; see :mod:`geo.maps.page`."""
    west, south, east, north = picture.frame()
    thin = max(THIN_M, max(east - west, north - south) / 6000)
    # Single service areas are only shown when their facility is chosen: less detail will do.
    layers = {
        name: to_geojson(_thinned(getattr(picture, name), 3 * thin if name == "service_areas" else thin)).decode()
        for name in LAYERS
    }
    layers["streets"] = json.dumps(packed_streets(picture, thin), separators=(",", ":"))
    layers["homes"] = json.dumps(packed_homes(picture), separators=(",", ":"))
    if picture.barriers is not None and not picture.barriers.empty:
        drawn = barrier_lines(picture.barriers)
        looks = [{"look": look, "colour": LOOKS[look].colour, "dashed": LOOKS[look].dashed} for look in drawn["look"]]
        layers["barriers"] = to_geojson(gpd.GeoDataFrame(looks, geometry=drawn.geometry.array, crs=drawn.crs)).decode()
    if len(picture.water_near):
        layers["water"] = to_geojson(
            _thinned(gpd.GeoDataFrame(geometry=picture.water_near, crs=picture.coverage.crs), thin)
        ).decode()
    people = people_counted(picture.coverage)
    fields = {one: {name: _fields(name, one, people=people) for name in LAYERS} for one in LANGS}
    layers["reach"] = to_geojson(gpd.GeoDataFrame(geometry=[picture.reach], crs=picture.coverage.crs)).decode()
    corners = crs.unproject(np.array([[west, south], [east, north]]), picture.coverage.crs)
    return build_page(picture, layers, fields, corners[:, ::-1].round(6).tolist(), lang)


def _fields(name: str, lang: Lang, *, people: bool) -> dict[str, dict[str, str]]:
    """Heading and meaning of each field; the page shows times in minutes, so the headings drop their seconds."""
    ours = {
        one.name: {"heading": re.sub(r" \(s\)$|（秒）$", "", one.heading), "meaning": one.meaning}
        for one in describe_fields(name, lang, people=people)
    }
    return {name: {"heading": say(head, lang), "meaning": say(means, lang)} for name, (head, means) in KNOWN.items()} | ours


def _thinned(frame: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    # What crosses itself after thinning is mended when it is written.
    thin = shapely.simplify(frame.geometry.to_numpy(), tolerance_m, preserve_topology=False)
    return frame.set_geometry(thin, crs=frame.crs)


def packed_streets(picture: Picture, tolerance_m: float) -> dict[str, list[list[int]]]:
    """Streets of the study and around it by class: whole millionths of a degree, each told from the one before.

    Long networks are thinned harder, up to ten times; beyond that the smallest classes are left out, and the
    page says so where it finds no lines of a class.
    """
    west, south, east, north = picture.frame()
    wide = 0.5 * max(east - west, north - south)
    lines = street_lines(picture.network, tolerance_m, (west - wide, south - wide, east + wide, north + wide))
    for harder in (2, 4, 10):
        if sum(int(shapely.get_num_coordinates(of).sum()) for of in lines.values()) <= STREET_VERTICES:
            break
        lines = {
            name: np.asarray(shapely.simplify(of, tolerance_m * harder, preserve_topology=False), dtype=object)
            for name, of in lines.items()
        }
    left, packed = STREET_VERTICES, {}
    for name in ("major", "steps", "minor", "path"):
        left -= int(shapely.get_num_coordinates(lines[name]).sum())
        if left >= 0:
            packed[name] = packed_lines(joined_lines(lines[name]), picture.coverage.crs, PACKED)
    return packed


def packed_homes(picture: Picture) -> list[int]:
    """Places of people who are not served: longitude and latitude in turn, in millionths of a degree.

    Of more than 20,000 those with most people.
    """
    lost = picture.demand[~picture.demand["served"].to_numpy(dtype=bool) & (picture.demand["weight"] > 0).to_numpy()]
    lost = lost.iloc[np.argsort(-lost["weight"].to_numpy(), kind="stable")[:HOMES]]
    xy = shapely.get_coordinates(lost.geometry.to_numpy())
    lonlat = crs.unproject(xy, picture.coverage.crs) if len(xy) else xy
    return [int(part) for part in np.rint(lonlat * PACKED).ravel()]
