"""Street graphs that OSMnx saved as GraphML."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo import crs as systems
from geo.errors import NetworkError
from geo.messages import msg
from geo.model import WalkNetwork
from geo.sources.graphml_notes import grades_along, heights_along, notes_on
from geo.sources.graphml_text import Data, Graph, NotGraphMLError, parse_graphml
from geo.sources.hilbert import hilbert_order
from geo.sources.osm import WAY_FLAGS, WAY_TAGS
from geo.sources.osm_network import segment_lengths
from geo.sources.osm_text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_DATE_LENGTH = 10
_SHOWN = 40  # letters of a name or text that a sentence shows
_ID = re.compile(r"-?[0-9]{1,18}")
_LINE = re.compile(r"\s*LINESTRING\s*(?:Z|M|ZM)?\s*\([^()]*\)\s*", re.IGNORECASE)


@dataclass
class _Street:
    """One street of the graph, whichever way it is drawn."""

    u: int
    v: int
    lonlat: NDArray[np.float64]
    tags: tuple[str, ...]  # osmid, WAY_TAGS, WAY_FLAGS
    grade: float  # rise over run as drawn, NaN where untold


def read_graphml(path: Path, crs: str = "auto") -> WalkNetwork:
    """The streets of a graph saved by ``osmnx.save_graphml``, each counted once and walkable both ways.

    Nothing is filtered: the graph is taken to be the network its maker chose, and findings say so. A graph
    downloaded for driving lacks footways, which is told, too. Lengths are measured anew along the drawn line; heights of
    nodes count, straight along each street, else its grades.

    Raises
    ------
    NetworkError
        When the file is no such graph, a node has no coordinates or the coordinate system is unknown.
    """
    graph = _load(path)
    ids, lonlat = _nodes(graph, path.name)
    streets = _streets(graph, ids, lonlat, path.name)
    if not streets:
        raise NetworkError(msg("The street file holds no street that can be walked; check that it is the right extract."))
    if crs == "auto":
        middle = (lonlat.min(axis=0) + lonlat.max(axis=0)) / 2
        crs = systems.choose_metric(float(middle[0]), float(middle[1]))
    height = np.array([_number(data.get("elevation")) for data in graph.nodes.values()], dtype=np.float64)
    date = graph.data.get("created_date", "")[:_DATE_LENGTH]
    network = _network(ids, np.column_stack([lonlat, height]), streets, systems.check_metric(crs), date)
    return replace(network, findings=notes_on(network, path.name))


def _load(path: Path) -> Graph:
    try:
        return parse_graphml(path)
    except NotGraphMLError as error:
        raise NetworkError(
            msg("“{name}” can't be read as a graph that OSMnx saved ({why}); save it again with osmnx.save_graphml."),
            name=path.name,
            why=str(error),
        ) from error


def _nodes(graph: Graph, name: str) -> tuple[dict[str, int], NDArray[np.float64]]:
    """Row of each node, and its degrees, shape (n, 2)."""
    rows = {node: row for row, node in enumerate(graph.nodes)}
    places = np.array([(_number(data.get("x")), _number(data.get("y"))) for data in graph.nodes.values()]).reshape(-1, 2)
    bad = [node for node, row in rows.items() if not np.isfinite(places[row]).all()]
    if bad:
        raise NetworkError(
            msg("In “{name}”, {count} nodes have no coordinates (first: {first}); save the graph with x and y."),
            name=name,
            count=len(bad),
            first=[node[:_SHOWN] for node in bad[:3]],
        )
    stored = _system(graph, name)
    if len(places) and not systems.same(stored, systems.WGS84):
        places = systems.unproject(places, stored)
    outside = ~(np.isfinite(places).all(axis=1) & (np.abs(places) <= (180.0, 90.0)).all(axis=1))
    if outside.any():
        sentence = msg("In “{name}”, {count} nodes lie nowhere on the globe; save the graph with its right crs.")
        raise NetworkError(sentence, name=name, count=int(outside.sum()))
    return rows, places


def _system(graph: Graph, name: str) -> str:
    stored = graph.data.get("crs", systems.WGS84)
    if not systems.is_known(stored):
        sentence = msg("The coordinate system of “{name}”, “{crs}”, is not known; save the graph again with a known one.")
        raise NetworkError(sentence, name=name, crs=stored[:_SHOWN])
    return stored


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return np.nan


def _streets(graph: Graph, rows: dict[str, int], lonlat: NDArray[np.float64], name: str) -> list[_Street]:
    """Each street once: an edge and its way back are one, two edges that differ in their line are two."""
    found: dict[tuple[int, int, bytes], list[_Street]] = {}
    seen: dict[tuple[int, int, bytes, bool], int] = {}
    stored = _system(graph, name)
    metric = not systems.same(stored, systems.WGS84)
    for begin, end, data in graph.edges:
        u, v = rows[begin], rows[end]
        line = _line(data.get("geometry"), name)
        if line is None or len(line) <= 2:  # noqa: PLR2004  (straight from end to end)
            between, ahead, back = None, b"", b""
        else:
            between = systems.unproject(line, stored)[1:-1] if metric else line[1:-1]
            ahead, back = (np.round(way, 7).tobytes() for way in (between, between[::-1]))
        turned = (u, ahead) > (v, back)
        key = (v, u, back) if turned else (u, v, ahead)
        seen[*key, turned] = seen.get((*key, turned), 0) + 1
        if seen[*key, turned] > len(found.setdefault(key, [])):
            ends = lonlat[[u, v]]
            whole = ends if between is None else np.vstack([ends[:1], between, ends[1:]])
            found[key].append(_Street(u, v, whole, _tags(data), _number(data.get("grade"))))
    return [street for same in found.values() for street in same]


def _line(text: str | None, name: str) -> NDArray[np.float64] | None:
    """The drawn line as it is written, shape (k, 2); None where the edge runs straight.

    The text is looked at first: GEOS follows brackets in brackets until the process has no room left.
    """
    if text is None:
        return None
    try:
        return shapely.get_coordinates(shapely.from_wkt(text if _LINE.fullmatch(text) else "no line"))
    except shapely.errors.GEOSException as error:
        raise NetworkError(
            msg("In “{name}”, “{text}” is no line; save the graph again with osmnx.save_graphml."), name=name, text=text[:_SHOWN]
        ) from error


def _tags(data: Data) -> tuple[str, ...]:
    return tuple(_first(data.get(tag)) for tag in ("osmid", *WAY_TAGS, *WAY_FLAGS))


def _first(value: object) -> str:
    """The first of the values that OSMnx wrote as a Python list where it had joined several ways."""
    text = "" if value is None else clean(str(value))
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].split(", ", maxsplit=1)[0].strip("'\"")
    return text


def _network(ids: dict[str, int], lonlat: NDArray[np.float64], streets: list[_Street], crs: str, date: str) -> WalkNetwork:
    """The network of streets between nodes; ``lonlat`` has their heights as a third column."""
    xy = systems.project(lonlat[:, 0], lonlat[:, 1], crs)
    used = np.unique([end for street in streets for end in (street.u, street.v)])
    used = used[hilbert_order(xy[used])]
    number = np.full(len(ids), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    streets = sorted(streets, key=lambda street: (number[street.u], number[street.v]))
    count = np.array([len(street.lonlat) for street in streets])
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    places = np.vstack([street.lonlat for street in streets])
    kinds = {tags: row for row, tags in enumerate(dict.fromkeys(street.tags for street in streets))}
    way = np.repeat(np.array([kinds[street.tags] for street in streets], dtype=np.int32), count)
    way[start[1:] - 1] = -1
    names = list(ids)
    metres = segment_lengths(places, start)
    ends = lonlat[:, 2][np.array([(street.u, street.v) for street in streets])]
    return WalkNetwork(
        crs=crs,
        node_id=np.array([_as_id(names[row], row) for row in used], dtype=np.int64),
        node_xy=xy[used],
        edge_u=np.array([number[street.u] for street in streets], dtype=np.int32),
        edge_v=np.array([number[street.v] for street in streets], dtype=np.int32),
        edge_start=start,
        vertex_xy=systems.project(places[:, 0], places[:, 1], crs),
        segment_m=metres,
        segment_way=way,
        segment_crossing=np.zeros(len(places), dtype=np.uint8),
        vertex_z=heights_along(ends, start, metres),
        segment_incline=grades_along(np.array([street.grade for street in streets]), start),
        ways=_ways(list(kinds)),
        source_date=date,
    )


def _as_id(text: str, row: int) -> int:
    """The OSM id, or a negative number of our own for a node with another name."""
    return int(text) if _ID.fullmatch(text) else -1 - row


def _ways(kinds: list[tuple[str, ...]]) -> pd.DataFrame:
    """The table of ways, as :func:`geo.sources.osm_network.ways_table` makes it from tags."""
    by_tag = dict(zip(("way_id", *WAY_TAGS, *WAY_FLAGS), zip(*kinds, strict=True), strict=True))
    columns: dict[str, object] = {"way_id": np.array([_as_id(text, row) for row, text in enumerate(by_tag["way_id"])])}
    for tag in WAY_TAGS:
        columns[tag] = pd.Categorical(by_tag[tag])
    for tag in WAY_FLAGS:
        columns[tag] = np.array([value not in {"", "no"} for value in by_tag[tag]])
    columns["steps"] = np.array([value == "steps" for value in by_tag["highway"]])
    columns["square"] = columns["link"] = np.zeros(len(kinds), dtype=np.bool_)
    return pd.DataFrame(columns)
