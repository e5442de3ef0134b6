"""Where the real extracts are, for tests that skip without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

NETWORKS = Path(os.environ.get("LIFECIRCLE_TEST_DATA", "../shared/data")) / "networks"
needs_data = pytest.mark.skipif(not NETWORKS.is_dir(), reason="real extracts are not here; set LIFECIRCLE_TEST_DATA")
EXTRACTS = (
    "beijing_bupt_2025.osm.bz2",
    "beijing_cau_2026.osm",
    "beijing_tsinghua_2017.osm.gz",
    "guixi_jiangxi_2024.osm.bz2",
    "liechtenstein_2015.osm.pbf",
    "monaco_2023.osm.pbf",
    "sao_paulo_centre.osm.pbf",
    "shanghai_centre_roads_2026.osm.bz2",
    "porto_alegre.osm.pbf",
)
