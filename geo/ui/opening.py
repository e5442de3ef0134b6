"""Open a study from where a planner says it is."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from geo.core.barriers import applied
from geo.sources.samples import helsinki_study, qinghe_study
from geo.sources.study import load_study
from geo.ui.state import StudyRef

if TYPE_CHECKING:
    from geo.model import Study

SAMPLES = {"qinghe": qinghe_study, "helsinki": helsinki_study}
STUDY_VARIABLE = "LIFECIRCLE_STUDY"  # path of the study that ``lifecircle app STUDY`` opens


def open_study(ref: StudyRef) -> Study:
    """Read the study; all the sorts of origin end at one study file.

    Raises
    ------
    GeoError
        When the study can't be read; the sentence says why.
    """
    if ref.source != "sample":
        return applied(load_study(Path(ref.name), guarded=ref.source == "upload"))
    with TemporaryDirectory(prefix="lifecircle-") as folder:
        return applied(load_study(SAMPLES[ref.name](folder)))


def first_study() -> StudyRef:
    """The study the command line named, else the embedded town."""
    named = os.environ.get(STUDY_VARIABLE, "")
    return StudyRef("file", named) if named else StudyRef("sample", "qinghe")
