"""Places to walk between: a table with ids, as ``lifecircle times`` takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.errors import InputDataError
from geo.messages import msg
from geo.sources.findings import some
from geo.sources.layers import LayerRequest, read_layer
from geo.sources.study_file import LayerTable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.model import Finding


class Places(NamedTuple):
    """Points to walk between: ids as they are written, WGS-84 degrees of shape (n, 2), and what was noticed."""

    ids: list[str]
    lonlat: NDArray[np.float64]
    findings: tuple[Finding, ...]


def read_places(path: Path) -> Places:
    """The places of a table with ``id``, ``lon`` and ``lat``.

    Raises
    ------
    InputMissingError, InputDataError
        When it isn't there, lacks a column, or any row has no usable position or repeats an id:
        such a table is asked about as a whole.
    """
    layer = read_layer(LayerRequest(path.name, path, LayerTable(path=path.name, id="id")))
    for finding in layer.findings:
        if finding.level == "error":
            text = msg("{file}, rows {rows}: {why}")
            raise InputDataError(text, file=path.name, rows=some(finding.rows), why=finding.message)
    frame = layer.frame
    if "id" not in frame.columns:
        raise InputDataError(msg("{file} has no column “id”."), file=path.name)
    ids = frame["id"].astype(str)
    if (again := ids.duplicated()).any():
        sentence = msg("{file} repeats ids: {values}; each place needs one of its own.")
        raise InputDataError(sentence, file=path.name, values=some(dict.fromkeys(ids[again])))
    return Places(ids.tolist(), np.column_stack([frame.geometry.x, frame.geometry.y]).astype(np.float64), layer.findings)
