"""``lifecircle run``, from the start of the process to its last file."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.agree import same_number
from benchmarks.city import ROOT, source_file, source_name
from benchmarks.osmfile import to_xml
from benchmarks.process import program, quickest
from benchmarks.table import Row, limit, ratio
from geo.settings import Settings

if TYPE_CHECKING:
    from benchmarks.size import Size

WANTED_S = 10.0


def run(size: Size) -> list[Row]:
    """Everything a run writes; beside it a script with OSMnx that writes two files of it."""
    work = f"lifecircle run on {source_name()}, all files, whole process"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "theirs").mkdir()
        table = ROOT / Settings().test_data / "tables" / "porto_alegre_hexgrid.csv"
        if not table.is_file():
            return [limit(work, _ours(size, ROOT / "data" / "qinghe" / "study.toml", folder)[0], WANTED_S)]
        seconds, summary = _ours(size, _porto(folder, table), folder)
        rows = [limit(work, seconds, WANTED_S, remark="network built from the street file, too")]
        if size.slow_peers:
            xml = to_xml(source_file(), folder / "walk.osm")
            theirs = program("osmnx_study", xml, table, folder / "theirs")
            served = summary["totals"]["served_weight"]
            same_number("osmnx", theirs.answer["served"], served, 0.03)
            people = f"{theirs.answer['served']:,.0f} people served, {served:,.0f} in truth"
            remark = f"nearest nodes, one search, buffered streets, two files; {people}"
            rows.append(ratio(work, seconds, ("osmnx", theirs.seconds), remark=remark))
    return rows


def _ours(size: Size, study: Path, folder: Path) -> tuple[float, dict[str, dict[str, float]]]:
    best = None
    for _ in range(max(size.rounds // 5, 1)):
        here = program("lifecircle", "run", study, "--out", folder / "ours")
        best = quickest(here, best or here)
    assert best is not None
    return best.seconds, json.loads((folder / "ours" / "summary.json").read_text(encoding="utf-8"))


def _porto(folder: Path, table: Path) -> Path:
    study = folder / "study.toml"
    keys = f'path = {json.dumps(str(table))}\nid = "id"\nlon = "lon"\nlat = "lat"\n'
    study.write_text(
        f'[study]\nname = "Porto Alegre"\n[network]\npath = {json.dumps(str(source_file()))}\n'
        f'[facilities]\n{keys}name = "id"\nwhere = "healthcare > 0"\n[demand]\n{keys}weight = "population"\n'
        "[standard]\ndistance_m = 1200\nsnap_limit_m = 2000\n",
        encoding="utf-8",
    )
    return study
