"""What somebody meant who wrote a name that nobody knows."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIKE = 0.7  # share of the letters of both words; below it, short words are only alike by chance
_BEGINNING = 3  # letters that say enough of a word


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known name that a word most likely stands for, whatever its case; None when none is near.

    One begins with the other (lon, longitude), or they are spelled alike (wieght, weight).
    """
    names = {name.casefold(): name for name in known}
    wanted = word.casefold()
    for short in (name for name in names if min(len(name), len(wanted)) >= _BEGINNING):
        if short.startswith(wanted) or wanted.startswith(short):
            return names[short]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=_ALIKE)
    return names[near[0]] if near else None
