"""The benchmark at its smallest: it runs, and everyone in it gives the same answer. Nothing here looks at a clock."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from benchmarks import __main__ as bench
from benchmarks import agree, city, osmfile, peers, race, size, table
from benchmarks.tiled import LINKS, tile
from geo.sources.network import read_network


@pytest.fixture(autouse=True)
def sample_town(monkeypatch, tmp_path):
    """The town that comes with the program, whatever other data there is."""
    monkeypatch.setenv("LIFECIRCLE_TEST_DATA", str(tmp_path / "none"))
    monkeypatch.setattr(city, "KEPT", tmp_path)
    monkeypatch.setattr(importlib.import_module("benchmarks.works.load"), "KEPT", tmp_path)
    for kept in (city.source_network, city.city):
        kept.cache_clear()
    yield
    for kept in (city.source_network, city.city):
        kept.cache_clear()
    peers.forget()


@pytest.mark.parametrize("name", bench.WORKS)
def test_every_work_runs_and_its_peers_agree(name):
    rows = bench.work(name)(size.TINY)
    assert rows
    beside = {row.beside for row in rows}
    expected = {
        "nearest": {"scipy", "networkx", "pandana"},
        "reach": {"scipy", "networkx", "pandana"},
        "matrix": {"scipy", "networkx", "pandana"},
        "areas": {"osmnx recipe"},
        "click": {"scipy", "networkx"},
        "load": {"osmnx"},
    }
    assert expected.get(name, set()) <= beside
    text = table.markdown(rows)
    assert len({line.count(" | ") for line in text.splitlines() if not line.startswith("|-")}) == 1


def test_who_disagrees_is_found_out():
    ours = np.array([1.0, 5.0, np.inf])
    agree.same_costs("peer", np.array([1.0, 5.0 + 1e-9, np.inf]), ours, 10.0)
    with pytest.raises(agree.DisagreementError, match="differ"):
        agree.same_costs("peer", np.array([1.0, 6.0, np.inf]), ours, 10.0)
    with pytest.raises(agree.DisagreementError, match="different places"):
        agree.same_costs("peer", np.array([1.0, 5.0, 7.0]), ours, 10.0)
    agree.same_costs("peer", np.array([1.0, 5.0, 10.0]), ours, 10.0)  # at the very limit
    with pytest.raises(agree.DisagreementError):
        agree.same_number("peer", 1.1, 1.0, 0.05)


def test_contenders_take_turns_and_the_least_counts():
    turns = []
    least, given = race.race({name: lambda n=name: turns.append(n) or n for name in ("a", "b")}, rounds=3)
    assert turns == ["a", "b"] * 4  # once to warm up
    assert given == {"a": "a", "b": "b"}
    assert all(0 < seconds < 1 for seconds in least.values())


def test_a_tiled_city_is_the_same_city_many_times():
    one = city.source_network()
    four = tile(one, 2)
    assert four.nodes == 4 * one.nodes
    assert four.edges == 4 * one.edges + 4 * LINKS
    assert four.length_m > 4 * one.length_m
    assert np.bincount(four.component)[0] >= 4 * np.bincount(one.component)[0]


def test_a_street_file_laid_out_four_times_is_read_as_four_towns(tmp_path):
    ways = osmfile.enlarge(city.source_file(), tmp_path / "four.osm.pbf", 2)
    one, four = city.source_network(), read_network(tmp_path / "four.osm.pbf")
    assert ways % 4 == 0
    assert (four.nodes, four.edges) == (4 * one.nodes, 4 * one.edges)
    assert four.length_m == pytest.approx(4 * one.length_m, rel=0.01)  # a degree is shorter farther north


def test_what_it_says_of_the_machine_names_nobody():
    said = bench.about()
    assert "cores" in said
    assert "pyvalhalla did not take part" in said
