"""The server answers only to its own names, and only its own pages may open a WebSocket or change anything."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from geo.errors import SettingError
from geo.ui.hosts import Host, HostGate, host_of, named_hosts
from geo.ui.launch import Listening
from tests.ui.chromium import planner_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = ["127.0.0.1:8501", "localhost:8501", "LOCALHOST:8501", "[::1]:8501"]
BAD = [
    "evil.example:8501",
    "127.0.0.1",
    "127.0.0.1:8502",
    "localhost.:8501",
    "localhost.evil.example:8501",
    "me@localhost:8501",
    "localhost:8501@evil.example",
    "evil.example@127.0.0.1:8501",
    "127.0.0.1:8501/",
    "127.1:8501",
    "2130706433:8501",
    "0.0.0.0:8501",
    "[::]:8501",
    "[::ffff:127.0.0.1]:8501",
    "localhost:",
    "localhost:08501x",
    "localhost :8501",
    "localhost:8501,evil.example",
    "",
    " ",
    "ｌocalhost:8501",
]


def refused(named: tuple[str, ...] = (), kind: str = "http", method: str = "GET", **headers: str | list[str]) -> int:
    """The status of a refusal by the gate of a server that listens on port 8501; 0 for a request that is let in."""
    import asyncio

    sent: list[dict[str, Any]] = []
    inside: list[str] = []

    async def app(_scope: object, _receive: object, _send: object) -> None:
        inside.append("let in")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    pairs = [(name, one) for name, value in headers.items() for one in ([value] if isinstance(value, str) else value)]
    scope = {
        "type": kind,
        "method": method,
        "server": ("127.0.0.1", 8501),
        "headers": [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in pairs],
    }
    asyncio.run(HostGate(app, named)(scope, receive, send))
    if inside:
        assert not sent
        return 0
    return 403 if kind == "websocket" else int(sent[0]["status"])


@pytest.mark.parametrize("host", GOOD)
def test_this_machine_is_known_at_its_port(host: str) -> None:
    assert refused(host=host) == 0


@pytest.mark.parametrize("host", BAD)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_names_and_ports_are_refused(host: str, kind: str) -> None:
    assert refused(kind=kind, host=host, origin=f"http://{host}") in {421, 403}


def test_no_name_and_two_names_are_refused() -> None:
    assert refused() == 421
    assert refused(host=["127.0.0.1:8501", "127.0.0.1:8501"]) == 421
    assert refused(host=["127.0.0.1:8501", "evil.example"]) == 421


def test_what_a_proxy_says_is_not_believed() -> None:
    for name in ("x_forwarded_host", "forwarded", "x_host", "x_original_host"):
        assert refused(host="evil.example:8501", **{name: "127.0.0.1:8501"}) == 421


def test_names_of_the_start_command() -> None:
    named = ("planner.county.gov.cn", "规划.example", "other.example:8443", "fd00::1")
    for host in ("planner.county.gov.cn", "Planner.County.gov.cn:8501", "planner.county.gov.cn:443", "other.example:8443"):
        assert refused(named, host=host) == 0
    assert refused(named, host="规划.example".encode("idna").decode()) == 0
    assert refused(named, host="[fd00::1]:8501") == 0
    for host in ("planner.county.gov.cn:9999", "other.example", "county.gov.cn", "x.planner.county.gov.cn"):
        assert refused(named, host=host) == 421
    # Behind a proxy that speaks https the page's origin has no port, and so has the name that is passed on.
    assert refused(named, "websocket", host="planner.county.gov.cn", origin="https://planner.county.gov.cn") == 0
    assert refused(named, "websocket", host="planner.county.gov.cn", origin="https://other.example:8443") == 403


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://127.0.0.1:8502",
        "http://localhost:8501",
        "http://127.0.0.1",
        "http://127.0.0.1:8501.evil.example",
        "http://127.0.0.1:8501@evil.example",
        "http://user@127.0.0.1:8501",
        "file://127.0.0.1:8501",
        "chrome-extension://127.0.0.1:8501",
        "http://127.0.0.1:8501/path",
        "http://127.0.0.1:99999",
        "http://[127.0.0.1:8501",
        "http://evil.example",
    ],
)
def test_only_pages_of_the_same_host_and_port_speak(origin: str) -> None:
    assert refused(kind="websocket", host="127.0.0.1:8501", origin=origin) == 403
    assert refused(method="PUT", host="127.0.0.1:8501", origin=origin) == 403
    assert refused(method="GET", host="127.0.0.1:8501", origin=origin) == 0  # nobody lets that page read the answer


def test_a_websocket_without_origin_is_refused() -> None:
    assert refused(kind="websocket", host="127.0.0.1:8501") == 403
    assert refused(kind="websocket", host="127.0.0.1:8501", origin="http://127.0.0.1:8501") == 0
    twice = ["http://127.0.0.1:8501", "http://evil.example"]
    assert refused(kind="websocket", host="127.0.0.1:8501", origin=twice) == 403


def test_hosts_are_read_strictly() -> None:
    assert host_of("A.example:1") == Host("a.example", 1)
    assert host_of("[fd00::1]") == Host("[fd00::1]", None)
    for text in ("a b", "a:b", "a..b", "a:1:2", "http://a", "a/b", "*", "a:123456"):
        assert host_of(text) is None
    for text in ("http://planner", "planner/path", "*", "a b", "x" * 70 + "é.example"):
        with pytest.raises(SettingError, match="no name of a host"):
            named_hosts([text])


def test_an_address_to_listen_on_is_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIFECIRCLE_ALLOW_HOSTS", "a.example, b.example")
    assert Listening(host="192.168.1.5", allow_hosts=("c.example",)).names() == (
        "a.example",
        "b.example",
        "c.example",
        "192.168.1.5",
    )
    assert Listening(host="0.0.0.0").names() == ("a.example", "b.example")  # noqa: S104
    with pytest.raises(SettingError):
        Listening(allow_hosts=("http://x",)).names()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log: Path = tmp_path_factory.mktemp("hosts") / "server.log"
    with planner_server(log) as at:
        yield at


def answer(address: str, *lines: str, path: str = "/") -> str:
    """The first line and the body that the real server gives to a request with exactly these headings."""
    host, port = address.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), 10)) as line:
        line.sendall("\r\n".join([f"GET {path} HTTP/1.1", *lines, "Connection: close", "", ""]).encode())
        text = b""
        while block := line.recv(65536):
            text += block
    return text.decode("utf-8", "replace")


_UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def websocket(address: str, *lines: str) -> str:
    """The first line that the real server gives to one who wants to speak as the page does."""
    host, port = address.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), 10)) as line:
        line.sendall("\r\n".join(["GET /_stcore/stream HTTP/1.1", *lines, *_UPGRADE, "", ""]).encode())
        return line.recv(65536).decode("utf-8", "replace").splitlines()[0]


def test_the_real_server_looks_at_every_path(address: str) -> None:
    good = address.removeprefix("http://")
    port = good.split(":")[1]
    for path in ("/", "/_stcore/health", "/assets/leaflet.js", "/static/none", "/layers/x/y", "/_stcore/host-config"):
        assert " 421 " in answer(address, f"Host: evil.example:{port}", path=path).splitlines()[0], path
    assert " 200 " in answer(address, f"Host: {good}").splitlines()[0]
    assert " 200 " in answer(address, f"Host: localhost:{port}", path="/_stcore/health").splitlines()[0]
    page = answer(address, f"Host: evil.example:{port}")
    assert "--allow-host" in page
    assert "主机名" in page
    assert "content-security-policy" in page.lower()
    for lines in ([], ["Host:"], [f"Host: {good}", "Host: evil.example"], [f"Host: localhost.:{port}"], [f"Host: a@{good}"]):
        assert answer(address, *lines).split(" ")[1] in {"400", "421"}, lines


def test_the_real_server_speaks_only_with_its_own_page(address: str) -> None:
    good = address.removeprefix("http://")
    port = good.split(":")[1]
    assert " 101 " in websocket(address, f"Host: {good}", f"Origin: http://{good}")
    for lines in (
        [f"Host: {good}"],
        [f"Host: {good}", "Origin: http://127.0.0.1:1"],
        [f"Host: {good}", f"Origin: http://localhost:{port}"],
        [f"Host: evil.example:{port}", f"Origin: http://evil.example:{port}"],
        [f"Host: {good}", f"Origin: http://evil.example:{port}", f"X-Forwarded-Host: {good}"],
    ):
        assert " 403 " in websocket(address, *lines), lines


@pytest.mark.browser
def test_a_name_that_was_turned_to_this_machine_shows_nothing(address: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    from tests.ui.chromium import find_chromium

    evil = address.replace("127.0.0.1", "evil.example")
    with playwright.sync_playwright() as tools:
        options = ["--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP evil.example 127.0.0.1"]
        browser = tools.chromium.launch(executable_path=find_chromium(), args=options)
        try:
            page = browser.new_page()
            sockets: list[str] = []
            page.on("websocket", lambda one: sockets.append(one.url))
            got = page.goto(evil)
            assert got is not None
            assert got.status == 421
            assert "--allow-host" in page.inner_text("body")
            script = f"""new Promise(done => {{ const s = new WebSocket("{evil.replace("http", "ws")}/_stcore/stream");
                s.onopen = () => done("open"); s.onerror = () => done("refused"); }})"""
            assert page.evaluate(script) == "refused"
            assert page.goto(f"{evil}/layers/x/y").status == 421  # type: ignore[union-attr]
            assert len(sockets) == 1
            assert page.goto(address).status == 200  # type: ignore[union-attr]
        finally:
            browser.close()
