"""Map layers by address: a planner's layers under an address that can't be guessed.

The page asks for each layer once per version and keeps it; a click sends only the
addresses that changed. Nothing of a study ever lies in a folder that is public.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

_TOKENS_KEPT = 64  # open pages remembered; the one unused longest goes first
_VERSIONS_KEPT = 4  # of one layer: what is on screen, and a few steps of undo
_FILE = re.compile(r"(?P<layer>[a-z]+)-(?P<version>[0-9a-f]{16})(-(?P<column>\d{1,4})-(?P<row>\d{1,4}))?\.geojson")


def new_token() -> str:
    """An address part that can't be guessed: 128 random bits, hexadecimal."""
    return secrets.token_hex(16)


class Packed:
    """A layer as compressed bytes, named by a digest of its content."""

    def __init__(self, text: bytes) -> None:
        self.data = gzip.compress(text, compresslevel=5, mtime=0)
        self.version = _digest(text)

    def fetch(self) -> bytes:
        """The compressed bytes."""
        return self.data

    def tile(self, _column: int, _row: int) -> Packed | None:
        """A part of the layer; there is none."""
        return None


class Promised:
    """A layer that is worked out when the page asks for it, named by a digest of its question.

    ``make`` must give the same layer whenever it is called.
    """

    def __init__(self, question: str, make: Callable[[], Packed]) -> None:
        self.version = _digest(question.encode())
        self._make = make

    def fetch(self) -> bytes:
        """The compressed bytes; this takes as long as the question needs."""
        return self._make().data

    def tile(self, column: int, row: int) -> Packed | None:
        """A part of the layer, where it has any."""
        return self._make().tile(column, row)


class Tiled(Packed):
    """A layer of which the page may also ask for parts, by column and row; ``make`` gives None where there is none."""

    def __init__(self, text: bytes, make: Callable[[int, int], Packed | None]) -> None:
        super().__init__(text)
        self._tile = make

    def tile(self, column: int, row: int) -> Packed | None:
        """A part of the layer by its place in the grid; None beyond it."""
        return self._tile(column, row)


Layer = Packed | Promised


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]


class LayerShelf:
    """Layers of all open pages, as compressed GeoJSON, bounded in number."""

    def __init__(self, tokens_kept: int = _TOKENS_KEPT, versions_kept: int = _VERSIONS_KEPT) -> None:
        self._lock = threading.Lock()
        self._tokens_kept = tokens_kept
        self._versions_kept = versions_kept
        self._pages: OrderedDict[str, dict[str, OrderedDict[str, Layer]]] = OrderedDict()

    def put(self, token: str, name: str, layer: Layer) -> str:
        """Offer one version of a layer to one page; gives the file name in its address."""
        with self._lock:
            page = self._pages.setdefault(token, {})
            self._pages.move_to_end(token)
            while len(self._pages) > self._tokens_kept:
                self._pages.popitem(last=False)
            versions = page.setdefault(name, OrderedDict())
            versions[layer.version] = layer
            versions.move_to_end(layer.version)
            while len(versions) > self._versions_kept:
                versions.popitem(last=False)
        return f"{name}-{layer.version}.geojson"

    def get(self, token: str, name: str, version: str) -> Layer | None:
        """The layer, or None when there is no such page, layer or version."""
        with self._lock:
            page = self._pages.get(token)
            if page is None:
                return None
            self._pages.move_to_end(token)
            versions = page.get(name)
            return versions.get(version) if versions else None


SHELF = LayerShelf()


async def serve_layer(request: Request) -> Response:
    """Answer ``/layers/{token}/{layer}-{version}.geojson``, or a tile of it; a version never changes, so it is kept for good."""
    named = _FILE.fullmatch(request.path_params["file"])
    layer = SHELF.get(request.path_params["token"], named["layer"], named["version"]) if named else None
    if named is None or layer is None:
        return PlainTextResponse("no such layer", status_code=404, headers={"Cache-Control": "no-store"})
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{layer.version}"',
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    data = await run_in_threadpool(_bytes, layer, named)
    if data is None:
        return PlainTextResponse("no such tile", status_code=404, headers={"Cache-Control": "no-store"})
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        data = gzip.decompress(data)
    return Response(data, media_type="application/geo+json", headers=headers)


def _bytes(layer: Layer, named: re.Match[str]) -> bytes | None:
    """The compressed bytes of a layer, or of one of its tiles; None where there is no such tile."""
    if named["column"] is None:
        return layer.fetch()
    part = layer.tile(int(named["column"]), int(named["row"]))
    return None if part is None else part.fetch()
