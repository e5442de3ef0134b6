"""What a gap is called, and how far it is from there.

Never by one community that has fewer people than the gap, and never by the way of its luckiest home.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.maps.words import amount, count, limit_s, minutes
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from geo.model import ServiceStandard

NAMED = 3  # communities by name; a gap through more of them says how many
_COMMON = {"zh": ("社区居委会", "社区"), "en": (" Community", " community")}


def gap_name(communities: Sequence[str], lang: Lang) -> str:
    """A gap by the communities that hold its people, given most people first: 机厂、铁东一带 / Jichang and Tiedong.

    One alone keeps its whole name. Of several, what all names end in is left away: it tells nothing.
    """
    if len(communities) == 1:
        return communities[0]
    short = [_short(name, lang) for name in communities]
    first, rest = short[:NAMED], len(short) - NAMED
    if rest > 0:
        return say(msg("{names} and {count} more"), lang, names=tuple(first), count=rest)
    if len(first) == 2:  # noqa: PLR2004  (a pair)
        return say(msg("{first} and {last}"), lang, first=first[0], last=first[1])
    return say(msg("{first}, {second} and {last}"), lang, first=first[0], second=first[1], last=first[2])


def _short(name: str, lang: Lang) -> str:
    for end in _COMMON[lang]:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name[: -len(end)]
    return name


def gap_times(gap: Mapping[Hashable, object], standard: ServiceStandard, lang: Lang, *, people: bool = True) -> str:
    """How long people of a gap walk, typically and at most, and who can't at all: 典型 19 分钟 · 最远 31 分钟.

    Parameters
    ----------
    gap
        A row of the gaps of an answer.
    people
        Whether its weights are people; else homes.
    """
    no_way = float(str(gap["no_way_weight"]))
    typical, longest = (float(str(gap[name])) for name in ("typical_time_s", "max_time_s"))
    if math.isnan(typical):
        return say(msg("no way to any facility"), lang)
    limit = limit_s(standard)
    text = msg("typically {typical} min · at most {longest} min")
    said = [say(text, lang, typical=minutes(typical, limit), longest=minutes(longest, limit))]
    if no_way > 0:
        said.append(say(msg("{amount} without any way"), lang, amount=amount(count(no_way), lang, people=people)))
    return " · ".join(said)


def gap_figures(gap: Mapping[Hashable, object], standard: ServiceStandard, lang: Lang) -> tuple[str, str]:
    """The typical and the longest walk of a gap for two columns of a table, in minutes; who has no way at all has the longest."""
    none = say(msg("no way"), lang)
    typical, longest = (float(str(gap[name])) for name in ("typical_time_s", "max_time_s"))
    if math.isnan(typical):
        return none, none
    limit = limit_s(standard)
    return minutes(typical, limit), none if float(str(gap["no_way_weight"])) > 0 else minutes(longest, limit)
