"""Values of a study file that are handed to libraries: looked at here, because those take more than is meant.

A path may hold a sign that no path can; an encoding may name a codec that unpacks; a coordinate
system may name a file or a grid to fetch.
"""

from __future__ import annotations

import codecs
import re

from geo.crs import is_known
from geo.errors import StudyFileError
from geo.messages import msg

_LONGEST = 20_000  # letters of one value: a coordinate system written out has some 3,000
_CLIP = 60
_CODEC = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:() -]{0,39}")
_NO_FILE_TEXT = {"idna", "punycode", "unicode-escape", "raw-unicode-escape"}


def clipped(text: str) -> str:
    """A text short enough to stand in a sentence."""
    return text if len(text) <= _CLIP else f"{text[:_CLIP]}…"


def shown(value: object) -> str:
    """A value as it is written, short enough to stand in a sentence."""
    try:
        return clipped(repr(value))
    except ValueError:  # a whole number with more digits than Python writes
        return "…"


def check_text(text: str, key: str, table: str) -> None:
    """Refuse a text that holds NUL, or that no one writes by hand.

    Raises
    ------
    StudyFileError
        When it does.
    """
    if "\0" in text:
        sentence = msg("“{key}” in [{table}] holds a NUL character, which no file or column has; write it again.")
        raise StudyFileError(sentence, key=key, table=table)
    if len(text) > _LONGEST:
        sentence = msg("“{key}” in [{table}] has {count} characters; at most {limit} can stand there.")
        raise StudyFileError(sentence, key=key, table=table, count=len(text), limit=_LONGEST)


def check_encoding(name: str, table: str) -> None:
    """Refuse an encoding that does not turn the bytes of a file into text.

    Raises
    ------
    StudyFileError
        When nobody knows it, or it is a codec for something else.
    """
    if name and not _is_encoding(name):
        sentence = msg("“{name}” in [{table}] is no known text encoding; write for example utf-8 or gbk, or leave it out.")
        raise StudyFileError(sentence, name=clipped(name), table=table)


def _is_encoding(name: str) -> bool:
    if not _CODEC.fullmatch(name):
        return False
    try:
        codec = codecs.lookup(name).name
        "a".encode(codec)  # Python refuses here what is no codec of text
    except (LookupError, ValueError):
        return False
    return codec not in _NO_FILE_TEXT


def check_crs(code: str, table: str) -> None:
    """Refuse a coordinate system that nobody knows.

    Raises
    ------
    StudyFileError
        When it is none.
    """
    if code and not is_known(code):
        sentence = msg("“{code}” in [{table}] is no known coordinate system; write for example EPSG:4544.")
        raise StudyFileError(sentence, code=clipped(code), table=table)
