"""The cities that are timed: a real one, laid side by side with itself until it is large enough."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.tiled import tile
from geo.core.doors import Doors
from geo.core.impedance import WalkGraph, walk_graph
from geo.core.snapping import SnapIndex, Snapped
from geo.model import ServiceStandard, WalkProfile
from geo.settings import Settings
from geo.sources.network import read_network
from geo.sources.network_store import open_network, save_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.model import WalkNetwork

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".benchmarks"  # what the benchmark makes for itself
STANDARD = ServiceStandard(WalkProfile("adult", 4.8), minutes=15.0)
MILLION, HUGE = 0.9e6, 4.2e6  # edges


@dataclass(frozen=True, eq=False)
class City:
    """A network ready to be asked, and where its facilities stand."""

    network: WalkNetwork
    graph: WalkGraph
    index: SnapIndex
    across: int

    @property
    def tile_nodes(self) -> int:
        return self.network.nodes // self.across**2

    def sites(self, count: int, seed: int = 1) -> tuple[NDArray[np.int64], Doors]:
        """Junctions where facilities stand, because some peers know no other places; and the same as our doors.

        The same seed gives the same junctions of the small city in every size, each in a tile of its own choice.
        """
        rng = np.random.default_rng(seed)
        one = source_network()
        snapped = SnapIndex.build(one).snap(one.node_xy, STANDARD.snap_limit_m)
        nodes = np.arange(one.nodes)
        at_home = (one.edge_u[snapped.edge] == nodes) | (one.edge_v[snapped.edge] == nodes)
        usable = np.flatnonzero(at_home & (snapped.access_m < 1e-6) & (one.component == 0))
        local = rng.choice(usable, count, replace=count > len(usable))
        node = local + self.tile_nodes * rng.integers(0, self.across**2, count)
        return node, Doors(self.places(node), np.arange(count, dtype=np.int32))

    def places(self, node: NDArray[np.int64]) -> Snapped:
        """Those junctions as points on the streets."""
        return self.index.snap(self.network.node_xy[node], STANDARD.snap_limit_m)


def source_file() -> Path:
    """Porto Alegre where the test data is, else the sample town."""
    real = ROOT / Settings().test_data / "networks" / "porto_alegre.osm.pbf"
    return real if real.is_file() else ROOT / "data" / "qinghe" / "streets.osm.pbf"


def source_name() -> str:
    return "Porto Alegre" if "porto" in source_file().name else "Qinghe"


@lru_cache(1)
def source_network() -> WalkNetwork:
    return read_network(source_file())


def across_for(edges: float) -> int:
    """How many tiles a side give about so many edges."""
    return max(1, round(math.sqrt(edges / source_network().edges)))


def compiled_file(across: int) -> Path:
    """The tiled network as a compiled file, made when it is not there yet."""
    digest = source_network().digest[:12]
    path = KEPT / f"tiled-{digest}-{across}.lcnet"
    if not path.is_file():
        KEPT.mkdir(exist_ok=True)
        save_network(tile(source_network(), across), path)
    return path


@lru_cache(1)
def city(across: int) -> City:
    """The source tiled ``across`` by ``across``; the last one is kept."""
    network = open_network(compiled_file(across))
    return City(network, walk_graph(network, STANDARD), SnapIndex.build(network), across)
