"""Machine settings: they may change where and how fast, never what the answer is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geo.errors import SettingError
from geo.messages import msg


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
        return float(text)
    except ValueError as error:
        sentence = msg("The setting {name} is “{value}”; set it to a number of seconds, or remove it.")
        raise SettingError(sentence, name="LIFECIRCLE_OVERPASS_DEADLINE_S", value=text) from error


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
