"""The service points of a study, and what can be done to them: place, move, take away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.crs import WGS84, between, same
from geo.errors import CrsError, InputDataError
from geo.lent import Lent
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd

STATUSES = ("existing", "proposed", "candidate", "closed", "shut")
"""``shut``: in use, but not open at the time of the week that the study asks about."""
OPEN = ("existing", "proposed")
FAR_M = 100_000.0
"""So far from all others no place belongs to a study: its coordinates are of another system."""
_TURN = 180.0  # no longitude is larger


@dataclass(frozen=True, eq=False)
class Facilities:
    """The service points of a study: existing ones and those a planner has placed.

    ``frame`` is a GeoDataFrame of points in the metric system with a RangeIndex and at
    least ``id, name, kind, status, capacity, hours, geometry``; further columns of the
    user's ride along. ``status`` is one of :data:`STATUSES`; only
    existing and proposed ones serve anybody. A facility with several entrances has one
    row here and its doors in ``entrances`` (columns ``facility_id, geometry``). Both are lent
    (:mod:`geo.lent`): writing into them changes nothing here.
    """

    frame: Lent[gpd.GeoDataFrame] = Lent()  # noqa: RUF009  (a field that lends, without a default)
    entrances: Lent[gpd.GeoDataFrame | None] = Lent(None)  # noqa: RUF009

    def __len__(self) -> int:
        return len(vars(self)["frame"])

    def __contains__(self, site_id: str) -> bool:
        return bool((vars(self)["frame"]["id"] == site_id).any())

    @property
    def open(self) -> Facilities:
        """Only those that serve people now: existing and proposed."""
        frame = self.frame
        keep = frame["status"].isin(OPEN)
        return self if keep.all() else replace(self, frame=frame[keep].reset_index(drop=True))

    @property
    def kinds(self) -> list[str]:
        """The kinds that occur, in alphabetical order; rows without a kind have none."""
        return sorted({str(kind) for kind in self.frame["kind"].dropna()} - {""})

    def of_kinds(self, kinds: Iterable[str]) -> Facilities:
        """Only those of the given kinds (one as a text, or several); all when ``kinds`` is empty."""
        wanted = {kinds} if isinstance(kinds, str) else set(kinds)
        if not wanted:
            return self
        frame = self.frame
        return replace(self, frame=frame[frame["kind"].isin(wanted)].reset_index(drop=True))

    def with_site(  # noqa: PLR0913  (a place and what stands there)
        self,
        site_id: str,
        x: float,
        y: float,
        *,
        kind: str,
        name: str = "",
        crs: object = None,
        new_kind: bool = False,
    ) -> Facilities:
        """With one proposed site more.

        Parameters
        ----------
        site_id
            One that no facility here has.
        x, y
            Metres in the facilities' own system; in ``crs`` where that is given, such as 4326 for
            longitude and latitude.
        kind
            One of :attr:`kinds`, where there are any; with ``new_kind`` any other.

        Raises
        ------
        InputDataError
            When the id is taken, the kind unknown, or the place no place.
        CrsError
            When the place is far from every other facility and looks like degrees.
        """
        import geopandas as gpd
        import pandas as pd

        site_id, frame = str(site_id), self.frame
        if site_id in self:
            text = msg("There is a facility with the id “{id}” already; give the new site another, or move that one with move().")
            raise InputDataError(text, id=site_id)
        known = self.kinds
        if known and kind not in known and not new_kind:
            text = msg("No facility has the kind “{kind}”; the kinds are: {known}. If a new one is meant, add new_kind=True.")
            raise InputDataError(text, kind=kind, known=known)
        here = self._place(x, y, crs)
        new = gpd.GeoDataFrame({"id": [site_id], "name": [name], "kind": [kind], "status": ["proposed"]}, geometry=here)
        return replace(self, frame=gpd.GeoDataFrame(pd.concat([frame, new], ignore_index=True), crs=frame.crs))

    def move(self, site_id: str, x: float, y: float, *, crs: object = None) -> Facilities:
        """With the facility of that id at another place, entered there; raises as :meth:`with_site`, and for an unknown id."""
        frame = self.frame
        at = frame.index[self._row_of(site_id)]
        frame.loc[at, frame.geometry.name] = self._place(x, y, crs).set_axis(at)
        return replace(self, frame=frame, entrances=self._doors_without(site_id))

    def without(self, site_id: str) -> Facilities:
        """Without the facility of that id.

        Raises
        ------
        InputDataError
            When there is none.
        """
        frame = self.frame
        frame = frame.drop(index=frame.index[self._row_of(site_id)]).reset_index(drop=True)
        return replace(self, frame=frame, entrances=self._doors_without(site_id))

    def _row_of(self, site_id: str) -> list[int]:
        """The one row of that id."""
        found = np.flatnonzero((vars(self)["frame"]["id"] == site_id).to_numpy(dtype=bool))
        if len(found) == 1:
            return [int(found[0])]
        text = (
            msg("There is no facility with the id “{id}”.")
            if not len(found)
            else msg("{count} facilities have the id “{id}”; give each an id of its own.")
        )
        raise InputDataError(text, id=site_id, count=len(found))

    def _place(self, x: float, y: float, crs: object) -> gpd.GeoSeries:
        """One point in the facilities' system."""
        import geopandas as gpd

        own = vars(self)["frame"].crs
        place = np.array([[x, y]], dtype=np.float64)
        if crs is not None:
            place = between(place, crs, own)
        if not np.isfinite(place).all():
            raise InputDataError(msg("{x} {y} is no place; give two numbers in {crs}."), x=x, y=y, crs=str(crs or own))
        if crs is None and not (own is not None and same(own, WGS84)):
            self._refuse_degrees(float(place[0, 0]), float(place[0, 1]))
        return gpd.GeoSeries.from_xy(place[:, 0], place[:, 1], crs=own)

    def _refuse_degrees(self, x: float, y: float) -> None:
        """Refuse a place far from all others that would be near them if it were longitude and latitude, in either order."""
        others = vars(self)["frame"]
        if not len(others) or max(abs(x), abs(y)) > _TURN or far_from(x, y, others.total_bounds) <= FAR_M:
            return
        if any(far_from(*self._from_degrees(lon, lat), others.total_bounds) <= 5 * FAR_M for lon, lat in ((x, y), (y, x))):
            text = msg("{x} {y} looks like degrees, but {crs} has metres; add crs=4326, and longitude comes first.")
            raise CrsError(text, x=x, y=y, crs=str(others.crs))

    def _from_degrees(self, lon: float, lat: float) -> tuple[float, float]:
        xy = between(np.array([[lon, lat]]), WGS84, vars(self)["frame"].crs)
        return float(xy[0, 0]), float(xy[0, 1])

    def _doors_without(self, site_id: str) -> gpd.GeoDataFrame | None:
        doors = self.entrances
        return None if doors is None else doors[doors["facility_id"] != site_id].reset_index(drop=True)


def far_from(x: float, y: float, box: Sequence[float]) -> float:
    """Metres (or what the system has) from a place to a box of west, south, east, north; 0 inside, infinite for no place."""
    west, south, east, north = box
    far = max(west - x, x - east, south - y, y - north, 0.0)
    return far if np.isfinite(far) else float("inf")
