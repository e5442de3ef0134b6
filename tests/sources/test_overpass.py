"""A small server on this machine plays Overpass and Nominatim."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
import shapely

from geo.errors import DownloadError
from geo.settings import Settings
from geo.sources import fetch
from geo.sources.network import describe
from geo.sources.overpass import network_of_place, network_within, place_outline, street_question
from tests.sources.osm_text import street, write_osm

OUTLINE = shapely.box(110.0, 30.0, 110.01, 30.01)


@contextmanager
def server(answer):
    """``answer(path, question)`` gives (status, headers, body); the list of questions is handed over."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(parse_qs(body)["data"][0])

        def do_GET(self):
            self.reply(self.path)

        def reply(self, question):
            asked.append(question)
            status, headers, body = answer(self.path, question)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/api", asked
    finally:
        httpd.shutdown()
        httpd.server_close()


def settings(url, tmp_path, deadline_s=20.0):
    return Settings(overpass_url=url, nominatim_url=url, cache_dir=tmp_path / "cache", overpass_deadline_s=deadline_s)


@pytest.fixture
def town(tmp_path):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0)}
    path = write_osm(tmp_path / "town.osm", nodes, {10: ([1, 2, 3], street(oneway="yes")), 11: ([1, 3], {"highway": "motorway"})})
    text = path.read_text("utf-8").replace(
        '<osm version="0.6">', '<osm version="0.6"><note>ODbL.</note><meta osm_base="2026-05-04T03:02:01Z"/>'
    )
    return text.encode()


def test_the_answer_goes_through_the_one_filter_and_is_kept(tmp_path, town):
    with server(lambda *_: (200, {}, town)) as (url, asked):
        stages = []
        network = network_within(OUTLINE, settings=settings(url, tmp_path), progress=lambda *told: stages.append(told))
        again = network_within(OUTLINE, settings=settings(url, tmp_path, 30))
    assert describe(network).edges == 1
    assert network.source_date == "2026-05-04"
    assert network.source == "127.0.0.1"
    assert network.digest == again.digest
    assert len(asked) == 1
    assert asked[0].startswith("[out:xml][timeout:")
    assert 'way["highway"](poly:"' in asked[0]
    shares = [share for _, share in stages]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    # With the server gone, what is kept still answers.
    assert network_within(OUTLINE, settings=settings(url, tmp_path)).digest == network.digest


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda _: b"", lambda b: b.replace(b"residential", b"motorway  ")]
)
def test_a_damaged_answer_on_disk_is_fetched_anew(tmp_path, town, damage):
    with server(lambda *_: (200, {}, town)) as (url, asked):
        first = network_within(OUTLINE, settings=settings(url, tmp_path))
        (file,) = (tmp_path / "cache" / "streets").glob("*.osm")
        file.write_bytes(damage(file.read_bytes()))
        second = network_within(OUTLINE, settings=settings(url, tmp_path))
        assert len(asked) == 2
        (sums,) = (tmp_path / "cache" / "streets").glob("*.sha256")
        sums.unlink()
        network_within(OUTLINE, settings=settings(url, tmp_path))
        assert len(asked) == 3
    assert first.digest == second.digest


def test_a_partial_answer_is_no_answer(tmp_path, town):
    remark = town.replace(b"</osm>", b"<remark> runtime error: Query timed out in &quot;query&quot; at line 1 </remark></osm>")
    with server(lambda *_: (200, {}, remark)) as (url, _), pytest.raises(DownloadError, match=r"only in part.*timed out"):
        network_within(OUTLINE, settings=settings(url, tmp_path))
    assert not list((tmp_path / "cache").rglob("*.osm"))


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"", b"<?xml version='1.0'?><osm version='0.6'><node id='1' la"])
def test_pages_and_half_files_are_no_answer(tmp_path, body):
    with server(lambda *_: (200, {}, body)) as (url, _), pytest.raises(DownloadError, match="no whole street data"):
        network_within(OUTLINE, settings=settings(url, tmp_path))


@pytest.mark.parametrize(("status", "headers"), [(429, {}), (504, {}), (429, {"Retry-After": "600"})])
def test_a_server_that_is_always_busy_is_left_in_time(tmp_path, status, headers, monkeypatch):
    monkeypatch.setattr(fetch, "FIRST_WAIT_S", 1.0)
    with server(lambda *_: (status, headers, b"busy")) as (url, asked):
        begin = time.monotonic()
        with pytest.raises(DownloadError, match=f"too busy.*{status}"):
            network_within(OUTLINE, settings=settings(url, tmp_path, 1.5))
        assert time.monotonic() - begin < 30
        assert len(asked) == (1 if headers else 2)


def test_a_server_that_is_busy_once_is_asked_again(tmp_path, town, monkeypatch):
    monkeypatch.setattr(fetch, "FIRST_WAIT_S", 0.2)
    answers = iter([(429, {"Retry-After": "0"}, b"busy"), (200, {}, town)])
    with server(lambda *_: next(answers)) as (url, asked):
        assert describe(network_within(OUTLINE, settings=settings(url, tmp_path))).edges == 1
    assert len(asked) == 2


def test_a_refused_question_is_not_repeated(tmp_path):
    with server(lambda *_: (400, {}, b"parse error")) as (url, asked):
        with pytest.raises(DownloadError, match=r"refused the question \(status 400\)"):
            network_within(OUTLINE, settings=settings(url, tmp_path))
        assert len(asked) == 1


@pytest.mark.parametrize("drip", [False, True])
def test_silence_and_dripping_end_at_the_deadline(tmp_path, drip):
    """One server accepts and says nothing; another sends a byte now and then for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection:
            if drip:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not over.wait(0.1):
                if drip:
                    connection.sendall(b"x")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    begin = time.monotonic()
    try:
        with pytest.raises(DownloadError, match="no whole answer within 1 s"):
            network_within(OUTLINE, settings=settings(f"http://127.0.0.1:{listener.getsockname()[1]}", tmp_path, 1.0))
        assert time.monotonic() - begin < 30
    finally:
        over.set()
        thread.join()
        listener.close()


def test_a_broken_off_answer_and_an_absent_server(tmp_path, town):
    with (
        server(lambda *_: (200, {"Content-Length": str(len(town) + 99), "Connection": "close"}, town)) as (url, _),
        pytest.raises(DownloadError, match="can't be reached"),
    ):
        network_within(OUTLINE, settings=settings(url, tmp_path))
    with pytest.raises(DownloadError, match="can't be reached"):
        network_within(OUTLINE, settings=settings(url, tmp_path))


@pytest.mark.parametrize("url", ["file:///etc", "ftp://127.0.0.1", "overpass", ""])
def test_only_web_addresses_are_asked(tmp_path, url):
    with pytest.raises(DownloadError, match="no web address"):
        network_within(OUTLINE, settings=settings(url, tmp_path))


def test_a_large_outline_is_asked_for_in_parts_and_joined(tmp_path):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0)}
    west = write_osm(tmp_path / "w.osm", nodes, {10: ([1, 2], street()), 11: ([2, 3], street())}).read_bytes()
    east = write_osm(tmp_path / "e.osm", nodes, {11: ([2, 3], street()), 12: ([3, 4], street(name="东"))}).read_bytes()
    answers = iter([west, east])
    with server(lambda *_: (200, {}, next(answers))) as (url, asked):
        network = network_within(shapely.box(110.0, 30.0, 110.5, 30.01), settings=settings(url, tmp_path))
    assert len(asked) == 2
    assert network.length_m == pytest.approx(300, rel=0.01)
    assert sorted(network.ways["way_id"]) == [10, 11, 12]


def test_the_question_reaches_beyond_the_outline(tmp_path, town):
    with server(lambda *_: (200, {}, town)) as (url, asked):
        network_within(OUTLINE, settings=settings(url, tmp_path))
    numbers = [float(x) for x in asked[0].split('poly:"')[1].split('"')[0].split()]
    lats, lons = numbers[::2], numbers[1::2]
    margin = (110.0 - min(lons)) * 111_320 * 0.866
    assert margin == pytest.approx(1000, rel=0.03)
    assert (max(lats) - 30.01) * 111_320 == pytest.approx(1000, rel=0.03)
    assert street_question(shapely.box(1, 2, 3, 4)).count('(poly:"') == 2


PLACE = [
    {
        "place_id": 1,
        "osm_type": "relation",
        "osm_id": 7,
        "lat": "30.005",
        "lon": "110.005",
        "name": "清河",
        "display_name": "清河",
        "class": "boundary",
        "type": "administrative",
        "importance": 0.5,
        "boundingbox": ["30.0", "30.01", "110.0", "110.01"],
        "geojson": json.loads(shapely.to_geojson(OUTLINE)),
    }
]


def test_a_place_by_its_name(tmp_path, town):
    import osmnx

    before = osmnx.settings.nominatim_url

    def answer(path, _):
        return (200, {}, json.dumps(PLACE).encode() if "search" in path else town)

    with server(answer) as (url, asked):
        network = network_of_place("清河", settings=settings(url, tmp_path))
        place_outline("清河", settings(url, tmp_path))
    assert describe(network).edges == 1
    assert len(asked) == 2
    assert osmnx.settings.nominatim_url == before
    assert place_outline("清河", settings(url, tmp_path)).equals(OUTLINE)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [((429, {}, b"busy"), "429"), ((200, {}, b"[]"), "No area called"), ((200, {}, b"<html>"), "No area called")],
)
def test_a_place_that_is_not_found(tmp_path, answer, sentence):
    with server(lambda *_: answer) as (url, asked):
        begin = time.monotonic()
        with pytest.raises(DownloadError, match=sentence):
            place_outline("nowhere", settings(url, tmp_path, 15.0))
        assert time.monotonic() - begin < 30
    assert len(asked) == 1


def test_a_place_server_that_is_away(tmp_path):
    with server(lambda *_: (200, {}, b"")) as (url, _):
        pass
    with pytest.raises(DownloadError, match="can't be reached"):
        place_outline("nowhere", settings(url, tmp_path))
