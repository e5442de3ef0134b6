"""Studies that strangers uploaded, as the guarded child reads them.

Nothing from outside their folder, nothing from the web, nothing larger than can be planned with.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.errors import StudyFileError
from geo.messages import msg
from geo.sources import guard, holdings
from geo.sources.assembly import Assembly
from geo.sources.layers import LayerRequest, read_layer
from geo.sources.network import OSM_SUFFIXES, read_network
from geo.sources.study_file import SitesTable
from geo.sources.study_store import save_study
from geo.sources.study_toml import read_study_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import geopandas as gpd

    from geo.model import Study, WalkNetwork
    from geo.sources.guarded_child import Says
    from geo.sources.layers import Layer
    from geo.sources.study_file import StudyFile

_STUDY_BYTES = 1_000_000  # of a study file; one that is written by hand has a thousandth of it
_WEB = ("://", "/vsi")
_LONGEST_PATH = 250


class Uploaded(NamedTuple):
    """How an uploaded study is read."""

    folder: Path
    told: Callable[[str], None]  # which file is being read

    def read(self, ask: LayerRequest) -> Layer:
        """A layer, as :func:`geo.sources.layers.read_layer` gives it.

        Raises
        ------
        GeoError
            What that function raises; and InputDataError for a file outside the folder and a layer that holds too much.
        """
        self._begin(ask.path, ask.table.path)
        look = partial(holdings.check_layer, layer=ask.name, file=ask.table.path)
        layer = read_layer(ask, guard.UPLOADED, look)
        look(layer.frame)
        self.told("")
        return layer

    def streets(self, path: Path, crs: str) -> WalkNetwork:
        """The streets of a file, as :func:`geo.sources.network.read_network` gives them.

        Raises
        ------
        GeoError
            What that function raises; and for a file outside the folder and streets that are too many.
        """
        self._begin(path, path.name)
        if path.is_file():
            guard.check_size(path, guard.UPLOADED)
        network = read_network(path, crs)
        holdings.check_streets(network, path.name)
        self.told("")
        return network

    def _begin(self, path: Path, written: str) -> None:
        self.told(Path(written.replace("\\", "/")).name or written)
        guard.check_inside(path, self.folder, written)


def load_uploaded(path: Path, says: Says) -> Study:
    """The study of an uploaded study file.

    Raises
    ------
    GeoError
        For the first thing that makes it impossible, or that an uploaded study must not ask for.
    """
    file, reading = _looked_at(path, says)
    study = Assembly(file, says.stage, read=reading.read, read_streets_file=reading.streets).study()
    holdings.check_layer(study.demand, "demand", file.path.name)
    return study


def water_uploaded(path: Path, says: Says) -> gpd.GeoDataFrame | None:
    """The water of its street file; None where that is none of OpenStreetMap. Raises as :func:`load_uploaded`."""
    file, reading = _looked_at(path, says)
    written = file.network.path
    if not written.lower().endswith(OSM_SUFFIXES):
        return None
    return reading.read(LayerRequest("water", file.locate(written), SitesTable(path=written))).frame


def get_ready() -> None:
    """Nothing has to be made ready."""


def run(request: Mapping[str, Any], says: Says) -> dict[str, Any]:
    """The job of :func:`geo.sources.study.load_study` for such a study: leave it in the folder ``out``."""
    study = load_uploaded(Path(request["path"]), says)
    says.file("")
    save_study(study, Path(request["out"]))
    return {}


def _looked_at(path: Path, says: Says) -> tuple[StudyFile, Uploaded]:
    says.file(path.name)
    guard.check_size(path, guard.Limits(_STUDY_BYTES, _STUDY_BYTES))
    file = read_study_file(path)
    for where, written in _paths(file):
        if len(written) > _LONGEST_PATH or any(mark in written.lower() for mark in _WEB):
            sentence = msg("[{table}] names “{path}”, which is no uploaded file; upload the file itself with the study.")
            raise StudyFileError(sentence, table=where, path=written[:200])
    if file.network.place or file.network.overpass:
        raise StudyFileError(
            msg("An uploaded study can't have streets fetched from the web; upload a street file and name it in [network].")
        )
    return file, Uploaded(file.path.parent.resolve(), says.file)


def _paths(file: StudyFile) -> Iterator[tuple[str, str]]:
    """Every table with each file that it names."""
    for part in fields(file):
        table = getattr(file, part.name)
        if is_dataclass(table) and not isinstance(table, type):
            for name in ("path", "elevation", "mends"):
                if written := getattr(table, name, ""):
                    yield part.name, written
