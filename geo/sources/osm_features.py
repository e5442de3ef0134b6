"""What an OpenStreetMap file holds beside streets: boundaries, buildings, services, entrances.

All read with osmium's own assembly of areas, from local files, as WGS-84 frames in
the order of type and id. Texts are given as they stand in the file. Ways and relations that have the
tags but make no polygon (not closed, or nodes missing) are listed in ``frame.attrs["left_out"]``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.errors import GeoError, InputDataError, InputMissingError
from geo.messages import msg
from geo.sources.osm_ids import original, with_positive_ids
from geo.sources.osm_text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from osmium.osm.types import Area, Node, Relation

    Tags = Mapping[str, str]

NAME_TAGS = ("name", "name:zh", "name:en")
SERVICE_TAGS = (
    "amenity",
    "shop",
    "leisure",
    "healthcare",
    "social_facility",
    "office",
    "opening_hours",
    "capacity",
    "wheelchair",
    "operator",
    "brand",
    "level",
)
"""Text columns of :func:`read_amenities`, beside the names and the address."""

HOMES = frozenset(
    {
        "apartments",
        "bungalow",
        "cabin",
        "detached",
        "dormitory",
        "farm",
        "ger",
        "house",
        "houseboat",
        "residential",
        "semidetached_house",
        "static_caravan",
        "terrace",
    }
)
"""Values of ``building`` that say people live there."""

_OTHER_USE = ("amenity", "shop", "office", "craft", "industrial", "leisure", "tourism", "public_transport", "railway", "power")
_STREETS = ("addr:place", "addr:street", "addr:housenumber")


@dataclass
class _Found:
    """Rows as they come in: an id, tags and a geometry each."""

    ids: list[tuple[int, int]] = field(default_factory=list)  # (0 node, 1 way, 2 relation; id)
    tags: list[dict[str, str]] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    asked: set[tuple[int, int]] = field(default_factory=set)  # ways and relations with the tags, closed or not

    def frame(self, columns: Callable[[Tags], dict[str, object]]) -> gpd.GeoDataFrame:
        """One row per object by type and id, with the columns that its tags give."""
        order = sorted(range(len(self.ids)), key=lambda row: self.ids[row])
        rows = [{"osm_id": _osm_id(self.ids[row]), **columns(self.tags[row])} for row in order]
        shapes = gpd.GeoSeries(np.array([self.shapes[row] for row in order], dtype=object), crs=WGS84)
        frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=["osm_id", *columns({})]), geometry=shapes, crs=WGS84)
        frame.attrs["left_out"] = [_osm_id(key) for key in sorted(self.asked.difference(self.ids))]
        return frame


def _osm_id(key: tuple[int, int]) -> str:
    return f"{('node', 'way', 'relation')[key[0]]}/{key[1]}"


def read_buildings(path: Path) -> gpd.GeoDataFrame:
    """All buildings as polygons.

    Columns ``osm_id`` ("way/123"), ``building``, ``levels`` (NaN where unknown), ``name``,
    ``name:zh``, ``name:en``, ``addr``, ``other_use`` (what the same object is tagged beside: a
    shop, a school, …; empty for most), ``geometry``.
    """
    found = _areas(path, ("building",), lambda tags: tags.get("building", "no") != "no")
    return found.frame(_building_columns)


def read_residential(path: Path) -> gpd.GeoDataFrame:
    """Where people live: residential buildings, or residential land where no building is mapped.

    Buildings tagged as homes count, and so do plain ``building=yes`` without any other
    use, since most homes are mapped no finer; ``sure`` tells the two apart. Without any such building the
    areas tagged ``landuse=residential`` are given instead (``building`` is then empty).

    Columns as :func:`read_buildings`, and ``sure``.
    """
    buildings = read_buildings(path)
    sure = buildings["building"].isin(HOMES)
    homes = buildings[sure | ((buildings["building"] == "yes") & (buildings["other_use"] == ""))].reset_index(drop=True)
    if homes.empty:
        homes = _areas(path, ("landuse",), lambda tags: tags.get("landuse") == "residential").frame(_building_columns)
        return homes.assign(sure=True)
    return homes.assign(sure=homes["building"].isin(HOMES))


def read_amenities(path: Path, tags: Sequence[str]) -> gpd.GeoDataFrame:
    """Services as points and polygons.

    Parameters
    ----------
    path
        An OpenStreetMap file.
    tags
        What to take: ``amenity=pharmacy``, or ``shop`` (or ``shop=*``) for any shop.

    Returns
    -------
    gpd.GeoDataFrame
        Columns ``osm_id``, ``kind`` (the value of the first tag asked for that matches), names, ``addr``,
        ``SERVICE_TAGS`` (empty text where absent), ``geometry``.

    Raises
    ------
    InputDataError
        When ``tags`` is empty or one of them is not of that form.
    """
    wanted = [_parse(tag) for tag in tags]
    if not wanted:
        raise InputDataError(msg('Say which tags to take from the street file, for example tags = ["amenity=pharmacy"].'))

    def kind(found: Tags) -> str:
        return next((found[key] for key, value in wanted if key in found and value in {"*", found[key]}), "")

    def columns(found: Tags) -> dict[str, object]:
        return {"kind": kind(found), **_names(found), **{tag: found.get(tag, "") for tag in SERVICE_TAGS}}

    keys = tuple(dict.fromkeys(key for key, _ in wanted))
    return _areas(path, keys, lambda found: bool(kind(found)), nodes=True).frame(columns)


def read_entrances(path: Path) -> gpd.GeoDataFrame:
    """Doors as points: nodes tagged ``entrance`` (``osm_id``, ``entrance``, ``access``, ``wheelchair``, names, ``addr``)."""
    found = _areas(path, ("entrance",), lambda tags: tags.get("entrance", "no") != "no", nodes=True, areas=False)
    return found.frame(lambda tags: {tag: tags.get(tag, "") for tag in ("entrance", "access", "wheelchair")} | _names(tags))


def read_water(path: Path) -> gpd.GeoDataFrame:
    """Rivers and lakes drawn as areas: ``osm_id``, ``water`` (the sort, where told), names, ``addr``, ``geometry``."""
    found = _areas(path, ("natural", "waterway", "landuse"), _is_water)
    return found.frame(lambda tags: {"water": tags.get("water") or tags.get("waterway", ""), **_names(tags)})


def _is_water(tags: Tags) -> bool:
    return tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"} or tags.get("landuse") == "reservoir"


def read_boundaries(path: Path, admin_level: int) -> gpd.GeoDataFrame:
    """Administrative areas of one level as polygons: ``osm_id``, names, ``addr``, ``population``, ``geometry``.

    An exclave that is drawn as a closed way of its own and belongs to the relation of a whole municipality
    is part of that municipality's polygon already; without a name of its own it gives no row.
    Boundaries that the file holds only in part (an extract cuts them) can't be closed; their
    names are listed in ``frame.attrs["left_out"]``.

    Raises
    ------
    InputDataError
        When no boundary of that level is whole; the message names the levels that are.
    """
    level = str(admin_level)
    found = _areas(path, ("boundary",), lambda tags: tags.get("boundary") == "administrative")
    whole = [row for row, tags in enumerate(found.tags) if tags.get("admin_level") == level]
    if not whole:
        others = Counter(tags.get("admin_level", "") for tags in found.tags)
        raise InputDataError(
            msg("“{name}” holds no whole boundary of admin_level {level}; levels it holds: {levels}."),
            name=path.name,
            level=admin_level,
            levels=sorted(other for other in others if other) or "-",
        )
    open_names, parts = _relations(path, level, {found.ids[row] for row in whole})
    kept = _Found()
    for row in whole:
        if found.ids[row] not in parts or found.tags[row].get("name"):
            kept.ids.append(found.ids[row])
            kept.tags.append(found.tags[row])
            kept.shapes.append(found.shapes[row])
    frame = kept.frame(lambda tags: {**_names(tags), "population": tags.get("population", "")})
    frame.attrs["left_out"] = open_names
    return frame


def _relations(path: Path, level: str, whole: set[tuple[int, int]]) -> tuple[list[str], set[tuple[int, int]]]:
    """Names of the boundary relations of a level that could not be closed, and the ways that closed ones are made of."""
    wanted = osmium.filter.TagFilter(("admin_level", level))
    names: list[str] = []
    parts: set[tuple[int, int]] = set()
    for relation in cast("Iterator[Relation]", osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(wanted)):
        if relation.tags.get("boundary") != "administrative":
            continue
        if (2, relation.id) in whole:
            parts.update((1, member.ref) for member in relation.members if member.type == "w")
        else:
            names.append(clean(relation.tags.get("name") or f"relation/{relation.id}"))
    return sorted(names), parts


def _parse(tag: str) -> tuple[str, str]:
    key, _, value = (part.strip() for part in tag.partition("="))
    if not key or ("=" in tag and not value):
        raise InputDataError(msg("“{tag}” is no tag; write for example amenity=pharmacy."), tag=tag)
    return key, value or "*"


def _names(tags: Tags) -> dict[str, object]:
    address = tags.get("addr:full") or " ".join(tags[part] for part in _STREETS if part in tags)
    return {**{tag: tags.get(tag, "") for tag in NAME_TAGS}, "addr": address}


def _building_columns(tags: Tags) -> dict[str, object]:
    other = next((tags[key] for key in _OTHER_USE if key in tags), "")
    return {"building": tags.get("building", ""), "levels": _levels(tags), **_names(tags), "other_use": other}


def _levels(tags: Tags) -> float:
    try:
        levels = float(tags.get("building:levels", "nan").replace(",", "."))
    except ValueError:
        return float("nan")
    return levels if 0 < levels < 1000 else float("nan")  # noqa: PLR2004  (no building has a thousand floors)


def _areas(
    path: Path, keys: tuple[str, ...], wanted: Callable[[Tags], bool], *, nodes: bool = False, areas: bool = True
) -> _Found:
    """Everything with one of the keys that ``wanted`` accepts: areas, and single nodes if asked for."""
    if not path.is_file():
        raise InputMissingError(msg("The file “{path}” is not there; check the path."), path=path)
    try:
        with with_positive_ids(path) as readable:
            return _collect(readable, keys, wanted, nodes=nodes, areas=areas)
    except GeoError:
        raise
    except (RuntimeError, ValueError, OverflowError) as error:  # osmium raises nothing finer
        raise InputDataError(
            msg("“{name}” can't be read as OpenStreetMap data ({why}); export or download it again."),
            name=path.name,
            why=str(error),
        ) from error


def _collect(path: Path, keys: tuple[str, ...], wanted: Callable[[Tags], bool], *, nodes: bool, areas: bool) -> _Found:
    found, shapes = _Found(), osmium.geom.WKBFactory()
    source = osmium.FileProcessor(path, osmium.osm.ALL if areas else osmium.osm.NODE)
    has_key = osmium.filter.KeyFilter(*keys)
    if areas:
        source = source.with_areas(has_key)
    for thing in cast("Iterator[Area | Node]", source.with_filter(has_key)):
        tags = {key: clean(value) for key, value in thing.tags}
        if thing.is_area() and wanted(tags):
            area = cast("Area", thing)
            try:
                found.shapes.append(shapes.create_multipolygon(area))
            except RuntimeError:  # a ring that crosses itself: no polygon, so it is left out and named
                continue
            found.ids.append((1 if area.from_way() else 2, original(area.orig_id())))
            found.tags.append(tags)
        elif nodes and thing.is_node() and wanted(tags):
            node = cast("Node", thing)
            found.ids.append((0, original(node.id)))
            found.shapes.append(shapes.create_point(node))
            found.tags.append(tags)
        elif areas and (thing.is_way() or thing.is_relation()) and wanted(tags):
            found.asked.add((1 if thing.is_way() else 2, original(thing.id)))
    found.shapes = [_single(shape) for shape in shapely.from_wkb(found.shapes)]
    return found


def _single(shape: Any) -> Any:  # noqa: ANN401  (any geometry)
    """A polygon that came as a multipolygon of one part."""
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
