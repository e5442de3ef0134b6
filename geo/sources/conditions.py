"""What ``foot:conditional``, ``access:conditional`` and ``opening_hours`` say of a street or a gate at one time of the week."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.sources.hours import is_open
from geo.sources.osm_filter import ALLOWED, SHUT
from geo.table import Words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.model import WalkNetwork

TIMED = ("foot", "access", "foot:conditional", "access:conditional", "opening_hours")
"""The tags that are asked, on ways and on gates."""
_CLAUSE = re.compile(r"\s*([^@;]+?)\s*@\s*(\([^()]*(?:\([^()]*\)[^()]*)*\)|[^;(]+)")
_RECIPE = b"lifecircle hours 1"


class Rights(NamedTuple):
    """The tags of :data:`TIMED`, in that order; empty text where there is none."""

    foot: str = ""
    access: str = ""
    foot_conditional: str = ""
    access_conditional: str = ""
    hours: str = ""


def shut_at(rights: Rights, at: dt.datetime, *, usually: bool) -> bool:
    """Whether walkers are kept out then.

    A condition on walkers outweighs one on everybody, and both outweigh the hours. What can't be
    understood (``no @ wet``) changes nothing.

    Parameters
    ----------
    rights
        The tags.
    at
        A time of the week.
    usually
        Whether they are kept out when no hour is named.
    """
    on_foot = conditional(rights.foot_conditional, at)
    if on_foot:
        return on_foot in SHUT
    everybody = conditional(rights.access_conditional, at)
    if everybody and rights.foot not in ALLOWED | SHUT:
        return everybody in SHUT
    return usually or (rights.hours != "" and is_open(rights.hours, at) is False)


def conditional(text: str, at: dt.datetime) -> str:
    """The value that a conditional tag has at that time, empty when no condition holds.

    ``no @ (22:00-06:00); yes @ (Sa,Su)``: of several that hold the last one counts
    (OpenStreetMap's own rule for conditional restrictions).
    """
    value = ""
    for found in _CLAUSE.finditer(text):
        when = found[2].strip()
        when = when[1:-1] if when.startswith("(") and when.endswith(")") else when
        parts = re.split(r"\s+and\s+", when, flags=re.IGNORECASE)
        if all(is_open(part, at) for part in parts):
            value = found[1]
    return value


def at_hour(network: WalkNetwork, at: dt.datetime | None) -> WalkNetwork:
    """The streets as they are at a time of the week: ``ways.shut`` tells where walkers are kept out.

    The network itself without a time, or where no street depends on one.
    """
    table = network.way_table
    columns = [table.columns.get(tag) for tag in TIMED]
    if at is None or "shut" not in table.columns or not any(_says(column) for column in columns[2:]):
        return network
    usually = np.asarray(table.columns["shut"], dtype=np.bool_)
    shut = _shut_ways(columns, usually, at)
    if np.array_equal(shut, usually):
        return network
    digest = hashlib.sha256(network.digest.encode() + _RECIPE + shut.tobytes()).hexdigest()
    return replace(network, ways=network.ways.assign(shut=shut), digest=digest)


def _says(column: object) -> bool:
    return isinstance(column, Words) and any(column.words)


def _shut_ways(columns: Sequence[object], usually: NDArray[np.bool_], at: dt.datetime) -> NDArray[np.bool_]:
    """Few ways differ in these tags: each sort is asked once."""
    codes = [column.code if isinstance(column, Words) else np.zeros(len(usually), dtype=np.int32) for column in columns]
    words = [column.words if isinstance(column, Words) and column.words else [""] for column in columns]
    sorts, which = np.unique(np.column_stack([*codes, usually]), axis=0, return_inverse=True)
    told = [
        shut_at(
            Rights(*(words[at_][code] if code >= 0 else "" for at_, code in enumerate(sort[:-1]))), at, usually=bool(sort[-1])
        )
        for sort in sorts.tolist()
    ]
    return np.array(told, dtype=np.bool_)[which.ravel()]
