"""Service areas looked at in other ways: pieces that do not overlap and fill the same ground."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from geo import crs
from geo.core.areas import AreaOptions, service_areas
from geo.core.planner import measure, prepare
from geo.model import ServiceStandard, WalkProfile
from geo.ui import area_layers
from tests.studies import study

if TYPE_CHECKING:
    import numpy as np

    from geo.ui.layers import Packed

TOWN = study([(0, 0), (100, 0), (1900, 0)], [5, 10, 20], [(0, 0), (600, 0), (1500, 0)])
WALKER = WalkProfile("adult", 4.8)
STANDARD = ServiceStandard(WALKER, minutes=15)


def pieces(packed: Packed) -> tuple[list[shapely.Geometry], list[str]]:
    features: list[dict[str, Any]] = json.loads(gzip.decompress(packed.data))["features"]
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in features]

    def metres(lonlat: np.ndarray) -> np.ndarray:
        return crs.project(lonlat[:, 0], lonlat[:, 1], TOWN.crs)

    return [shapely.transform(shape, metres) for shape in shapes], [one["properties"]["colour"] for one in features]


@pytest.mark.parametrize("name", sorted(area_layers.MAKE))
def test_pieces_meet_and_fill_the_whole(name: str) -> None:
    ready = prepare(TOWN, STANDARD)
    answer = measure(ready)
    shapes, colours = pieces(area_layers.MAKE[name](ready, TOWN.facilities, answer))
    whole = service_areas(ready, TOWN.facilities, answer, AreaOptions(by="all", quality="quick")).geometry.iloc[0]
    assert len(shapes) > 1
    assert len(set(colours)) == len(colours)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=0.01)
    assert shapely.union_all(shapes).symmetric_difference(whole).area < 0.02 * whole.area


@pytest.mark.parametrize(
    ("standard", "cutoffs"),
    [
        (STANDARD, (5, 10, 15)),
        (STANDARD.with_minutes(30), (5, 10, 15, 30)),
        (STANDARD.with_minutes(4), (2, 4)),
        (STANDARD.with_distance(1000), (300, 500, 1000)),
        (STANDARD.with_distance(300), (150, 300)),
    ],
)
def test_rings_end_at_the_standard(standard: ServiceStandard, cutoffs: tuple[float, ...]) -> None:
    assert area_layers.ring_cutoffs(standard) == cutoffs
    rows = area_layers.legend(standard, "en")
    assert len(rows[0]["keys"]) == len(cutoffs)  # type: ignore[arg-type]
    assert all(row["off"] for row in rows)
