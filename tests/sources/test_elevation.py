from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio

from geo.core.planner import measure, prepare
from geo.crs import unproject
from geo.errors import InputDataError, InputMissingError
from geo.sources.elevation import with_elevation
from geo.sources.samples import qinghe_study
from geo.sources.study import check_study, load_study
from tests.streets import make_network


def raster(path, bounds, grid, crs="EPSG:4326"):
    grid = np.asarray(grid, dtype=np.float32)
    (rows, columns), (west, south, east, north) = grid.shape, bounds
    place = rasterio.Affine((east - west) / columns, 0, west, 0, (south - north) / rows, north)
    form = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": "float32", "nodata": -9999}
    with rasterio.open(path, "w", crs=crs, transform=place, **form) as file:
        file.write(grid, 1)
    return path


@pytest.fixture
def street():
    return make_network([(0, 0), (1000, 0)], [(0, 1, [(500, 0)])])


def around(street, margin=0.01):
    lonlat = unproject(street.vertex_xy, street.crs)
    return (*(lonlat.min(axis=0) - margin), *(lonlat.max(axis=0) + margin))


def test_heights_of_a_plane_are_exact(street, tmp_path):
    west, south, east, north = around(street)
    columns = 200
    step = (east - west) / columns
    grid = np.tile(100 + 1000 * (np.arange(columns) + 0.5) * step, (50, 1))
    got = with_elevation(street, raster(tmp_path / "dem.tif", (west, south, east, north), grid))
    lon = unproject(street.vertex_xy, street.crs)[:, 0]
    np.testing.assert_allclose(got.vertex_z, 100 + 1000 * (lon - west), atol=1e-3)
    assert got.digest != street.digest
    assert street.vertex_z is None


def test_a_raster_that_covers_a_part_says_so(street, tmp_path):
    lonlat = unproject(street.vertex_xy, street.crs)
    west, south, _east, north = around(street)
    got = with_elevation(street, raster(tmp_path / "dem.tif", (west, south, lonlat[1, 0] + 1e-4, north), np.ones((20, 20))))
    assert np.isfinite(got.vertex_z).sum() == 2
    assert got.findings[-1].count == 1
    assert "1 of 3" in str(got.findings[-1].message)


def test_a_raster_elsewhere_changes_nothing_and_says_so(street, tmp_path):
    got = with_elevation(street, raster(tmp_path / "dem.tif", (0, 0, 1, 1), np.ones((5, 5))))
    assert got.vertex_z is None
    assert got.digest == street.digest
    assert got.findings[-1].count == 3
    assert "covers none of the 3 street points" in str(got.findings[-1].message)


def test_no_raster(street, tmp_path):
    with pytest.raises(InputMissingError, match="not there"):
        with_elevation(street, tmp_path / "none.tif")
    (tmp_path / "text.tif").write_text("not a raster", encoding="utf-8")
    with pytest.raises(InputDataError, match="no elevation raster"):
        with_elevation(street, tmp_path / "text.tif")


def hilly_qinghe(folder, grid):
    path = qinghe_study(folder)
    text = path.read_text(encoding="utf-8").replace("[network]\n", '[network]\nelevation = "dem.tif"\n')
    path.write_text(text, encoding="utf-8")
    raster(folder / "dem.tif", (117.6, 32.4, 118.1, 32.9), grid)
    return path


def served(study):
    return measure(prepare(study)).totals.served_weight


def test_the_study_file_names_the_heights(tmp_path):
    plain = load_study(qinghe_study(tmp_path / "plain"))
    flat = load_study(hilly_qinghe(tmp_path / "flat", np.full((50, 50), 40.0)))
    steep = load_study(hilly_qinghe(tmp_path / "steep", np.add.outer(np.arange(500) * 20.0, np.zeros(500))))
    on_the_level = replace(plain, network=replace(plain.network, segment_incline=None))
    assert served(replace(flat, network=replace(flat.network, segment_incline=None))) == served(on_the_level)
    assert served(steep) < served(on_the_level)
    assert flat.inputs != steep.inputs


def test_heights_count_for_everybody_who_does_not_say_otherwise(tmp_path):
    path = hilly_qinghe(tmp_path, np.add.outer(np.arange(500) * 20.0, np.zeros(500)))
    own = "\n[profiles.climber]\nspeed_kmh = 4.0\ntobler = false\n[profiles.hiker]\nspeed_kmh = 4.0\n"
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    study = load_study(path)
    feel = {name for name, profile in study.profiles.items() if profile.tobler}
    assert feel == set(study.profiles) - {"climber"}
    assert study.standard.profile.tobler


def test_a_raster_that_is_not_there_does_not_stop_the_check(tmp_path):
    path = hilly_qinghe(tmp_path, np.ones((5, 5)))
    (tmp_path / "dem.tif").unlink()
    errors = [str(finding.message) for finding in check_study(path) if finding.level == "error"]
    assert len(errors) == 1
    assert "dem.tif" in errors[0]


def rewritten(path, **settings):
    """The same raster with other settings of its band, as programs write them."""
    import rasterio

    with rasterio.open(path, "r+") as file:
        for name, value in settings.items():
            setattr(file, name, value)
    return path


@pytest.mark.parametrize("hole", [-99999, -32768, 32767])
def test_what_is_no_height_is_recognised_and_said(street, tmp_path, hole):
    grid = np.full((50, 200), 40.0)
    grid[:, 90:110] = hole
    got = with_elevation(street, raster(tmp_path / "dem.tif", around(street), grid))
    heights = got.vertex_z[np.isfinite(got.vertex_z)]
    assert heights.min() == heights.max() == 40
    said = " ".join(str(finding.message) for finding in got.findings if finding.level == "doubtful")
    assert f"has cells of {hole} and does not declare them" in said


def test_scale_and_offset_are_applied(street, tmp_path):
    path = raster(tmp_path / "dem.tif", around(street), np.full((50, 200), 400.0))
    got = with_elevation(street, rewritten(path, scales=(0.1,), offsets=(5.0,)))
    assert got.vertex_z == pytest.approx(45)


def test_how_often_the_ground_is_looked_at_is_said(street, tmp_path):
    got = with_elevation(street, raster(tmp_path / "dem.tif", around(street), np.full((1000, 2000), 40.0)))
    assert "Heights are read every" in str(got.findings[-1].message)
    coarse = with_elevation(street, raster(tmp_path / "c.tif", around(street), np.full((3, 3), 40.0)))
    assert "are coarse" in str(coarse.findings[-1].message)
