"""Sentences for people, kept apart from the language they are shown in.

A sentence is written once, in English, with named gaps: ``msg("Row {row}: ...")``.
The gaps are filled by :class:`Message`; :mod:`geo.i18n` shows the same message in
Chinese. Nothing below the doors (screen, command line) chooses a language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What steers a terminal or turns the direction of a line, instead of standing in it.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


# A Chinese character beside a Latin letter or a digit, either way round.
_MEETING = re.compile("[\u4e00-\u9fff][0-9A-Za-z]|[0-9A-Za-z%][\u4e00-\u9fff]")


def msg(text: str) -> str:
    """Mark an English sentence for translation and give it back unchanged."""
    return text


@dataclass(frozen=True)
class Message:
    """An English template and the values that fill its gaps.

    The values are data from files as often as not, so they are only ever put
    into the gaps of a template of ours: a value is never itself a template.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return fill(self.template, self.values)


@dataclass(frozen=True)
class Habits:
    """How a language sets words in a line: what stands between listed things, and whether Latin letters keep a distance.

    ``spaced``: one space between a Chinese character and a Latin letter or digit where a value meets the sentence.
    """

    comma: str = ", "
    spaced: bool = False


def fill(template: str, values: Mapping[str, object], habits: Habits = Habits()) -> str:
    """Put each value into its named gap; a template without gaps stays as it is."""
    plain = {k: _plain(v, habits.comma) for k, v in values.items()}
    return _spaced(template, plain) if habits.spaced else template.format_map(plain)


def _spaced(template: str, values: Mapping[str, str]) -> str:
    """The filled template, with a space at each edge of a gap where Chinese meets Latin letters or digits."""
    text = ""
    for literal, name, _, _ in Formatter().parse(template):
        text = _beside(text, literal)
        text = _beside(text, values[name]) if name is not None else text
    return text


def _beside(left: str, right: str) -> str:
    return f"{left} {right}" if _MEETING.fullmatch(left[-1:] + right[:1]) else left + right


def _plain(value: object, comma: str = ", ") -> str:
    """One line of text: a value never breaks the sentence it stands in."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return comma.join(_plain(item) for item in value)
    return one_line(str(value))


def one_line(text: str) -> str:
    """The text on one line, with what would steer a terminal shown as U+FFFD."""
    return _STEERING.sub("\ufffd", " ".join(text.split()))
