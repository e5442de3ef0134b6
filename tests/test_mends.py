"""From the doctor's suspects over accepted mends to a study that can be walked where it was cut off."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.core.doctor import diagnose, suggested
from geo.core.planner import measure, prepare
from geo.errors import GeoError
from geo.sources.mends import write_mends
from geo.sources.samples import qinghe_study
from geo.sources.study import check_study, load_study


@pytest.fixture
def path(tmp_path):
    return qinghe_study(tmp_path)


def name_mends(path, name="mends.csv"):
    text = path.read_text(encoding="utf-8").replace("[network]\n", f'[network]\nmends = "{name}"\n')
    path.write_text(text, encoding="utf-8")


def test_an_accepted_mend_joins_the_island(path):
    study = load_study(path)
    islands = diagnose(study.network).suspects.query("kind == 'island'")
    assert len(islands)
    write_mends(suggested(islands), path.parent / "mends.csv")
    before = measure(prepare(study))
    assert (before.demand["reason"] == "cut_off").any()
    name_mends(path)
    mended = load_study(path)
    assert [file.rows for file in mended.inputs if file.layer == "mends"] == [len(islands)]
    after = measure(prepare(mended))
    assert not (after.demand["reason"] == "cut_off").any()
    assert (after.demand["time_s"].fillna(1e9) <= before.demand["time_s"].fillna(1e9)).all()
    assert any("mends were laid" in str(finding.message) for finding in after.findings)
    assert mended.network.digest == study.network.digest  # the streets themselves are as they were


def test_mends_that_are_not_there_or_no_mends_are_one_sentence(path):
    name_mends(path)
    with pytest.raises(GeoError, match=r"mends\.csv"):
        load_study(path)
    pd.DataFrame({"kind": ["tunnel"], "begin_lon": [1], "begin_lat": [1], "end_lon": [1], "end_lat": [1]}).to_csv(
        path.parent / "mends.csv", index=False
    )
    errors = [str(finding.message) for finding in check_study(path) if finding.level == "error"]
    assert len(errors) == 1
    assert "rows 2" in errors[0]


def test_an_uploaded_study_reads_no_mends_outside_its_folder(path, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "mends.csv"
    write_mends([], outside)
    name_mends(path, outside.as_posix())
    with pytest.raises(GeoError, match="outside the study"):
        load_study(path, guarded=True)
