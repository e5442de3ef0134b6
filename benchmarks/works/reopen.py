"""A compiled network, opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.city import compiled_file
from benchmarks.race import race
from benchmarks.table import Row, limit
from geo.sources.network_store import open_network

if TYPE_CHECKING:
    from benchmarks.size import Size

WANTED_S = 0.2


def reopen(size: Size) -> list[Row]:
    file = compiled_file(size.large)
    least, given = race({"ours": lambda: open_network(file)}, size.rounds)
    return [limit(f"reopening a network of {given['ours'].edges:,} edges", least["ours"], WANTED_S, remark="every index checked")]
