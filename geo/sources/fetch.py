"""One question to a web server, with an end: a total deadline, a limit of size, and patience with busy servers only within them.

A server is never asked more often than our own growing pauses say, whatever it says itself, and never
sends us on to another one.
"""

from __future__ import annotations

import queue
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from geo.errors import DownloadError
from geo.messages import msg, one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPMessage
    from typing import IO

T = TypeVar("T")

_BUSY = frozenset({429, 502, 503, 504})
FIRST_WAIT_S = 5.0  # and twice as long each time: also when the server says that it may be asked sooner
LONGEST_WAIT_S = 60.0
MOST_BYTES = 200_000_000  # of one answer, as it comes
_REDIRECTS = 3
_BLOCK = 1 << 16
_LONGEST_WORDS = 200


class Deadline:
    """A moment by which everything must be done; waits and time-outs are cut to what is left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left; never below zero."""
        return max(self._end - time.monotonic(), 0.0)


def post(url: str, body: bytes, deadline: Deadline) -> bytearray:
    """Send a question and give back the whole answer.

    A busy server (429, 502, 503, 504) is asked again after 5, 10, 20, … seconds, or after the pause it names where
    that is longer, as long as the deadline allows.

    Raises
    ------
    DownloadError
        When the deadline passes, the server can't be reached, refuses the question, sends to another
        address or sends too much.
    """
    host = check_address(url)
    wait, busy = FIRST_WAIT_S, 0
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
            busy, pause = error.code, max(_named_pause(error.headers.get("Retry-After", "")), wait)
        except DownloadError:
            raise
        except (OSError, HTTPException, ValueError) as error:  # an address that is none is a ValueError
            raise unreachable(host, error) from error
        if pause >= deadline.left_s:
            break
        time.sleep(pause)
        wait = min(wait * 2, LONGEST_WAIT_S)
    if busy:
        raise DownloadError(
            msg("The server {host} was too busy for {seconds} s (status {code}); try later, or give a local street file."),
            host=host,
            seconds=deadline.seconds,
            code=busy,
        )
    raise too_late(host, deadline)


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
        raise too_late(host, deadline) from None
    if isinstance(error, TimeoutError):
        raise too_late(host, deadline) from error
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # no error: then it is a T


def unreachable(host: str, error: Exception) -> DownloadError:
    """The sentence for a server that does not answer at all, or breaks off."""
    return DownloadError(
        msg("The server {host} can't be reached ({why}); check the connection, or give a local street file."),
        host=host,
        why=in_short(str(getattr(error, "reason", "") or error)),
    )


def in_short(text: str) -> str:
    """What a server says, as part of a sentence: one line, and not too long."""
    line = one_line(text[: 10 * _LONGEST_WORDS])
    return line if len(line) <= _LONGEST_WORDS else line[: _LONGEST_WORDS - 1] + "…"


def check_address(url: str) -> str:
    """The host of a web address; refuse anything that is none, such as a file's."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DownloadError(msg("“{url}” is no web address of a server; it begins with http:// or https://."), url=url)
    return parts.hostname


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows a server to another path of its own, a few times, with the same question; nowhere else."""

    max_redirections = max_repeats = _REDIRECTS

    def http_error_302(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> Any:  # noqa: ANN401
        """As the library does it, but the connection is closed whatever comes."""
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except BaseException:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(  # noqa: PLR0913, PLR0917  (as the library calls it)
        self,
        req: urllib.request.Request,
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,
    ) -> urllib.request.Request:
        """The question again, to an address of the same scheme, host and port."""
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise DownloadError(_SENT_ON, host=before.hostname, where=in_short(f"{after.scheme}://{after.netloc}"))
        again = urllib.request.Request(newurl, req.data, dict(req.header_items()), method=req.get_method())  # noqa: S310  (as before)
        again.timeout = req.timeout
        return again


_SENT_ON = msg("The server {host} sends to another address ({where}), which is not followed; check its address in the settings.")


def _ask(url: str, body: bytes, deadline: Deadline) -> bytearray:
    headers = {"User-Agent": "lifecircle (walking access planner)", "Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  (check_address has seen to the scheme)
    opener = urllib.request.build_opener(_SameServer)
    with opener.open(request, timeout=max(deadline.left_s, 0.01)) as answer:
        content = bytearray()
        while block := answer.read1(_BLOCK):
            content += block
            check_amount(len(content), MOST_BYTES, check_address(url))
            if not deadline.left_s:  # whoever waited is gone; the rest is not wanted
                raise too_late(check_address(url), deadline)
        if answer.length:  # what it promised and did not send
            raise IncompleteRead(b"", answer.length)
        return content


def check_amount(count: int, most: int, host: str) -> None:
    """Refuse an answer that grows beyond what is wanted.

    Raises
    ------
    DownloadError
        When it does.
    """
    if count > most:
        sentence = msg("The server {host} sends more than {limit} MB; ask for a smaller area, or give a local street file.")
        raise DownloadError(sentence, host=host, limit=most // 1_000_000)


def _named_pause(text: str) -> float:
    """The seconds that a server asks to wait, told as a number or as a date; 0 when it tells neither."""
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def too_late(host: str, deadline: Deadline) -> DownloadError:
    """The sentence for an answer that is not whole when it must be."""
    return DownloadError(
        msg("The server {host} gave no whole answer within {seconds} s; try later, or give a local street file."),
        host=host,
        seconds=deadline.seconds,
    )
