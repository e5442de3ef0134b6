"""A GeoTIFF and nothing else: looked at in its heading, opened without what lies beside it, read a part at a time.

GDAL decides by content, and many of its raster formats are texts that name other files or hosts. So the first
bytes must be a TIFF's, only the TIFF driver may open it, and from memory, so that no file beside it counts
(``.aux.xml``, ``.ovr``, ``.msk``, ``.tfw``).
"""

from __future__ import annotations

import math
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.crs import names_files
from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_MARKS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")  # both byte orders, and BigTIFF
_MOST_BYTES = 4_000_000_000
_MOST_CELLS = 400_000_000  # a county of 100 km by 100 km in cells of five metres
_MOST_READ = 100_000_000  # cells that the streets need
_MOST_IN_BLOCK = 16_000_000  # cells that can't be read apart
_AT_ONCE = 4_000_000  # cells
_DEGREE_M = 111_320.0
# What rasters hold where there is no height, declared or not (of shorts, of float32, and by habit).
_NO_HEIGHTS = (-9999.0, -32768.0, -32767.0, 32767.0, -99999.0, float(np.finfo(np.float32).min), float(np.finfo(np.float32).max))
_NO_RASTER = msg("“{path}” is no elevation raster that can be read; give a GeoTIFF.")
# Only plain ways of packing: others (JPEG, WEBP, …) are for pictures.
_ENVIRONMENT = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
    "GDAL_CACHEMAX": 64_000_000,
    "GTIFF_IGNORE_READ_ERRORS": "NO",
}


@dataclass(frozen=True)
class Grid:
    """An open raster: how many rows and columns it has and where they lie."""

    rows: int
    columns: int
    crs: Any  # rasterio's
    transform: Any  # affine
    name: str
    _raster: Any
    odd: set[float] = field(default_factory=set)  # values met that stand for "no height" without the file's saying so

    @property
    def cell_m(self) -> float:
        """About how large a cell is on the ground, metres (the longer side)."""
        turn = self.transform
        longest = max(math.hypot(turn.a, turn.d), math.hypot(turn.b, turn.e))
        return longest * (_DEGREE_M if self.crs.is_geographic else self.crs.linear_units_factor[1])

    def rows_at_once(self, columns: int) -> int:
        """So many rows of so many columns are read at once."""
        return max(_AT_ONCE // max(columns, 1), 1)

    def read(self, rows: tuple[int, int], columns: tuple[int, int]) -> NDArray[np.float64]:
        """Heights of a part, from and up to; NaN where there is none."""
        from rasterio.errors import RasterioError

        if (rows[1] - rows[0]) * (columns[1] - columns[0]) > _MOST_READ:
            raise _too_large(self.name, rows[1] - rows[0], columns[1] - columns[0])
        try:
            cells = self._raster.read(1, window=(rows, columns), masked=True)
        except RasterioError as error:
            raise InputDataError(_NO_RASTER, path=self.name) from error
        result: NDArray[np.float64] = cells.astype(np.float64).filled(np.nan)
        for value in _NO_HEIGHTS:
            here = result == value
            if here.any():
                self.odd.add(value)
                result[here] = np.nan
        scale, offset = self._raster.scales[0], self._raster.offsets[0]
        return result if (scale, offset) == (1.0, 0.0) else result * scale + offset


@contextmanager
def opened_grid(path: Path) -> Iterator[Grid]:
    """The raster, open for the length of the block.

    Raises
    ------
    InputDataError
        When it is no GeoTIFF, has no coordinate system, or can't be a raster of heights.
    """
    with path.open("rb") as file:
        if file.read(4) not in _MARKS:
            raise InputDataError(_NO_RASTER, path=path.name)
    if path.stat().st_size > _MOST_BYTES:
        sentence = msg("{file} has {size} MB; at most {limit} MB are read.")
        size, limit = path.stat().st_size // 1_000_000, _MOST_BYTES // 1_000_000
        raise InputDataError(sentence, file=path.name, size=size, limit=limit)
    import rasterio
    from rasterio.errors import CRSError, RasterioError

    with tempfile.TemporaryDirectory(prefix="lifecircle-") as folder, rasterio.Env(**_ENVIRONMENT):
        alone = Path(folder) / "heights.tif"
        try:
            alone.symlink_to(path.resolve())
        except OSError:  # Windows without the right to: then a copy
            shutil.copyfile(path, alone)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about a missing place in the world, which is told below
                raster = rasterio.open(alone, driver="GTiff", sharing=False)
        except (RasterioError, CRSError, ValueError) as error:
            raise InputDataError(_NO_RASTER, path=path.name) from error
        with raster:
            _check(raster, path.name)
            yield Grid(raster.height, raster.width, raster.crs, raster.transform, path.name, raster)


def _check(raster: Any, name: str) -> None:  # noqa: ANN401  (rasterio's)
    if raster.crs is None:
        raise InputDataError(msg("The elevation file “{path}” has no coordinate system; save it with one."), path=name)
    turn = raster.transform
    if not all(map(math.isfinite, turn)) or abs(turn.determinant) < 1e-18 or _unsafe(raster.crs):  # noqa: PLR2004  (degrees², of a millimetre)
        sentence = msg("The elevation file “{path}” does not say rightly where its cells lie; save it again as GeoTIFF.")
        raise InputDataError(sentence, path=name)
    block = math.prod(raster.block_shapes[0])
    if raster.width * raster.height > _MOST_CELLS or block > _MOST_IN_BLOCK:
        raise _too_large(name, raster.height, raster.width)
    if np.dtype(raster.dtypes[0]).kind not in "iuf":
        sentence = msg("The cells of the elevation file “{path}” are no plain numbers; save it again as GeoTIFF.")
        raise InputDataError(sentence, path=name)


def _unsafe(crs: Any) -> bool:  # noqa: ANN401  (rasterio's)
    from pyproj import CRS

    return names_files(CRS.from_wkt(crs.to_wkt()))


def _too_large(name: str, rows: int, columns: int) -> InputDataError:
    sentence = msg("The elevation file “{path}” is too large ({rows} rows of {columns} cells); cut it to the area of the study.")
    return InputDataError(sentence, path=name, rows=f"{rows:,}", columns=f"{columns:,}")
