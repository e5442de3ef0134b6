"""``python -m benchmarks``: one table of ratios, each measured side by side in this run."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from typing import TYPE_CHECKING

from benchmarks import peers, size, table
from benchmarks.city import source_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.size import Size
    from benchmarks.table import Row

WORKS = ("load", "reopen", "nearest", "reach", "areas", "click", "matrix", "run", "memory")


def work(name: str) -> Callable[[Size], list[Row]]:
    """The function of that name in the module of that name."""
    found: Callable[[Size], list[Row]] = getattr(importlib.import_module(f"benchmarks.works.{name}"), name)
    return found


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    ask.add_argument("--only", action="append", choices=WORKS, metavar="NAME", help="one of: " + ", ".join(WORKS))
    ask.add_argument("--quick", action="store_true", help="leave out the largest city and the slowest peers")
    asked = ask.parse_args()
    how_much = size.quick() if asked.quick else size.full()
    rows: list[Row] = []
    for name in asked.only or WORKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += work(name)(how_much)
    print(about())
    print()
    print(table.markdown(rows))
    return 0 if all(row.met is not False for row in rows) else 1


def about() -> str:
    """What was run, and on what sort of machine; no names."""
    said = [f"{os.cpu_count()} cores", f"{_memory_gb()} GB", f"Python {platform.python_version()}", f"streets: {source_name()}"]
    known = peers.versions()
    said += [f"{name} {number}" for name, number in known.items() if number]
    lacking = [f"{name} did not take part ({why})" for name, why in _absent(known).items()]
    return "; ".join(said + lacking) + "."


def _absent(known: dict[str, str]) -> dict[str, str]:
    why = {name: "not installed" for name, number in known.items() if not number}
    why["pyvalhalla"] = peers.NO_VALHALLA
    if "pandana" in why:
        why["pandana"] = peers.NO_PANDANA
    return why


def _memory_gb() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}"
    except (AttributeError, ValueError, OSError):
        return "?"


if __name__ == "__main__":
    sys.exit(main())
