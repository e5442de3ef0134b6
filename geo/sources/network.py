"""The door for street networks: one function for every sort of file that holds streets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo import crs as systems
from geo.errors import InputMissingError, NetworkError
from geo.messages import Message, msg
from geo.model import Finding
from geo.sources.attention import attended
from geo.sources.conditions import at_hour
from geo.sources.network_store import is_compiled, open_network
from geo.sources.origin import OSM_CREDIT, network_digest
from geo.sources.osm_filter import FILTERS, OURS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.model import WalkNetwork
    from geo.sources.osm_filter import WayFilter

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")


@dataclass(frozen=True)
class WalkRules:
    """Who may walk where: the filter of ways (``lifecircle`` or ``osmnx``), and a time of the week for what has hours."""

    filter: str = OURS.name
    at: dt.datetime | None = None


USUAL = WalkRules()


def read_network(
    path: Path | str,
    crs: str = "auto",
    *,
    rules: WalkRules = USUAL,
    progress: Callable[[str, float], None] | None = None,
) -> WalkNetwork:
    """The walk network of a street file; nothing is fetched from anywhere.

    Parameters
    ----------
    path
        OpenStreetMap data (.osm.pbf, .osm, .osm.gz, .osm.bz2), a graph that OSMnx saved (.graphml), or a
        compiled network of ours (.lcnet).
    crs
        Metric system for the coordinates; ``auto`` chooses by place.
    rules
        Who may walk where. The filter is for OpenStreetMap data: a graph and a compiled network are what their maker chose.
    progress
        Called with an English sentence (marked for translation) and the share done, 0 to 1.

    Raises
    ------
    InputMissingError
        When there is no such file.
    NetworkError
        When the file is damaged, of another sort, or holds nothing that can be walked.
    """
    path = Path(path)
    if not path.is_file():
        raise InputMissingError(msg("The street file “{path}” is not there; check the path."), path=path)
    report = progress or (lambda _stage, _share: None)
    with attended(path):
        network = _read(path, crs, rules, report)
    report(msg("Done"), 1.0)
    return at_hour(network, rules.at)


def _read(path: Path, crs: str, rules: WalkRules, report: Callable[[str, float], None]) -> WalkNetwork:
    """The network, by what the file is."""
    name = path.name.lower()
    if is_compiled(path):
        return _as_made(in_system(open_network(path), crs), rules)
    if name.endswith(".graphml"):
        return _as_made(_from_graphml(path, crs, report), rules)
    if name.endswith(OSM_SUFFIXES):
        return _from_osm(path, crs, report, FILTERS[rules.filter])
    raise NetworkError(
        msg("“{name}” is no street file that can be read; give .osm.pbf, .osm, .osm.gz, .osm.bz2, .graphml or .lcnet."),
        name=path.name,
    )


def _as_made(network: WalkNetwork, rules: WalkRules) -> WalkNetwork:
    """Say so when another filter is wished for than the network was made with."""
    if rules.filter == OURS.name:
        return network
    sentence = msg("The filter “{filter}” is for OpenStreetMap files; “{name}” is used as it was made.")
    told = Finding("doubtful", "network", Message(sentence, {"filter": rules.filter, "name": network.source}))
    return replace(network, findings=(*network.findings, told))


def _from_osm(path: Path, crs: str, report: Callable[[str, float], None], judge: WayFilter) -> WalkNetwork:
    from geo.sources.osm import read_streets
    from geo.sources.osm_network import build_network

    streets = read_streets(path, report, judge)
    report(msg("Joining streets"), 0.7)
    return build_network(streets, crs)


def _from_graphml(path: Path, crs: str, report: Callable[[str, float], None]) -> WalkNetwork:
    from geo.sources.graphml import read_graphml

    report(msg("Reading streets"), 0.0)
    network = read_graphml(path, crs)
    return replace(network, source=path.name, credit=OSM_CREDIT, digest=network_digest(path, network.crs))


def in_system(network: WalkNetwork, crs: str) -> WalkNetwork:
    """The network with its coordinates in another metric system; ``auto`` leaves it as it is."""
    if crs == "auto" or systems.same(crs, network.crs):
        return network
    systems.check_metric(crs)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        lonlat = systems.unproject(xy, network.crs)
        return systems.project(lonlat[:, 0], lonlat[:, 1], crs)

    return replace(
        network,
        crs=crs,
        node_xy=moved(network.node_xy),
        vertex_xy=moved(network.vertex_xy),
        walls=None if network.walls is None else moved(network.walls.reshape(-1, 2)).reshape(-1, 2, 2),
        digest=hashlib.sha256(f"{network.digest}\n{crs}".encode()).hexdigest(),
    )


@dataclass(frozen=True)
class NetworkNumbers:
    """A network in a few numbers, for a summary or a command's output."""

    nodes: int
    edges: int
    length_m: float
    components: int
    off_main_m: float  # metres of streets that are not joined to the largest component
    square_links: int  # of the edges, straight links laid across pedestrian squares
    source_date: str
    digest: str


def describe(network: WalkNetwork) -> NetworkNumbers:
    """Count a network: nodes, edges, metres, components (islands), and what lies off the largest one."""
    begins = network.edge_start[:-1]
    link = np.asarray(network.way_table.columns.get("link", np.zeros(len(network.way_table), dtype=np.bool_)))
    components = int(network.component.max(initial=-1)) + 1
    off = network.component[network.edge_u] > 0
    return NetworkNumbers(
        nodes=network.nodes,
        edges=network.edges,
        length_m=network.length_m,
        components=components,
        off_main_m=float(np.sum(network.edge_length_m[off])),
        square_links=int(np.count_nonzero(link[network.segment_way[begins]])),
        source_date=network.source_date,
        digest=network.digest,
    )
