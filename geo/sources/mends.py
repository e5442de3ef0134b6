"""Accepted mends of the streets as a small table, beside the study that they belong to."""

from __future__ import annotations

import csv
import io
import math
from typing import IO, TYPE_CHECKING, Literal, cast

from geo.cells import as_it_was, harmless
from geo.errors import InputDataError, InputMissingError
from geo.messages import msg
from geo.model import Mend
from geo.sources.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLUMNS = ("kind", "begin_lon", "begin_lat", "end_lon", "end_lat", "note")
_KINDS = ("link", "join")
_MOST_BYTES = 20_000_000
_DIGITS = 7  # about a centimetre


def read_mends(path: Path) -> list[Mend]:
    """The mends of a table (CSV, UTF-8, columns :data:`COLUMNS`, WGS-84 degrees), in its order.

    Raises
    ------
    InputMissingError
        When there is no such file.
    InputDataError
        When a column is missing or rows can't be read; their numbers are told, the heading being row 1.
    """
    if not path.is_file():
        raise InputMissingError(msg("The file “{path}” is not there; check the path."), path=path)
    if path.stat().st_size > _MOST_BYTES:
        sentence = msg("{file} has {size} MB; at most {limit} MB are read.")
        raise InputDataError(sentence, file=path.name, size=path.stat().st_size // 1_000_000, limit=_MOST_BYTES // 1_000_000)
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputDataError(
            msg("“{name}” is no table of mends in UTF-8; save it again as CSV (UTF-8)."), name=path.name
        ) from error
    lacking = [name for name in COLUMNS[:-1] if rows and name not in rows[0]]
    if lacking:
        raise InputDataError(msg("“{name}” lacks the columns {columns}."), name=path.name, columns=lacking)
    mends = [_mend(row) for row in rows]
    bad = [number for number, mend in enumerate(mends, start=2) if mend is None]
    if bad:
        raise InputDataError(
            msg("In “{name}”, rows {rows} are no mends: kind is link or join, places are longitude and latitude in degrees."),
            name=path.name,
            rows=bad[:10],
        )
    return [mend for mend in mends if mend is not None]


def _mend(row: dict[str, str]) -> Mend | None:
    try:
        west, south, east, north = (float(row[name] or "nan") for name in COLUMNS[1:5])
    except (TypeError, ValueError):
        return None
    real = all(math.isfinite(value) for value in (west, south, east, north))
    if row["kind"] not in _KINDS or not real or max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:  # noqa: PLR2004
        return None
    return Mend(cast("Literal['link', 'join']", row["kind"]), (west, south), (east, north), as_it_was(row.get("note") or ""))


def write_mends(mends: Sequence[Mend], path: Path) -> None:
    """Write the mends so that :func:`read_mends` gives them back; the file appears whole or not at all.

    Raises
    ------
    OutputError
        When the file can't be written.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for mend in mends:
        places = [round(value, _DIGITS) for value in (*mend.begin, *mend.end)]
        table.writerow([mend.kind, *places, harmless(mend.note)])
    write_whole(path, lambda file: _put(file, text.getvalue()))


def _put(file: IO[bytes], text: str) -> None:
    file.write(text.encode())
