"""The text of a shapefile's table: which encoding it is in, since many don't say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.messages import msg

if TYPE_CHECKING:
    from pathlib import Path

    from geo.sources.findings import FindingLog

# The language byte of dBASE that says "Chinese GBK"; GDAL knows it and needs no help.
_LANGUAGE_AT = 29
_ENOUGH = 50_000_000  # bytes that tell


def dbf_encoding(shp: Path, log: FindingLog, written: str) -> str | None:
    """The encoding to read a shapefile's columns with, or None where the shapefile says it itself.

    Without a ``.cpg`` and a language byte GDAL takes the text for Latin-1 and makes garbage of
    Chinese, without a word. The bytes tell: UTF-8 if they are valid UTF-8, else GB 18030 if valid.
    """
    beside = {other.suffix.lower(): other for other in shp.parent.glob(f"{shp.stem}.*")}
    dbf = beside.get(".dbf")
    if dbf is None or ".cpg" in beside:
        return None
    with dbf.open("rb") as file:
        raw = file.read(_ENOUGH)
    if len(raw) <= _LANGUAGE_AT or raw[_LANGUAGE_AT] != 0:
        return None
    head = int.from_bytes(raw[8:10], "little")
    text = raw[32:]  # field names may be Chinese as well
    if text.isascii():
        return None
    # Cells are cut at fixed widths, so a character may be broken at the end of one: judge cell by cell, leniently.
    for encoding in ("utf-8", "gb18030"):
        if _mostly(_cells(raw, head), encoding):
            log.add(
                "mended",
                msg("{file} does not say how its text is written; it was read as {encoding}."),
                file=written,
                encoding=encoding,
            )
            return encoding
    return None


def _cells(raw: bytes, head: int) -> list[bytes]:
    """The non-ASCII cells of the table (a sample), and its field names."""
    width = int.from_bytes(raw[10:12], "little")
    fields = [raw[at : at + 32] for at in range(32, head - 1, 32)]
    cells = [field[:11].split(b"\x00")[0] for field in fields]
    for record in range(min(2_000, int.from_bytes(raw[4:8], "little"))):
        at = head + record * width + 1
        for field in fields:
            cells.append(raw[at : at + field[16]].strip())
            at += field[16]
    return [cell for cell in cells if any(byte >= 0x80 for byte in cell)]  # noqa: PLR2004  (ASCII)


def _mostly(cells: list[bytes], encoding: str) -> bool:
    good = 0
    for cell in cells:
        try:
            cell.decode(encoding)
        except UnicodeDecodeError:
            continue
        good += 1
    return good >= 0.9 * len(cells)
