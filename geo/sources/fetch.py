"""One question to a web server, with an end: a total deadline, and patience with busy servers only within it."""

from __future__ import annotations

import queue
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from geo.errors import DownloadError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_BUSY = frozenset({429, 502, 503, 504})
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0


class Deadline:
    """A moment by which everything must be done; waits and time-outs are cut to what is left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left; never below zero."""
        return max(self._end - time.monotonic(), 0.0)


def post(url: str, body: bytes, deadline: Deadline) -> bytes:
    """Send a question and give back the whole answer.

    A busy server (429, 502, 503, 504) is asked again after the pause it names, or after
    1, 2, 4, … seconds, as long as the deadline allows.

    Raises
    ------
    DownloadError
        When the deadline passes, the server can't be reached or it refuses the question.
    """
    host = check_address(url)
    wait, busy = _FIRST_WAIT_S, 0
    while deadline.left_s > 0:
        try:
            return within(deadline, host, lambda: _ask(url, body, deadline))
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection
            if error.code not in _BUSY:
                raise DownloadError(
                    msg("The server {host} refused the question (status {code}); check its address in the settings."),
                    host=host,
                    code=error.code,
                ) from error
            busy, pause = error.code, _retry_after(error.headers.get("Retry-After", ""), wait)
        except DownloadError:
            raise
        except (OSError, HTTPException) as error:
            raise unreachable(host, error) from error
        if pause >= deadline.left_s:
            break
        time.sleep(pause)
        wait = min(wait * 2, _LONGEST_WAIT_S)
    if busy:
        raise DownloadError(
            msg("The server {host} was too busy for {seconds} s (status {code}); try later, or give a local street file."),
            host=host,
            seconds=deadline.seconds,
            code=busy,
        )
    raise _too_late(host, deadline)


def within(deadline: Deadline, host: str, work: Callable[[], T]) -> T:
    """The result of ``work``, or a DownloadError at the deadline, whatever the work is waiting for.

    The work runs in a thread of its own, which is left behind if it is late; it must
    have time-outs of its own so that it ends some day.
    """
    done: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(1)

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as error:  # noqa: BLE001  (handed on to the caller, below)
            done.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = done.get(timeout=deadline.left_s)
    except queue.Empty:
        raise _too_late(host, deadline) from None
    if isinstance(error, TimeoutError):
        raise _too_late(host, deadline) from error
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # no error: then it is a T


def unreachable(host: str, error: Exception) -> DownloadError:
    """The sentence for a server that does not answer at all, or breaks off."""
    return DownloadError(
        msg("The server {host} can't be reached ({why}); check the connection, or give a local street file."),
        host=host,
        why=str(getattr(error, "reason", "") or error),
    )


def check_address(url: str) -> str:
    """The host of a web address; refuse anything that is none, such as a file's."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DownloadError(msg("“{url}” is no web address of a server; it begins with http:// or https://."), url=url)
    return parts.hostname


def _ask(url: str, body: bytes, deadline: Deadline) -> bytes:
    headers = {"User-Agent": "lifecircle (walking access planner)", "Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  (check_address has seen to the scheme)
    with urllib.request.urlopen(request, timeout=max(deadline.left_s, 0.01)) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content


def _retry_after(text: str, otherwise: float) -> float:
    return float(text) if text.isdecimal() else otherwise


def _too_late(host: str, deadline: Deadline) -> DownloadError:
    return DownloadError(
        msg("The server {host} gave no whole answer within {seconds} s; try later, or give a local street file."),
        host=host,
        seconds=deadline.seconds,
    )
