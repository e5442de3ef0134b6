"""Open a study from where a planner says it is."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from geo.core.barriers import applied
from geo.sources.samples import helsinki_study, qinghe_study
from geo.sources.study import load_study
from geo.sources.water import water_of
from geo.ui.state import StudyRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

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
    with _file_of(ref) as path:
        return applied(load_study(path, guarded=ref.source == "upload"))


def open_water(ref: StudyRef) -> gpd.GeoDataFrame | None:
    """Rivers and lakes of the study's street file; None where nobody knows. Raises as :func:`open_study`."""
    with _file_of(ref) as path:
        return water_of(path, guarded=ref.source == "upload")


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
