"""Uploaded files go with the program that holds them, however it ends; those of a running one stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.ui import upload_folders
from geo.ui.state import StudyRef
from geo.ui.upload_folders import UploadFolder, clear_leftovers

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background may have it ignored
from geo.ui.upload_folders import UploadFolder, clear_at_the_end
if "told" in sys.argv:
    clear_at_the_end()
folder = UploadFolder()
(folder.path / "homes.csv").write_text("addresses")
print(folder.path, flush=True)
if "end" not in sys.argv:
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of our own, here and in the programs that are started."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(upload_folders, "HOME", upload_folders._Home())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another program that holds an upload and does not wait to be told to end."""
    program, folder = start("told")
    yield program, folder
    program.kill()
    program.wait()


def start(*words: str) -> tuple[subprocess.Popen[str], Path]:
    program = subprocess.Popen([sys.executable, "-c", _PROGRAM, *words], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    folder = Path(program.stdout.readline().strip())
    program.stdout.close()
    return program, folder


def homes(folder: Path) -> list[Path]:
    return sorted(folder.glob("lifecircle-upload-*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_files_go_when_the_program_is_told_to_end(
    temporary: Path, running: tuple[subprocess.Popen[str], Path], number: signal.Signals
) -> None:
    program, folder = running
    assert (folder / "homes.csv").exists()
    program.send_signal(number)
    assert program.wait(10) != 0
    assert homes(temporary) == []


def test_files_go_when_the_program_ends_by_itself(temporary: Path) -> None:
    program, _ = start("end")
    assert program.wait(10) == 0
    assert homes(temporary) == []


def test_what_a_killed_program_left_goes_at_the_next_start_and_what_a_running_one_holds_stays(
    temporary: Path, running: tuple[subprocess.Popen[str], Path]
) -> None:
    _, held = running
    killed, left = start("told")
    killed.kill()
    killed.wait()
    assert (left / "homes.csv").exists()
    clear_leftovers()
    assert not left.exists()
    assert (held / "homes.csv").exists()
    assert homes(temporary) == [held.parent]


def test_a_folder_without_a_lock_goes_when_it_is_old(temporary: Path) -> None:
    young, old = temporary / "lifecircle-upload-young", temporary / "lifecircle-upload-old"
    for folder in (young, old):
        folder.mkdir()
    before = time.time() - 3600
    os.utime(old, (before, before))
    clear_leftovers()
    assert homes(temporary) == [young]


def test_a_link_is_not_followed(temporary: Path) -> None:
    elsewhere = temporary / "documents"
    elsewhere.mkdir()
    (elsewhere / ".alive").touch()
    (temporary / "lifecircle-upload-link").symlink_to(elsewhere)
    clear_leftovers()
    assert (elsewhere / ".alive").exists()


def test_an_upload_is_found_again_by_its_study(temporary: Path) -> None:
    one, two = UploadFolder(), UploadFolder()
    for folder, content in ((one, b"1"), (two, b"2")):
        (folder.path / "a.csv").write_bytes(content)
        folder.seal()
    assert one.digest != two.digest
    assert upload_folders.held(StudyRef("upload", str(two.path / "study.toml"))) is two
    assert upload_folders.held(StudyRef("file", str(two.path / "study.toml"))) is None
    assert upload_folders.held(StudyRef("upload", str(temporary / "study.toml"))) is None
