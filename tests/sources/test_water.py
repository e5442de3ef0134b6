"""The water of a study for the doctor: over it, a gap in the streets is a missing bridge."""

from __future__ import annotations

import geopandas as gpd
import osmium
import pytest
import shapely

from geo.core.doctor import diagnose
from geo.crs import WGS84, to_metric
from geo.sources.network_store import save_network
from geo.sources.samples import qinghe_study
from geo.sources.study import load_study
from geo.sources.water import water_of
from tests.sources.real_data import NETWORKS, needs_data
from tests.test_cli import command


def bridge_gaps(network, water):
    return diagnose(network, water=water).suspects.query("kind == 'bridge_gap'")


def without_bridges(streets):
    """The street file written again, less its bridges for traffic."""
    left = streets.with_name("left.osm.pbf")
    with osmium.SimpleWriter(str(left)) as writer:
        for thing in osmium.FileProcessor(str(streets)):
            if not (thing.is_way() and thing.tags.get("bridge") == "yes"):
                writer.add(thing)
    left.replace(streets)


def test_a_bridge_taken_out_of_the_town_is_missed(tmp_path):
    path = qinghe_study(tmp_path)
    assert bridge_gaps(load_study(path).network, water_of(path)).empty
    without_bridges(path.parent / "streets.osm.pbf")
    network, water = load_study(path).network, water_of(path)
    found = bridge_gaps(network, water)
    assert len(found) >= 1
    assert bridge_gaps(network, None).empty
    rivers = shapely.union_all(to_metric(water, network.crs).geometry.to_numpy())
    assert shapely.intersects(found.geometry.to_numpy(), rivers).all()


def test_streets_of_another_sort_tell_no_water(tmp_path):
    path = qinghe_study(tmp_path)
    save_network(load_study(path).network, tmp_path / "streets.lcnet")
    text = path.read_text(encoding="utf-8").replace("streets.osm.pbf", (tmp_path / "streets.lcnet").as_posix())
    path.write_text(text, encoding="utf-8")
    assert water_of(path) is None


@pytest.mark.parametrize(("lang", "words"), [("en", "gaps over water"), ("zh", "隔水")])
def test_check_tells_of_the_missing_bridge_and_offers_it(tmp_path, lang, words):
    path = qinghe_study(tmp_path)
    status, out, err = command("check", path, lang=lang)
    assert (status, words in out) == (0, False), err
    without_bridges(path.parent / "streets.osm.pbf")
    status, out, err = command("check", path, "--doctor", tmp_path / "doubts", lang=lang)
    assert (status, words in out) == (0, True), err
    kinds = gpd.read_file(tmp_path / "doubts" / "suspects.geojson")["kind"]
    assert (kinds == "bridge_gap").any()
    assert "bridge_gap" in (tmp_path / "doubts" / "mends.csv").read_text(encoding="utf-8")


@needs_data
def test_bridges_taken_out_of_a_real_country_are_missed(tmp_path):
    streets = tmp_path / "streets.osm.pbf"
    streets.write_bytes((NETWORKS / "liechtenstein_2015.osm.pbf").read_bytes())
    path = tmp_path / "study.toml"
    path.write_text('[network]\npath = "streets.osm.pbf"\n', encoding="utf-8")
    assert bridge_gaps(load_study(path).network, water_of(path)).empty
    without_bridges(streets)
    assert len(bridge_gaps(load_study(path).network, water_of(path))) == 2


@needs_data
@pytest.mark.parametrize(
    ("name", "waters"), [("beijing_tsinghua_2017.osm.gz", True), ("shanghai_centre_roads_2026.osm.bz2", False)]
)
def test_real_places(tmp_path, name, waters):
    """Round a campus lake two paths point at each other over the water; a file of roads alone draws no water."""
    path = tmp_path / "study.toml"
    path.write_text(f'[network]\npath = "{(NETWORKS / name).resolve().as_posix()}"\n', encoding="utf-8")
    water = water_of(path.parent)
    assert water.crs == WGS84
    assert len(water) == (6 if waters else 0)
    assert len(bridge_gaps(load_study(path).network, water)) == waters
