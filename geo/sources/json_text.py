"""A JSON text of any length read piece by piece: the members of its outermost object, the items of one list."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20  # letters
_LONGEST = 16 << 20  # letters of one value: an outline of 200,000 corners has half as many
_BLANK = re.compile(r"[\s\x1e]*")
_DECODER = json.JSONDecoder()


class NotJsonError(ValueError):
    """The text is none."""

    def __init__(self, why: str = "it is no GeoJSON") -> None:
        super().__init__(why)


class JsonText:
    """The text and how far it is read."""

    def __init__(self, file: IO[str], name: str) -> None:
        self._file, self._name, self._text, self._at = file, name, "", 0

    def at_end(self) -> bool:
        """Whether nothing more follows."""
        return not self._next()

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; whoever asks reads each key's value before the next."""
        self._take("{")
        if self._next() == "}":
            self._take("}")
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise NotJsonError
            self._take(":")
            yield key
            if self._next() == "}":
                self._take("}")
                return
            self._take(",")

    def items(self) -> Iterator[Any]:
        """The items of the list that begins here."""
        self._take("[")
        if self._next() == "]":
            self._take("]")
            return
        while True:
            yield self.value()
            if self._next() == "]":
                self._take("]")
                return
            self._take(",")

    def value(self) -> Any:  # noqa: ANN401  (whatever JSON holds)
        """The value that begins here."""
        self._next()
        wanted = _PIECE
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError as error:
                more = self._file.read(wanted)
                if not more:
                    raise NotJsonError(f"its text breaks off or is no JSON ({error})"[:200]) from error
                self._text = self._text[self._at :] + more
                self._at, wanted = 0, len(self._text)  # twice as much each time: few values need more than one
                if len(self._text) > _LONGEST:
                    sentence = msg("{file}: one feature takes more than {limit} million letters; simplify its shape.")
                    raise InputDataError(sentence, file=self._name, limit=_LONGEST >> 20) from error
                continue
            # A number may go on in the next piece.
            if end == len(self._text) and not isinstance(value, str | list | dict) and (more := self._file.read(_PIECE)):
                self._text += more
                continue
            self._at = end
            return value

    def _next(self) -> str:
        """The next letter that is no blank, without taking it; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            self._text, self._at = self._file.read(_PIECE), 0
            if not self._text:
                return ""

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise NotJsonError
        self._at += 1
