"""What people write about the state of a facility, as one of our four words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.messages import msg
from geo.sources.findings import FindingLog, some

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

STATUSES = ("existing", "proposed", "candidate", "closed")

_WORDS: Mapping[str, str] = {
    "existing": (
        "existing|open|in use|operating|active|built|yes|现状|现有|已建|建成|已建成|在用|运营|运营中|"
        "在营|营业|营业中|开放|正常|启用|投用|已投用|试运营"
    ),
    "proposed": ("proposed|planned|under construction|规划|拟建|新建|在建|计划|待建|筹建|改建|扩建|规划中|建设中|拟新建"),
    "candidate": ("candidate|option|possible|备选|候选|意向|可选|备用|潜在"),
    "closed": ("closed|disused|abandoned|removed|inactive|no|关闭|已关闭|停用|停业|停运|撤销|废弃|拆除|已拆|关停|歇业|闲置"),
}
_KNOWN = {word: status for status, words in _WORDS.items() for word in words.split("|")}


def statuses(column: pd.Series, log: FindingLog) -> pd.Series:
    """existing, proposed, candidate or closed for each row; an empty or unknown one counts as existing."""
    texts = column.str.strip().str.lower()
    found = texts.map(_KNOWN)
    guessed = texts.where(found.isna(), "").map(_by_part)
    found = found.where(found.notna(), guessed)
    unknown = (found.isna() & (texts != "")).to_numpy()
    if unknown.any():
        values = some(dict.fromkeys(column[unknown]))
        sentence = msg("{count} rows have a status that is not known ({values}); they count as existing.")
        log.add("doubtful", sentence, column.index[unknown], values=values)
    return found.fillna("existing").astype("str")


def _by_part(text: str) -> str | None:
    """A longer phrase judged by the longest known Chinese word in it: 规划(2025年) is proposed."""
    inside = [word for word in _KNOWN if not word.isascii() and word in text]
    return _KNOWN[max(inside, key=len)] if inside else None
