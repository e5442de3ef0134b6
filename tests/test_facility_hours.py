"""Facilities serve nobody at a time of the week at which they are not open."""

from __future__ import annotations

import pytest

from geo import evaluate, load_study
from tests.twoways import lonlat, town


def with_hours(folder, hours, at):
    town(folder, {"highway": "residential"}, at=at)
    lon, lat = lonlat(1000, 0)
    text = f"id,lon,lat,hours,capacity\nf,{lon:.9f},{lat:.9f},{hours},40\n"
    (folder / "canteens.csv").write_text(text, encoding="utf-8")
    return load_study(folder)


@pytest.mark.parametrize(
    ("hours", "at", "served"),
    [
        ("Mo-Su 07:00-19:00", "Tu 12:00", 10),
        ("Mo-Su 07:00-19:00", "Tu 22:30", 0),
        ("每天7点到19点", "Tu 22:30", 0),
        ("24小时", "Tu 22:30", 10),
        ("Mo-Su 07:00-19:00", "", 10),
        ("电话预约", "Tu 22:30", 10),
        ("", "Tu 22:30", 10),
    ],
)
def test_served_at(tmp_path, hours, at, served):
    assert evaluate(with_hours(tmp_path, hours, at)).totals.served_weight == served


def told(study):
    return " ".join(str(finding.message) for finding in study.findings)


def test_all_of_it_is_said(tmp_path):
    assert "1 facilities are not open at that time and serve nobody then: f." in told(
        with_hours(tmp_path, "7:00-19:00", "Tu 22:30")
    )
    assert "not understood, so they count as open: 电话预约." in told(with_hours(tmp_path, "电话预约", "Tu 22:30"))
    study = with_hours(tmp_path, "24/7", "")
    assert "The capacity of 1 facilities is shown but does not count yet" in told(study)


def test_a_facility_that_is_shut_keeps_its_place_in_the_study(tmp_path):
    frame = with_hours(tmp_path, "Mo-Su 07:00-19:00", "Tu 22:30").facilities.frame
    assert frame["status"].tolist() == ["shut"]
