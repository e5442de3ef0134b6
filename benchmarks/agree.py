"""A ratio is worth nothing when the answers differ: every peer's answer is held against ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class DisagreementError(AssertionError):
    """Two contenders gave different answers to one question."""


def same_costs(
    peer: str, theirs: NDArray[np.float64], ours: NDArray[np.float64], limit: float = np.inf, slack: float = 1e-6
) -> None:
    """Costs in seconds up to ``limit``, infinite where there are none; within ``slack`` of the limit nobody is held to it."""
    theirs, ours = np.asarray(theirs, dtype=np.float64), np.asarray(ours, dtype=np.float64)
    one_sided = np.isfinite(theirs) != np.isfinite(ours)
    lone = np.where(np.isfinite(ours), ours, theirs)[one_sided]
    apart = int((lone < limit - slack).sum())
    if apart:
        message = f"{peer} and we reach different places: {apart} of {len(ours)}"
        raise DisagreementError(message)
    both = np.isfinite(theirs) & np.isfinite(ours)
    far = float(np.max(np.abs(theirs[both] - ours[both]), initial=0.0))
    if far > slack:
        message = f"{peer} and we differ by up to {far} s"
        raise DisagreementError(message)


def same_number(peer: str, theirs: float, ours: float, share: float) -> None:
    """Two numbers within a share of each other."""
    if abs(theirs - ours) > share * abs(ours):
        message = f"{peer} gives {theirs}, we give {ours}"
        raise DisagreementError(message)
