"""Files are written whole or not at all."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from geo.errors import OutputError
from geo.export import OUTPUTS, output_bytes, write_geojson, write_output, write_outputs
from geo.export import outputs as module
from geo.export.files import replace_files
from geo.i18n import say

if TYPE_CHECKING:
    from pathlib import Path

    from geo.model import Coverage, Study

CONTRACT = {
    "summary.json",
    "demand.csv",
    "communities.geojson",
    "service_areas.geojson",
    "gaps.geojson",
    "facilities.geojson",
    "coverage.gpkg",
    "map.html",
    "map.png",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_outputs_are_written_beside_what_is_there(study: Study, coverage: Coverage, tmp_path: Path) -> None:
    folder = tmp_path / "results" / "now"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    (folder / "map.png").write_text("old")
    written = write_outputs(study, coverage, folder, lang="zh")
    assert {path.name for path in written} == set(OUTPUTS)
    assert set(OUTPUTS) >= CONTRACT
    assert {path.name for path in folder.iterdir()} == {*OUTPUTS, "notes.txt"}
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "map.png").read_bytes().startswith(b"\x89PNG")


def test_when_one_output_cannot_be_made_no_file_is_touched(
    study: Study, coverage: Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "summary.json").write_text("old")

    def fail(_: module.Outputs) -> bytes:
        raise ZeroDivisionError

    broken = module.Output("image/png", "map", fail)
    some = {name: OUTPUTS[name] for name in ("summary.json", "demand.csv")}
    monkeypatch.setattr(module, "OUTPUTS", {**some, "map.png": broken})
    with pytest.raises(ZeroDivisionError):
        write_outputs(study, coverage, tmp_path, lang="zh")
    assert contents(tmp_path) == {"summary.json": b"old"}


def test_a_full_disk_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_files(tmp_path, {"a.txt": b"old a", "b.txt": b"old b"})
    written: list[int] = []

    def fsync(handle: int) -> None:
        written.append(handle)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("geo.export.files.os.fsync", fsync)
    with pytest.raises(OutputError, match="No space left"):
        replace_files(tmp_path, {"a.txt": b"new a", "b.txt": b"new b"})
    assert contents(tmp_path) == {"a.txt": b"old a", "b.txt": b"old b"}


def test_a_file_in_the_place_of_the_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.write_text("a file")
    with pytest.raises(OutputError) as caught:
        replace_files(place, {"a.txt": b""})
    assert str(place) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "无法写入" in say(caught.value, "zh")
    assert place.read_text() == "a file"


def test_a_folder_in_the_place_of_a_file_is_refused_and_nothing_is_left_over(tmp_path: Path) -> None:
    (tmp_path / "map.png").mkdir()
    with pytest.raises(OutputError):
        replace_files(tmp_path, {"map.png": b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["map.png"]


def test_single_writers(study: Study, coverage: Coverage, tmp_path: Path) -> None:
    path = write_output(study, coverage, tmp_path / "my gaps.geojson", "gaps.geojson", lang="zh")
    assert path.read_bytes() == output_bytes(study, coverage, "gaps.geojson", lang="zh")
    written = write_geojson(study, coverage, tmp_path)
    assert [item.name for item in written] == [
        "communities.geojson",
        "service_areas.geojson",
        "gaps.geojson",
        "facilities.geojson",
    ]
    assert written[2].read_bytes() == path.read_bytes()


def test_builds_that_must_repeat_give_the_same_bytes(study: Study, coverage: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    # The GeoPackage bears the time of its own making, inside, by its standard.
    for name in set(OUTPUTS) - {"coverage.gpkg"}:
        assert output_bytes(study, coverage, name, lang="zh") == output_bytes(study, coverage, name, lang="zh"), name


def test_every_output_has_a_title_in_chinese() -> None:
    for output in OUTPUTS.values():
        assert say(output.title, "zh") != output.title
