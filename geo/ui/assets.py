"""The page's own scripts and styles: Leaflet from its package, and ours.

No other host is ever asked: everything the map needs is served from here.
"""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from xstatic.pkg import leaflet

if TYPE_CHECKING:
    from starlette.requests import Request

_OURS = Path(__file__).parent / "static"
_LEAFLET = Path(leaflet.BASE_DIR)

# A closed list: a name that is not here is not served, whatever lies in the folders.
_FILES = {
    "leaflet.js": _LEAFLET / "leaflet.js",
    "leaflet.css": _LEAFLET / "leaflet.css",
    "images/layers.png": _LEAFLET / "images" / "layers.png",
    "images/layers-2x.png": _LEAFLET / "images" / "layers-2x.png",
    "images/marker-icon.png": _LEAFLET / "images" / "marker-icon.png",
    "map.js": _OURS / "map.js",
    "hand.js": _OURS / "hand.js",
    "draw.js": _OURS / "draw.js",
    "legend.js": _OURS / "legend.js",
    "markers.js": _OURS / "markers.js",
    "names.js": _OURS / "names.js",
    "page.js": _OURS / "page.js",
    "map.css": _OURS / "map.css",
}


@cache
def _read(name: str) -> tuple[bytes, str]:
    data = _FILES[name].read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]


def address(name: str) -> str:
    """Where the map's frame finds a file: relative, so that a base path does no harm; new content, new address."""
    return f"../../assets/{name}?v={_read(name)[1]}"


def page_address(name: str) -> str:
    """Where the page itself finds a file."""
    return f"assets/{name}?v={_read(name)[1]}"


@cache
def page_style() -> str:
    """The style sheets of the page around the map."""
    return "\n".join((_OURS / name).read_text(encoding="utf-8") for name in ("page.css", "narrow.css"))


async def serve_asset(request: Request) -> Response:
    """Answer ``/assets/{name}``."""
    name = request.path_params["name"]
    if name not in _FILES:
        return PlainTextResponse("no such file", status_code=404)
    data, digest = _read(name)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        media_type = "text/javascript"  # Windows registries are known to say otherwise
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if request.url.query else "no-cache", "ETag": f'"{digest}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)
