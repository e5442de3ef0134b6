"""Machine settings: they may change where and how fast, never what the answer is."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geo.errors import SettingError
from geo.messages import msg

LONGEST_DEADLINE_S = 3600
"""The longest that a download may be waited for."""


def _said(name: str, default: str = "") -> str:
    """What the environment variable ``LIFECIRCLE_…`` of that name says."""
    return os.environ.get(f"LIFECIRCLE_{name}") or default


def _lang(text: str) -> Literal["zh", "en"] | None:
    if text in {"", "zh", "en"}:
        return "zh" if text == "zh" else "en" if text else None
    sentence = msg("The setting {name} is “{value}”; set it to zh or en, or remove it.")
    raise SettingError(sentence, name="LIFECIRCLE_LANG", value=text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    return _deadline(seconds, text)


def _deadline(seconds: float, text: str) -> float:
    if not 0 < seconds <= LONGEST_DEADLINE_S:
        sentence = msg("The setting {name} is “{value}”; set it to a number of seconds above 0 and up to {most}, or remove it.")
        raise SettingError(sentence, name="LIFECIRCLE_OVERPASS_DEADLINE_S", value=text, most=LONGEST_DEADLINE_S)
    return seconds


def _names(text: str) -> tuple[str, ...]:
    """Names parted by commas or spaces."""
    return tuple(text.replace(",", " ").split())


@dataclass(frozen=True)
class Settings:
    """Settings of this machine, each from an environment variable ``LIFECIRCLE_…``.

    Raises
    ------
    SettingError
        When a variable has a value that it can't have.
    """

    cache_dir: Path = field(default_factory=lambda: Path(_said("CACHE_DIR", str(Path.home() / ".cache" / "lifecircle"))))
    lang: Literal["zh", "en"] | None = field(default_factory=lambda: _lang(_said("LANG")))  # None: as the system says
    overpass_url: str = field(default_factory=lambda: _said("OVERPASS_URL", "https://overpass-api.de/api"))
    nominatim_url: str = field(default_factory=lambda: _said("NOMINATIM_URL", "https://nominatim.openstreetmap.org"))
    overpass_deadline_s: float = field(default_factory=lambda: _seconds(_said("OVERPASS_DEADLINE_S", "180")))
    test_data: Path = field(default_factory=lambda: Path(_said("TEST_DATA", "../shared/data")))
    allow_hosts: tuple[str, ...] = field(default_factory=lambda: _names(_said("ALLOW_HOSTS")))  # besides this machine's own

    def __post_init__(self) -> None:
        _deadline(self.overpass_deadline_s, str(self.overpass_deadline_s))
