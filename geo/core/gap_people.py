"""Who lives in each gap: in which communities, and how far it is for most of them and for the last."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.model import Coverage


def people_of_gaps(answer: Coverage, label: NDArray[np.int64]) -> pd.DataFrame:
    """One row a gap, for the gaps 1, 2, … that ``label`` (rows,) gives each demand point (0: none).

    Returns
    -------
    DataFrame
        ``community_ids`` and ``community_names`` (tuples: where its people live, most people first; the
        id of the row "outside" and an empty name for people in no community), ``unserved_weight``, ``no_way_weight``
        (those of them who can walk to no facility at all), ``typical_time_s`` (half of those with a way walk no
        longer), ``max_time_s`` (the longest of them; both NaN where nobody has a way), ``nearest_facility_id``
        and ``nearest_time_s`` (of the one with the shortest way: empty and NaN likewise).
    """
    demand, gaps = answer.demand, int(label.max(initial=0))
    weight, time = (demand[name].to_numpy(dtype=float) for name in ("weight", "time_s"))
    inside, way = label > 0, (label > 0) & np.isfinite(time)
    best = _shortest(answer, label)
    ids, names = _communities(answer.communities, demand["community_id"], label, weight)
    longest = np.full(gaps + 1, -np.inf)
    np.maximum.at(longest, label[way], time[way])
    no_way = inside & ~way
    return pd.DataFrame(
        {
            "community_ids": ids,
            "community_names": names,
            "unserved_weight": np.bincount(label[inside], weight[inside], gaps + 1)[1:],
            "no_way_weight": np.bincount(label[no_way], weight[no_way], gaps + 1)[1:],
            "typical_time_s": _medians(label[way], time[way], weight[way], gaps),
            "max_time_s": np.where(np.isfinite(longest), longest, np.nan)[1:],
            "nearest_facility_id": demand["facility_id"].to_numpy(dtype=object)[best],
            "nearest_time_s": time[best],
        }
    )


def _shortest(answer: Coverage, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of the shortest way in each gap, under the answer's own rule; rows without any way come last."""
    by_time = answer.standard.rule == "time"
    cost = answer.demand["time_s" if by_time else "distance_m"].to_numpy(dtype=float)
    order = np.lexsort((np.arange(len(label)), np.nan_to_num(cost, nan=np.inf), label))
    best: NDArray[np.int64] = order[np.searchsorted(label[order], np.arange(1, label.max(initial=0) + 1))]
    return best


def _medians(label: NDArray[np.int64], value: NDArray[np.float64], weight: NDArray[np.float64], gaps: int) -> NDArray[np.float64]:
    """Of each gap 1, 2, … the least value that at least half of the weight does not exceed, shape (gaps,); NaN without any."""
    result = np.full(gaps, np.nan)
    order = np.lexsort((value, label))
    label, value, weight = label[order], value[order], weight[order]
    ends = np.searchsorted(label, np.arange(1, gaps + 2))
    for gap, (start, end) in enumerate(pairwise(ends.tolist())):
        if end > start:
            sums = np.cumsum(weight[start:end])
            result[gap] = value[start + int(np.searchsorted(sums, sums[-1] / 2))]
    return result


def _communities(
    communities: gpd.GeoDataFrame, home: pd.Series[str], label: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The ids and names of each gap's communities, most of its people first; equally many in the order of the communities."""
    known = communities["id"].astype(str).to_numpy(dtype=object)
    called = communities["name"].fillna("").astype(str).to_numpy(dtype=object)
    row = pd.Index(known).get_indexer(home.astype(str))
    row = np.where(row < 0, len(known) - 1, row)  # people in none are in the last row
    inside = label > 0
    table = pd.DataFrame({"gap": label[inside], "row": row[inside], "weight": weight[inside]})
    sums = table.groupby(["gap", "row"])[["weight"]].sum().reset_index()
    sums = sums.sort_values(["gap", "weight", "row"], ascending=[True, False, True])
    rows = [group.to_numpy() for _, group in sums.groupby("gap")["row"]]
    return [tuple(known[one]) for one in rows], [tuple(called[one]) for one in rows]
