from __future__ import annotations

import pytest
from opening_hours import validate

from geo.sources.hours import is_open, moment
from geo.sources.hours_zh import plain_hours


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("每天 10:30-13:00", "Mo-Su 10:30-13:00"),
        ("每天10：30—13：00，16：30～18：30", "Mo-Su 10:30-13:00,16:30-18:30"),
        ("每日 8点半至17:30", "Mo-Su 08:30-17:30"),
        ("周一至周五 8:00-17:30", "Mo-Fr 08:00-17:30"),
        ("周一到周五上午8点到11点半，下午2点到5点", "Mo-Fr 08:00-11:30,14:00-17:00"),
        ("星期一至星期五 8:00-12:00、14:00-18:00", "Mo-Fr 08:00-12:00,14:00-18:00"),
        ("周一、三、五 9:00-11:00", "Mo,We,Fr 09:00-11:00"),
        ("周六日 9:00-17:00", "Sa,Su 09:00-17:00"),
        ("工作日8:30-17:00；周末休息", "Mo-Fr 08:30-17:00; Sa,Su off"),
        ("工作日 8:30-17:00 周末 9:00-16:00", "Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00"),
        ("9:00-21:00（周一闭馆）", "09:00-21:00; Mo off"),
        ("早8点到晚8点", "08:00-20:00"),
        ("中午11:00-13:00 晚上5点-7点", "11:00-13:00,17:00-19:00"),
        ("午餐 11:00-13:00，晚餐 17:00-18:30", "11:00-13:00,17:00-18:30"),
        ("8时-20时", "08:00-20:00"),
        ("24小时", "24/7"),
        ("全天开放", "24/7"),
        ("全天候", "24/7"),
        ("２４小时营业", "24/7"),
        ("Mo-Fr 08:00-17:00; Sa off", "Mo-Fr 08:00-17:00; Sa off"),
        ("24/7", "24/7"),
        ("Mo-Su 10:30-13:00,16:30-18:30", "Mo-Su 10:30-13:00,16:30-18:30"),
    ],
)
def test_written_as_people_write(written, plain):
    assert plain_hours(written) == plain
    assert validate(plain)


@pytest.mark.parametrize("written", ["视天气情况", "电话预约", "另行通知", "8点开门", "见门口告示"])
def test_what_nobody_can_tell_is_not_understood(written):
    assert is_open(written, moment("Mo 10:00")) is None


@pytest.mark.parametrize(
    ("written", "at", "there"),
    [
        ("周一到周五上午8点到11点半，下午2点到5点", "Mo 15:00", True),
        ("周一到周五上午8点到11点半，下午2点到5点", "Mo 12:00", False),
        ("早8点到晚8点", "周日 19:59", True),
        ("每天 18:00-02:00", "Tu 01:00", True),
        ("24小时", "Su 03:00", True),
    ],
)
def test_open_at(written, at, there):
    assert is_open(written, moment(at)) is there
