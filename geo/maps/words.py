"""The words that stand on every map and sheet: the question, the answer, the source, the date."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.maps.kinds import kind_looks
from geo.maps.style import CLASSES
from geo.messages import msg

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from geo.model import Coverage, Finding, ServiceStandard, Totals, WalkNetwork, WalkProfile

UNVERIFIED = "C"
"""The confidence of a speed from memory."""
_ROUNDING = 1e-9
_NAMED = 3  # kinds that are named when all were asked about
_GROUP_NAMES = {
    "elder": msg("older people"),
    "elders": msg("older people"),
    "elderly": msg("older people"),
    "age60plus": msg("aged 60+"),
    "age65plus": msg("aged 65+"),
    "elder80": msg("aged 80+"),
    "age80plus": msg("aged 80+"),
    "child": msg("children"),
    "children": msg("children"),
    "age0_14": msg("children 0–14"),
    "age0to14": msg("children 0–14"),
    "households": msg("households"),
}


@dataclass(frozen=True)
class Facts:
    """What a map says in words, in one language."""

    title: str
    subtitle: str
    headline: str  # the coverage, as large as it can be
    served: str
    caution: str  # where what counts as people are no people that anybody counted; else empty
    standard: str
    walkers: str
    source: str
    credit: str
    made: str
    compared: str = ""  # the share before and after, where there is a plan
    changed: str = ""  # who gains and who loses by it
    baseline: str = ""  # that facilities count which are not built yet, where no plan says so


def facts(coverage: Coverage, network: WalkNetwork, lang: Lang, made: date) -> Facts:
    """Everything a map says in words about a coverage."""
    return Facts(
        title=study_title(coverage, lang),
        subtitle=services(coverage, lang),
        headline=percent(coverage.totals.coverage_ratio, lang),
        served=served_words(coverage.totals, lang, people=people_counted(coverage)),
        caution=caution(coverage, lang),
        standard=standard_words(coverage.standard, lang),
        walkers=walker_words(coverage.standard, lang),
        source=source_words(network, lang),
        credit=network.credit,
        made=say(msg("Made on {date}"), lang, date=made.isoformat()),
    )


def study_title(coverage: Coverage, lang: Lang) -> str:
    """What the study is called: in English by its English name, where it has one."""
    return (coverage.study_name_en if lang == "en" else "") or coverage.study_name


def people_counted(coverage: Coverage) -> bool:
    """Whether the weights are people that somebody counted; else each home or row counts as one, and is called a home."""
    return not _uncounted(coverage)


def caution(coverage: Coverage, lang: Lang) -> str:
    """What is counted where nobody counted people; else empty."""
    return " ".join(say(item.message, lang) for item in _uncounted(coverage))


def _uncounted(coverage: Coverage) -> list[Finding]:
    from geo.sources.demand import UNWEIGHTED  # here: the command line starts quicker
    from geo.sources.spreading import UNCOUNTED

    return [item for item in coverage.findings if item.message.template in {UNCOUNTED, UNWEIGHTED}]


def amount(number: str, lang: Lang, *, people: bool) -> str:
    """A number with what it counts: 340 people, or 340 homes where nobody counted people."""
    return say(msg("{number} people") if people else msg("{number} homes"), lang, number=number)


def share_head(coverage: Coverage) -> str:
    """The heading of a share (to be said): of people, or of homes where nobody counted people."""
    return msg("Share of people served") if people_counted(coverage) else msg("Share of homes served")


def share_of_each(coverage: Coverage) -> str:
    """The same for every community."""
    if people_counted(coverage):
        return msg("Share of people served in each community")
    return msg("Share of homes served in each community")


def services(coverage: Coverage, lang: Lang) -> str:
    """Which services were asked about; by name where they are few."""
    kinds = coverage.kinds or {str(kind) for kind in coverage.facilities["kind"].dropna()}
    if not kinds or (not coverage.kinds and len(kinds) > _NAMED):
        return say(msg("Walking to the nearest service of any kind"), lang)
    names = [look.name for look in kind_looks(kinds, lang).values()]
    return say(msg("Walking to the nearest: {kinds}"), lang, kinds=tuple(names))


def local_names(frame: pd.DataFrame, lang: Lang) -> list[str]:
    """The rows' names; in English the column ``name_en`` where the study gives one."""
    own = [str(name).strip() if isinstance(name, str) else "" for name in frame["name"]]
    if lang != "en" or "name_en" not in frame.columns:
        return own
    return [
        str(there) if isinstance(there, str) and there.strip() else here
        for there, here in zip(frame["name_en"], own, strict=True)
    ]


def percent(ratio: float | None, lang: Lang) -> str:
    """A ratio as people read it, one decimal.

    Rounding never lifts a ratio into a better class (50, 75, 90, 100 %), which would contradict
    its colour, and never down to none: 100 % is really everyone, 0 % really no one.
    """
    if ratio is None or math.isnan(ratio):
        return say(msg("nobody lives here"), lang)
    shown = max(round(ratio * 100, 1), 0.1 if ratio > 0 else 0.0)
    for one in CLASSES:
        if ratio < one.low <= round(shown / 100, 3):
            shown = round(one.low * 100 - 0.1, 1)
    return f"{shown:.0f}%" if shown in {0.0, 100.0} else f"{shown:.1f}%"


def count(weight: float) -> str:
    """People as a whole number with thousands set apart; one that is not zero never shows as 0."""
    if 0 < weight < 0.5:  # noqa: PLR2004  (what would be rounded to nothing)
        return "<1"
    return f"{weight:,.0f}"


def limit_s(standard: ServiceStandard) -> float | None:
    """The cutoff in seconds, against which times are read; None where metres decide."""
    return standard.cutoff if standard.rule == "time" else None


def minutes(seconds: float, limit: float | None = None) -> str:
    """Seconds as minutes with at most one decimal.

    Parameters
    ----------
    limit
        The cutoff in seconds, see :func:`limit_s`: a walk that is too long never reads as the cutoff
        or less, and one that is not never reads as more.
    """
    shown = round(seconds / 60, 1)
    if limit is not None:
        cutoff = round(limit / 60, 2)  # as it is read
        tenths = math.floor(cutoff * 10 + _ROUNDING)
        if seconds > limit:
            shown = max(shown, (tenths + 1) / 10)
        elif shown > cutoff:
            shown = tenths / 10
    return plain_number(shown)


def plain_number(value: float) -> str:
    """A number as short as it can be: 15, 4.8, 1,200."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def standard_words(standard: ServiceStandard, lang: Lang) -> str:
    """The rule in one phrase."""
    if standard.minutes is not None:
        return say(msg("at most {minutes} minutes on foot"), lang, minutes=plain_number(standard.minutes))
    return say(msg("at most {metres} m on foot along the streets"), lang, metres=plain_number(standard.distance_m or 0.0))


def group_name(group: str, lang: Lang) -> str:
    """A group of people in words that claim no more than its name in the study; one we don't know keeps that name."""
    return say(_GROUP_NAMES[group], lang) if group in _GROUP_NAMES else group


def profile_name(profile: WalkProfile, lang: Lang) -> str:
    """The profile's name in the language, else as it is written in the data."""
    return (profile.label_zh if lang == "zh" else profile.label_en) or profile.name


def speed_words(profile: WalkProfile, lang: Lang) -> str:
    """How fast the profile walks, and a warning where nobody has looked its speed up."""
    speed = plain_number(profile.speed_kmh)
    if profile.confidence == UNVERIFIED:
        return say(msg("{speed} km/h (unverified)"), lang, speed=speed)
    return say(msg("{speed} km/h"), lang, speed=speed)


def walker_words(standard: ServiceStandard, lang: Lang) -> str:
    """Who walks, how fast, and how far a home may be from a street."""
    return say(
        msg("{profile}, {speed}; homes up to {limit} m from a street"),
        lang,
        profile=profile_name(standard.profile, lang),
        speed=speed_words(standard.profile, lang),
        limit=plain_number(standard.snap_limit_m),
    )


def served_words(totals: Totals, lang: Lang, *, people: bool = True) -> str:
    """How many of how many people; of how many homes where nobody counted people."""
    text = msg("{served} of {total} people are served") if people else msg("{served} of {total} homes are served")
    return say(text, lang, served=count(totals.served_weight), total=count(totals.demand_weight))


def source_words(network: WalkNetwork, lang: Lang) -> str:
    """Where the streets come from, and of what date."""
    if network.source_date:
        return say(msg("Streets: {source}, data of {date}"), lang, source=network.source, date=network.source_date[:10])
    return say(msg("Streets: {source}, date unknown"), lang, source=network.source or "?")
