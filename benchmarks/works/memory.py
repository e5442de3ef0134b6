"""Memory on a huge network, in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.city import compiled_file
from benchmarks.process import program
from benchmarks.table import Row, limit

if TYPE_CHECKING:
    from benchmarks.size import Size

FACILITIES, WANTED_MB = 2_500, 1_536.0


def memory(size: Size) -> list[Row]:
    across = size.huge or size.large
    ended = program("reach_of_many", compiled_file(across), str(FACILITIES))
    what = f"{FACILITIES:,} facilities among {ended.answer['edges']:,} edges: nearest for all, reach of each; peak memory"
    if ended.peak_mb is None:
        return [Row(what, "unknown", remark="this system doesn't tell")]
    asked = WANTED_MB if size.huge else None
    return [
        limit(what, ended.peak_mb, asked, "MB", remark=f"{ended.answer['pairs']:,} pairs; whole process {ended.seconds:.1f} s")
    ]
