"""Opening hours in words, in both languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geo.maps.hour_words import hours_words

QINGHE = Path(__file__).parents[2] / "data" / "qinghe"


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        ("Mo-Su 10:30-13:00,16:30-18:30", "每天 10:30–13:00、16:30–18:30", "Daily 10:30–13:00, 16:30–18:30"),
        ("Mo-Fr 08:30-17:30", "周一至周五 08:30–17:30", "Mon to Fri 08:30–17:30"),
        (
            "Mo-Fr 08:30-17:30; Sa,Su off",
            "周一至周五 08:30–17:30；周六、周日 不开放",
            "Mon to Fri 08:30–17:30; Sat, Sun closed then",
        ),
        ("Tu，Th 9：00—11：30", "周二、周四 9:00–11:30", "Tue, Thu 9:00–11:30"),
        (
            "Mo-Sa 07:00-19:00; PH off",
            "周一至周六 07:00–19:00；节假日 不开放",
            "Mon to Sat 07:00–19:00; public holidays closed then",
        ),
        ("08:00-20:00", "每天 08:00–20:00", "Daily 08:00–20:00"),
        ("24/7", "24 小时", "24 hours"),
        ("全天", "24 小时", "24 hours"),
        ("Mo-Su 00:00-24:00", "每天 24 小时", "Daily 24 hours"),
        ("上午，以门口通知为准", "上午，以门口通知为准", "上午，以门口通知为准"),
        ("sunrise-sunset", "sunrise-sunset", "sunrise-sunset"),
        ("Mo-Fr 08:00-12:00; by appointment", "Mo-Fr 08:00-12:00; by appointment", "Mo-Fr 08:00-12:00; by appointment"),
    ],
)
def test_hours_in_words(hours: str, zh: str, en: str) -> None:
    assert hours_words(hours, "zh") == zh
    assert hours_words(hours, "en") == en


def test_all_hours_of_the_sample_town_are_said_in_words() -> None:
    with (QINGHE / "facilities.csv").open(encoding="utf-8-sig") as file:
        written = {row["hours"] for row in csv.DictReader(file) if row["hours"]}
    assert written
    assert not [hours for hours in written if hours_words(hours, "zh") == hours]
