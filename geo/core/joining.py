"""Adding edges to a walk network: planned links, and the short ways that join them to the streets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from geo.core.exact import exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.model import WalkNetwork

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

S = TypeVar("S", bound=np.generic)


@dataclass(frozen=True, eq=False)
class NewEdge:
    """An edge to add between two nodes, along ``xy`` (v, 2) metres, both ends included; ``tags`` are columns of its way."""

    u: int
    v: int
    xy: Floats
    tags: dict[str, object]
    crossings: int = 0  # unsignalled crossings of main roads on it


def with_edges(network: WalkNetwork, edges: Sequence[NewEdge]) -> WalkNetwork:
    """With edges more, each with a row of its own in ``ways``.

    Their lengths are measured as those of the streets are: drawn metres times the network's own ratio of
    street metres to drawn ones. Where the heights of both ends are known the edge has their even slope.
    """
    if not edges:
        return network
    sizes = np.array([len(edge.xy) for edge in edges])
    ends = np.cumsum(sizes)
    xy = np.vstack([edge.xy for edge in edges])
    metres = np.append(np.hypot(*np.diff(xy, axis=0).T), 0.0) * _measure(network)
    metres[ends - 1] = 0.0
    way = np.repeat(len(network.ways) + np.arange(len(edges)), sizes).astype(np.int32)
    crossing = np.zeros(len(xy), dtype=np.uint8)
    crossing[ends - sizes] = [2 * edge.crossings for edge in edges]
    way[ends - 1] = -1
    return replace(
        network,
        edge_u=np.append(network.edge_u, np.array([edge.u for edge in edges], dtype=np.int32)),
        edge_v=np.append(network.edge_v, np.array([edge.v for edge in edges], dtype=np.int32)),
        edge_start=np.append(network.edge_start, network.edge_start[-1] + ends).astype(np.int64),
        vertex_xy=np.vstack([network.vertex_xy, xy]),
        vertex_z=_longer(network.vertex_z, np.full(len(xy), np.nan)),
        segment_m=np.append(network.segment_m, exact(metres)),
        segment_way=np.append(network.segment_way, way),
        segment_crossing=np.append(network.segment_crossing, crossing),
        segment_incline=_longer(*_slopes(network, edges, sizes)),
        segment_share=_longer(network.segment_share, np.ones(len(xy))),
        segment_oneway=_longer(network.segment_oneway, np.zeros(len(xy))),
        ways=with_ways(network.ways, [edge.tags for edge in edges]),
    )


def _longer(old: NDArray[S] | None, more: NDArray[Any]) -> NDArray[S] | None:
    return None if old is None else np.append(old, more.astype(old.dtype))


def _measure(network: WalkNetwork) -> float:
    """Street metres per drawn metre: projections and the sphere of the street lengths differ by some tenths of a percent."""
    begin = np.flatnonzero(network.segment_way >= 0)
    drawn = float(np.hypot(*(network.vertex_xy[begin + 1] - network.vertex_xy[begin]).T).sum()) if len(begin) else 0.0
    return network.length_m / drawn if drawn > 0 else 1.0


def _slopes(
    network: WalkNetwork, edges: Sequence[NewEdge], sizes: Ints
) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
    """The inclines of the old segments and of the new ones, rise over run as drawn, NaN where unknown."""
    old, new = network.segment_incline, np.full(len(edges), np.nan, dtype=np.float32)
    if network.vertex_z is not None:
        height = np.full(network.nodes, np.nan)
        height[network.edge_v] = network.vertex_z[network.edge_start[1:] - 1]
        height[network.edge_u] = network.vertex_z[network.edge_start[:-1]]
        run = np.array([np.hypot(*np.diff(edge.xy, axis=0).T).sum() for edge in edges])
        rise = np.array([height[edge.v] - height[edge.u] for edge in edges])
        np.divide(rise, run, out=rise, where=run > 0)
        new = rise.astype(np.float32)
        old = np.full(len(network.vertex_xy), np.nan, dtype=np.float32) if old is None else old
    return old, np.repeat(new, sizes)


def with_ways(ways: pd.DataFrame, rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """The table of ways with rows more; what a row does not name is empty, false or zero.

    Columns that the table lacks are added for flags: old rows then have ``snap`` true and others false.
    """
    wider = ways.copy(deep=False)
    for name in ("snap", "gate", "home"):
        if name not in wider:
            wider[name] = name == "snap"
    lowest = min(int(ways["way_id"].min()), 0) if len(ways) and "way_id" in ways else 0
    longer: dict[str, object] = {}
    for key, column in wider.items():
        name = str(key)
        if name == "way_id":
            longer[name] = np.append(column.to_numpy(), lowest - 1 - np.arange(len(rows)))
            continue
        longer[name] = _more(column, [row.get(name) for row in rows])
    return pd.DataFrame(longer)


def _more(column: pd.Series[Any], values: Sequence[object]) -> object:
    if isinstance(column.dtype, pd.CategoricalDtype):
        texts = ["" if value is None else str(value) for value in values]
        words = list(dict.fromkeys([*column.cat.categories, *texts]))
        codes = [*column.cat.codes.tolist(), *(words.index(text) for text in texts)]
        return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"))
    if column.dtype == np.bool_:
        return np.append(column.to_numpy(), np.array([bool(value) for value in values], dtype=bool))
    empty: object = 0 if pd.api.types.is_numeric_dtype(column) else ""
    return [*column.tolist(), *(empty if value is None else value for value in values)]
