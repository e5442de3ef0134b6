"""There is an end to what uploaded files take of the server's memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from geo.ui.upload_room import FULL, PAGE_BYTES, SERVER_BYTES, UploadRoom

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MB = 1_000_000


def sent_at_once(files: list[tuple[str, int | None]], *, method: str = "PUT") -> list[int]:
    """The status of each file, by page and announced bytes, while all of them are on their way; then of the last once more."""
    taken: list[str] = []

    async def framework(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        taken.append(scope["path"])
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    room = UploadRoom(framework)

    async def put(page: str, size: int | None) -> int:
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"x", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        headers = [] if size is None else [(b"content-length", str(size).encode())]
        path = f"/_stcore/upload_file/{page}/some-file"
        await room({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
        return statuses[0]

    async def all_of_them() -> list[int]:
        statuses = await asyncio.gather(*(put(*one) for one in files))
        return [*statuses, await put(*files[-1])]

    statuses = asyncio.run(all_of_them())
    assert len(taken) == Counter(statuses)[204]
    return statuses


def test_a_page_may_have_so_much() -> None:
    assert sent_at_once([("one", 50 * MB)] * 4) == [204, 204, 204, FULL, 204]
    assert sent_at_once([("one", PAGE_BYTES), ("one", 1)]) == [204, FULL, 204]
    assert sent_at_once([("one", PAGE_BYTES + 1)]) == [FULL, FULL]


def test_all_pages_together_may_have_so_much() -> None:
    pages = [(f"page{number}", 50 * MB) for number in range(SERVER_BYTES // (50 * MB) + 2)]
    assert sent_at_once(pages) == [204] * 8 + [FULL] * 2 + [204]


def test_what_tells_no_size_counts_as_the_largest() -> None:
    assert sent_at_once([("one", None)] * 3) == [204, 204, FULL, 204]


def test_taking_a_file_out_is_always_possible() -> None:
    assert sent_at_once([("one", 200 * MB)] * 2, method="DELETE") == [204] * 3
