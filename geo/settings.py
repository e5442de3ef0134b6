"""Machine settings: they may change where and how fast, never what the answer is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of this machine, each from an environment variable ``LIFECIRCLE_…``."""

    model_config = SettingsConfigDict(env_prefix="LIFECIRCLE_")

    cache_dir: Path = Path.home() / ".cache" / "lifecircle"
    lang: Literal["zh", "en"] | None = None  # None: as the system says
    overpass_url: str = "https://overpass-api.de/api"
    nominatim_url: str = "https://nominatim.openstreetmap.org"
    overpass_deadline_s: float = 180.0
    test_data: Path = Path("../shared/data")
