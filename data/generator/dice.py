"""Random numbers that stay the same from one library version to the next."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Dice:
    """A seeded stream of random numbers.

    Only ``Generator.random`` of PCG64 is used: numpy keeps it stable, while its richer
    distributions may change. ``fork`` gives each part of the town a stream of its own,
    so that a change in one quarter leaves the others as they were.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._stream = np.random.Generator(np.random.PCG64(seed))

    def fork(self, name: str) -> Dice:
        """A new stream that depends on the seed and the name only."""
        return Dice(zlib.crc32(f"{self._seed}/{name}".encode()))

    def unit(self) -> float:
        """Between 0 and 1."""
        return float(self._stream.random())

    def between(self, low: float, high: float) -> float:
        """Evenly between two numbers."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return min(low + int(self.unit() * (high - low + 1)), high)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.unit() < share

    def around(self, mean: float, spread: float) -> float:
        """Bell-shaped about the mean (a sum of twelve even numbers, never beyond 6 spreads)."""
        return mean + spread * (sum(self.unit() for _ in range(12)) - 6.0)

    def one_of(self, items: Sequence[T]) -> T:
        """Any of the items."""
        return items[self.whole(0, len(items) - 1)]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items, each with its own weight."""
        at = self.unit() * sum(weight for _, weight in items)
        for item, weight in items:
            at -= weight
            if at < 0:
                return item
        return items[-1][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.whole(0, i)
            out[i], out[j] = out[j], out[i]
        return out
