"""The network doctor: where the street map is probably wrong, and what would mend it.

Mistakes of drawing cut off homes that are not cut off: two streets that cross without a junction,
an end that stops a metre short, a quarter joined to nothing. Each suspect is
shown with the mend that it suggests and how much it would change; nothing is mended until somebody accepts
it (:mod:`geo.core.mending`). Points that lie far from any street are told by ``check``, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs as systems
from geo.core.effort import CrowdedError
from geo.core.suspects import Drawn, Suspect, crossings, facing_ends, islands, loose_ends
from geo.messages import Message, msg
from geo.model import Finding, Mend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.model import WalkNetwork

COLUMNS = ("suspect_id", "kind", "confidence", "length_m", "gain_m", "walk_m")
_MAIN = ("trunk", "primary", "secondary", "tertiary")
_SAYS_SOMETHING = ("both", "left", "right", "yes", "no", "none")


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What the doctor found.

    ``suspects`` (metric, sorted by kind and by how much they change): ``suspect_id``; ``kind``
    (island, near_miss, crossing, gap, bridge_gap); ``confidence`` (high, medium, low); ``length_m`` of the missing
    link (0 for a junction); ``gain_m`` metres of street that it would join to the rest (islands; else 0);
    ``walk_m`` metres on foot between its two ends today, infinite when there is no way within the
    limit of the search; ``geometry``, the link as a line, the junction as a point.

    ``unknown_sidewalk_ratio``: of the length of main roads, the share of which the map doesn't say whether they have
    a footway; None without main roads.
    """

    suspects: gpd.GeoDataFrame
    islands: int
    off_main_ratio: float
    unknown_sidewalk_ratio: float | None
    findings: tuple[Finding, ...] = ()


def diagnose(
    network: WalkNetwork,
    *,
    reach_m: float = 15.0,
    water: gpd.GeoDataFrame | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Diagnosis:
    """Look a network over.

    Parameters
    ----------
    reach_m
        Two ends that nearly touch lie at most so far apart.
    water
        Rivers and lakes in any coordinate system, if known: a gap between two facing street ends across water
        is probably a missing bridge.
    progress
        Told what is looked at, and the share done.
    """
    tell = progress or (lambda _stage, _share: None)
    drawn = Drawn.of(network)
    found: list[Suspect] = []
    wet = None if water is None else systems.to_metric(water, network.crs)
    searches = [
        (msg("Looking for islands"), 0.0, islands(drawn)),
        (msg("Looking for streets that nearly touch"), 0.2, loose_ends(drawn, reach_m)),
        (msg("Looking for gaps"), 0.5, facing_ends(drawn, reach_m, wet)),
        (msg("Looking for crossings without a junction"), 0.7, crossings(drawn)),
    ]
    ended = True
    for stage, share, search in searches:
        tell(stage, share)
        ended &= _all_of(search, found)
    off = network.component[network.edge_u] > 0
    length = max(network.length_m, 1e-9)
    count = int(network.component.max(initial=-1))
    diagnosis = Diagnosis(
        suspects=_frame(found, network.crs),
        islands=max(count, 0),
        off_main_ratio=float(network.edge_length_m[off].sum() / length),
        unknown_sidewalk_ratio=_unknown_sidewalks(network),
    )
    tell(msg("Done"), 1.0)
    findings = _findings(diagnosis, reach_m)
    return replace(diagnosis, findings=findings if ended else (*findings, _crowded()))


def _all_of(search: Iterable[Suspect], found: list[Suspect]) -> bool:
    """Add what a search finds; whether it came to its end."""
    try:
        for suspect in search:
            found.append(suspect)  # noqa: PERF402  (what was found before it broke off stays)
    except CrowdedError:
        return False
    return True


def _crowded() -> Finding:
    text = msg(
        "So many streets lie on top of each other or cross that not all places were looked at; is the street file drawn twice?"
    )
    return Finding("doubtful", "network", Message(text, {}))


def _frame(found: list[Suspect], crs: str) -> gpd.GeoDataFrame:
    """One row per suspect; a link that two searches found is kept once, as the first found it."""
    once: dict[bytes, Suspect] = {}
    for suspect in found:
        line = suspect.shape
        once.setdefault(shapely.to_wkb(shapely.normalize(shapely.set_precision(line, 0.01))), suspect)
    order = sorted(once.values(), key=lambda s: (s.kind, -s.gain_m, -min(s.walk_m, 1e9), s.length_m))
    number: dict[str, int] = {}
    rows = []
    for suspect in order:
        number[suspect.kind] = number.get(suspect.kind, 0) + 1
        name = f"{suspect.kind}-{number[suspect.kind]}"
        rows.append((name, suspect.kind, suspect.confidence, suspect.length_m, suspect.gain_m, suspect.walk_m))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    shapes = np.array([suspect.shape for suspect in order], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=crs), crs=crs)


def suggested(suspects: gpd.GeoDataFrame, ids: Iterable[str] | None = None) -> list[Mend]:
    """The mends that the suspects suggest: of those named, or of all."""
    chosen = suspects if ids is None else suspects[suspects["suspect_id"].isin(set(ids))]
    level = systems.to_wgs84(chosen)
    mends = []
    for name, shape in zip(level["suspect_id"], level.geometry, strict=True):
        ends = [(float(lon), float(lat)) for lon, lat in shapely.get_coordinates(shape)]
        mends.append(Mend("join" if len(ends) == 1 else "link", ends[0], ends[-1], str(name)))
    return mends


def _unknown_sidewalks(network: WalkNetwork) -> float | None:
    ways = network.ways
    if not {"highway", "sidewalk"} <= set(ways.columns):
        return None
    main = ways["highway"].isin(_MAIN).to_numpy()
    silent = main & ~ways["sidewalk"].isin(_SAYS_SOMETHING).to_numpy()
    real = network.segment_way >= 0
    way, metres = network.segment_way[real], network.segment_m[real]
    total = float(metres[main[way]].sum())
    return float(metres[silent[way]].sum()) / total if total else None


def _findings(diagnosis: Diagnosis, reach_m: float) -> tuple[Finding, ...]:
    counts = diagnosis.suspects["kind"].value_counts()
    told = []
    if diagnosis.islands:
        text = msg("{count} islands of streets, {share} % of all street length, are joined to nothing else.")
        share = round(diagnosis.off_main_ratio * 100, 1)
        told.append(
            Finding("doubtful", "network", Message(text, {"count": diagnosis.islands, "share": share}), count=diagnosis.islands)
        )
    sentences = {
        "near_miss": msg("{count} street ends stop within {reach} m of another street without being joined to it."),
        "crossing": msg("{count} places where streets cross on one level have no junction."),
        "gap": msg("{count} gaps lie between two street ends that point at each other."),
        "bridge_gap": msg(
            "{count} gaps over water lie between two street ends that point at each other; a bridge may be missing."
        ),
    }
    for kind, sentence in sentences.items():
        count = int(counts.get(kind, 0))
        if count:
            values = {"count": count, "reach": reach_m} if kind == "near_miss" else {"count": count}
            told.append(Finding("doubtful", "network", Message(sentence, values), count=count))
    if diagnosis.unknown_sidewalk_ratio is not None:
        text = msg("For {share} % of the length of main roads the map does not say whether they have a footway.")
        told.append(Finding("info", "network", Message(text, {"share": round(diagnosis.unknown_sidewalk_ratio * 100)})))
    return tuple(told)
