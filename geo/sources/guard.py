"""Looking at a file before GDAL does: what it really holds, and whether it may be read.

GDAL decides by content, not by name: a "virtual" text called ``town.geojson`` makes it open
other files or send requests. So every file is looked at first and only plain formats
pass; and GDAL starts with all its other drivers switched off, which works only in the
environment before its first use (a later setting is ignored).
"""

from __future__ import annotations

import importlib
import os
import struct
import sys
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from geo.errors import InputDataError, InputMissingError
from geo.messages import msg
from geo.sources.findings import some

if TYPE_CHECKING:
    from collections.abc import Iterator

Format = Literal["csv", "workbook", "geojson", "gpkg", "shp", "fgb", "kml", "gml", "gpx", "mif", "gdb", "osm"]

# Drivers of GDAL 3.12 that this program never needs; several of them open other files or the web.
UNWANTED_DRIVERS = (
    "PCIDSK, PDS4, VICAR, PDF, MBTiles, EEDA, OGCAPI, GDALG, LVBAG, S57, DGN, OGR_VRT, CSV, LIBKML, OGR_GMT, SQLite,"
    "WAsP, DXF, GeoRSS, VFK, PGDUMP, OSM, GPSBabel, OGR_PDS, WFS, OAPIF, EDIGEO, Idrisi, ODS, XLSX, Elasticsearch,"
    "Carto, AmigoCloud, SXF, Selafin, JML, PLSCENES, CSW, VDV, MVT, NGW, MapML, GTFS, PMTiles, MiraMonVector, ADBC,"
    "AVCBin, AVCE00, AIVector, HTTP"
)
GDAL_ENVIRONMENT = {
    "OGR_SKIP": UNWANTED_DRIVERS.replace(" ", ""),
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",  # no request, whatever a file says
}
OSM_SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".pbf", ".osm.xml")
VECTOR_SUFFIXES = {".geojson", ".json", ".gpkg", ".shp", ".fgb", ".kml", ".gml", ".gpx", ".mif"}
TABLE_SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods"}
_HEAD = 65_536
_MAX_MEMBERS = 2_000
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, OSError)
_SECRET_WORDS = (b"gdal_streamed_alg", b"<OGRVRT", b"<VRTDataset", b"OGRVRTDataSource")


@dataclass(frozen=True)
class Limits:
    """How much of a file is accepted: bytes on disk, and bytes once unpacked."""

    file_bytes: int = 2_000_000_000
    unpacked_bytes: int = 2_000_000_000


OWN = Limits()
UPLOADED = Limits(file_bytes=50_000_000, unpacked_bytes=300_000_000)


def prepare_gdal() -> None:
    """Let pyogrio's GDAL start without its unwanted drivers; does nothing where it has started already.

    GDAL looks at the environment once, when pyogrio is imported; it is put back as it was.
    """
    if "pyogrio" in sys.modules:
        return
    before = {key: os.environ.get(key) for key in GDAL_ENVIRONMENT}
    os.environ.update(GDAL_ENVIRONMENT)
    try:
        importlib.import_module("pyogrio")
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def recognise(path: Path, limits: Limits = OWN) -> Format:
    """What a file really is, by its content; never by its name alone.

    Raises
    ------
    InputMissingError
        When it is not there.
    InputDataError
        When it is empty, too large, or of a sort that is not read.
    """
    if path.is_dir() and path.suffix.lower() == ".gdb":
        return "gdb"
    if not path.is_file():
        raise InputMissingError(msg("There is no file {path}."), path=path)
    check_size(path, limits)
    if path.name.lower().endswith(OSM_SUFFIXES):
        return "osm"
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _binary(head, path) or _text(head, path)
    if found is None:
        raise InputDataError(msg("{file} is none of the formats that can be read: {known}."), file=path.name, known=_readable())
    return found


def is_json(path: Path) -> bool:
    """Whether a file begins as a JSON text does; such texts are read without GDAL."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _without_mark(file.read(_HEAD)).startswith((b"{", b"["))


def _without_mark(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x1e \t\r\n")


def check_size(path: Path, limits: Limits) -> None:
    """Refuse an empty file and one beyond the limit.

    Raises
    ------
    InputDataError
        When it is either.
    """
    size = path.stat().st_size if path.is_file() else 1
    if size == 0:
        raise InputDataError(msg("{file} is empty."), file=path.name)
    if size > limits.file_bytes:
        sentence = msg("{file} has {size} MB; at most {limit} MB are read.")
        raise InputDataError(sentence, file=path.name, size=size // 1_000_000, limit=limits.file_bytes // 1_000_000)


def _readable() -> str:
    return "GeoJSON, GPKG, SHP, FlatGeobuf, KML, GML, GPX, MIF, CSV, XLSX, XLS, ODS, ZIP"


def _binary(head: bytes, path: Path) -> Format | None:
    if head.startswith(b"SQLite format 3\x00"):
        # Bytes 68-71 are the application id; a plain SQLite file may hold virtual tables and is refused.
        if head[68:72] in {b"GPKG", b"GP10", b"GP11"}:
            return "gpkg"
        raise InputDataError(msg("{file} is a database but no GeoPackage; export it as GeoPackage first."), file=path.name)
    if head.startswith(b"fgb\x03"):
        return "fgb"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shp"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    return None


def _text(head: bytes, path: Path) -> Format | None:
    """The sort of a text file; a text that tells GDAL to open something else is refused."""
    if any(word in head for word in _SECRET_WORDS):
        raise InputDataError(msg("{file} is no data but an instruction to open other files; it is not read."), file=path.name)
    start = _without_mark(head)
    if start.startswith(b"{"):
        words = (b'"FeatureCollection"', b'"Feature"', b'"Topology"', b'"coordinates"', b'"geometries"', b'"rings"')
        return "geojson" if any(word in head for word in words) else None
    if start.startswith(b"<"):
        marks: tuple[tuple[bytes, Format], ...] = (
            (b"<kml", "kml"),
            (b"<gpx", "gpx"),
            (b"<osm", "osm"),
            (b"opengis.net/gml", "gml"),
        )
        return next((sort for mark, sort in marks if mark in head), None)
    if start[:7].lower() == b"version" and path.suffix.lower() == ".mif":
        return "mif"
    if path.suffix.lower() in TABLE_SUFFIXES:
        # Text in UTF-16 holds zero bytes, any other text holds none.
        return "csv" if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head else None
    return None


def check_inside(path: Path, folder: Path, written: str) -> None:
    """Refuse a path that leads out of an uploaded study's own folder, by dots or by links.

    Raises
    ------
    InputDataError
        When it does.
    """
    if not path.resolve().is_relative_to(folder.resolve()):
        sentence = msg("“{path}” lies outside the study's own folder; the files of an uploaded study must stay together.")
        raise InputDataError(sentence, path=written)


@contextmanager
def unpacked(path: Path, layer: str = "", limits: Limits = OWN) -> Iterator[Path]:
    """The file itself, or the one vector file inside a zip, unpacked into a folder of its own for a while.

    Parameters
    ----------
    path
        Any file; what is no zip (and what is a workbook, which is one too) is given back as it is.
    layer
        Which file of a zip that holds several, by its name without ending.
    """
    if not path.is_file() or not zipfile.is_zipfile(path):
        yield path
        return
    if path.stat().st_size > limits.file_bytes:
        recognise(path, limits)
    with tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                members = _members(archive, path, limits)
                workbook = any(name.name in {"workbook.xml", "workbook.bin", "content.xml"} for name in members)
                plain = path if workbook else _extract(archive, members, layer, Path(folder), limits)
        except _BROKEN_ZIP as error:
            raise InputDataError(
                msg("{file} is a damaged zip file ({why}); pack it again."), file=path.name, why=error
            ) from error
        yield plain


def _extract(
    archive: zipfile.ZipFile, members: dict[PurePosixPath, zipfile.ZipInfo], layer: str, folder: Path, limits: Limits
) -> Path:
    """One vector file with its companions; where it now is."""
    path = Path(str(archive.filename))
    chosen = _choose(members, layer, path)
    for inner, info in members.items():
        if inner.parent == chosen.parent and inner.name.split(".")[0] == chosen.name.split(".")[0]:
            # Our own name for it: nothing that a stranger wrote ever becomes a path.
            ending = inner.suffix.lower() if inner.suffix.isascii() and inner.suffix[1:].isalnum() else ""
            with archive.open(info) as source, (folder / f"layer{ending}").open("wb") as out:
                _copy(source, out, limits.unpacked_bytes, path)
    return folder / f"layer{chosen.suffix.lower()}"


def _copy(source: object, out: object, limit: int, path: Path) -> None:
    """Copy, and stop where the file turns out longer than its heading says."""
    left = limit
    while block := source.read(min(1 << 20, left + 1)):  # type: ignore[attr-defined]  # zip members are readers
        left -= len(block)
        if left < 0:
            raise InputDataError(
                msg("{file} unpacks to more than {limit} MB; it is not read."), file=path.name, limit=limit // 1_000_000
            )
        out.write(block)  # type: ignore[attr-defined]


def _members(archive: zipfile.ZipFile, path: Path, limits: Limits) -> dict[PurePosixPath, zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")]
    if len(infos) > _MAX_MEMBERS or sum(info.file_size for info in infos) > limits.unpacked_bytes:
        limit = limits.unpacked_bytes // 1_000_000
        raise InputDataError(msg("{file} unpacks to more than {limit} MB; it is not read."), file=path.name, limit=limit)
    if any(info.flag_bits & 0x1 for info in infos):
        raise InputDataError(msg("{file} is locked with a password; unlock it first."), file=path.name)
    return {PurePosixPath(_true_name(info)): info for info in infos}


def _true_name(info: zipfile.ZipInfo) -> str:
    """The member's name: Chinese Windows writes GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _choose(members: dict[PurePosixPath, zipfile.ZipInfo], layer: str, path: Path) -> PurePosixPath:
    layers = [name for name in members if name.suffix.lower() in VECTOR_SUFFIXES | TABLE_SUFFIXES]
    # A shapefile's companions are no layers of their own, nor is a lone text beside vectors.
    layers = [name for name in layers if name.suffix.lower() in VECTOR_SUFFIXES] or layers
    named = [name for name in layers if layer in {name.stem, name.name}]
    if layer and named:
        return named[0]
    if len(layers) == 1:
        return layers[0]
    if not layers:
        raise InputDataError(msg("{file} holds no file that can be read: {known}."), file=path.name, known=_readable())
    raise InputDataError(
        msg('{file} holds several layers ({layers}); name the one you mean with layer = "…".'),
        file=path.name,
        layers=some(name.stem for name in layers),
    )
