"""Open a study from where a planner says it is."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from geo.core.barriers import applied
from geo.core.doctor import diagnose
from geo.errors import InputDataError, InputMissingError
from geo.i18n import LANGS
from geo.messages import msg
from geo.sources.guarded import Budget, Work, done_by_child
from geo.sources.network_store import save_network
from geo.sources.samples import helsinki_study, qinghe_study
from geo.sources.study import read_study
from geo.sources.study_store import open_frame, open_study, save_frame, whole
from geo.sources.water import water_of
from geo.ui.base_layers import BASE, MORE
from geo.ui.layers import Packed
from geo.ui.state import StudyRef
from geo.ui.upload_folders import HOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import geopandas as gpd

    from geo.i18n import Lang
    from geo.model import Study

SAMPLES = {"qinghe": qinghe_study, "helsinki": helsinki_study}
STUDY_VARIABLE = "LIFECIRCLE_STUDY"  # path of the study that ``lifecircle app STUDY`` opens
_JOB = "geo.ui.upload_job"


@dataclass(frozen=True, eq=False)
class Opened:
    """A study; where it was uploaded, with what a guarded child has made of it beforehand."""

    study: Study
    water: gpd.GeoDataFrame | None = None
    layers: Mapping[tuple[Lang, str], Packed] | None = None  # None: they can be made here


def open_ref(ref: StudyRef, cancelled: Callable[[], bool] = lambda: False) -> Opened:
    """Read the study; all the sorts of origin end at one study file. What was uploaded is read by a guarded child.

    Raises
    ------
    GeoError
        When the study can't be read; the sentence says why.
    Cancelled
        When the reading of an upload is no longer wanted.
    """
    if ref.source == "upload":
        return _open_upload(Path(ref.name), cancelled)
    with _file_of(ref) as path:
        return Opened(applied(read_study(path)))


def _open_upload(path: Path, cancelled: Callable[[], bool]) -> Opened:
    if not path.is_file():
        raise InputMissingError(msg("The uploaded files are no longer there; upload them again."))
    out = Path(tempfile.mkdtemp(dir=HOME.open()))
    try:
        request = {"what": "study", "path": str(path), "out": str(out)}
        work = Work(_JOB, request, path.name, path.parent, Budget.of_files(path.parent), cancelled=cancelled)
        told = done_by_child(work)
        study = open_study(out)
        opened = Opened(study, open_frame(out, "water") if told["water"] else None, _layers(out, told["layers"]))
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    # The streets' arrays stay on disk until used; the folder goes when they do.
    weakref.finalize(study.network, shutil.rmtree, out, ignore_errors=True)
    return opened


def _layers(folder: Path, told: Mapping[str, Any]) -> dict[tuple[Lang, str], Packed]:
    known = (*BASE, *MORE)
    try:
        return {
            (lang, name): Packed(whole(folder / f"{name}-{lang}.json")) for lang in LANGS for name in known if name in told[lang]
        }
    except (ValueError, KeyError, OSError) as error:
        raise InputDataError(msg("What was made of the uploaded files can't be taken over; upload them again.")) from error


def open_water(ref: StudyRef, opened: Opened) -> gpd.GeoDataFrame | None:
    """Rivers and lakes of the study's street file; None where nobody knows. Raises as :func:`open_ref`."""
    if ref.source == "upload":
        return opened.water
    with _file_of(ref) as path:
        return water_of(path)


def suspects_of(ref: StudyRef, study: Study, water: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Where the street map may be drawn wrong, before barriers are laid over it; of an upload, a guarded child looks."""
    network = study.streets or study.network
    if ref.source != "upload":
        return diagnose(network, water=water).suspects
    with TemporaryDirectory(dir=HOME.open()) as name:
        folder = Path(name)
        save_network(network, folder / "network.lcnet")
        if water is not None:
            save_frame(water, folder, "water")
        request = {"what": "suspects", "out": name, "water": water is not None}
        path = Path(ref.name)
        done_by_child(Work(_JOB, request, path.name, path.parent, Budget.of_files(path.parent)))
        return open_frame(folder, "suspects", study.crs)


@contextmanager
def _file_of(ref: StudyRef) -> Iterator[Path]:
    """The study file; a sample is written out for as long as it is read."""
    if ref.source != "sample":
        yield Path(ref.name)
        return
    with TemporaryDirectory(prefix="lifecircle-") as folder:
        yield SAMPLES[ref.name](folder)


def first_study() -> StudyRef:
    """The study the command line named, else the embedded town."""
    named = os.environ.get(STUDY_VARIABLE, "")
    return StudyRef("file", named) if named else StudyRef("sample", "qinghe")
