"""A vector file as GDAL may see it: alone with the parts that belong to it, and without what names other files.

GDAL looks beside a file for schemas, sidecars and masks, and a GML tells it where its schema lies. Here the file is
put into a folder of its own; XML texts are copied without the pointers, and databases are looked into first.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = {".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg"), ".mif": (".mif", ".mid")}
_XML = {".gml", ".kml", ".gpx", ".xml"}
_PIECE = 1 << 20
_LONGEST_TAG = 16 << 20  # bytes without the end of one tag
_OVERLAP = 32
_POINTER, _NOTHING = b"schemaLocation", b"schemaNotRead_"  # of the same length
_BIGGEST_PART = 2_000_000_000


@contextmanager
def alone(path: Path, file: str) -> Iterator[Path]:
    """The file in a folder of its own, for the length of the block; ``file`` is what to call it.

    Raises
    ------
    InputDataError
        When it declares entities, is one endless text, or a database that computes instead of holding data.
    """
    if path.is_dir():
        yield path
        return
    suffix = path.suffix.lower()
    with tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
        made = Path(folder) / f"layer{suffix}"
        if suffix == ".gpkg":
            _look_into(path, file)
            yield path  # SQLite itself keeps parts of an open database beside it
            return
        with path.open("rb") as source:
            is_xml = source.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        if is_xml or suffix in _XML:
            _copy_xml(path, made, file)
        else:
            parts = _PARTS.get(suffix, (suffix,))
            for part in path.parent.glob(f"{_literal(path.stem)}.*"):
                if part.suffix.lower() in parts and part.is_file() and part.stat().st_size <= _BIGGEST_PART:
                    _link(part, made.with_suffix(part.suffix.lower()))
        yield made


def _literal(stem: str) -> str:
    """A name in which no sign stands for others."""
    return "".join(f"[{sign}]" if sign in "[]*?" else sign for sign in stem)


def _link(part: Path, made: Path) -> None:
    try:
        made.symlink_to(part.resolve())
    except OSError:  # Windows without the right to: then a copy
        shutil.copyfile(part, made)


def _copy_xml(path: Path, made: Path, file: str) -> None:
    """The text without pointers to schemas."""
    with path.open("rb") as source, made.open("wb") as out:
        tail, without_end = b"", 0
        while piece := source.read(_PIECE):
            without_end = without_end + len(piece) if b">" not in piece else 0
            text = (tail + piece).replace(_POINTER, _NOTHING)
            if without_end > _LONGEST_TAG or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                sentence = msg("{file} declares entities or is one endless text, as no map does; it is not read.")
                raise InputDataError(sentence, file=file)
            out.write(text[:-_OVERLAP])
            tail = text[-_OVERLAP:]
        out.write(tail)


def _look_into(path: Path, file: str) -> None:
    """Refuse a GeoPackage whose tables are not plain: a view or a virtual table can call what sends requests."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as base:
            rows = base.execute(
                "SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'view')"
            ).fetchall()
    except sqlite3.Error as error:
        raise InputDataError(msg("{file} can't be read: {why}."), file=file, why=str(error)) from error
    for sort, sql in rows:
        words = str(sql).lower()
        computes = "(" in words.partition(" select ")[2] if sort == "view" else " generated " in words
        virtual = words.lstrip().startswith("create virtual") and "using rtree" not in words
        if computes or virtual:
            sentence = msg("{file} holds views or virtual tables; export the layer as a new GeoPackage.")
            raise InputDataError(sentence, file=file)
