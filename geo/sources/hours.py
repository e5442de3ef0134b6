"""Opening hours in OpenStreetMap's writing: what is open at a time of the week."""

from __future__ import annotations

import datetime as dt
import re

from geo.errors import StudyFileError
from geo.messages import msg
from geo.sources.hours_zh import plain_hours

# An ordinary week of spring (2 to 8 March 2026): hours that differ by season need one.
_MONDAY = dt.datetime(2026, 3, 2)  # noqa: DTZ001  (local time, as opening hours are)
_DAYS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
_ZH = dict(zip("一二三四五六日", range(7), strict=True)) | {"天": 6}
_FORM = re.compile(
    r"\s*(?:(?P<day>[A-Za-z]{2})[a-z]*|(?:周|星期)(?P<zh>[一二三四五六日天]))\s*(?P<hour>\d{1,2})[:：](?P<minute>\d{2})\s*"
)
_HOURS_A_DAY, _MINUTES_AN_HOUR = 24, 60


def moment(text: str) -> dt.datetime | None:
    """The time of the week that ``Mo 10:00`` or ``周一 10:00`` means; None for an empty text.

    Raises
    ------
    StudyFileError
        When it is written otherwise.
    """
    if not text.strip():
        return None
    match = _FORM.fullmatch(text)
    day = None if match is None else _ZH.get(match["zh"] or "", _DAYS.get((match["day"] or "").lower()))
    if match is None or day is None or int(match["hour"]) >= _HOURS_A_DAY or int(match["minute"]) >= _MINUTES_AN_HOUR:
        raise StudyFileError(msg('at = "{text}" is no time of the week; write for example at = "Mo 10:00".'), text=text)
    return _MONDAY + dt.timedelta(days=day, hours=int(match["hour"]), minutes=int(match["minute"]))


def is_open(hours: str, at: dt.datetime) -> bool | None:
    """Whether something with these opening hours is open then; None when the hours can't be understood.

    OpenStreetMap's writing, and what people write in Chinese (:mod:`geo.sources.hours_zh`). Hours that nobody
    can know (``unknown``) are not understood either.
    """
    from opening_hours import OpeningHours, validate

    plain = plain_hours(hours)
    if not plain or not validate(plain):
        return None
    state = OpeningHours(plain)
    return None if state.is_unknown(at) else bool(state.is_open(at))
