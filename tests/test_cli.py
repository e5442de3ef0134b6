from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from geo.cli import app, main
from tests.sources.tiny import tiny

QINGHE = Path(__file__).parent.parent / "data" / "qinghe"


def command(*words, lang="en"):
    """The command as a user types it: (exit status, standard output, standard error)."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setenv("LIFECIRCLE_LANG", lang)
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "argv", ["lifecircle", *map(str, words)])
        try:
            main()
        except SystemExit as end:
            return end.code or 0, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_installed_command_answers_with_its_status():
    where = Path(sys.executable).parent / "lifecircle"
    done = subprocess.run([where, "run", "nowhere.toml"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qinghe")
    status, out, err = command(
        "run", QINGHE, "--out", folder, "--kind", "canteen", "--profile", "older", "--profile", "wheelchair", "--compare-bases"
    )
    assert status == 0, err
    return folder, out


def test_run_says_who_is_served_and_under_what(ran):
    _, out = ran
    assert "of 45,000 people served" in out
    assert "15 minutes on foot" in out
    assert "Detour factor" in out
    assert "along the streets: 828 m" in out
    assert "straight circle: 828 m" in out
    assert out.count("what GB 50180 sets beside 15 minutes") == 2


def test_the_map_of_a_run_has_the_river(ran):
    folder, _ = ran
    assert b'id="layer-water"' in (folder / "map.html").read_bytes()


def test_several_profiles_make_one_table_the_slowest_first(ran):
    table = pd.read_csv(ran[0] / "profiles.csv")
    assert table["profile"].tolist() == ["wheelchair", "older"]
    assert table["coverage_ratio"].is_monotonic_increasing
    assert table["source"].notna().all()
    lines = {
        name: next(line for line in ran[1].splitlines() if name in line) for name in ("wheelchair user", "older people (65+) ")
    }
    assert "2.7 km/h (unverified)" in lines["wheelchair user"]
    assert "3.31 km/h " in lines["older people (65+) "]


def test_a_speed_that_nobody_looked_up_is_marked_where_the_run_names_it(tmp_path):
    status, out, err = command("run", QINGHE, "--out", tmp_path, "--kind", "canteen", "--profile", "frail", lang="zh")
    assert status == 0, err
    assert "体弱老人（80 岁及以上、拄杖），步速 2.88 千米/时（未核实）" in out


def test_bases_name_what_each_uncovered_home_lacks(ran):
    table = pd.read_csv(ran[0] / "bases.csv", keep_default_na=False)
    assert set(table["lacks"]) == {"", "facility", "way"}
    assert (table.loc[table["lacks"] == "way", "straight_m"].astype(float) <= 1000).all()


def test_chinese_is_spoken_when_asked_for():
    status, out, _ = command("check", QINGHE, lang="zh")
    assert status == 0
    assert "错误" in out


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        (["run", "nowhere.toml"], 1, "nowhere.toml"),
        (["check", "nowhere.toml"], 1, "nowhere.toml"),
        (["app", "nowhere.toml"], 1, "nowhere.toml"),
        (["network", "nowhere.osm.pbf", "--out", "x.lcnet"], 1, "nowhere.osm.pbf"),
        (["run", str(QINGHE), "--kind", "canten"], 1, "canten"),
        (["run", str(QINGHE), "--profile", "oldr"], 1, "older"),
        (["run", str(QINGHE), "--minutes", "0"], 1, "above zero"),
        (["run", str(QINGHE), "--speed-kmh", "-1"], 1, "above zero"),
        (["run", str(QINGHE), "--minutes", "5", "--distance-m", "300"], 2, "not both"),
        (["run", str(QINGHE), "--profile", "older", "--speed-kmh", "3"], 2, "not both"),
        (["demo", "x", "--study", "atlantis"], 2, "qinghe"),
        (["--lang", "fr", "check", str(QINGHE)], 2, "zh or en"),
        (["run"], 2, "STUDY"),
        (["fly"], 2, "fly"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_a_status(words, status, part):
    got, _, err = command(*words)
    assert got == status, err
    assert part in err
    assert "Traceback" not in err
    if status == 1:
        assert len(err.strip().splitlines()) == 1


def test_network_is_built_once_and_reused(tmp_path):
    status, out, err = command("network", QINGHE / "streets.osm.pbf", "--out", tmp_path / "streets.lcnet")
    assert status == 0, err
    assert "edges" in out
    assert "islands" in out
    study = (QINGHE / "study.toml").read_text(encoding="utf-8").replace("streets.osm.pbf", str(tmp_path / "streets.lcnet"))
    for name in ("communities.geojson", "facilities.csv", "homes.csv", "candidates.csv", "requests.csv"):
        (tmp_path / name).write_bytes((QINGHE / name).read_bytes())
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    assert command("check", tmp_path / "study.toml")[0] == 0


def test_times_leaves_out_what_cannot_be_walked(tmp_path):
    homes = pd.read_csv(QINGHE / "homes.csv").head(5)[["id", "lon", "lat"]]
    homes.to_csv(tmp_path / "a.csv", index=False)
    sea = pd.DataFrame({"id": ["sea"], "lon": [0.0], "lat": [0.0]})
    pd.concat([homes.tail(2), sea]).to_csv(tmp_path / "b.csv", index=False)
    status, _, err = command(
        "times",
        "--network",
        QINGHE / "streets.osm.pbf",
        "--from",
        tmp_path / "a.csv",
        "--to",
        tmp_path / "b.csv",
        "--out",
        tmp_path / "t.csv",
    )
    assert status == 0, err
    assert "sea" in err
    table = pd.read_csv(tmp_path / "t.csv")
    assert list(table.columns) == ["from_id", "to_id", "distance_m", "time_s"]
    assert "sea" not in set(table["to_id"])
    same = table[table["from_id"] == table["to_id"]]
    assert len(same) == 2
    assert (table["time_s"] - table["distance_m"] / (4.8 / 3.6)).abs().max() < 1e-3


def test_help_is_bilingual():
    for words in ([], ["run", "--help"]):
        text = CliRunner().invoke(app, words).output
        assert "study" in text.lower()
        assert "计算" in text


def test_the_doctor_writes_suspects_and_mends_and_mends_nothing(tmp_path):
    status, out, err = command("check", QINGHE, "--doctor", tmp_path)
    assert status == 0, err
    assert "islands of streets" in out
    assert (tmp_path / "suspects.geojson").stat().st_size > 1000
    kinds = pd.read_csv(tmp_path / "mends.csv")["kind"]
    assert set(kinds) <= {"link", "join"}
    assert len(kinds)


LIFECIRCLE = [sys.executable, "-c", "from geo.cli import main; main()"]
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to stand for a full disk")


@needs_full
@pytest.mark.parametrize(("lang", "words"), [("en", "can't be written where it was sent"), ("zh", "输出内容写不到指定的位置")])
def test_no_room_for_what_is_said_is_one_sentence(tmp_path, lang, words):
    tiny(tmp_path)
    for command_words in (["run", tmp_path], ["check", tmp_path], ["--version"], ["--help"]):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                [*LIFECIRCLE, *command_words],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, "LIFECIRCLE_LANG": lang, "PYTHONIOENCODING": "utf-8"},
                timeout=120,
                check=False,
            )
        *noticed, line = done.stderr.strip().splitlines()
        assert words in line
        assert all(" · " in one for one in noticed), noticed  # findings only
        assert done.returncode == 1
    assert (tmp_path / "out" / "summary.json").exists()


@needs_full
def test_no_room_for_the_complaint_either_is_a_status(tmp_path):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([*LIFECIRCLE, "run", tmp_path], stdout=full, stderr=full, timeout=120, check=False)
    assert done.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells a closed pipe otherwise")
def test_who_reads_only_the_head_hears_no_complaint_and_finds_every_file(tmp_path):
    tiny(tmp_path)
    words = ["run", tmp_path, "--profile", "older", "--profile", "wheelchair", "--compare-bases"]
    read, write = os.pipe()
    os.close(read)  # as when head has seen enough
    with os.fdopen(write, "w", encoding="utf-8") as closed:
        done = subprocess.run([*LIFECIRCLE, *words], stdout=closed, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert {"summary.json", "profiles.csv", "bases.csv"} <= {path.name for path in (tmp_path / "out").iterdir()}
