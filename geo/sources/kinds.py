"""Kinds of facility as data: their names in two languages and the words that tell them.

A user's own word for a kind is kept as it is; what is known here only helps to name and recognise it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


KINDS_FILE = Path(__file__).parent.parent / "domain" / "kinds.toml"


@dataclass(frozen=True)
class Kind:
    """One kind of facility.

    ``radius_m`` is a common planning radius (0: none), ``group`` who it mostly serves, ``unit`` what
    its capacity counts; all are starting values for a planner, not rules.
    """

    id: str
    label_zh: str
    label_en: str
    keywords: tuple[str, ...] = ()
    radius_m: float = 0.0
    group: str = ""
    unit: str = ""


@cache
def load_kinds() -> Mapping[str, Kind]:
    """The known kinds by id, in the order of their file."""
    with KINDS_FILE.open("rb") as file:
        raw = tomllib.load(file)
    return MappingProxyType(
        {name: Kind(id=name, **{**values, "keywords": tuple(values["keywords"])}) for name, values in raw.items()}
    )


def recognise_kind(text: str) -> str | None:
    """The id of the kind that a text speaks of, or None.

    An id or a label counts as it stands; else the longest key word in the text decides, and of
    two equally long ones the kind that comes first in the file.
    """
    kinds = load_kinds()
    text = text.strip()
    for kind in kinds.values():
        if text.lower() in {kind.id, kind.label_zh, kind.label_en.lower()}:
            return kind.id
    inside = [(len(word), kind.id) for kind in kinds.values() for word in kind.keywords if word in text]
    return max(inside, key=lambda found: found[0])[1] if inside else None


def kind_label(kind: str, lang: str) -> str:
    """What to call a kind on the screen: its known name in the language, else the user's own word."""
    known = load_kinds().get(kind)
    if known is None:
        return kind
    return known.label_zh if lang == "zh" else known.label_en
