from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputMissingError, NetworkError, OutputError
from geo.messages import Message
from geo.model import Finding
from geo.sources.network import describe, read_network
from geo.sources.network_check import faults
from geo.sources.network_store import MARK, open_network, save_network
from tests.sources.osm_text import street, write_osm
from tests.streets import make_network

FIELDS = (
    "node_id",
    "node_xy",
    "edge_u",
    "edge_v",
    "edge_start",
    "vertex_xy",
    "segment_m",
    "segment_way",
    "segment_crossing",
)


@pytest.fixture
def network(tmp_path):
    nodes = {1: (0, 0), 2: (1, 0, {"barrier": "gate"}), 3: (2, 0), 4: (1, 1)}
    path = write_osm(
        tmp_path / "town.osm", nodes, {10: ([1, 2, 3, 99], street(name="解放路 {x}")), 11: ([2, 4], {"highway": "steps"})}
    )
    return read_network(path)


def same(a, b):
    return all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in FIELDS)


def test_what_was_saved_comes_back(network, tmp_path):
    path = tmp_path / "town.lcnet"
    save_network(network, path)
    again = read_network(path)
    assert same(again, network)
    pd.testing.assert_frame_equal(again.ways, network.ways)
    pd.testing.assert_frame_equal(again.points, network.points)
    assert describe(again) == describe(network)
    assert again.findings == network.findings
    assert again.findings
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_same_network_same_bytes(network, tmp_path):
    for name in ("a.lcnet", "b.lcnet"):
        save_network(network, tmp_path / name)
    assert (tmp_path / "a.lcnet").read_bytes() == (tmp_path / "b.lcnet").read_bytes()
    save_network(open_network(tmp_path / "a.lcnet"), tmp_path / "b.lcnet")
    assert (tmp_path / "a.lcnet").read_bytes() == (tmp_path / "b.lcnet").read_bytes()


def test_heights_and_foreign_findings_are_kept(network, tmp_path):
    heights = np.linspace(0, 9, len(network.vertex_xy), dtype=np.float32)
    strange = Finding("doubtful", "network", Message("{a.__class__} {{x}} {text}", {"a": 1, "text": "t"}), (3,), 1)
    k = len(heights)
    more = {
        "vertex_z": heights,
        "segment_incline": np.full(k, np.nan, dtype=np.float32),
        "segment_share": np.ones(k),
        "walls": np.arange(8.0).reshape(2, 2, 2),
    }
    save_network(replace(network, findings=(), **more), tmp_path / "z.lcnet")
    for name, values in more.items():
        assert np.array_equal(getattr(open_network(tmp_path / "z.lcnet"), name), values, equal_nan=True)
    plain = Finding("doubtful", "network", Message("three ends nearly touch", {}), (3,), 1)
    save_network(replace(network, findings=(plain,)), tmp_path / "f.lcnet")
    (back,) = open_network(tmp_path / "f.lcnet").findings
    assert str(back.message) == "three ends nearly touch"
    assert (back.rows, back.count) == ((3,), 1)
    # A sentence that is not ours comes back as text, never as a template.
    save_network(replace(network, findings=(replace(strange, message=Message("{text}", {"text": "{a}"})),)), tmp_path / "g.lcnet")
    assert str(open_network(tmp_path / "g.lcnet").findings[0].message) == "{a}"


def test_pickles_and_stays_read_only(network, tmp_path):
    save_network(network, tmp_path / "town.lcnet")
    opened = open_network(tmp_path / "town.lcnet")
    assert same(pickle.loads(pickle.dumps(opened)), network)  # noqa: S301
    with pytest.raises(ValueError, match="read-only"):
        opened.segment_m[0] = 5


def test_other_metric_system_on_opening(network, tmp_path):
    save_network(network, tmp_path / "town.lcnet")
    moved = read_network(tmp_path / "town.lcnet", "EPSG:32649")
    assert moved.crs == "EPSG:32649"
    assert moved.length_m == network.length_m
    afresh = read_network(tmp_path / "town.osm", "EPSG:32649")  # numbers its nodes along another curve
    assert np.allclose(*(net.node_xy[np.argsort(net.node_id)] for net in (moved, afresh)), atol=1e-3)
    assert np.allclose(*(np.sort(net.vertex_xy, axis=0) for net in (moved, afresh)), atol=1e-3)
    assert moved.digest != network.digest


def test_saving_fails_in_one_sentence_and_leaves_the_old_file(network, tmp_path):
    with pytest.raises(OutputError, match="can't be written"):
        save_network(network, tmp_path / "nowhere" / "town.lcnet")


def test_missing(tmp_path):
    with pytest.raises(InputMissingError):
        open_network(tmp_path / "no.lcnet")


def test_every_truncation_is_noticed(network, tmp_path):
    path = tmp_path / "town.lcnet"
    save_network(network, path)
    whole = path.read_bytes()
    for length in [*range(8, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(NetworkError, match="damaged"):
            read_network(path)


def heading(content):
    length = int.from_bytes(content[8:16], "little")
    return json.loads(content[16 : 16 + length]), 16 + length


@pytest.mark.parametrize("seed", range(8))
def test_no_hostile_file_gets_past_the_door(network, tmp_path, seed):
    """Random damage is refused in one sentence, or changes nothing that an index depends on."""
    path = tmp_path / "town.lcnet"
    save_network(network, path)
    whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    for _ in range(40):
        hurt = bytearray(whole)
        for at in rng.integers(len(MARK), len(whole), 3):
            hurt[at] = int(rng.integers(0, 256))
        path.write_bytes(hurt)
        try:
            opened = open_network(path)
        except NetworkError as error:
            assert "damaged" in str(error)  # noqa: PT017
        else:
            assert not faults(opened)


@pytest.mark.parametrize("dtype", ["object", "O", "<U8", "complex128", "int64; import os"])
def test_no_other_kind_of_array(network, tmp_path, dtype):
    path = tmp_path / "town.lcnet"
    save_network(network, path)
    content = path.read_bytes()
    head, begin = heading(content)
    head["arrays"]["segment_way"]["dtype"] = dtype
    text = json.dumps(head).encode()
    path.write_bytes(MARK + len(text).to_bytes(8, "little") + text + content[begin:])
    with pytest.raises(NetworkError, match="damaged"):
        open_network(path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ends", {"edge_u": np.array([9, 0], dtype=np.int32)}),
        ("starts", {"edge_start": np.array([0, 4, 4], dtype=np.int64)}),
        ("places", {"vertex_xy": np.full((4, 2), np.nan)}),
        ("lengths", {"segment_m": np.array([-1.0, 0, 1, 0])}),
        ("ways", {"segment_way": np.array([7, -1, 0, -1], dtype=np.int32)}),
        ("last vertices", {"segment_way": np.array([-1, 0, 0, -1], dtype=np.int32)}),
        ("vertices", {"segment_m": np.zeros(3)}),
        ("inclines", {"segment_incline": np.zeros(3, dtype=np.float32)}),
        ("walls", {"walls": np.full((1, 2, 2), np.inf)}),
    ],
)
def test_faults_are_named(name, change):
    good = make_network([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    assert faults(good) == []
    assert name in faults(replace(good, **change))


def test_a_big_network_reopens_whole(tmp_path):
    edges = 500_000
    rng = np.random.default_rng(0)
    k = edges * 3
    way = rng.integers(0, 100_000, k).astype(np.int32)
    start = np.arange(edges + 1, dtype=np.int64) * 3
    way[start[1:] - 1] = -1
    metres = rng.uniform(1, 50, k)
    metres[start[1:] - 1] = 0
    base = make_network([(0, 0), (100, 0)], [(0, 1)])
    names = pd.Categorical([f"街道 {i % 40_000}" for i in range(100_000)])
    big = replace(
        base,
        node_id=np.arange(300_000),
        node_xy=rng.uniform(0, 1e5, (300_000, 2)),
        edge_u=rng.integers(0, 300_000, edges).astype(np.int32),
        edge_v=rng.integers(0, 300_000, edges).astype(np.int32),
        edge_start=start,
        vertex_xy=rng.uniform(0, 1e5, (k, 2)),
        segment_m=metres,
        segment_way=way,
        segment_crossing=np.zeros(k, dtype=np.uint8),
        ways=pd.DataFrame({"way_id": np.arange(100_000), "name": names, "steps": np.zeros(100_000, dtype=bool)}),
    )
    path = tmp_path / "big.lcnet"
    save_network(big, path)
    assert open_network(path).edges == edges  # how fast: benchmarks
