"""Streets that can be walked one way only: escalators, ``oneway:foot``, ``foot:backward=no``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.sources.osm_filter import SHUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.table import Words

ONEWAY_TAGS = ("conveying", "oneway", "oneway:foot", "foot:forward", "foot:backward")
BOTH, FORWARD, BACKWARD = 0, 1, 2
"""Which ways a segment can be walked, as it is drawn."""
_YES = {"yes", "true", "1"}
_BACK = {"-1", "reverse"}


def oneway(tag: Mapping[str, Words]) -> NDArray[np.uint8]:
    """Which way each way can be walked, as it is drawn, shape (w,).

    A car's ``oneway`` binds no walker, but for moving steps: ``conveying=yes`` with ``oneway``, and
    steps with ``oneway``, as escalators were mapped before ``conveying`` was. Signs that contradict each
    other (up and down) are taken to say nothing.
    """
    moving = ~tag["conveying"].among({"", "no", "reversible"}) | tag["highway"].among({"steps"})
    ahead = tag["conveying"].among({"forward"}) | tag["oneway:foot"].among(_YES) | tag["foot:backward"].among(SHUT)
    ahead |= moving & tag["oneway"].among(_YES) & ~tag["conveying"].among({"backward"})
    back = tag["conveying"].among({"backward"}) | tag["oneway:foot"].among(_BACK) | tag["foot:forward"].among(SHUT)
    back |= moving & tag["oneway"].among(_BACK) & ~tag["conveying"].among({"forward"})
    result = np.full(len(ahead), BOTH, dtype=np.uint8)
    result[ahead & ~back], result[back & ~ahead] = FORWARD, BACKWARD
    return result


def drawn_oneway(ways: NDArray[np.uint8], way: NDArray[np.int64], along: NDArray[np.bool_]) -> NDArray[np.uint8] | None:
    """Of every segment as its edge runs, shape (k,); None where all can be walked both ways.

    Parameters
    ----------
    ways
        As :func:`oneway` gives it, (w,).
    way
        The way of each segment, (k,); -1 for none.
    along
        Whether the edge runs as the way was drawn there, (k,).
    """
    if not ways.any():
        return None
    drawn = np.append(ways, np.uint8(BOTH))[way]
    turned = (drawn != BOTH) & ~along
    return np.where(turned, np.uint8(FORWARD + BACKWARD) - drawn, drawn).astype(np.uint8)
