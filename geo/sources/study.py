"""The door: a study with all its data, from ``study.toml``.

Loading collects what it notices as findings beside the data. ``load_study`` stops at the
first thing that makes a run impossible; ``check_study`` goes on and tells everything.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import GeoError, InputDataError, InputMissingError, InputWarning
from geo.messages import Message, msg
from geo.model import Finding, Study
from geo.sources.assembly import Assembly
from geo.sources.guarded import Budget, Work, done_by_child
from geo.sources.study_store import open_study
from geo.sources.study_toml import parse_study_file, read_study_file

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[str, float], None]

__all__ = ["check_study", "examine_study", "load_study", "read_study", "read_study_file"]

_LOST = msg("{count} rows of {layers} can't be used and were left out, or lack a value: {first} study.findings has them all.")


def load_study(path: Path | str, *, strict: bool = False, progress: Progress | None = None, guarded: bool = False) -> Study:
    """Read a study file and everything that it names.

    Parameters
    ----------
    path
        ``study.toml``, or the folder that holds it.
    strict
        Whether rows that can't be used stop it. Else they are left out, a warning (:class:`InputWarning`)
        says how many, and ``study.findings`` has them all.
    progress
        Called with an English sentence (marked for translation) and the share done, 0 to 1.
    guarded
        For what strangers uploaded: everything is done in a process of its own with limits of size,
        memory and time; no path may lead out of the study's folder, and nothing is fetched from the web.

    Returns
    -------
    Study
        All layers in one metric system, with ``findings`` of what was mended or is doubtful.

    Raises
    ------
    GeoError
        For the first thing that makes a run impossible, said in one sentence.
    """
    study = read_study(path, progress=progress, guarded=guarded)
    lost = [finding for finding in study.findings if finding.level == "error"]
    if not lost:
        return study
    layers = list(dict.fromkeys(finding.layer for finding in lost))
    said = Message(_LOST, {"count": sum(finding.count or 1 for finding in lost), "layers": layers, "first": str(lost[0].message)})
    if strict:
        raise InputDataError(said.template, **said.values)
    warnings.warn(str(said), InputWarning, stacklevel=2)
    return study


def read_study(path: Path | str, *, progress: Progress | None = None, guarded: bool = False) -> Study:
    """As :func:`load_study`, for those who show the findings themselves: nothing is warned of."""
    if guarded:
        return _by_child(Path(path), progress or _silent)
    return Assembly(read_study_file(path), progress or _silent).study()


def _by_child(path: Path, progress: Progress) -> Study:
    """The study as a guarded child reads it; the files of its streets go when it does."""
    path = path / "study.toml" if path.is_dir() else path
    if not path.is_file():
        raise InputMissingError(msg("There is no study file {path}."), path=path)
    out = Path(tempfile.mkdtemp(prefix="lifecircle-"))
    try:
        request = {"path": str(path), "out": str(out)}
        done_by_child(Work("geo.sources.uploaded", request, path.name, path.parent, Budget.of_files(path.parent), progress))
        study = open_study(out)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    weakref.finalize(study.network, shutil.rmtree, out, ignore_errors=True)
    return study


def examine_study(path: Path | str, *, progress: Progress | None = None) -> tuple[Study | None, tuple[Finding, ...]]:
    """The study as far as it can be loaded, and everything that is wrong or doubtful in it.

    Does not stop at the first fault; the study is None when nothing could be made of it.

    Raises
    ------
    GeoError
        Only when the study file itself is missing or can't be understood at all.
    """
    file, faults = parse_study_file(path)
    assembly = Assembly(file, progress or _silent, checking=True)
    for fault in faults:
        assembly.findings.append(Finding("error", "study", fault.message))
    try:
        study = assembly.study()
    except GeoError as error:
        # What no layer could be loaded without; it ends the list.
        return None, (*assembly.findings, Finding("error", "study", error.message))
    return study, study.findings


def check_study(path: Path | str, *, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful in a study, without stopping at the first thing; see :func:`examine_study`."""
    return examine_study(path, progress=progress)[1]


def _silent(_stage: str, _share: float) -> None:
    """Nobody is watching."""
