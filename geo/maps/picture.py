"""What a map shows: the layers of an answer and the streets below them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.i18n import Lang, say
from geo.maps.anchors import anchors
from geo.maps.gap_words import gap_figures, gap_name
from geo.maps.planned import change_words, includes_proposed, share_words
from geo.maps.style import layer_legend
from geo.maps.words import facts, local_names, people_counted
from geo.messages import msg

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.maps.planned import Planned
    from geo.maps.style import LegendEntry
    from geo.maps.words import Facts
    from geo.model import Coverage, WalkNetwork

GAPS_NUMBERED = 12
"""At most so many gaps bear a number at once on paper, and on the page at the scale of the town."""
_MARGIN = 0.04
_LEAST_M = 300.0


@dataclass(frozen=True, eq=False)
class Picture:
    """An answer as it is drawn; frames in the study's metric system, figures already rounded for writing."""

    coverage: Coverage
    network: WalkNetwork
    communities: gpd.GeoDataFrame
    service_areas: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    made: date
    barriers: gpd.GeoDataFrame | None = None
    water: gpd.GeoDataFrame | None = None
    planned: Planned | None = None

    @property
    def kinds(self) -> list[str]:
        """The kinds of facilities on the map."""
        return sorted({str(kind) for kind in self.facilities["kind"].fillna("")})

    def facts(self, lang: Lang) -> Facts:
        """Everything that a map says in words."""
        said = facts(self.coverage, self.network, lang, self.made)
        if self.planned is None:
            proposed = int((self.coverage.facilities["status"] == "proposed").sum())
            return replace(said, baseline=includes_proposed(proposed, lang))
        return replace(
            said,
            compared=share_words(self.planned, self.coverage.totals, lang),
            changed=change_words(self.planned, lang, people=people_counted(self.coverage)),
        )

    def layer_legend(self, lang: Lang) -> list[LegendEntry]:
        """What is drawn besides communities and facilities."""
        return layer_legend(lang, water=bool(len(self.water_near)))

    def names(self, lang: Lang) -> list[str]:
        """What to call each community: its name, else its id; words of ours for people in none, and for one around all."""
        shapes = self.communities.geometry
        outside = (shapes.isna() | shapes.is_empty).to_numpy() & self.communities["id"].astype(str).str.startswith("outside")
        one = len(outside) - int(outside.sum()) == 1
        result = []
        for name, key, out in zip(local_names(self.communities, lang), self.communities["id"], outside, strict=True):
            unnamed = say(msg("Whole study area"), lang) if one else str(key)
            result.append(say(msg("outside all communities"), lang) if out else name or unnamed)
        return result

    def gap_names(self, lang: Lang) -> list[str]:
        """What to call each gap: by the communities that hold its people, most people first."""
        called = dict(zip(self.communities["id"].astype(str), self.names(lang), strict=True))
        return [gap_name([called[one] for one in ids], lang) for ids in self.gaps["community_ids"]]

    def gap_figures(self, lang: Lang) -> list[tuple[str, str]]:
        """The typical and the longest walk of each gap, in minutes."""
        return [gap_figures(gap, self.coverage.standard, lang) for gap in self.gaps.to_dict("records")]

    @cached_property
    def reach(self) -> Any:  # noqa: ANN401  (any shapely area)
        """All service areas in one, thinned to what paper and screen can show; None when there is none."""
        west, south, east, north = self.frame()
        fine = max(east - west, north - south) / 5000
        shapes = np.asarray(self.service_areas.geometry.dropna().array, dtype=object)
        thinned = shapely.make_valid(shapely.simplify(shapes, 2 * fine, preserve_topology=False))
        return shapely.union_all(thinned, grid_size=fine) if len(shapes) else None

    @cached_property
    def water_near(self) -> NDArray[np.object_]:
        """Rivers and lakes that touch the surroundings of the map, cut to them; none where nobody knows of any."""
        if self.water is None:
            return np.zeros(0, dtype=object)
        cut = shapely.clip_by_rect(shapely.make_valid(self.water.geometry.to_numpy()), *self.surroundings)
        return np.asarray(cut[~shapely.is_empty(cut) & ~shapely.is_missing(cut)], dtype=object)

    @cached_property
    def gap_places(self) -> NDArray[np.float64]:
        """Where the number of each gap stands, shape (n, 2) in metres."""
        return anchors(np.asarray(self.gaps.geometry.array, dtype=object), self._sites, wider=1.0)

    @cached_property
    def name_places(self) -> NDArray[np.float64]:
        """Where the name of each community stands, shape (n, 2) in metres; NaN without an outline."""
        occupied = np.vstack([self._sites, self.gap_places[:GAPS_NUMBERED]])
        return anchors(np.asarray(self.communities.geometry.array, dtype=object), occupied[np.isfinite(occupied).all(axis=1)])

    @property
    def _sites(self) -> NDArray[np.float64]:
        return shapely.get_coordinates(self.facilities.geometry.to_numpy())

    def frame(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is of interest, in metres, with a margin around.

        The communities, else the people and facilities, else the streets; never smaller than 300 m.
        """
        people = np.concatenate([self.demand.geometry.to_numpy(), self.facilities.geometry.to_numpy()])
        boxes = _boxes(self.communities.geometry.to_numpy())
        boxes = boxes if len(boxes) else _boxes(people)
        boxes = boxes if len(boxes) else np.hstack([self.network.vertex_xy, self.network.vertex_xy])
        boxes = boxes if len(boxes) else np.zeros((1, 4))
        (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        grow = _MARGIN * max(east - west, north - south, _LEAST_M)
        wide, high = max(_LEAST_M - (east - west), 0) / 2 + grow, max(_LEAST_M - (north - south), 0) / 2 + grow
        return float(west - wide), float(south - high), float(east + wide), float(north + high)

    @property
    def surroundings(self) -> tuple[float, float, float, float]:
        """The frame and as far around it as anyone walks within the cutoff, snap limits included."""
        west, south, east, north = self.frame()
        far = self.coverage.standard.cutoff_m + 2 * self.coverage.standard.snap_limit_m
        return west - far, south - far, east + far, north + far


def _boxes(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Bounds of the shapes that have any, shape (k, 4)."""
    bounds: NDArray[np.float64] = shapely.bounds(shapes).reshape(-1, 4)
    return bounds[np.isfinite(bounds).all(axis=1)]
