"""How much of uploaded files the server's memory holds at once.

The framework keeps every uploaded file in memory until it is taken out again or its page goes. So there is an end to what
one page, and all of them together, may have there; and what has been written into its folder is let go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.i18n import LANGS, say
from geo.messages import msg

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PAGE_BYTES = 150_000_000
SERVER_BYTES = 400_000_000
LARGEST_MB = 50  # of one file
FULL = 507  # "Insufficient Storage"; nothing else answers so, and the page says it in words
NO_ROOM = msg(
    "There is no room for more files now: at most {page} MB a page and {all} MB on the whole server. Take some out, or wait "
    "until other people's files are read."
)
ROOM = {"page": PAGE_BYTES // 1_000_000, "all": SERVER_BYTES // 1_000_000}
_ADDRESS = re.compile(r"/_stcore/upload_file/(?P<page>[^/]+)/[^/]+/?")
_HEADING_BYTES = 100_000  # of a form around its file


class UploadRoom:
    """Refuses a file for which there is no room, before any of it is kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming: list[tuple[str, int]] = []  # what is on its way: page and bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse the file."""
        uploading = scope["type"] == "http" and scope["method"] in {"PUT", "POST"}
        named = _ADDRESS.search(scope["path"]) if uploading else None
        if named is None:
            await self._app(scope, receive, send)
            return
        coming = (named["page"], _announced(scope))
        if not self._has_room(*coming):
            await _pass_over(receive)
            text = "\n".join(say(NO_ROOM, lang, **ROOM) for lang in LANGS)
            await PlainTextResponse(text, FULL)(scope, receive, send)
            return
        self._coming.append(coming)
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming.remove(coming)

    def _has_room(self, page: str, size: int) -> bool:
        coming = [*self._coming, (page, size)]
        kept = _kept()
        of_page = kept.get(page, 0) + sum(more for whose, more in coming if whose == page)
        return of_page <= PAGE_BYTES and sum(kept.values()) + sum(more for _, more in coming) <= SERVER_BYTES


def _kept() -> dict[str, int]:
    """Bytes that the framework keeps, by page."""
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    pages = getattr(manager, "file_storage", {})
    return {page: sum(len(file.data) for file in [*files.values()]) for page, files in [*pages.items()]}


def _announced(scope: Scope) -> int:
    """The bytes that the request says it has; as many as it may have where it doesn't."""
    said = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    return int(said[0]) if said and said[0].isdigit() else LARGEST_MB * 1024 * 1024 + _HEADING_BYTES


async def _pass_over(receive: Receive) -> None:
    """Read what is sent without keeping it, or the browser would tell of a broken connection instead of the answer."""
    most = 2 * LARGEST_MB * 1024 * 1024
    while most > 0:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
        most -= len(message.get("body", b""))


def let_go() -> None:
    """Let the files of this page go from the server's memory."""
    page = get_script_run_ctx()
    if page is not None:
        page.uploaded_file_mgr.remove_session_files(page.session_id)
