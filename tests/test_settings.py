from __future__ import annotations

from pathlib import Path

import pytest

from geo.cli import main
from geo.errors import SettingError
from geo.settings import Settings


def test_each_setting_has_its_variable(monkeypatch, tmp_path):
    values = {
        "CACHE_DIR": tmp_path,
        "LANG": "zh",
        "OVERPASS_URL": "http://a",
        "NOMINATIM_URL": "http://b",
        "OVERPASS_DEADLINE_S": 2.5,
        "TEST_DATA": tmp_path / "d",
        "ALLOW_HOSTS": ("a.example", "b.example:8443"),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"LIFECIRCLE_{name}", ", ".join(value) if isinstance(value, tuple) else str(value))
    assert Settings() == Settings(*values.values())


def test_what_is_not_set_is_usual(monkeypatch):
    for name in ("CACHE_DIR", "LANG", "OVERPASS_DEADLINE_S"):
        monkeypatch.setenv(f"LIFECIRCLE_{name}", "")
    assert Settings().lang is None
    assert Settings().overpass_deadline_s == 180
    assert Settings().cache_dir == Path.home() / ".cache" / "lifecircle"


@pytest.mark.parametrize(
    ("name", "value"),
    [("LANG", "fr"), *(("OVERPASS_DEADLINE_S", bad) for bad in ("soon", "nan", "inf", "-inf", "1e10", "-1", "0"))],
)
def test_a_value_that_means_nothing_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"LIFECIRCLE_{name}", value)
    with pytest.raises(SettingError, match=f"LIFECIRCLE_{name} is “{value}”"):
        Settings()


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 1e10, 0.0, -1.0])
def test_a_deadline_that_python_gives_is_looked_at_too(seconds):
    with pytest.raises(SettingError, match="OVERPASS_DEADLINE_S"):
        Settings(overpass_deadline_s=seconds)


def test_a_language_nobody_speaks_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("LIFECIRCLE_LANG", "fr")
    monkeypatch.setattr("sys.argv", ["lifecircle", "network", "nowhere.osm", "--out", "x"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
