"""Pages of the planner without a browser: they speak to the server as Streamlit's page does, and note what it sends."""

from __future__ import annotations

import base64
import json
import re
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_SPOKEN = [Subprotocol("streamlit")]
_MESSAGE = re.compile(rb'Lifecircle\.update\(\\*"([A-Za-z0-9+/=]+)')  # what the map is told, as base64


@dataclass
class BarePage:
    """One page that is open; ``layers`` are the addresses it was told, by token and file."""

    address: str
    locale: str
    layers: set[tuple[str, str]] = field(default_factory=set)
    socket: ClientConnection | None = None
    _held: ExitStack = field(default_factory=ExitStack)

    def open(self) -> None:
        """Connect, and ask for the page once."""
        where = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = self._held.enter_context(
            connect(where, origin=Origin(self.address), subprotocols=_SPOKEN, max_size=None, ping_interval=None)
        )
        ask = BackMsg()
        ask.rerun_script.query_string = ""
        ask.rerun_script.context_info.locale = self.locale
        self.socket.send(ask.SerializeToString())

    def drawn(self, patience_s: float = 120) -> None:
        """Take everything until the page has been drawn."""
        assert self.socket is not None
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            sent = self.socket.recv(timeout=patience_s, decode=False)
            assert isinstance(sent, bytes)
            for packed in _MESSAGE.findall(sent):
                told = json.loads(base64.b64decode(packed))
                token = told["layers_at"].removeprefix("../../layers/").rstrip("/")
                self.layers |= {(token, file) for file in told["layers"].values()}
            if ForwardMsg.FromString(sent).script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and self.layers:
                return
        raise TimeoutError(self.address)

    def close(self) -> None:
        self._held.close()


def status(address: str) -> int:
    """What the server answers to a request for that address."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  (our own server)
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
