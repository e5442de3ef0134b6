"""Who may speak to the server: requests that name it as this machine, or as the start command named it.

A page of another site may make a browser believe that its own name means 127.0.0.1 and would then be let in as if it
were ours. It can't change the name that the browser sends, so every request must name a host that is known here; and
what opens a WebSocket or changes anything must come from a page of that very host.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from geo.errors import SettingError
from geo.i18n import LANGS, say
from geo.messages import msg
from geo.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

_HERE = ("127.0.0.1", "localhost", "[::1]")
_NAME = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(?P<port>[0-9]{1,5}))?")
_USUAL_PORTS = {"http": 80, "https": 443}
_READING_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
_MISDIRECTED, _FORBIDDEN = 421, 403
_WRONG_NAME = msg(
    "This planner does not answer to the name in the address. Open it by the address that it told when it was started, "
    "or have it started with --allow-host and this name."
)
_WRONG_PAGE = msg("Another page tried to speak to this planner and was refused.")


class Host(NamedTuple):
    """A host as an address names it: lower case, IPv6 in brackets; ``port`` is None where none is written."""

    name: str
    port: int | None


def host_of(text: str) -> Host | None:
    """What a ``Host`` heading or an address names; None for anything that is no plain host with a port or without one."""
    found = _NAME.fullmatch(text.lower())
    if found is None:
        return None
    return Host(found["name"], int(found["port"]) if found["port"] else None)


def named_hosts(written: Iterable[str]) -> frozenset[Host]:
    """The hosts that the start command or the setting named.

    Raises
    ------
    SettingError
        For what is no name of a host.
    """
    return frozenset(_named(one) for one in written)


def _named(written: str) -> Host:
    text = written.strip()
    try:
        text = f"[{IPv6Address(text)}]"
    except ValueError:  # a name, or an address of the older sort
        text = _ascii(text)
    host = host_of(text)
    if host is None:
        sentence = msg(
            "“{value}” is no name of a host; write it as in planner.county.gov.cn, without http:// and without a path."
        )
        raise SettingError(sentence, value=written)
    return host


def _ascii(text: str) -> str:
    """A name as browsers send it: what is not ASCII as xn--…; anything that can't be turned stays and is refused as a name."""
    try:
        return text if text.isascii() else text.encode("idna").decode()
    except UnicodeError:
        return text


class HostGate:
    """Lets in only requests with a known ``Host``, and WebSockets and changes only from pages of that host.

    ``named`` are the hosts besides those of this machine: without a port they are known at the port the server listens
    on and at the usual ones of the web (behind a reverse proxy), with one at that port alone. What a proxy says in other
    headings is not looked at.
    """

    def __init__(self, app: ASGIApp, named: Iterable[str] | None = None) -> None:
        self._app = app
        self._named = named_hosts(Settings().allow_hosts if named is None else named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with a sentence in both languages."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        fault = self._fault(scope)
        if fault is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})  # before it is accepted: answered with 403
        else:
            status, sentence = fault
            text = "".join(f'<p lang="{lang}">{say(sentence, lang)}</p>' for lang in LANGS)
            page = f'<!doctype html><meta charset="utf-8"><title>Lifecircle</title>{text}'
            await HTMLResponse(page, status, {"Cache-Control": "no-store"})(scope, receive, send)

    def _fault(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence of a refusal; None for a request that is welcome."""
        hosts, origins = (_all(scope, name) for name in (b"host", b"origin"))
        host = host_of(hosts[0]) if len(hosts) == 1 else None
        if host is None or not self._knows(host, scope):
            return _MISDIRECTED, _WRONG_NAME
        needed = scope["type"] == "websocket"
        if needed or (origins and scope["method"] not in _READING_ONLY):
            same = len(origins) == 1 and _same(origins[0], host)
            return None if same else (_FORBIDDEN, _WRONG_PAGE)
        return None

    def _knows(self, host: Host, scope: Scope) -> bool:
        listening = scope.get("server")
        port = listening[1] if listening else None
        if host.name in _HERE:
            return port is not None and (host.port or _USUAL_PORTS["http"]) == port
        if host in self._named:
            return True
        usual = host.port in {port, *_USUAL_PORTS.values()}
        return usual and Host(host.name, None) in self._named


def _all(scope: Scope, name: bytes) -> list[str]:
    """Every heading of that name."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _same(origin: str, host: Host) -> bool:
    """Whether a page of that origin was loaded from that host and port."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    usual = _USUAL_PORTS.get(parts.scheme)
    theirs = host_of(parts.netloc)
    if usual is None or theirs is None or parts.path or parts.query or parts.fragment:
        return False
    return (theirs.name, theirs.port or usual) == (host.name, host.port or usual)
