"""What the web server adds to Streamlit: our files, our layers, and headers that keep data in.

The page may ask no host but its own; the browser is told so and enforces it. Who may ask us: :mod:`geo.ui.hosts`.
"""

from __future__ import annotations

import logging
import threading
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import Route

from geo.ui.assets import serve_asset
from geo.ui.hosts import HostGate
from geo.ui.layers import serve_layer
from geo.ui.upload_folders import HOME, clear_at_the_end, clear_leftovers
from geo.ui.upload_room import UploadRoom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.starlette import App

SCRIPT = Path(__file__).with_name("script.py")

# Streamlit's component frame builds its script from text, hence 'unsafe-inline' and 'unsafe-eval';
# connect-src 'self' still keeps every byte at home.
_POLICY = "; ".join(  # noqa: FLY002  (one source a line)
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Puts the headers above on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers to the answer's start."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if headers.get("Access-Control-Allow-Origin") == "*":
                    del headers["Access-Control-Allow-Origin"]  # nobody else's page needs to read ours
            await send(message)

        await self._app(scope, receive, send_with_headers)


ROUTES = [
    Route("/assets/{name:path}", serve_asset, methods=["GET"]),
    Route("/layers/{token}/{file}", serve_layer, methods=["GET"]),
]
MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(HostGate), Middleware(UploadRoom)]


@asynccontextmanager
async def warmed(_app: App) -> AsyncIterator[None]:
    """While the server starts, load what the first page will need, so that nobody waits for it; uploads end with it."""
    clear_leftovers()
    clear_at_the_end()
    threading.Thread(target=_warm, name="warm-up", daemon=True).start()
    yield
    HOME.close()


def _warm() -> None:
    # Not geo.ui.page: Streamlit serves a map component only if it is first imported by a page.
    import folium  # noqa: F401  (only to have it loaded)

    import geo.core.planner
    import geo.export
    import geo.sources.study  # noqa: F401
    from geo.core.warm import warm

    warm()


def report(error: Exception) -> bool:
    """An error nobody foresaw: into the log in full, onto the page as one sentence."""
    logging.getLogger(__name__).error("The page stopped.", exc_info=error)
    from geo.ui.page import apologise

    apologise()
    return True
