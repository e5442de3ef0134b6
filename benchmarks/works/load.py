"""From a street file to a network, as whole processes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import osmium

from benchmarks.agree import same_number
from benchmarks.city import KEPT, source_file, source_name, source_network
from benchmarks.osmfile import enlarge, to_xml
from benchmarks.process import program, quickest
from benchmarks.table import Row, limit, ratio
from geo.sources.network_store import open_network

if TYPE_CHECKING:
    from benchmarks.size import Size

WANTED_TIMES, WANTED_S, WANTED_MB = 15.0, 9.0, 800.0


def load(size: Size) -> list[Row]:
    """``lifecircle network`` from the start of the process to its end; OSMnx is not asked to save anything."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        xml = to_xml(source_file(), folder / "walk.osm")
        ours = theirs = None
        for turn in range(max(size.rounds // 3, 1)):
            here = program("lifecircle", "network", source_file(), "--out", folder / "one.lcnet")
            ours = quickest(here, ours or here)
            if turn < 2:  # it takes long, and twice is enough
                there = program("osmnx_network", xml)
                theirs = quickest(there, theirs or there)
        assert ours is not None
        assert theirs is not None
        network = open_network(folder / "one.lcnet")
        same_number("osmnx", theirs.answer["length_m"], network.length_m, 0.02)
        more = network.length_m / theirs.answer["length_m"] - 1
        work = f"street file of {source_name()} ({source_file().stat().st_size / 1e6:.1f} MB) → network, whole process"
        remark = (
            "graph_from_xml on the same streets as .osm, converting them not counted; "
            f"our {more:.1%} more metres are squares and lone rings, "
            f"which it drops; memory {_mb(ours.peak_mb)} beside {_mb(theirs.peak_mb)}"
        )
        rows.append(ratio(work, ours.seconds, ("osmnx", theirs.seconds), WANTED_TIMES, remark))
        if size.large > 1:
            rows += _large(size, folder)
    return rows


def _large(size: Size, folder: Path) -> list[Row]:
    file = KEPT / f"ways-{source_network().digest[:12]}-{size.large}.osm.pbf"
    KEPT.mkdir(exist_ok=True)
    if not file.is_file():
        half = file.with_suffix(".half.pbf")
        enlarge(source_file(), half, size.large)
        half.replace(file)
    with osmium.io.Reader(str(file), osmium.osm.WAY) as reader:
        ways = sum(1 for _ in osmium.OsmFileIterator(reader))
    best = None
    for _ in range(max(size.rounds // 5, 1)):
        here = program("lifecircle", "network", file, "--out", folder / "large.lcnet")
        best = quickest(here, best or here)
    assert best is not None
    what = f"street file of {file.stat().st_size / 1e6:.0f} MB, {ways / 1e6:.2f} M ways → network, whole process"
    rows = [limit(what, best.seconds, WANTED_S)]
    if best.peak_mb is not None:
        rows.append(limit(what + ", peak memory", best.peak_mb, WANTED_MB, "MB"))
    return rows


def _mb(peak: float | None) -> str:
    return "unknown" if peak is None else f"{peak:.0f} MB"
