"""How large the works are: as the table wants them, or tiny for the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Tiles a side of the large and of the huge city (0: leave it out), and how much of everything."""

    large: int
    huge: int
    nearest_sites: int = 500
    reach_sites: int = 1_000
    area_sites: int = 50
    candidates: int = 1_000
    demand: int = 10_000
    homes: int = 20_000
    sample: int = 20  # of the facilities, for peers that would take minutes
    rounds: int = 15
    slow_peers: bool = True


def full() -> Size:
    from benchmarks.city import HUGE, MILLION, across_for

    return Size(across_for(MILLION), across_for(HUGE))


def quick() -> Size:
    from benchmarks.city import MILLION, across_for

    return Size(across_for(MILLION), 0, rounds=7, slow_peers=False)


TINY = Size(1, 0, 12, 15, 3, 10, 60, 80, 3, 1)
