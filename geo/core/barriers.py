"""Walls, gates, closed paths and planned links laid over the streets.

Two laws hold: adding a link (or opening a gate) never makes anyone's walk longer, and
closing a path never makes one shorter. So homes are not joined to links, closing is a cut and never the
removal of a street that homes are joined to, and what is cut or joined keeps every length.

A wall also stands between homes and streets: nobody's straight way to the street crosses one, not even
at a gate; through gates people walk on the network. That may join a home to another street
than before, which need not be farther from everything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.core import walls
from geo.core.cuts import CLOSE_M, GATE_M, cut_streets, gates_on
from geo.core.enclosures import People, bridges_over, enclosures, told
from geo.core.links import JOIN_M, LINK_KINDS, Link, links_of, with_links
from geo.core.mending import apply_mends
from geo.core.surgery import digest_with
from geo.crs import same
from geo.errors import InputDataError
from geo.messages import Message, msg
from geo.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.core.cuts import Cut, Gate
    from geo.core.links import Joined
    from geo.core.walls import Line
    from geo.model import Level, Study, WalkNetwork

KINDS = ("wall", "gate", "closed", *LINK_KINDS)
_NAMED_ROWS = 100
_RECIPE = b"lifecircle barriers 1"


def with_barriers(network: WalkNetwork, barriers: gpd.GeoDataFrame, people: People | None = None) -> WalkNetwork:
    """The streets with barriers and links applied; the input is unchanged.

    Parameters
    ----------
    network
        The streets as they are without any of them.
    barriers
        In the network's system. Columns ``kind`` (one of ``KINDS``), ``geometry``, and if wanted ``name``;
        ``open`` (whether a gate is open; all are without it); ``row`` (the number that findings
        call a row by; its place counted from 1 without it).
    people
        Where homes and facilities are known to be. Those with no street of their own walk straight across
        their yard to whichever gate is best (others to the nearest), and who is walled in is told.

    Returns
    -------
    WalkNetwork
        With ``walls``, findings about what could not be applied, and a digest that tells the barriers.

    Raises
    ------
    InputDataError
        For an unknown kind or another coordinate system.
    """
    layer = _Layer(barriers, network)
    if not len(barriers):
        return network
    people = people or People()
    lines = layer.lines(network)
    standing = layer.gates(lines)
    gates = [gate for gate in standing if layer.open[gate.row]]
    cut = cut_streets(network, lines, layer.is_wall, gates, layer.closed_points())
    unused = [(gate, layer.name[gate.row]) for gate in gates if gate.row not in cut.passed]
    links = layer.links()
    joined = with_links(cut.network, links, unused, people.places)

    solid = [line for line in lines if layer.is_wall[line.row]]
    ways = [np.array([gate.xy - gate.across, gate.xy + gate.across]) for gate in gates]
    ways += [link.xy for link in links if link.row not in joined.left_out]
    shut = enclosures(solid, [*ways, *bridges_over(network, solid)], people)
    return replace(
        joined.network,
        digest=_digest(network, layer, people),
        findings=(*network.findings, *layer.findings(standing, cut, joined), *told(shut, people, layer.name, layer.row)),
    )


def applied(study: Study) -> Study:
    """The study with its accepted mends, barriers and links on its streets; itself when there are none or it has been done."""
    if study.mends:
        network = apply_mends(study.network, study.mends)
        fresh = network.findings[len(study.network.findings) :]
        study = replace(study, network=network, mends=(), findings=(*study.findings, *fresh))
    if study.barriers is None or study.streets is not None:
        return study
    return edited(study, study.barriers)


def edited(study: Study, barriers: gpd.GeoDataFrame) -> Study:
    """The study with other barriers and links, such as one footbridge more; frames as in :func:`with_barriers`."""
    plain = study.streets or study.network
    entrances = study.facilities.entrances
    people = People(
        homes=_places(study.demand),
        weight=study.demand["weight"].to_numpy(dtype=float),
        facilities=_places(study.facilities.frame),
        doors=np.zeros((0, 2)) if entrances is None else _places(entrances),
    )
    network = with_barriers(plain, barriers, people)
    old = study.network.findings[len(plain.findings) :]
    kept = tuple(finding for finding in study.findings if finding not in old)
    findings = (*kept, *network.findings[len(plain.findings) :])
    return replace(study, barriers=barriers, streets=plain, network=network, findings=findings)


def _places(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Metric places of points, one a row."""
    return np.column_stack([frame.geometry.x, frame.geometry.y]).astype(np.float64).reshape(-1, 2)


class _Layer:
    """The rows of a layer of barriers, sorted by what they are."""

    def __init__(self, frame: gpd.GeoDataFrame, network: WalkNetwork) -> None:
        if frame.crs is None or not same(frame.crs, network.crs):
            raise InputDataError(msg("The barriers must be in the coordinate system of the streets, {crs}."), crs=network.crs)
        count = len(frame)
        self.kind = frame["kind"].astype("str").to_numpy(dtype=object)
        if unknown := sorted(set(self.kind) - set(KINDS)):
            sentence = msg("“{kind}” is no known kind of barrier or link; write one of: {known}.")
            raise InputDataError(sentence, kind=unknown[0], known=KINDS)
        self.shape = frame.geometry.to_numpy()
        self.name = frame["name"].fillna("").astype("str").tolist() if "name" in frame else [""] * count
        self.open = frame["open"].to_numpy(dtype=bool) if "open" in frame else np.ones(count, dtype=bool)
        self.row = frame["row"].to_numpy(dtype=np.int64) if "row" in frame else np.arange(1, count + 1)
        dimension = shapely.get_dimensions(self.shape)
        point, line = dimension == 0, dimension == 1
        self.is_wall = (self.kind == "wall") & (dimension > 0)
        self.is_gate = (self.kind == "gate") & point
        self.is_shut = (self.kind == "closed") & point
        self.is_barred = (self.kind == "closed") & (dimension > 0)
        self.is_link = np.isin(self.kind, LINK_KINDS) & line

    def lines(self, network: WalkNetwork) -> list[Line]:
        """Walls and closed lines, fitted to the streets."""
        drawn = [shape if use else shapely.Point() for shape, use in zip(self.shape, self.is_wall | self.is_barred, strict=True)]
        lines = walls.lines_of(drawn)
        return walls.fitted(lines, network, walls.streets_near(network, lines))

    def gates(self, lines: list[Line]) -> list[Gate]:
        """The gates that stand on a wall, open or not."""
        rows = np.flatnonzero(self.is_gate)
        xy, of = shapely.get_coordinates(self.shape[rows], return_index=True)
        points = np.asarray(shapely.points(xy), dtype=object)
        return gates_on(rows[of].tolist(), points, [line for line in lines if self.is_wall[line.row]])

    def closed_points(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Barriers and places of closed points."""
        rows = np.flatnonzero(self.is_shut)
        xy, of = shapely.get_coordinates(self.shape[rows], return_index=True)
        return rows[of], xy

    def links(self) -> list[Link]:
        """The links, line by line."""
        return [
            link
            for row in np.flatnonzero(self.is_link)
            for link in links_of(int(row), str(self.kind[row]), self.name[row], self.shape[row])
        ]

    def findings(self, gates: list[Gate], cut: Cut, joined: Joined) -> Iterable[Finding]:
        """What could not be applied, and how much was."""
        faults: list[tuple[Level, str, list[int]]] = []
        applied = self.is_wall | self.is_gate | self.is_shut | self.is_barred | self.is_link
        on_wall = {gate.row for gate in gates}
        stray = [row for row in np.flatnonzero(self.is_gate).tolist() if row not in on_wall]
        idle = [row for row in np.flatnonzero(self.is_shut).tolist() if row not in cut.shut]
        faults.append(("error", _UNSUITED, np.flatnonzero(~applied).tolist()))
        faults.append(("doubtful", _STRAY_GATES, stray))
        faults.append(("doubtful", _IDLE_CLOSINGS, idle))
        faults.append(("error", _LOOSE_LINKS, sorted(joined.left_out)))
        for level, sentence, rows in faults:
            if rows:
                yield self._finding(level, sentence, rows)
        values = {
            "places": cut.places,
            "links": int(self.is_link.sum()) - len(joined.left_out),
            "gates": sum(self.open[row] for row in on_wall),
        }
        yield Finding("info", "barriers", Message(_APPLIED, values))

    def _finding(self, level: Level, sentence: str, rows: list[int]) -> Finding:
        values = {
            "count": len(rows),
            "names": tuple(self.name[row] or f"#{self.row[row]}" for row in rows[:5]),
            "gate_m": GATE_M,
            "close_m": CLOSE_M,
            "join_m": JOIN_M,
        }
        named = tuple(int(self.row[row]) for row in rows[:_NAMED_ROWS])
        return Finding(level, "barriers", Message(sentence, values), named, len(rows))


_UNSUITED = msg(
    "{count} barriers or links have a shape that does not suit their kind and are left out ({names}): a gate is a point, "
    "a wall a line or an outline, a link a line."
)
_STRAY_GATES = msg(
    "{count} gates are farther than {gate_m} m from any wall and change nothing ({names}); "
    "to close a path write the kind “closed”."
)
_IDLE_CLOSINGS = msg("{count} closed places are farther than {close_m} m from any street and close nothing ({names}).")
_LOOSE_LINKS = msg("{count} links have an end that meets no street within {join_m} m and are left out ({names}).")
_APPLIED = msg("Barriers cut the streets at {places} places; {gates} open gates and {links} links were applied.")


def _digest(network: WalkNetwork, layer: _Layer, people: People) -> str:
    """SHA-256 (hex) of the streets' digest and everything that was applied."""
    rows = zip(layer.kind, layer.name, layer.open, shapely.to_wkb(layer.shape), strict=True)
    parts = [part for kind, name, is_open, shape in rows for part in (kind.encode(), name.encode(), bytes([int(is_open)]), shape)]
    return digest_with(network, _RECIPE, people.places.tobytes(), *parts)
