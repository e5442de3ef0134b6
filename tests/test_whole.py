"""Whole runs: whoever is killed, whenever, what can be read is the old set or the new one, and nothing is left lying about."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import OutputError
from geo.export.files import replace_files
from geo.export.times import write_times
from geo.sources.atomic import write_whole
from geo.whole import beside, swap, workshop
from tests.test_cli import QINGHE, command

NAMES = [f"file{number}.txt" for number in range(12)]
WRITER = """
import os, sys
from pathlib import Path
from geo.export.files import replace_files
folder, first, last, die_at = Path(sys.argv[1]), *map(int, sys.argv[2:])
if die_at:
    real, done = Path.replace, 0
    def replace(self, target):
        global done
        done += 1
        if done == die_at:
            os.kill(os.getpid(), 9)
        return real(self, target)
    Path.replace = replace
print("begun", flush=True)
for number in range(first, last):
    replace_files(folder, {f"file{i}.txt": str(number).encode() for i in range(12)}, ["extra.csv"])
"""


def writer(folder, first, last, die_at=0):
    words = [sys.executable, "-c", WRITER, str(folder), *map(str, (first, last, die_at))]
    return subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)


def told(folder) -> set[str]:
    return {(folder / name).read_text(encoding="utf-8") for name in NAMES}


def hidden(folder) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def old_set(folder, text="old"):
    return replace_files(folder, {name: text.encode() for name in NAMES})


@pytest.mark.parametrize("die_at", range(1, len(NAMES) + 2))
def test_a_kill_between_any_two_files_leaves_no_mixed_set(tmp_path, die_at):
    old_set(tmp_path)
    (tmp_path / "extra.csv").write_text("of the old set", encoding="utf-8")
    (tmp_path / "mine.txt").write_text("the user's", encoding="utf-8")
    with writer(tmp_path, 1, 2, die_at) as run:
        run.wait(timeout=60)
    assert run.returncode == -signal.SIGKILL
    replace_files(tmp_path, {"next.txt": b""})  # whatever is written there next
    # The first replace puts the journal in its place: until then the old set stands, from then on the new one.
    assert told(tmp_path) == ({"old"} if die_at == 1 else {"1"})
    assert (tmp_path / "extra.csv").exists() == (die_at == 1)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "the user's"
    assert hidden(tmp_path) == []


def test_kills_at_random_leave_no_mixed_set(tmp_path):
    old_set(tmp_path, "0")
    chance = random.Random(7)  # noqa: S311  (where to kill, no secret)
    for _ in range(30):
        with writer(tmp_path, 1, 10_000) as run:
            assert run.stdout.readline() == b"begun\n"
            time.sleep(chance.uniform(0.0, 0.05))
            run.kill()
        replace_files(tmp_path, {"next.txt": b""})
        assert len(told(tmp_path)) == 1
        assert hidden(tmp_path) == []


def test_runs_at_the_same_time_into_one_folder_leave_one_of_their_sets(tmp_path):
    with writer(tmp_path, 0, 40) as one, writer(tmp_path, 1000, 1040) as other:
        seen = set()
        while one.poll() is None or other.poll() is None:
            seen |= {tuple(hidden(tmp_path))}
            time.sleep(0.01)
    assert (one.returncode, other.returncode) == (0, 0)
    assert len(told(tmp_path)) == 1
    assert hidden(tmp_path) == []


def test_the_living_are_left_alone(tmp_path):
    with beside(tmp_path) as place:
        (place / "begun.txt").write_text("half", encoding="utf-8")
        replace_files(tmp_path, {"other.txt": b""})
        assert (place / "begun.txt").exists()
        swap(place, ["begun.txt"])
    assert (tmp_path / "begun.txt").read_text(encoding="utf-8") == "half"
    assert hidden(tmp_path) == []


def test_only_ours_is_cleared_away(tmp_path):
    ancient = time.time() - 7200
    for name in (".demand.csv.0123456789abcdef0123456789abcdef.part", ".mine.part", ".lifecircle-notes", ".demand.csv.part"):
        (tmp_path / name).write_text("x", encoding="utf-8")
        os.utime(tmp_path / name, (ancient, ancient))
    (tmp_path / ".lifecircle-mine").mkdir()
    replace_files(tmp_path, {"a.txt": b""})
    assert sorted(hidden(tmp_path)) == [".demand.csv.part", ".lifecircle-mine", ".lifecircle-notes", ".mine.part"]


def test_a_place_that_is_taken_puts_all_back(tmp_path, monkeypatch):
    old_set(tmp_path)
    (tmp_path / "extra.csv").write_text("x", encoding="utf-8")
    real = Path.replace

    def held_open(self, target):
        if Path(target) == tmp_path / NAMES[7] and self.parent.parent == tmp_path and self.parent.name != "kept":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held_open)
        with pytest.raises(OutputError) as caught:
            replace_files(tmp_path, {**dict.fromkeys(NAMES, b"new"), "fresh.txt": b""}, ["extra.csv"])
    assert f"{tmp_path / NAMES[7]}" in str(caught.value)
    assert told(tmp_path) == {"old"}
    assert (tmp_path / "extra.csv").exists()
    assert not (tmp_path / "fresh.txt").exists()
    assert hidden(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("step", [0, 5, 11])
def test_a_full_disk_changes_nothing_and_names_the_file(tmp_path, monkeypatch, step):
    old_set(tmp_path)
    real = Path.open

    def full(self, *words, **options):
        if self.name == NAMES[step] and self.parent.parent == tmp_path:
            return real(Path("/dev/full"), "wb", buffering=0)
        return real(self, *words, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(OutputError) as caught:
            replace_files(tmp_path, dict.fromkeys(NAMES, b"new" * 10))
    assert str(tmp_path / NAMES[step]) in str(caught.value)
    assert "No space left" in str(caught.value)
    assert ".lifecircle" not in str(caught.value)
    assert told(tmp_path) == {"old"}
    assert hidden(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_named_as_the_user_knows_it(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    real = Path.mkdir

    def refused(self, *words, **options):
        if self.parent == tmp_path / "out":
            raise PermissionError(13, "Permission denied", str(self))
        real(self, *words, **options)

    monkeypatch.setattr(Path, "mkdir", refused)
    for write, known in (
        (lambda: replace_files(tmp_path / "out", {"a.txt": b""}), tmp_path / "out"),
        (lambda: write_whole(tmp_path / "out" / "b.txt", lambda _: None), tmp_path / "out" / "b.txt"),
        (lambda: write_times(tmp_path / "out" / "c.csv", [], [], []), tmp_path / "out" / "c.csv"),
    ):
        with pytest.raises(OutputError) as caught:
            write()
        assert str(known) in str(caught.value)
        assert ".lifecircle" not in str(caught.value)


def test_a_workshop_of_the_dead_is_cleared_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    script = "import os, tempfile\nfrom geo.whole import workshop\nwith workshop() as place:\n    os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False, timeout=60)
    assert len(hidden(tmp_path)) == 1
    with workshop():
        assert len(hidden(tmp_path)) == 1
    assert hidden(tmp_path) == []


def test_tables_of_an_earlier_run_never_stand_beside_a_newer_set(tmp_path):
    wide = ["--profile", "older", "--profile", "wheelchair", "--compare-bases"]
    assert command("run", QINGHE, "--out", tmp_path, *wide)[0] == 0
    assert {"profiles.csv", "bases.csv"} <= {path.name for path in tmp_path.iterdir()}
    assert command("run", QINGHE, "--out", tmp_path, "--minutes", "10", *wide[:4])[0] == 0
    assert len(pd.read_csv(tmp_path / "profiles.csv")) == 2
    assert not (tmp_path / "bases.csv").exists()
    (tmp_path / "bases.csv").write_text("name,tents\nnorth base,3\n", encoding="utf-8")
    assert command("run", QINGHE, "--out", tmp_path)[0] == 0
    assert not (tmp_path / "profiles.csv").exists()
    assert (tmp_path / "bases.csv").read_text(encoding="utf-8").startswith("name,tents")


def test_no_room_is_told_of_what_has_none(tmp_path):
    lifecircle = str(Path(sys.executable).parent / "lifecircle")
    grown = 'ulimit -f 8; exec "$0" "$@"'  # no file over 4 kB: what is written beside while streets are read, and results
    for cache in ("kept", str(tmp_path / "cold")):
        settings = {**os.environ, "LIFECIRCLE_LANG": "en", **({} if cache == "kept" else {"NUMBA_CACHE_DIR": cache})}
        done = subprocess.run(
            ["/bin/bash", "-c", grown, lifecircle, "run", str(QINGHE), "--out", str(tmp_path / "out")],
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
            env=settings,
        )
        (said,) = done.stderr.strip().splitlines()
        assert done.returncode == 1
        assert "download" not in said
        assert "What is said here" not in said
        assert ".lifecircle-" not in said
        assert "no room" in said or str(tmp_path / "out") in said


def test_a_sample_that_finds_no_room_blames_the_copy_and_not_the_sample(tmp_path):
    lifecircle = str(Path(sys.executable).parent / "lifecircle")
    done = subprocess.run(
        ["/bin/bash", "-c", 'ulimit -f 4; exec "$0" "$@"', lifecircle, "demo", str(tmp_path / "town")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "LIFECIRCLE_LANG": "en"},
    )
    (said,) = done.stderr.strip().splitlines()
    assert done.returncode == 1
    assert f"{tmp_path / 'town'}" in said
    assert "written" in said
    assert not (tmp_path / "town" / "study.toml").exists()
