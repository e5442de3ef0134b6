"""The command line: a thin door. It reads words, calls the three doors below, and shows sentences.

Exit status: 0 done, 1 a problem in the data (one line on standard error), 2 wrong usage.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import NoReturn, TextIO

import click

from geo import __version__
from geo.cli import voice
from geo.cli.watch import watched
from geo.errors import GeoError, SettingError
from geo.i18n import LANGS, say, system_lang
from geo.messages import msg, one_line

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors of writing that name no file: the doors that write files name theirs, so it was standard output, or numba."""


_DEBUG = "LIFECIRCLE_DEBUG"
_NO_MEMORY = msg("The memory of this machine is not enough for the study; close other programs or take a smaller study.")
_HOMES = {
    "run": ("study", "run"),
    "check": ("study", "check"),
    "network": ("streets", "network"),
    "times": ("streets", "times"),
    "demo": ("samples", "demo"),
    "app": ("samples", "open_app"),
}
"""Where each command lives, by module and name."""


class _Commands(click.Group):
    """Commands that are imported when they are asked for: each starts as quickly as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click asks so)
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _HOMES:
            return None
        module, name = _HOMES[cmd_name]
        command: click.Command = getattr(import_module(f"geo.cli.{module}"), name)
        command.short_help = command.help  # whole, in both languages
        return command


@click.group(cls=_Commands, no_args_is_help=True)
@click.version_option(__version__, message="lifecircle %(version)s", help="Show the version · 版本")
@click.option("--lang", help="zh or en · 语言")
def app(lang: str | None) -> None:
    """Who can walk to a service in 15 minutes, who cannot and why · 谁能在步行 15 分钟内到达服务设施，谁不能，为什么。"""
    if lang is not None:
        if lang not in LANGS:
            raise voice.wrong_usage(msg("The language is zh or en."))
        os.environ["LIFECIRCLE_LANG"] = lang
    voice.language()  # one that can't be spoken is told at once


def main() -> None:
    """Run a command; a problem in the data is one line, never a traceback."""
    watched(_run)


def _run() -> None:
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in GBK can't show every name: show a mark instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # We multiply no large matrices; numpy's threads that wait for some only take time from others.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app(prog_name="lifecircle")
    except GeoError as error:
        voice.complain(say(error, system_lang() if isinstance(error, SettingError) else voice.language()))
        sys.exit(1)
    except OSError as error:
        _give_up(error)
    except MemoryError:
        voice.complain(say(_NO_MEMORY, voice.language()))
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  (what nobody foresaw is said in one sentence too)
        _unforeseen(error)
    except KeyboardInterrupt:
        sys.exit(130)


def _unforeseen(error: Exception) -> NoReturn:
    """A fault of the program: one sentence with the kind and place of it, the whole trace only for those who ask for it."""
    if os.environ.get(_DEBUG):
        raise error
    last = traceback.extract_tb(error.__traceback__)[-1]
    why = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}: {one_line(str(error))[:200]}"
    text = msg("Something went wrong that nobody foresaw ({why}). Please report it with the study; {debug}=1 shows more.")
    voice.complain(say(text, voice.language(), why=why, debug=_DEBUG))
    sys.exit(1)


def _give_up(error: OSError) -> NoReturn:
    """What no door foresaw: a name too long for the disk, a drive gone, no room for what is said."""
    for stream in (sys.stdout, sys.stderr):
        _let_go(stream)
    reason = error.strerror or type(error).__name__
    if error.filename is not None:
        text = msg("“{path}” can't be opened ({reason}); check the name and that you may read it.")
        voice.complain(say(text, voice.language(), path=str(error.filename)[:200], reason=reason))
    elif error.errno in _NO_ROOM and _while_compiling(error):
        text = msg("There is no room for compiled code ({reason}); make some, or set NUMBA_CACHE_DIR to another folder.")
        voice.complain(say(text, voice.language(), reason=reason))
    elif error.errno in _NO_ROOM:
        text = msg("What is said here can't be written where it was sent ({reason}); make room there or send it elsewhere.")
        voice.complain(say(text, voice.language(), reason=reason))
    else:
        raise error
    sys.exit(1)


def _while_compiling(error: OSError) -> bool:
    """Whether it was numba that wrote: it keeps compiled loops on disk."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(str(frame.f_globals.get("__name__", "")).partition(".")[0] == "numba" for frame, _ in frames)


def _let_go(stream: TextIO) -> None:
    """Drop what a stream can't get rid of, or Python would try again when it ends, and complain."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
