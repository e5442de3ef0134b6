"""Streets from an Overpass server, kept on disk and read like any local file.

The server is asked for everything tagged ``highway``, not for a filtered selection: what can be
walked is decided by one filter, :mod:`geo.sources.osm_filter`, for files and downloads
alike. OSMnx finds the outline of a named place; its own download is not used, since it takes a
partial answer for a whole one and asks a busy server without end.
"""

from __future__ import annotations

import math
import re
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import osmium
import shapely

from geo.errors import DownloadError
from geo.messages import msg
from geo.settings import Settings
from geo.sources.answer_cache import kept
from geo.sources.fetch import Deadline, check_address, check_amount, in_short, post, too_late, unreachable, within
from geo.sources.network import read_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.model import WalkNetwork

    Progress = Callable[[str, float], None]

MARGIN_M = 1_000.0
"""Streets are fetched so far beyond the outline: the shortest way may leave it and come back."""

_PART_DEGREES = 0.4  # about 45 km: larger outlines are asked for in parts
_METRES_PER_DEGREE = 111_320.0
_REMARK = re.compile(rb"<remark>(.*?)</remark>", re.DOTALL)
_BASE = re.compile(rb'osm_base="([0-9]{4}-[0-9]{2}-[0-9]{2})')
_LONGEST_REMARK = 2_000
_MOST_PLACE_BYTES = 20_000_000  # a province's outline has one or two
_osmnx_settings = threading.Lock()


def network_within(
    outline: shapely.Polygon | shapely.MultiPolygon,
    crs: str = "auto",
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> WalkNetwork:
    """The walk network within an outline (WGS-84 degrees) and :data:`MARGIN_M` around it.

    Raises
    ------
    DownloadError
        When there is no whole answer within ``settings.overpass_deadline_s`` seconds.
    NetworkError
        When there is no street that can be walked.
    """
    settings = settings or Settings()
    report = progress or (lambda _stage, _share: None)
    deadline = Deadline(settings.overpass_deadline_s)
    questions = [street_question(part) for part in _parts(_widened(outline))]
    parts = []
    for count, question in enumerate(questions):
        report(msg("Downloading streets"), 0.6 * count / len(questions))
        parts.append(_answer(question, settings, deadline))
    with _joined(parts) as path:
        network = read_network(path, crs, progress=lambda stage, share: report(stage, 0.6 + 0.4 * share))
    base = _BASE.search(parts[0].read_bytes()[:4096])
    date = base.group(1).decode() if base else network.source_date
    return replace(network, source=check_address(settings.overpass_url), source_date=date)


def network_of_place(
    place: str, crs: str = "auto", *, settings: Settings | None = None, progress: Progress | None = None
) -> WalkNetwork:
    """The walk network of a place by its name, such as "江西省贵溪市"; see :func:`network_within`."""
    settings = settings or Settings()
    return network_within(place_outline(place, settings), crs, settings=settings, progress=progress)


def place_outline(place: str, settings: Settings) -> shapely.Polygon | shapely.MultiPolygon:
    """The outline of a named place in degrees, found by OSMnx through Nominatim and kept on disk.

    Raises
    ------
    DownloadError
        When the place is not known as an area, or no answer comes in time.
    """
    deadline = Deadline(settings.overpass_deadline_s)
    host = check_address(settings.nominatim_url)
    question = f"{settings.nominatim_url}\n{place}"
    path = kept(
        settings.cache_dir / "places",
        question,
        ".wkb",
        lambda: within(deadline, host, lambda: _geocode(place, settings, deadline)),
    )
    outline = shapely.from_wkb(path.read_bytes())
    if not isinstance(outline, shapely.Polygon | shapely.MultiPolygon):
        raise _no_area(place)
    return outline


def _no_area(place: str) -> DownloadError:
    return DownloadError(
        msg("No area called “{place}” was found; write it as on the map, with the province or country."), place=place
    )


def _geocode(place: str, settings: Settings, deadline: Deadline) -> bytes:
    import osmnx  # slow to import

    def stop_when_busy(answer: Any, *_: object, **__: object) -> None:  # noqa: ANN401  (requests' own type)
        # OSMnx would wait and ask again without end.
        if answer.status_code != 200:  # noqa: PLR2004
            answer.close()
            raise DownloadError(
                msg("The server {host} was too busy or refused (status {code}); try later, or give a local street file."),
                host=check_address(settings.nominatim_url),
                code=answer.status_code,
            )
        _take_all(answer, settings, deadline)

    ours = {
        "nominatim_url": settings.nominatim_url,
        "use_cache": False,  # its cache has no checksum; ours has
        "requests_timeout": max(deadline.left_s, 0.01),
        "requests_kwargs": {"hooks": {"response": stop_when_busy}},
    }
    with _osmnx_settings:
        before = {name: getattr(osmnx.settings, name) for name in ours}
        try:
            for name, value in ours.items():
                setattr(osmnx.settings, name, value)
            found = osmnx.geocode_to_gdf(place)
        except (osmnx._errors.InsufficientResponseError, TypeError) as error:  # noqa: SLF001  (OSMnx exports no name for it)
            raise _no_area(place) from error
        except DownloadError:
            raise
        except OSError as error:
            raise unreachable(check_address(settings.nominatim_url), error) from error
        finally:
            for name, value in before.items():
                setattr(osmnx.settings, name, value)
    outline: bytes = shapely.to_wkb(found.geometry.iloc[0])
    return outline


def _take_all(answer: Any, settings: Settings, deadline: Deadline) -> None:  # noqa: ANN401  (requests' own type)
    """Read an answer as it unpacks, within its limits; requests would read it without any."""
    host = check_address(settings.nominatim_url)
    content = bytearray()
    for block in answer.iter_content(1 << 16):
        content += block
        check_amount(len(content), _MOST_PLACE_BYTES, host)
        if not deadline.left_s:
            raise too_late(host, deadline)
    answer._content = bytes(content)  # noqa: SLF001  (where requests keeps it)


def street_question(part: shapely.Polygon) -> str:
    """The query for every way tagged highway, and every square drawn as a multipolygon, that touches an outline."""
    corners = " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in shapely.get_coordinates(part.exterior))
    where = f'(poly:"{corners}")'
    wanted = f'way["highway"]{where};relation["highway"]["type"="multipolygon"]{where};'
    return f"({wanted});(._;>;);out;"


def _widened(outline: shapely.Geometry) -> shapely.Geometry:
    """The outline and its margin, with few corners; degrees of longitude are shorter than those of latitude."""
    squeeze = math.cos(math.radians(shapely.centroid(outline).y))
    level = shapely.transform(outline, lambda lonlat: lonlat * [squeeze, 1.0])
    wide = shapely.simplify(
        shapely.buffer(level, MARGIN_M / _METRES_PER_DEGREE, quad_segs=2), 0.1 * MARGIN_M / _METRES_PER_DEGREE
    )
    return shapely.transform(wide, lambda lonlat: lonlat / [squeeze, 1.0])


def _parts(outline: shapely.Geometry) -> list[shapely.Polygon]:
    """The outline as polygons none of which is larger than one question should be."""
    west, south, east, north = shapely.bounds(outline)
    columns, rows = (max(math.ceil(size / _PART_DEGREES), 1) for size in (east - west, north - south))
    parts: list[shapely.Polygon] = []
    for column in range(columns):
        for row in range(rows):
            box = shapely.box(
                west + (east - west) * column / columns,
                south + (north - south) * row / rows,
                west + (east - west) * (column + 1) / columns,
                south + (north - south) * (row + 1) / rows,
            )
            pieces = shapely.get_parts(shapely.intersection(outline, box))
            parts.extend(piece for piece in pieces if isinstance(piece, shapely.Polygon))
    return parts


def _answer(question: str, settings: Settings, deadline: Deadline) -> Path:
    url = settings.overpass_url.rstrip("/") + "/interpreter"

    def fetch() -> bytearray:
        limits = f"[out:xml][timeout:{max(math.ceil(deadline.left_s), 1)}];"
        body = urlencode({"data": limits + question}).encode()
        return checked_answer(post(url, body, deadline), check_address(url))

    return kept(settings.cache_dir / "streets", f"{url}\n{question}", ".osm", fetch)


def checked_answer(content: bytearray, host: str) -> bytearray:
    """The answer unchanged, if it is whole OpenStreetMap data.

    Raises
    ------
    DownloadError
        When the server remarks that it gave up, or the answer is cut short or a web page.
    """
    remark = _REMARK.search(content)
    if remark:
        raise DownloadError(
            msg("The server {host} answered only in part ({remark}); ask for a smaller area, or give a local street file."),
            host=host,
            remark=in_short(unescape(remark.group(1)[:_LONGEST_REMARK].decode("utf-8", "replace"))),
        )
    if b"<osm" not in content[:1024] or not content[-1024:].rstrip().endswith(b"</osm>"):
        raise DownloadError(
            msg("The server {host} sent no whole street data; try later, or give a local street file."), host=host
        )
    return content


@contextmanager
def _joined(parts: list[Path]) -> Iterator[Path]:
    """One file with all that the parts hold, each object once."""
    if len(parts) == 1:
        yield parts[0]
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streets.osm.pbf"
        merged = osmium.MergeInputReader()
        for part in parts:
            merged.add_file(str(part))
        with osmium.SimpleWriter(str(path)) as writer:
            merged.apply(writer)
        yield path
