"""A loaded study as plain files in a folder: how the process that read strangers' files hands over what it made of them.

``study.json`` and ``study.bin`` hold everything but the streets (:mod:`geo.sources.plainform`), ``network.lcnet`` and, where
barriers were laid over them, ``streets.lcnet`` the streets (:mod:`geo.sources.network_store`). Nothing of it is ever run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from geo.crs import WGS84, check_metric
from geo.errors import InputDataError
from geo.messages import msg
from geo.model import Facilities, Mend, ServiceStandard, Study, WalkNetwork, WalkProfile
from geo.sources.network_store import open_network, save_network
from geo.sources.plainform import (
    Packing,
    Unpacking,
    finding_from_plain,
    frame_from_plain,
    input_from_plain,
    plain_finding,
    plain_frame,
    plain_input,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

_STANDARD = TypeAdapter(ServiceStandard)
_PROFILES = TypeAdapter(dict[str, WalkProfile])
_MENDS = TypeAdapter(tuple[Mend, ...])
_NETWORK, _STREETS = "network.lcnet", "streets.lcnet"
_FRAMES = ("communities", "demand", "residential", "candidates", "requests", "barriers")
MOST_BYTES = 1_000_000_000
"""Of one file of such a folder; whoever opens it looks before reading."""


def save_study(study: Study, folder: Path) -> None:
    """Write a study into a folder that is there and empty.

    Raises
    ------
    OutputError
        When the streets can't be written.
    """
    packing = Packing()
    frames = {name: getattr(study, name) for name in _FRAMES}
    frames |= {"facilities": study.facilities.frame, "entrances": study.facilities.entrances}
    document = {
        "name": study.name,
        "crs": study.crs,
        "groups": list(study.groups),
        "standard": _STANDARD.dump_python(study.standard, mode="json"),
        "profiles": _PROFILES.dump_python(dict(study.profiles), mode="json"),
        "mends": _MENDS.dump_python(study.mends, mode="json"),
        "inputs": [plain_input(source) for source in study.inputs],
        "findings": [plain_finding(found) for found in study.findings],
        "frames": {name: plain_frame(frame, packing) for name, frame in frames.items() if frame is not None},
        "rows": {
            layer: {"ids": [str(key) for key in rows.index], "rows": packing.put(rows.to_numpy(np.int64))}
            for layer, rows in study.file_rows.items()
        },
        "networks": {
            file: [plain_finding(found) for found in network.findings]
            for file, network in _networks(study)
            if network is not None
        },
    }
    for file, network in _networks(study):
        if network is not None:
            save_network(network, folder / file)
    _write(folder, "study", document, packing)


def _networks(study: Study) -> tuple[tuple[str, WalkNetwork | None], ...]:
    return ((_NETWORK, study.network), (_STREETS, study.streets))


def open_study(folder: Path) -> Study:
    """The study of a folder; the arrays of its streets stay in their files until used.

    Raises
    ------
    InputDataError
        When the files are not as :func:`save_study` writes them.
    """
    try:
        document, arrays = _read(folder, "study")
        crs = check_metric(str(document["crs"]))
        frames = {name: frame_from_plain(raw, arrays, crs) for name, raw in document["frames"].items()}
        networks = {file: _network(folder, file, found) for file, found in document["networks"].items()}
        rows = {str(layer): _rows(raw, arrays) for layer, raw in document["rows"].items()}
        return Study(
            name=str(document["name"]),
            crs=crs,
            communities=frames["communities"],
            demand=frames["demand"],
            facilities=Facilities(frames["facilities"], frames.get("entrances")),
            network=networks[_NETWORK],
            streets=networks.get(_STREETS),
            standard=_STANDARD.validate_python(document["standard"]),
            groups=tuple(str(name) for name in document["groups"]),
            mends=_MENDS.validate_python(document["mends"]),
            profiles=_PROFILES.validate_python(document["profiles"]),
            file_rows=rows,
            inputs=tuple(input_from_plain(raw) for raw in document["inputs"]),
            findings=tuple(finding_from_plain(raw) for raw in document["findings"]),
            residential=frames.get("residential"),
            candidates=frames.get("candidates"),
            requests=frames.get("requests"),
            barriers=frames.get("barriers"),
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, RecursionError) as error:
        raise InputDataError(msg("What was made of the uploaded files can't be taken over; upload them again.")) from error


def _network(folder: Path, file: str, findings: list[Any]) -> WalkNetwork:
    if file not in {_NETWORK, _STREETS}:
        raise ValueError(file)
    return replace(open_network(folder / file), findings=tuple(finding_from_plain(raw) for raw in findings))


def _rows(raw: Mapping[str, Any], arrays: Unpacking) -> pd.Series[int]:
    return pd.Series(arrays.get(raw["rows"]), index=pd.Index(raw["ids"], dtype=object), dtype="int64")


def save_frame(frame: gpd.GeoDataFrame, folder: Path, name: str) -> None:
    """Write one frame beside the study, in the coordinate system that it is in (WGS-84 or the study's)."""
    packing = Packing()
    _write(folder, name, plain_frame(frame, packing), packing)


def open_frame(folder: Path, name: str, crs: str = WGS84) -> gpd.GeoDataFrame:
    """The frame again.

    Raises
    ------
    InputDataError
        When the files are not as :func:`save_frame` writes them.
    """
    try:
        document, arrays = _read(folder, name)
        return frame_from_plain(document, arrays, crs)
    except (ValueError, KeyError, TypeError, IndexError, OSError, RecursionError) as error:
        raise InputDataError(msg("What was made of the uploaded files can't be taken over; upload them again.")) from error


def _write(folder: Path, name: str, document: Mapping[str, Any], packing: Packing) -> None:
    (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    with (folder / f"{name}.bin").open("wb") as file:
        file.writelines(packing.blocks)


def _read(folder: Path, name: str) -> tuple[Any, Unpacking]:
    return json.loads(whole(folder / f"{name}.json")), Unpacking(whole(folder / f"{name}.bin"))


def whole(path: Path) -> bytes:
    """A file of the folder, if it is one, no link, and of a size that can be.

    Raises
    ------
    ValueError
        Otherwise.
    """
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise ValueError(path)
    return path.read_bytes()
