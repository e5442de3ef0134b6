"""The tables that ``lifecircle times`` walks between."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import InputDataError, InputMissingError
from geo.sources.places import read_places
from tests.sources.tiny import told


def test_places_for_times(tmp_path):
    (tmp_path / "a.csv").write_text("id,lon,lat\na,110,30\nb,110.5,30.5\n", encoding="utf-8")
    ids, lonlat, findings = read_places(tmp_path / "a.csv")
    assert not findings
    assert ids == ["a", "b"]
    np.testing.assert_allclose(lonlat, [[110, 30], [110.5, 30.5]])
    (tmp_path / "b.csv").write_text("id,lon,lat\na,110,30\na,110.5,30.5\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="repeats ids: a"):
        read_places(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_text("id,lon,lat\na,110,30\nb,x,30.5\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="rows 3"):
        read_places(tmp_path / "c.csv")
    (tmp_path / "d.csv").write_text("lon,lat\n110,30\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="no column “id”"):
        read_places(tmp_path / "d.csv")
    (tmp_path / "e.csv").write_text("id,lon,lat\n001,30,110\n", encoding="utf-8")
    places = read_places(tmp_path / "e.csv")
    assert places.ids == ["001"]
    assert told(places.findings, "exchanged")
    with pytest.raises(InputMissingError):
        read_places(tmp_path / "nowhere.csv")
