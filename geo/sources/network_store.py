"""Compiled networks (.lcnet): plain arrays that reopen at once, even with a million edges.

Layout: eight bytes of mark, the length of the heading as a little-endian uint64, the
heading as JSON, then the arrays, each at a multiple of 64 bytes from the end of the
heading. The arrays are mapped, not read, so several processes share them. Text columns are
codes and a list of words parted by NUL. Nothing in the file is ever run or unpickled, and
every index is checked before it is believed, for such files come from strangers too.
"""

from __future__ import annotations

import json
import mmap
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import numpy as np

from geo.crs import check_metric
from geo.errors import GeoError, InputMissingError, NetworkError
from geo.messages import Message, msg
from geo.model import Finding, WalkNetwork
from geo.sources.atomic import write_whole
from geo.sources.network_check import faults
from geo.sources.osm_filter import LEFT_OUT, LET_IN
from geo.table import Table, Words

if TYPE_CHECKING:
    from pathlib import Path

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

SUFFIX = ".lcnet"
MARK = b"LCNET\x00\x01\n"
_ALIGN = 64
_HEADING_LIMIT = 16 << 20
_DTYPES = ("int64", "int32", "uint8", "float64", "float32")
_ARRAYS = {
    "node_id": "int64",
    "node_xy": "float64",
    "edge_u": "int32",
    "edge_v": "int32",
    "edge_start": "int64",
    "vertex_xy": "float64",
    "segment_m": "float64",
    "segment_way": "int32",
    "segment_crossing": "uint8",
}
_OPTIONAL = {"vertex_z": "float32", "segment_incline": "float32", "segment_share": "float64", "segment_oneway": "uint8"}
_PAIRS = ("node_xy", "vertex_xy")
CUT_WAYS = msg("{count} streets run beyond the edge of the street file; they were cut there.")
_TEMPLATES = (CUT_WAYS, *(rule.sentence for rule in (*LEFT_OUT, *LET_IN)))
"""Sentences that a file may ask for by number. Any other finding is kept as its plain text."""


def save_network(network: WalkNetwork, path: Path) -> None:
    """Write a network so that :func:`open_network` reopens it at once; the same network gives the same bytes.

    Raises
    ------
    OutputError
        When the file can't be written; an older file is then untouched.
    """
    arrays: dict[str, Array] = {name: np.ascontiguousarray(getattr(network, name), dtype) for name, dtype in _ARRAYS.items()}
    for name, dtype in _OPTIONAL.items():
        if getattr(network, name) is not None:
            arrays[name] = np.ascontiguousarray(getattr(network, name), dtype)
    if network.walls is not None:
        arrays["walls"] = np.ascontiguousarray(network.walls, "float64").ravel()
    tables = {"ways": _pack(network.way_table, "ways", arrays)}
    if network.point_table is not None:
        tables["points"] = _pack(network.point_table, "points", arrays)
    places, size = _places(arrays)
    heading = {
        "arrays": places,
        "size": size,
        "tables": tables,
        "crs": network.crs,
        "source": network.source,
        "source_date": network.source_date,
        "credit": network.credit,
        "digest": network.digest,
        "findings": [_pack_finding(finding) for finding in network.findings],
    }
    text = json.dumps(heading, ensure_ascii=False, sort_keys=True).encode()
    text += b" " * (-(len(MARK) + 8 + len(text)) % _ALIGN)

    def write(file: IO[bytes]) -> None:
        file.write(MARK + len(text).to_bytes(8, "little") + text)
        for name, values in arrays.items():
            file.seek(len(MARK) + 8 + len(text) + places[name]["at"])
            file.write(values.data)
        file.truncate(len(MARK) + 8 + len(text) + size)

    write_whole(path, write)


def _places(arrays: dict[str, Array]) -> tuple[dict[str, Any], int]:
    """Where each array lies, counted from the end of the heading, and where the last one ends."""
    places, end = {}, 0
    for name, values in arrays.items():
        places[name] = {"dtype": values.dtype.name, "count": values.size, "at": end}
        end += values.nbytes + (-values.nbytes % _ALIGN)
    return places, end


def _pack(table: Table, name: str, arrays: dict[str, Array]) -> list[dict[str, str]]:
    """Put a table's columns among the arrays; give the list of its columns and their kinds."""
    columns = []
    for position, (title, column) in enumerate(table.columns.items()):
        key = f"{name}.{position}"
        if isinstance(column, Words):
            kind = "text"
            arrays[key] = np.ascontiguousarray(column.code, "int32")
            arrays[f"{key}.words"] = np.frombuffer("\0".join(column.words).encode(), dtype=np.uint8)
        else:
            kind = "flag" if column.dtype == np.bool_ else "number"
            arrays[key] = np.ascontiguousarray(column, "uint8" if kind == "flag" else "int64")
        columns.append({"name": title, "kind": kind})
    return columns


def open_network(path: Path) -> WalkNetwork:
    """Reopen a compiled network; its arrays are read-only and stay on disk until used.

    Raises
    ------
    InputMissingError
        When there is no such file.
    NetworkError
        When the file is cut short, damaged or something else.
    """
    if not path.is_file():
        raise InputMissingError(msg("The street file “{path}” is not there; check the path."), path=path)
    try:
        network = _open(path)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError, GeoError) as error:
        raise _damaged(path.name) from error
    if faults(network):
        raise _damaged(path.name)
    return network


def _damaged(name: str) -> NetworkError:
    return NetworkError(
        msg("The compiled network “{name}” is damaged or cut short; build it again with “lifecircle network”."), name=name
    )


def is_compiled(path: Path) -> bool:
    """Whether the file begins as a compiled network does."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def _open(path: Path) -> WalkNetwork:
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    begin = len(MARK) + 8
    length = int.from_bytes(content[len(MARK) : begin], "little")
    if content[: len(MARK)] != MARK or length > min(_HEADING_LIMIT, len(content) - begin):
        raise ValueError(path)
    heading = json.loads(content[begin : begin + length])
    if len(content) != begin + length + heading["size"]:
        raise ValueError(path)
    arrays = {name: _view(content, begin + length, place) for name, place in heading["arrays"].items()}
    core: dict[str, Any] = {}
    for name, dtype in _ARRAYS.items():
        if arrays[name].dtype != dtype:
            raise ValueError(name)
        core[name] = arrays[name].reshape(-1, 2) if name in _PAIRS else arrays[name]
    for name, dtype in _OPTIONAL.items():
        if name in arrays:
            core[name] = arrays[name].astype(dtype, copy=False)
    if "walls" in arrays:
        core["walls"] = arrays["walls"].astype("float64", copy=False).reshape(-1, 2, 2)
    tables = {table: _unpack(columns, table, arrays) for table, columns in heading["tables"].items()}
    return WalkNetwork(
        **core,
        crs=check_metric(str(heading["crs"])),
        ways=tables["ways"],
        points=tables.get("points"),
        source=str(heading["source"]),
        source_date=str(heading["source_date"]),
        credit=str(heading.get("credit", "")),
        digest=str(heading["digest"]),
        findings=tuple(_unpack_finding(finding) for finding in heading["findings"]),
    )


def _view(content: mmap.mmap, begin: int, place: dict[str, Any]) -> Array:
    if place["dtype"] not in _DTYPES or place["at"] < 0 or place["count"] < 0:
        raise ValueError(place)
    return np.frombuffer(content, dtype=place["dtype"], count=place["count"], offset=begin + place["at"])


def _unpack(columns: list[dict[str, str]], name: str, arrays: dict[str, Array]) -> Table:
    table: dict[str, Array | Words] = {}
    for position, column in enumerate(columns):
        key = f"{name}.{position}"
        values = arrays[key]
        if column["kind"] == "text":
            words = arrays[f"{key}.words"].tobytes().decode().split("\0") if len(values) else []
            table[column["name"]] = Words(words, values.astype(np.int32, copy=False))
        else:
            table[column["name"]] = values != 0 if column["kind"] == "flag" else values
    return Table(table)


def _pack_finding(finding: Finding) -> dict[str, Any]:
    template = finding.message.template
    known = template in _TEMPLATES
    values = dict(finding.message.values) if known else {"text": str(finding.message)}
    plain = {key: value if isinstance(value, int | float) else str(value) for key, value in values.items()}
    sentence = _TEMPLATES.index(template) if known else -1
    return {"level": finding.level, "sentence": sentence, "values": plain, "rows": list(finding.rows), "count": finding.count}


def _unpack_finding(kept: dict[str, Any]) -> Finding:
    if kept["level"] not in {"info", "mended", "doubtful", "error"}:
        raise ValueError(kept)
    template = _TEMPLATES[kept["sentence"]] if kept["sentence"] >= 0 else "{text}"
    values = {str(key): value if isinstance(value, int | float) else str(value) for key, value in kept["values"].items()}
    rows = tuple(int(row) for row in kept["rows"])
    return Finding(kept["level"], "network", Message(template, values), rows, int(kept["count"]))
