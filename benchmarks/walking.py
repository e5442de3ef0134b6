"""``python -m benchmarks.walking``: what each rule of docs/walking.md moves on real extracts, in kilometres and in homes.

Every building counts as one home (the middle of every piece of street over 50 m where an extract draws few buildings); they
walk to twenty places chosen by lot on the streets, always the same. A rule is taken away, everything else stays, and the
homes are counted whose walk changes by more than a second, and those served within fifteen minutes by that rule alone.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.core import planner
from geo.model import Facilities, Study
from geo.settings import Settings
from geo.sources import osm_bits as bits
from geo.sources.osm import read_streets
from geo.sources.osm_features import read_buildings
from geo.sources.osm_filter import OURS, WayFilter
from geo.sources.osm_network import build_network
from geo.sources.profiles import load_profiles, standard_of
from geo.sources.study_file import StandardTable

if TYPE_CHECKING:
    from pathlib import Path

    from geo.model import WalkNetwork

RULES = {
    "foot closes": (bits.FOOT_SHUT, ()),
    "foot opens": (bits.FOOT_OPEN, ()),
    "access closes": (bits.ACCESS_SHUT, ()),
    "classes for others": (bits.NOT_FOR_WALKERS, ()),
    "motorroad": (bits.MOTORS, ()),
    "no street (any more)": (bits.GONE, ()),
    "sidewalks apart": (bits.SEPARATE_LEFT | bits.SEPARATE_RIGHT, ()),
    "sidewalk of its own": (bits.OWN_SIDEWALK, ()),
    "platforms, piers, squares": (0, ("railway", "public_transport", "man_made", "place")),
}
"""Of each rule: the bits that it sets and the keys that it reads; without them it is gone."""
FACILITIES = 20
EVERY_M = 50.0
_FEW = 100  # buildings: of an extract without them
EXTRACTS = ("monaco_2023.osm.pbf", "porto_alegre.osm.pbf", "liechtenstein_2015.osm.pbf", "sao_paulo_centre.osm.pbf",
            "beijing_bupt_2025.osm.bz2", "beijing_cau_2026.osm", "beijing_tsinghua_2017.osm.gz")  # fmt: skip


def without(rule: str) -> WayFilter:
    """The filter without one of its rules."""
    gone, keys = RULES[rule]

    def said_by(key: str, value: str) -> int:
        return 0 if key in keys else OURS.said_by(key, value) & ~gone

    return OURS._replace(said_by=said_by)


def homes_of(path: Path, network: WalkNetwork) -> gpd.GeoDataFrame:
    """A point for every building; along the streets where there are none."""
    buildings = read_buildings(path).to_crs(network.crs)
    points = shapely.point_on_surface(buildings.geometry.to_numpy())
    if len(points) < _FEW:
        begins = np.flatnonzero(network.segment_way >= 0)
        lines = shapely.linestrings(np.stack([network.vertex_xy[begins], network.vertex_xy[begins + 1]], axis=1))
        points = shapely.line_interpolate_point(lines[shapely.length(lines) > EVERY_M], 0.5, normalized=True)
    frame = {"id": np.arange(len(points)).astype(str), "weight": np.ones(len(points)), "community_id": "all"}
    return gpd.GeoDataFrame(frame, geometry=points, crs=network.crs)


def study_of(path: Path, network: WalkNetwork) -> Study:
    """A study of all the buildings and twenty places by lot."""
    homes = homes_of(path, network)
    lot = np.random.default_rng(7).choice(np.flatnonzero(network.component == 0), FACILITIES, replace=False)
    at = shapely.points(network.node_xy[np.sort(lot)])
    texts = {"name": "", "kind": "canteen", "status": "existing", "capacity": np.nan, "hours": ""}
    places = gpd.GeoDataFrame({"id": [f"f{i}" for i in range(FACILITIES)], **texts}, geometry=at, crs=network.crs)
    box = shapely.box(*homes.total_bounds)
    community = gpd.GeoDataFrame({"id": ["all"], "name": ["all"]}, geometry=[box], crs=network.crs)
    standard = standard_of(StandardTable(), load_profiles())
    return Study(path.name, network.crs, community, Facilities(places), homes, network, standard)


def measured(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of each home, infinite without a way, and whether it is served."""
    demand = planner.measure(planner.prepare(study)).demand
    return demand["time_s"].fillna(np.inf).to_numpy(), demand["served"].to_numpy(dtype=bool)


def rows(path: Path) -> list[tuple[str, str, float, int, int, int]]:
    """Per rule: the extract, kilometres of streets more or less by it, homes whose walk it moves, served more or less, homes."""
    ours = build_network(read_streets(path))
    study = study_of(path, ours)
    time, served = measured(study)
    found = []
    for rule in RULES:
        network = build_network(read_streets(path, judge=without(rule)), ours.crs)
        without_it, served_then = measured(replace(study, network=network))
        with np.errstate(invalid="ignore"):  # two homes without any way
            moved = ~(np.abs(time - without_it) <= 1) & ~(np.isinf(time) & np.isinf(without_it))
        km = (ours.length_m - network.length_m) / 1000
        found.append((path.name.split(".")[0], rule, km, int(moved.sum()), int(served.sum()) - int(served_then.sum()), len(time)))
    return found


def main() -> int:
    folder = Settings().test_data / "networks"
    print("| extract | rule | km by it | homes whose walk it moves | served by it | of homes |")
    print("|---|---|---:|---:|---:|---:|")
    for name in EXTRACTS:
        if not (folder / name).is_file():
            print(f"{name} is not there (LIFECIRCLE_TEST_DATA)", file=sys.stderr)
            continue
        for extract, rule, km, moved, gained, homes in rows(folder / name):
            if abs(km) >= 0.05 or moved:
                print(f"| {extract} | {rule} | {km:+.1f} | {moved:,} | {gained:+,} | {homes:,} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
