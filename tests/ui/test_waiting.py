"""Giving up an upload that is being read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geo.ui.state import StudyRef
from geo.ui.upload_folders import UploadFolder, held
from geo.ui.waiting import Waiting

QINGHE = Path(__file__).parents[2] / "data" / "qinghe"
FILES = ("study.toml", "communities.geojson", "facilities.csv", "homes.csv", "candidates.csv", "requests.csv", "streets.osm.pbf")


def children() -> set[str]:
    """The numbers of our child processes that read uploads."""
    found = set()
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line, parent = one.read_bytes(), (one.parent / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:  # it has ended
            continue
        if b"geo.sources.guarded_child" in line and parent == str(Path("/proc/self").resolve().name):
            found.add(one.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the child is looked for as Linux tells of it")
def test_stop_reading_ends_the_child_and_opens_nothing() -> None:
    folder = UploadFolder()
    for name in FILES:
        shutil.copy(QINGHE / name, folder.path / name)
    before = children()
    waiting = Waiting(StudyRef("upload", str(folder.path / "study.toml"), 1), folder)
    assert not waiting.wait(0.2)
    assert len(children() - before) == 1
    waiting.give_up()
    assert waiting.wait(5.0)
    assert waiting.error is None
    assert children() == before
    again = Waiting(waiting.ref, folder)  # nothing half-read is taken for the study
    assert not again.wait(0.2)
    again.give_up()
    assert again.wait(5.0)
    assert held(waiting.ref) is None


def test_an_upload_that_opened_is_found_again_after_a_reload() -> None:
    folder = UploadFolder()
    for name in FILES:
        shutil.copy(QINGHE / name, folder.path / name)
    waiting = Waiting(StudyRef("upload", str(folder.path / "study.toml"), 1), folder)
    assert waiting.wait(60.0)
    assert waiting.error is None
    assert held(waiting.ref) is folder
    assert folder.digest
