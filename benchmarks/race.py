"""Timing side by side: contenders take turns, so that whatever else the machine does hits all of them."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 15
PATIENCE_S = 20.0  # a contender that has had this long is not asked again


def race(
    contenders: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS, patience_s: float = PATIENCE_S
) -> tuple[dict[str, float], dict[str, Any]]:
    """Least seconds of each contender, and what its first run gave.

    The first run warms up (compiling, caches) and counts only for contenders so slow that
    it is their only one.
    """
    least: dict[str, float] = {}
    spent: dict[str, float] = {}
    given: dict[str, Any] = {}
    for name, run in contenders.items():
        seconds, given[name] = timed(run)
        least[name] = spent[name] = seconds
    slow = {name for name, seconds in spent.items() if seconds > patience_s / 2}
    least.update(dict.fromkeys(set(contenders) - slow, float("inf")))
    for _ in range(rounds):
        for name, run in contenders.items():
            if name in slow or (spent[name] > patience_s and least[name] < float("inf")):
                continue
            seconds, _given = timed(run)
            least[name] = min(least[name], seconds)
            spent[name] += seconds
    return least, given


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one run and what it gave; garbage is collected before, not during."""
    gc.collect()
    gc.disable()
    try:
        begin = time.perf_counter()
        given = run()
        return time.perf_counter() - begin, given
    finally:
        gc.enable()
