"""Servers that misbehave: each ends in one sentence, in time, with few requests and little memory."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import tracemalloc
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from geo.errors import DownloadError
from geo.sources import fetch, overpass
from geo.sources.fetch import Deadline, post
from geo.sources.overpass import checked_answer, network_within, place_outline
from tests.sources.test_overpass import OUTLINE, PLACE, server, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def line(talk: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[float]]]:
    """A server that says on the bare line what it likes, after hearing the question; when it was asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[float] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            asked.append(time.monotonic())
            with connection:
                connection.recv(65536)
                try:
                    talk(connection)
                except OSError:  # the other side has had enough
                    continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api", asked
    finally:
        listener.close()


def refused(url: str, seconds: float = 5.0) -> str:
    """The sentence that a question ends in, in time."""
    begin = time.monotonic()
    with pytest.raises(DownloadError) as caught:
        post(url, b"data=x", Deadline(seconds))
    assert time.monotonic() - begin < seconds + 10
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 500
    return said


@pytest.mark.parametrize("form", ["chunked", "until closed"])
def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    chunked = form == "chunked"
    monkeypatch.setattr(fetch, "MOST_BYTES", 20_000_000)
    block = bytes(1 << 20)

    def talk(to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\n" + (b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n"))
        while True:
            to.sendall(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)

    with line(talk) as (url, asked):
        tracemalloc.start()
        said = refused(url, 60.0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert "sends more than 20 MB" in said
    assert peak < 70_000_000
    assert len(asked) == 1


def test_a_heading_that_promises_too_much_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 1_000_000)
    with line(lambda to: to.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n<osm>")) as (url, _):
        assert "can't be reached" in refused(url)


def test_what_was_left_behind_stops_reading() -> None:
    """Whoever waits gives up at the deadline; so does the thread that reads."""
    stopped = threading.Event()

    def talk(to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                to.sendall(b"x")
                time.sleep(0.05)
        finally:
            stopped.set()

    with line(talk) as (url, _):
        assert "no whole answer within 1 s" in refused(url, 1.0)
        assert stopped.wait(10)


@pytest.mark.parametrize("pause", ["0", "", "-5", "soon", "1e-9", "²", "0.001", "Wed, 01 Jan 2020 00:00:00 GMT", "\x00"])
def test_a_busy_server_is_never_asked_more_often_than_we_say(monkeypatch: pytest.MonkeyPatch, pause: str) -> None:
    assert fetch.FIRST_WAIT_S >= 5
    monkeypatch.setattr(fetch, "FIRST_WAIT_S", 0.4)

    def talk(to: socket.socket) -> None:
        to.sendall(b"HTTP/1.1 429 Busy\r\nRetry-After: " + pause.encode("utf-8") + b"\r\nContent-Length: 0\r\n\r\n")

    with line(talk) as (url, asked):
        assert "too busy" in refused(url, 2.0)
    assert 2 <= len(asked) <= 3  # after 0.4 and 0.8 seconds more
    assert asked[1] - asked[0] >= 0.4
    assert all(later - sooner >= 0.8 for sooner, later in pairwise(asked[1:]))


@pytest.mark.parametrize("pause", ["60", "9" * 400, format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)])
def test_a_pause_beyond_the_deadline_is_not_begun(pause: str) -> None:
    answer = b"HTTP/1.1 503 Busy\r\nRetry-After: %b\r\nContent-Length: 0\r\n\r\n" % pause.encode()
    begin = time.monotonic()
    with line(lambda to: to.sendall(answer)) as (url, asked):
        assert "too busy" in refused(url, 20.0)
    assert time.monotonic() - begin < 10
    assert len(asked) == 1


def test_a_pause_that_is_named_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "FIRST_WAIT_S", 0.1)
    with server(lambda *_: (429, {"Retry-After": "1"}, b"")) as (url, asked):
        refused(url, 2.5)
    assert len(asked) <= 3


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["http://localhost:{port}/api", "http://127.0.0.1:1/", "https://127.0.0.1:{port}/api", "//x/"])
def test_nobody_is_followed_to_another_server(code: int, to: str) -> None:
    with server(lambda *_: (code, {"Location": to.format(port=url.split(":")[2].split("/")[0])}, b"")) as (url, asked):
        said = refused(url)
    assert "sends to another address" in said
    assert len(asked) == 1


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/"])
def test_other_schemes_are_refused(to: str) -> None:
    with server(lambda *_: (302, {"Location": to}, b"")) as (url, asked):
        said = refused(url)
        assert "sends to another address" in said or "status 302" in said
    assert len(asked) == 1


def test_another_path_of_the_same_server_is_followed_with_the_same_question() -> None:
    def answer(path: str, _question: str) -> tuple[int, dict[str, str], bytes]:
        return (200, {}, b"here") if path == "/new" else (307, {"Location": "/new"}, b"")

    with server(answer) as (url, asked):
        assert post(url, b"data=x", Deadline(5)) == b"here"
    assert asked == ["x", "x"]


def test_going_round_in_circles_ends() -> None:
    with server(lambda *_: (302, {"Location": "/api"}, b"")) as (url, asked):
        assert "status 302" in refused(url)
    assert len(asked) <= 5


def test_a_remark_is_one_short_line() -> None:
    for remark in (b"runtime error\n\x1b[2J &quot;timed out&quot; " + b"x" * 5_000_000, b"&#10;" * 5000, b"\xff\x00" * 300):
        with pytest.raises(DownloadError, match="answered only in part") as caught:
            checked_answer(bytearray(b"<osm><remark>" + remark + b"</remark></osm>"), "a.example")
        said = str(caught.value)
        assert len(said) < 400
        assert said.isprintable() or "\ufffd" in said
        assert "\n" not in said
        assert "&quot;" not in said


@pytest.mark.parametrize(
    "say",
    [
        b"",
        b"\x00" * 1000,
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_nonsense_is_one_sentence(say: bytes) -> None:
    with line(lambda to: to.sendall(say)) as (url, asked):
        with pytest.raises(DownloadError) as caught:
            checked_answer(post(url, b"data=x", Deadline(5)), "a.example")
        assert len(str(caught.value)) < 500
        assert "\n" not in str(caught.value)
    assert len(asked) == 1


def test_a_packed_answer_is_not_unpacked_unasked(tmp_path) -> None:
    bomb = gzip.compress(b"<osm>" + b" " * 50_000_000 + b"</osm>")
    with (
        server(lambda *_: (200, {"Content-Encoding": "gzip"}, bomb)) as (url, _),
        pytest.raises(DownloadError, match="no whole street data"),
    ):
        network_within(OUTLINE, settings=settings(url, tmp_path))


def test_an_outline_that_unpacks_without_end_is_cut_off(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(overpass, "_MOST_PLACE_BYTES", 5_000_000)
    bomb = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    with server(lambda *_: (200, headers, bomb)) as (url, asked), pytest.raises(DownloadError, match="more than 5 MB"):
        place_outline("nowhere", settings(url, tmp_path, 30.0))
    assert len(asked) == 1


def test_a_place_server_is_not_followed_either(tmp_path) -> None:
    with (
        server(lambda *_: (302, {"Location": "http://127.0.0.1:1/"}, b"")) as (url, asked),
        pytest.raises(DownloadError, match="status 302"),
    ):
        place_outline("nowhere", settings(url, tmp_path, 10.0))
    assert len(asked) == 1


def test_an_outline_cut_short_on_disk_is_fetched_anew(tmp_path) -> None:
    with server(lambda *_: (200, {}, json.dumps(PLACE).encode())) as (url, asked):
        first = place_outline("清河", settings(url, tmp_path))
        (kept,) = (tmp_path / "cache" / "places").glob("*.wkb")
        for damage in (b"", kept.read_bytes()[:-9], bytes(300)):
            kept.write_bytes(damage)
            assert place_outline("清河", settings(url, tmp_path)).equals(first)
        (sums,) = (tmp_path / "cache" / "places").glob("*.sha256")
        for path in (kept, sums):
            path.write_bytes(b"")  # as after a power cut
        assert place_outline("清河", settings(url, tmp_path)).equals(first)
    assert len(asked) == 5
