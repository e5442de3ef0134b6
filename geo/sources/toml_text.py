"""The text of ``study.toml`` looked at before it is parsed: some few bytes can ask for gigabytes of tables.

Python's parser takes time and memory by the square of a key's dots, and goes one call deeper with each bracket.
A study file is written by hand; what no hand writes is refused in one linear look.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from geo.errors import StudyFileError
from geo.messages import msg

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1_000_000
_MOST_DOTS = 50  # in one line outside of texts: a key has three or four parts
_DOTS_IN_ALL = 10_000
_DEEPEST = 20  # brackets within brackets
_MOST_DIGITS = 400  # in one number

# Texts and comments, in which dots and brackets mean nothing.
# What is not closed counts as text to its end, so that every character is passed once; the parser will name it.
_SILENT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?'
    r"|'''(?:[^']|'(?!''))*(?:''')?"
    r'|"(?:[^"\\\n]|\\[^\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*",
    re.DOTALL,
)
_DIGITS = re.compile(rf"[0-9_]{{{_MOST_DIGITS},}}")


def read_toml(path: Path) -> dict[str, Any]:
    """The raw tables; Windows editors' byte order mark and GBK are understood.

    Raises
    ------
    StudyFileError
        When it is too long, too deeply nested, or no TOML.
    """
    with path.open("rb") as file:
        raw = file.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        sentence = msg("{path} is longer than {limit} MB; a study file holds settings only, data go into files of their own.")
        raise StudyFileError(sentence, path=path.name, limit=_MOST_BYTES // 1_000_000)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    _look(text, path.name)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        hint = msg("The study file {path} can't be understood: {why}. In paths write / instead of \\.")
        raise StudyFileError(hint, path=path.name, why=str(error)[:200]) from error


def _look(text: str, name: str) -> None:
    """Refuse what no hand writes: keys of hundreds of parts, brackets in brackets in brackets, numbers of hundreds of digits."""
    depth = dots = 0
    for number, line in enumerate(_SILENT.sub(_lines_only, text).split("\n"), start=1):
        opened = line.count("[") + line.count("{")
        dots += line.count(".")
        if max(line.count("."), dots - _DOTS_IN_ALL) > _MOST_DOTS or (
            depth + opened > _DEEPEST and _depth(line, depth) > _DEEPEST
        ):
            sentence = msg("Line {line} of {path} is nested too deeply; write tables as [name] and lists of plain values.")
            raise StudyFileError(sentence, line=number, path=name)
        if _DIGITS.search(line):
            sentence = msg("Line {line} of {path} holds a number of more than {count} digits; write a smaller one.")
            raise StudyFileError(sentence, line=number, path=name, count=_MOST_DIGITS - 1)
        depth = max(depth + opened - line.count("]") - line.count("}"), 0)


def _depth(line: str, depth: int) -> int:
    """How deep the brackets of a line go."""
    deepest = depth
    for sign in line:
        depth += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, depth)
    return deepest


def _lines_only(found: re.Match[str]) -> str:
    """Nothing of a text but its line breaks, so that lines keep their numbers."""
    return "\n" * found[0].count("\n")
