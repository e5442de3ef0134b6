"""Kinds of facility as data: their names in two languages and the words that tell them.

A user's own word for a kind is kept as it is; what is known here only helps to name and recognise it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS_FILE = Path(__file__).parent.parent / "domain" / "kinds.toml"
_NONE = "no_kind"
# Quotation marks within a name (暖“新”驿站), and the number of a branch at its end (二号店, 2).
_QUOTES = re.compile(r"[“”\"'‘’「」《》·\s]")
_BRANCH = re.compile(r"(?:[#0-9一二三四五六七八九十]+号?(?:分?店|分部|点)?)$")
_BRACKET = re.compile(r"[(\[【]")


@dataclass(frozen=True)
class Kind:
    """One kind of facility.

    ``official_zh`` is its full name for tables, exports and maps (empty: the label). ``radius_m`` is a common
    planning radius (0: none) and ``confidence`` how sure that is, ``group`` who it mostly serves, ``unit`` what its
    capacity counts; all are starting values for a planner, not rules.
    """

    id: str
    label_zh: str
    label_en: str
    official_zh: str = ""
    keywords: tuple[str, ...] = ()
    radius_m: float = 0.0
    confidence: str = "C"
    group: str = ""
    unit: str = ""

    def names(self) -> set[str]:
        """What it is called, in a form to compare with."""
        return {_even(name) for name in (self.id, self.label_zh, self.official_zh, self.label_en) if name}


class _Words(NamedTuple):
    """The kinds of the file, and the words that tell of none."""

    kinds: Mapping[str, Kind]
    none: tuple[str, ...]
    never: tuple[str, ...]


@cache
def _read() -> _Words:
    with KINDS_FILE.open("rb") as file:
        raw = tomllib.load(file)
    no_kind = raw.pop(_NONE)
    none, never = (tuple(map(_even, no_kind[key])) for key in ("keywords", "always"))
    kinds = {name: Kind(id=name, **{**values, "keywords": tuple(map(_even, values["keywords"]))}) for name, values in raw.items()}
    return _Words(MappingProxyType(kinds), none, never)


def load_kinds() -> Mapping[str, Kind]:
    """The known kinds by id, in the order of their file."""
    return _read().kinds


def recognise_kind(text: str) -> str | None:
    """The id of the kind that a text speaks of, or None.

    An id or a name of a kind counts as it stands. Else the key word that ends the text decides, since a Chinese name
    ends in what it names (党群服务中心老年助餐点 is a meal point); a bracket or the number of a branch may follow.
    Of several the longest wins, as it does where none ends the text; of two equally long ones the later, then the one
    that comes first in the file. A word that tells of no kind (小学卫生室) competes with the others; what is for animals is none.
    """
    text = _even(text)
    named = next((kind.id for kind in load_kinds().values() if text in kind.names()), None)
    if named or not text or any(word in text for word in _read().never):
        return named
    found = list(_found(text))
    ends = {len(text), len(_BRANCH.sub("", text))} | {place.start() for place in _BRACKET.finditer(text)}
    ends |= {len(_BRANCH.sub("", text[:end])) for end in tuple(ends)}
    heads = [one for one in found if one.end in ends]
    # Of equals, max keeps the first, which is that of the kind first in the file.
    best = max(heads or found, key=lambda one: (one.length, one.end), default=None)
    return best.kind if best else None


class _Found(NamedTuple):
    """A key word in a text: how long it is, where it ends, and the kind it tells (None: no kind)."""

    length: int
    end: int
    kind: str | None


def _found(text: str) -> Iterator[_Found]:
    known = _read()
    tell = [(word, kind.id) for kind in known.kinds.values() for word in kind.keywords]
    for word, kind in [*((word, None) for word in known.none), *tell]:
        at = text.rfind(word)
        if at >= 0:
            yield _Found(len(word), at + len(word), kind)


def _even(text: str) -> str:
    """Full-width forms as half-width ones, small letters, no quotation marks, no blanks."""
    return _QUOTES.sub("", unicodedata.normalize("NFKC", text).lower())


def kind_label(kind: str, lang: str, *, full: bool = False) -> str:
    """What to call a kind: its known name in the language, else the user's own word.

    ``full``: its official name, for tables, exports and maps; else the short one of buttons and sentences.
    """
    known = load_kinds().get(kind)
    if known is None:
        return kind
    if lang != "zh":
        return known.label_en
    return (known.official_zh if full else "") or known.label_zh
