"""The whole town, from the seed to the files."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from data.generator import barriers, communities, people, plan, services, skeleton, study_text, write
from data.generator.dice import Dice
from data.generator.town import Town

if TYPE_CHECKING:
    from pathlib import Path

SEED = 2026


def draw() -> tuple[Town, skeleton.Skeleton]:
    """Draw the town."""
    town = Town()
    bones = skeleton.draw(town)
    plan.fill(town, bones, Dice(SEED))
    return town, bones


def make(folder: Path) -> dict[str, int]:
    """Write all files of the study into the folder; tell how many of what there are."""
    folder.mkdir(parents=True, exist_ok=True)
    town, bones = draw()
    areas = communities.draw(bones)
    homes = people.settle(town, areas, Dice(SEED).fork("people"))
    counts = write.write_streets(folder / "streets.osm.pbf", town)
    write.write_communities(folder / "communities.geojson", areas, {})
    write.write_table(folder / "homes.csv", [asdict(home) for home in homes])
    doors = services.Doors(town, areas)
    tables = {
        "facilities": services.facilities(doors),
        "candidates": services.candidates(doors),
        "requests": services.requests(doors, Dice(SEED).fork("requests")),
    }
    for name, rows in tables.items():
        write.write_table(folder / f"{name}.csv", rows)
        counts[name] = len(rows)
    write.write_barriers(folder / "barriers.geojson", barriers.draw(town, bones))
    texts = {"study.toml": study_text.STUDY, "study-barriers.toml": study_text.WITH_BARRIERS, "README.md": study_text.README}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return {**counts, "homes": len(homes), "people": sum(home.population for home in homes)}
