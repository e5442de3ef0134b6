"""Walking profiles: who walks how fast, as data with their sources, and a study's own."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.errors import StudyFileError
from geo.messages import msg
from geo.model import ServiceStandard, WalkProfile
from geo.sources.spelling import meant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.sources.study_file import ProfileTable, StandardTable

PROFILES_FILE = Path(__file__).parent.parent / "domain" / "profiles.toml"
USUAL = "adult"
USUAL_MINUTES = 15.0


@cache
def load_profiles() -> Mapping[str, WalkProfile]:
    """The profiles that come with the program, by name, in the order of their file."""
    with PROFILES_FILE.open("rb") as file:
        raw = tomllib.load(file)
    return MappingProxyType({name: WalkProfile(name=name, **_settings(values)) for name, values in raw.items()})


def _settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """TOML knows no null: ``steps = false`` stands for steps that can't be used."""
    settings = dict(values)
    if settings.pop("steps", True) is False:
        settings["steps_factor"] = None
    return settings


def _at_once(work: Callable[[], WalkProfile]) -> WalkProfile | None:
    return work()


def merged(
    own: Mapping[str, ProfileTable],
    *,
    hilly: bool = False,
    attempt: Callable[[Callable[[], WalkProfile]], WalkProfile | None] = _at_once,
) -> Mapping[str, WalkProfile]:
    """The program's profiles and a study's own, which win; each starts from the one it is ``like``.

    Parameters
    ----------
    own
        The study's profiles by name.
    hilly
        The study gives heights, so slopes count for everybody but those who say ``tobler = false``.
    attempt
        Makes one profile; None where it noted a fault. The usual profile then stands in, so that who refers to
        the faulty one is not told of as a second fault.

    Raises
    ------
    StudyFileError
        When a profile is like one that is not known, or has neither ``like`` nor a speed.
    StandardError
        When its speed is not above zero.
    """
    known = {name: replace(walker, tobler=walker.tobler or hilly) for name, walker in load_profiles().items()}
    for name, table in own.items():
        made = attempt(partial(_own, name, table, known, hilly=hilly))
        known[name] = made or replace(known[USUAL], name=name)
    return known


def _own(name: str, table: ProfileTable, known: Mapping[str, WalkProfile], *, hilly: bool) -> WalkProfile:
    """One profile of the study's own."""
    given = {key: value for key, value in asdict(table).items() if value is not None and key != "like"}
    if table.like:
        start = find_profile(known, table.like)
    elif name in known:
        start = known[name]
    elif "speed_kmh" in given:
        start = WalkProfile(name=name, speed_kmh=1.0, tobler=hilly)
    else:
        raise StudyFileError(msg('[profiles.{name}] needs speed_kmh, or like = "adult" to start from.'), name=name)
    if "speed_kmh" in given:
        given = {"source": "", "confidence": "", **given}
    if "source" in given:
        given = {"source_zh": "", **given}  # the Chinese of another source does not speak for this one
    if not table.label_zh and not table.label_en and name not in known:
        given |= {"label_zh": name, "label_en": name}
    return replace(start, name=name, **_settings(given))


def standard_of(table: StandardTable, known: Mapping[str, WalkProfile], *, hilly: bool = False) -> ServiceStandard:
    """The service standard of a study; 15 minutes of an adult where it says nothing. ``hilly`` as in :func:`merged`.

    Raises
    ------
    StudyFileError
        When it names an unknown profile.
    StandardError
        When it contradicts itself.
    """
    if table.speed_kmh is None:
        walker = find_profile(known, table.profile or USUAL)
    else:
        walker = plain_profile(table.speed_kmh, hilly=hilly)
    unsaid = table.minutes is None and table.distance_m is None
    minutes = USUAL_MINUTES if unsaid else table.minutes
    return ServiceStandard(walker, minutes=minutes, distance_m=table.distance_m, snap_limit_m=table.snap_limit_m)


def find_profile(profiles: Mapping[str, WalkProfile], name: str) -> WalkProfile:
    """The profile of that name.

    Raises
    ------
    StudyFileError
        When there is none; the message names the nearest.
    """
    if name in profiles:
        return profiles[name]
    near = meant(name, profiles)
    if near:
        sentence = msg("There is no walking profile “{name}”; did you mean “{near}”?")
        raise StudyFileError(sentence, name=name, near=near)
    raise StudyFileError(msg("There is no walking profile “{name}”; there are: {known}."), name=name, known=tuple(profiles))


def plain_profile(speed_kmh: float, *, hilly: bool = False) -> WalkProfile:
    """Somebody who walks at one speed everywhere (where it is ``hilly``: on the level), for ``speed_kmh`` in the standard."""
    return WalkProfile(
        name="custom",
        speed_kmh=float(speed_kmh),
        label_zh="自定义步速",
        label_en="custom speed",
        tobler=hilly,
        source="given by the user",
        source_zh="由用户给出",
    )
