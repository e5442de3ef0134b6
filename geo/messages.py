"""Sentences for people, kept apart from the language they are shown in.

A sentence is written once, in English, with named gaps: ``msg("Row {row}: ...")``.
The gaps are filled by :class:`Message`; :mod:`geo.i18n` shows the same message in
Chinese. Nothing below the doors (screen, command line) chooses a language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What steers a terminal or turns the direction of a line, instead of standing in it.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


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


def fill(template: str, values: Mapping[str, object]) -> str:
    """Put each value into its named gap; a template without gaps stays as it is."""
    return template.format_map({k: _plain(v) for k, v in values.items()})


def _plain(value: object) -> str:
    """One line of text: a value never breaks the sentence it stands in."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    return one_line(str(value))


def one_line(text: str) -> str:
    """The text on one line, with what would steer a terminal shown as U+FFFD."""
    return _STEERING.sub("\ufffd", " ".join(text.split()))
