"""Opening hours as people in Chinese offices write them, in OpenStreetMap's writing."""

from __future__ import annotations

import re
import unicodedata

_DAYS = dict(zip("一二三四五六日天", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "Su"), strict=True))
_WEEK = r"(?:周|星期|礼拜)"
_DAY_LIST = re.compile(rf"{_WEEK}([{''.join(_DAYS)}](?:\s*[、,\-]?\s*{_WEEK}?[{''.join(_DAYS)}])*)")
_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜间)?\s*(?P<hour>\d{1,2})"
    r"(?:\s*[:时点]\s*(?P<minute>[0-5]\d|半)?(?:\s*分)?)(?!\d)"
)
_AFTERNOON = {"中午", "下午", "傍晚", "晚上", "晚", "夜间"}
_NOON, _MIDNIGHT = 12, 24
_EARLIEST = {"中午": 4}  # 中午11点 is before noon
_WORDS = (
    ("全年无休|天天|每天|每日|每周七天", "Mo-Su "),
    ("工作日|平日", "Mo-Fr "),
    ("双休日|周末", "Sa,Su "),
    ("(?:法定)?节假日", "PH "),
    ("休息|不开放|不营业|不供餐|停业|闭馆|闭园|关闭|关门|休馆|休", " off"),
    ("营业时间|开放时间|服务时间|供餐时间|营业|开放|服务|供餐|开馆|早餐|午餐|中餐|晚餐|为|是", " "),
)
_ALWAYS = re.compile("(?:每天|每日|全年)?(?:24小时|全天候?|全时段|二十四小时)(?:营业|开放|服务)?")


def plain_hours(text: str) -> str:
    """The same hours as OpenStreetMap writes them; what is not understood stays as it is.

    ``每天 8点半-17:30``, ``周一至周五 上午8点到11点半，下午2点到5点；周末休息``, ``24小时``.
    """
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。.")
    plain = re.sub(r"[–—−~～‐]+|[至到]", "-", plain)
    if _ALWAYS.fullmatch(plain):
        return "24/7"
    plain = re.sub(r"[；;。\n]+", ";", plain)
    plain = _times(_DAY_LIST.sub(_days, _words(plain)))
    plain = re.sub(r"[、,和及与|/()（）]+", ",", plain) if plain != "24/7" else plain
    plain = re.sub(r"(\d\d:\d\d-\d\d:\d\d)[\s,]+(?=\d\d:\d\d)", r"\1,", plain)
    plain = re.sub(r"(?<=[a-zH])\s*[:,]?\s*(?=\d\d:\d\d)", " ", plain)
    plain = re.sub(r"(?<=\d\d:\d\d)[\s,]*(?=(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b)", "; ", plain)
    return re.sub(r"\s+", " ", re.sub(r"[\s,]*;[\s,;]*", "; ", plain)).strip(" ,;")


def _words(text: str) -> str:
    for words, meaning in _WORDS:
        text = re.sub(words, meaning, text)
    return text


def _days(found: re.Match[str]) -> str:
    """周一、三、五 or 周六日: each day by its two letters."""
    inner = re.sub(_WEEK, "", found[1]).replace("、", ",").replace(" ", "")
    inner = re.sub(rf"(?<=[{''.join(_DAYS)}])(?=[{''.join(_DAYS)}])", ",", inner)
    return "".join(_DAYS.get(sign, sign) for sign in inner) + " "


def _times(text: str) -> str:
    """Every time of day as hh:mm; in 下午2点-5点 the second is in the afternoon, too."""
    part, before, end = "", -1, -1

    def said(found: re.Match[str]) -> str:
        nonlocal part, before, end
        own = found["part"] or ""
        follows = text[end : found.start()].strip() == "-" if end >= 0 else False
        hour = int(found["hour"])
        part = own or (part if follows else "")
        if part in _AFTERNOON and hour < _EARLIEST.get(part, _NOON) and (own or hour < before):
            hour += _NOON
        minute = {"半": "30", None: "00"}.get(found["minute"], found["minute"])
        before, end = hour, found.end()
        return f"{hour:02d}:{minute}" if hour <= _MIDNIGHT else found[0]

    return _TIME.sub(said, text)
