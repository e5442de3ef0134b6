"""Uploaded studies: read by a child within limits, nothing from outside their folder, nothing from the web."""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.errors import GeoError, InputDataError, InputMissingError, NetworkError, StudyFileError
from geo.sources import guard, guarded, holdings
from geo.sources.guarded import Budget, Cancelled, Work, done_by_child
from geo.sources.process_watch import used_by
from geo.sources.study import load_study, read_study
from geo.sources.uploaded import Uploaded, load_uploaded
from tests.sources.tiny import COMMUNITIES, FACILITIES, HOMES, STUDY, features, tiny

if TYPE_CHECKING:
    from collections.abc import Iterator


class Told:
    """What a child would say, kept."""

    def __init__(self) -> None:
        self.files: list[str] = []

    def file(self, name: str) -> None:
        self.files.append(name)

    def stage(self, *_: object) -> None:
        pass


def here(path: Path) -> Any:
    """The study as the child reads it, in this process."""
    return load_uploaded(path, Told())  # type: ignore[arg-type]


def test_a_guarded_study_is_the_same_study(tmp_path: Path) -> None:
    path = tiny(tmp_path, facilities_csv=FACILITIES + "f3,坏行,canteen,现状,x,y\n")
    stages: list[tuple[str, float]] = []
    open_, safe = read_study(path), read_study(path, guarded=True, progress=lambda *told: stages.append(told))
    assert_geodataframe_equal(open_.demand, safe.demand)
    assert_geodataframe_equal(open_.communities, safe.communities)
    assert_geodataframe_equal(open_.facilities.frame, safe.facilities.frame)
    assert open_.inputs == safe.inputs
    assert open_.network.digest == safe.network.digest
    assert open_.network.vertex_xy.tolist() == safe.network.vertex_xy.tolist()
    assert open_.findings == safe.findings
    assert open_.file_rows.keys() == safe.file_rows.keys()
    assert all(rows.equals(safe.file_rows[layer]) for layer, rows in open_.file_rows.items())
    assert stages[0][1] == 0.0
    assert stages[-1][1] == 1.0


def test_the_childs_errors_are_ours(tmp_path: Path) -> None:
    path = tiny(tmp_path, communities_geojson=features())
    with pytest.raises(InputDataError, match=r"communities\.geojson is empty: it holds no row") as caught:
        load_study(path, guarded=True)
    assert caught.value.message.values["file"] == "communities.geojson"
    with pytest.raises(InputMissingError):
        load_study(tmp_path / "none", guarded=True)
    path.write_text("[study]\nname = 1\n", encoding="utf-8")
    with pytest.raises(StudyFileError, match="must be a text"):
        load_study(path, guarded=True)


@pytest.mark.parametrize("name", ["../a.geojson", "link.geojson", "/etc/hostname"])
def test_no_path_leads_out_of_an_uploaded_study(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "a.geojson").write_text(COMMUNITIES, encoding="utf-8")
    (home / "link.geojson").symlink_to(tmp_path / "a.geojson")
    for key in ("communities.geojson", "facilities.csv", "homes.csv", "streets.osm"):
        with pytest.raises(InputDataError, match="outside the study's own folder"):
            here(tiny(home, STUDY.replace(f'"{key}"', f'"{name}"')))


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        ('place = "贵溪市"', "fetched from the web"),
        ("overpass = true", "fetched from the web"),
        ('path = "http://127.0.0.1:8599/s.osm"', "no uploaded file"),
        ('path = "/vsicurl/http://127.0.0.1:8599/s.osm"', "no uploaded file"),
        ('path = "streets.osm"\nelevation = "HTTPS://127.0.0.1:8599/e.tif"', "no uploaded file"),
        ('path = "streets.osm"\nmends = "ftp://127.0.0.1/m.csv"', "no uploaded file"),
    ],
)
def test_an_uploaded_study_asks_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: str, sentence: str) -> None:
    import socket

    def none(*_: object, **__: object) -> None:
        pytest.fail("a server was asked")

    monkeypatch.setattr(socket, "create_connection", none)
    with pytest.raises(StudyFileError, match=sentence):
        here(tiny(tmp_path, STUDY.replace('path = "streets.osm"', network)))


@pytest.mark.parametrize("layer", ["communities", "facilities", "demand"])
def test_no_layer_names_an_address(tmp_path: Path, layer: str) -> None:
    file = {"communities": "communities.geojson", "facilities": "facilities.csv", "demand": "homes.csv"}[layer]
    with pytest.raises(StudyFileError, match=rf"\[{layer}\] names “http://127\.0\.0\.1:8599/x”"):
        here(tiny(tmp_path, STUDY.replace(f'"{file}"', '"http://127.0.0.1:8599/x"')))


def ring(corners: int) -> str:
    turn = np.linspace(0, 2 * np.pi, corners)
    xy = np.column_stack([110.004 + 0.01 * np.cos(turn), 30 + 0.01 * np.sin(turn)])
    xy[-1] = xy[0]
    return features(({"id": "A", "name": "A"}, "Polygon", [xy.tolist()]))


def test_what_is_too_large_to_plan_with_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputDataError, match=r"communities\.geojson, row 1: the shape has 150,002 corners; 150,000 can"):
        here(tiny(tmp_path, communities_geojson=ring(150_002)))
    monkeypatch.setattr(holdings, "MOST_CORNERS", 6)
    with pytest.raises(InputDataError, match=r"its shapes have 10 corners in all; 6 can be uploaded"):
        here(tiny(tmp_path))
    monkeypatch.undo()
    wide = "id,name,kind,lon,lat" + "".join(f",c{i}" for i in range(501))
    with pytest.raises(InputDataError, match=r"facilities\.csv holds 506 columns; 500 can be uploaded"):
        here(tiny(tmp_path, facilities_csv=wide + "\nf1,x,canteen,110.001,30" + ",1" * 501 + "\n"))
    monkeypatch.setitem(holdings.MOST_ROWS, "demand", 2)
    with pytest.raises(InputDataError, match=r"homes\.csv holds 3 rows; 2 of such a layer"):
        here(tiny(tmp_path))
    monkeypatch.undo()
    (tmp_path / "study.toml").write_text(STUDY + "#" * 1_000_000, encoding="utf-8")
    with pytest.raises(InputDataError, match=r"study\.toml has 1 MB; at most 1 MB are read"):
        here(tmp_path / "study.toml")


def test_too_many_streets_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(holdings, "MOST_EDGES", 0)
    with pytest.raises(NetworkError, match=r"streets\.osm holds 1 streets from junction to junction; 0 can"):
        here(tiny(tmp_path))
    monkeypatch.undo()
    monkeypatch.setattr(holdings, "MOST_VERTICES_EACH", 5)
    with pytest.raises(NetworkError, match=r"a street has 11 bends between two junctions; 5 can"):
        here(tiny(tmp_path))


def test_files_larger_than_an_upload_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "UPLOADED", guard.Limits(100, 100))
    with pytest.raises(InputDataError, match="at most 0 MB are read"):
        here(tiny(tmp_path))
    with pytest.raises(InputDataError, match="at most 0 MB are read"):
        Uploaded(tmp_path, lambda _: None).streets(tmp_path / "streets.osm", "auto")


def work(request: dict[str, Any], budget: Budget | None = None, **more: Any) -> Any:
    return done_by_child(Work("tests.sources.odd_job", request, "x.csv", Path("/srv/up"), budget or Budget(), **more))


def test_a_child_that_needs_too_much_is_one_sentence() -> None:
    begin = time.monotonic()
    with pytest.raises(InputDataError, match=r"a\.csv took longer than 0\.5 s"):
        work({"do": "spin"}, Budget(work_s=0.5))
    with pytest.raises(InputDataError, match=r"a\.csv took longer than 0\.5 s"):
        work({"do": "sleep"}, Budget(wall_s=0.5))
    with pytest.raises(InputDataError, match=r"a\.csv needs more than 300 MB of memory"):
        work({"do": "fill"}, Budget(300_000_000))
    assert time.monotonic() - begin < 100


@pytest.mark.parametrize(
    "do", ["abort", "end", "babble", "shout", "bad json", "bad template", "bad sort", "raise", "memory", "deep"]
)
def test_a_child_that_breaks_is_one_sentence(do: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(GeoError) as caught:
        work({"do": do}, Budget(work_s=1, wall_s=4))
    said = str(caught.value)
    assert len(said) < 500
    assert "\n" not in said
    assert "a.csv" in said or do in {"bad sort", "bad template"}
    assert "Traceback" not in said
    assert bool(caplog.records) == (do in {"raise", "deep"})  # what nobody foresaw goes into the log


def test_no_sentence_tells_where_the_files_lie(tmp_path: Path) -> None:
    with pytest.raises(GeoError, match=r"nowhere\.csv") as caught:
        load_study(tiny(tmp_path, STUDY.replace('"homes.csv"', '"nowhere.csv"')), guarded=True)
    assert str(tmp_path) not in str(caught.value)


def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    program = (
        "from pathlib import Path; from geo.sources import guarded; from geo.sources.guarded import *\n"
        f"start = guarded._start\n"
        f"def spy(work): child = start(work); Path({str(told)!r}).write_text(str(child.pid)); return child\n"
        "guarded._start = spy\n"
        "done_by_child(Work('tests.sources.odd_job', {'do': 'sleep'}, 'x', Path('.')))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) as parent:
        until = time.monotonic() + 30
        while not (told.exists() and told.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        child = int(told.read_text())
        assert used_by(child).memory_bytes
        parent.kill()
        parent.wait(10)
    until = time.monotonic() + 30
    while used_by(child).memory_bytes and time.monotonic() < until:
        time.sleep(0.05)
    assert not used_by(child).memory_bytes


def test_work_that_nobody_wants_is_given_up() -> None:
    gone = threading.Event()
    threading.Timer(0.3, gone.set).start()
    with pytest.raises(Cancelled):
        work({"do": "sleep"}, cancelled=gone.is_set)


def test_children_wait_their_turn() -> None:
    inside, most = [0], [0]
    lock = threading.Lock()

    def one() -> None:
        def wanted() -> bool:
            return False

        def told(_stage: str, share: float) -> None:
            with lock:
                inside[0] += 1 if share == 0 else -1
                most[0] = max(most[0], inside[0])

        work({"do": "stages"}, progress=told, cancelled=wanted)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert 1 <= most[0] <= guarded.AT_ONCE
    assert inside[0] == 0


def test_budgets_grow_with_the_files(tmp_path: Path) -> None:
    small = Budget.of_files(tmp_path)
    (tmp_path / "a").write_bytes(bytes(2_000_000))
    more = Budget.of_files(tmp_path)
    assert small.memory_bytes < 500_000_000
    assert small.work_s < 10
    assert more.memory_bytes > small.memory_bytes
    assert more.work_s > small.work_s
    with (tmp_path / "b").open("wb") as file:
        file.truncate(10_000_000_000)
    assert Budget.of_files(tmp_path) == Budget(guarded.MEMORY_BYTES, guarded.SECONDS, guarded.SECONDS)


def test_what_a_process_uses_is_known() -> None:
    import os

    begin = used_by(os.getpid())
    assert begin.memory_bytes is not None
    assert begin.memory_bytes > 10_000_000
    held = np.ones(20_000_000)
    after = used_by(os.getpid())
    assert after.memory_bytes is not None
    assert after.memory_bytes - begin.memory_bytes > 100_000_000
    assert after.work_s is not None
    assert begin.work_s is not None
    assert after.work_s >= begin.work_s
    assert held.size
    assert used_by(2**22 + 1) == (None, None)


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    gc.collect()
    assert not list(folder.iterdir())


def test_nothing_is_left_behind(tmp_path: Path, temp: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    study = load_study(tiny(home), guarded=True)
    assert len(list(temp.iterdir())) == 1
    del study
    gc.collect()
    assert not list(temp.iterdir())
    (home / "homes.csv").write_text(HOMES.replace("110", "x"), encoding="utf-8")
    with pytest.raises(GeoError):
        load_study(home, guarded=True)
    assert not list(temp.iterdir())
