"""Where a network comes from: what a map must credit, and the digest that tells two networks apart."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RECIPE = "lifecircle walk network 2"
"""Part of every digest: to be counted up when the same file would give another network."""

OSM_CREDIT = "© OpenStreetMap contributors, ODbL 1.0"


def network_digest(path: Path, crs: str) -> str:
    """SHA-256 (hex) of the file's bytes, our recipe and the metric system."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{RECIPE}\n{crs}\n{content}".encode()).hexdigest()
