"""The community that each facility stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.model import Study

COMMUNITY = "community_id"


def communities_of(study: Study, facilities: gpd.GeoDataFrame, planned: Collection[str]) -> NDArray[np.object_]:
    """The id of the community that each facility stands in, shape (n,); None for one in none.

    What the user's own column ``community_id`` says of a facility counts, where that column holds ids of the communities
    at all; those that a plan has placed or moved (``planned``, ids) go by their place.
    """
    known = study.communities["id"].astype(str).to_numpy(dtype=object)
    at, community = study.communities.sindex.query(facilities.geometry.to_numpy(), predicate="intersects")
    first = pd.Series(community).groupby(at).min()
    found = np.full(len(facilities), None, dtype=object)
    found[first.index.to_numpy(dtype=np.int64)] = known[first.to_numpy(dtype=np.int64)]
    own = own_communities(study)
    if own is None:
        return found
    ids = facilities["id"].astype(str)
    said = own.set_axis(study.facilities.frame["id"].astype(str))
    said = said[~said.index.duplicated()].reindex(ids)
    return np.where(said.notna().to_numpy() & ~ids.isin(planned).to_numpy(), said.to_numpy(dtype=object), found)


def own_communities(study: Study) -> pd.Series[str] | None:
    """The user's own column of community ids of the facilities; None where there is none, or none of its values is such an id."""
    frame = study.facilities.frame
    if COMMUNITY not in frame.columns:
        return None
    own = frame[COMMUNITY].where(frame[COMMUNITY].notna() & (frame[COMMUNITY].astype(str) != "")).astype(object)
    return own if own.astype(str).isin(study.communities["id"].astype(str)).any() else None
