"""Files that a planner uploads: put beside each other, and made a study if they are not one yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from geo.errors import InputMissingError, StudyFileError
from geo.messages import msg
from geo.ui.upload_folders import UploadFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STREETS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml")
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
SHAPES = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".kml", ".fgb")
STUDY_FILE = "study.toml"
_HINTS = {
    "communities": re.compile(r"communit|boundar|district|ward|社区|边界|辖区|范围|村界|网格", re.IGNORECASE),
    "demand": re.compile(r"home|demand|popul|resid|house|住宅|人口|居民|小区|楼栋", re.IGNORECASE),
    "facilities": re.compile(r"facilit|service|poi|canteen|station|设施|食堂|驿站|服务点|站点", re.IGNORECASE),
}
_WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Upload(Protocol):
    """A file as Streamlit hands it over."""

    name: str

    def getvalue(self) -> bytes:
        """Its content."""
        ...


@dataclass(frozen=True)
class Roles:
    """Which uploaded file plays which part; empty for none."""

    network: str = ""
    communities: str = ""
    facilities: str = ""
    demand: str = ""


def safe_name(name: str) -> str:
    """The last part of a file name, as a name that no system takes for a path or a device.

    Raises
    ------
    StudyFileError
        When nothing usable is left of it.
    """
    last = re.split(r"[\\/]", name)[-1].strip().rstrip(". ")
    if not last or last.startswith(".") or _WINDOWS_DEVICES.fullmatch(last) or re.search(r'[\x00-\x1f<>:"|?*]', last):
        raise StudyFileError(msg("“{name}” can't be used as a file name; rename the file and upload it again."), name=name)
    return last


def guess_roles(names: Sequence[str]) -> Roles:
    """What each file is for, by its ending and its name; the planner can choose otherwise."""
    left = [name for name in names if name.lower() != STUDY_FILE]
    network = next((name for name in left if name.lower().endswith(STREETS)), "")
    left = [name for name in left if name != network]
    told = {role: next((name for name in left if hint.search(name)), "") for role, hint in _HINTS.items()}
    taken = set(told.values())
    free = [name for name in left if name not in taken]
    if not told["communities"]:
        told["communities"] = next((name for name in free if name.lower().endswith(SHAPES)), "")
        free = [name for name in free if name != told["communities"]]
    if not told["facilities"]:
        told["facilities"] = next((name for name in free if name.lower().endswith((*TABLES, *SHAPES))), "")
    return Roles(network, told["communities"], told["facilities"], told["demand"])


def keep(files: Sequence[Upload]) -> UploadFolder:
    """Write the files into a folder of their own."""
    folder = UploadFolder()
    for file in files:
        (folder.path / safe_name(file.name)).write_bytes(file.getvalue())
    return folder


def study_file(folder: Path, roles: Roles, *, name: str, weight: str = "") -> Path:
    """The study file of the folder; written from the roles when none was uploaded.

    Raises
    ------
    InputMissingError
        When streets or service points are missing.
    """
    given = next((path for path in folder.iterdir() if path.name.lower() == STUDY_FILE), None)
    if given is not None:
        return given
    if not roles.network:
        raise InputMissingError(
            msg("The streets are missing: upload an OpenStreetMap file (.osm.pbf, .osm) or a .graphml file as well.")
        )
    if not roles.facilities:
        raise InputMissingError(msg("The service points are missing: upload a table or a layer with them as well."))
    tables = {"study": {"name": name}, "network": {"path": roles.network}, "facilities": {"path": roles.facilities}}
    if roles.communities:
        tables["communities"] = {"path": roles.communities}
    if roles.demand:
        tables["demand"] = {"path": roles.demand} | ({"weight": weight} if weight else {})
    path = folder / STUDY_FILE
    path.write_text("\n".join(_table(title, values) for title, values in tables.items()), encoding="utf-8")
    return path


def _table(title: str, values: dict[str, str]) -> str:
    return f"[{title}]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in values.items())


def _quoted(text: str) -> str:
    """A TOML basic string; what could end it or stand for something else is escaped."""
    return '"' + "".join(f"\\u{ord(c):04x}" if c in '"\\' or ord(c) < 32 or ord(c) == 127 else c for c in text) + '"'  # noqa: PLR2004
