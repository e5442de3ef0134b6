"""Gates and doors of the street file that are locked: for good, or at a time of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.messages import msg
from geo.sources.conditions import TIMED, Rights, shut_at
from geo.sources.osm_filter import ALLOWED, SHUT

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from geo.model import WalkNetwork
    from geo.sources.findings import FindingLog

    Ints: TypeAlias = NDArray[np.int64]

# What stops walkers when it is locked or private; bollards, blocks and lift gates leave room beside them.
_DOORS = frozenset(
    {
        "door", "full-height_turnstile", "gate", "hampshire_gate", "kissing_gate", "sally_port", "security_gate",
        "sliding_gate", "swing_gate", "turnstile", "wicket_gate",
    }
)  # fmt: skip
# A node of one of these on a street says that it runs against it, with no gate there.
_WALLS = frozenset({"city_wall", "fence", "guard_rail", "hedge", "retaining_wall", "wall", "wire_fence"})


def locked_gates(network: WalkNetwork, at: dt.datetime | None) -> gpd.GeoDataFrame:
    """The places of the streets where walkers are stopped, as closed places like those of :mod:`geo.sources.barriers`.

    Stopped they are at a gate or door that is ``locked``, or whose ``foot`` or else ``access`` keeps the public
    out; at anything whose ``foot`` does; at a wall or fence without a gate; and at what is closed at the given time.
    """
    points = network.points
    shut = np.zeros(0, dtype=np.int64) if points is None else np.flatnonzero(_stops(points, at))
    vertex, name = (np.zeros(0, dtype=np.int64), []) if points is None else _of(points, shut)
    xy = network.vertex_xy[vertex]
    texts = {"kind": "closed", "name": name, "status": "existing", "hours": ""}
    return gpd.GeoDataFrame(
        {"row": np.zeros(len(shut), dtype=np.int64), **texts, "open": np.ones(len(shut), dtype=bool)},
        geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]),
        crs=network.crs,
    )


def _of(points: pd.DataFrame, rows: Ints) -> tuple[Ints, list[str]]:
    return points["vertex"].to_numpy(dtype=np.int64)[rows], points["name"].astype("str").iloc[rows].tolist()


def _stops(points: pd.DataFrame, at: dt.datetime | None) -> list[bool]:
    """Whether each point stops walkers; points with the same tags are judged once."""
    keys = ["kind", "barrier", "locked", *TIMED]
    texts = [points[key].astype("str") if key in points else pd.Series("", index=points.index) for key in keys]
    sorts = list(zip(*texts, strict=True))
    judged = {sort: sort[0] == "gate" and _stops_there(sort[1], sort[2], Rights(*sort[3:]), at) for sort in dict.fromkeys(sorts)}
    return [judged[sort] for sort in sorts]


def _stops_there(barrier: str, locked: str, rights: Rights, at: dt.datetime | None) -> bool:
    door, wall = barrier in _DOORS, barrier in _WALLS
    if rights.foot in ALLOWED:
        usually = False
    elif rights.foot in SHUT:
        usually = True
    else:
        usually = wall or (door and (locked == "yes" or rights.access in SHUT))
    if at is None:
        return usually
    if not (door or wall or rights.foot or rights.foot_conditional):
        return False  # a lift gate is down at night, and people walk round it
    return shut_at(rights, at, usually=usually)


def note(locked: gpd.GeoDataFrame, log: FindingLog, *, counted: bool) -> None:
    """Say how many there are, and whether they count."""
    if counted:
        log.add("info", msg("{locked} locked gates of the street file close their streets."), locked=len(locked))
    elif len(locked):
        sentence = msg(
            "{locked} gates of the street file are locked and count as open; with gates = true they close their streets."
        )
        log.add("info", sentence, locked=len(locked))
