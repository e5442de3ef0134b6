"""``python -m data.generator [DIR]``: draw the town and write its files."""

from __future__ import annotations

import sys
from pathlib import Path

from data.generator.make import make

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "qinghe"
    for name, value in make(folder).items():
        print(f"{name}: {value}")
