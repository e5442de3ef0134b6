"""What the command line says, and in which language: lines, progress, findings."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from geo.i18n import Lang, say, system_lang
from geo.messages import msg, one_line
from geo.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from geo.model import Finding

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


def language() -> Lang:
    """The language of this run: the setting, else the system's."""
    return system_lang(Settings().lang)


def line(template: str, /, **values: object) -> None:
    """One line for the user, in their language; text from files is never read as markup."""
    _out.print(say(template, language(), **values), markup=False, soft_wrap=True)


def words(template: str, /, **values: object) -> str:
    """A piece of a sentence or a heading, in the language of this run."""
    return say(template, language(), **values)


def warn(template: str, /, **values: object) -> None:
    """One line on standard error."""
    _err.print(say(template, language(), **values), markup=False, soft_wrap=True)


def complain(sentence: str) -> None:
    """A sentence already said, on standard error."""
    _err.print(sentence, markup=False, soft_wrap=True)


def wrong_usage(text: str) -> typer.BadParameter:
    """The error for contradicting options (exit status 2)."""
    return typer.BadParameter(say(text, language()))


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """A bar that shows what is going on, on a terminal; nothing in a pipe."""
    if not _err.is_terminal:
        yield lambda _stage, _share: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_err, transient=True) as bars:
        task = bars.add_task("", total=1.0)
        yield lambda stage, share: bars.update(task, description=say(stage, language()), completed=share)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small table of text already said; the first column to the left, figures to the right."""
    from rich.text import Text

    shown = Table(box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        shown.add_column(Text(one_line(heading)), justify="right" if place else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(one_line(cell)) for cell in row))
    _out.print(shown)


def findings(found: Iterable[Finding], *, on_error_stream: bool) -> None:
    """Each finding on a line: how bad, where, what, and the rows."""
    lang = language()
    marks = {
        "error": say(msg("error"), lang),
        "doubtful": say(msg("doubtful"), lang),
        "mended": say(msg("mended"), lang),
        "info": say(msg("note"), lang),
    }
    console = _err if on_error_stream else _out
    for finding in found:
        rows = say(msg(" (rows {rows})"), lang, rows=finding.rows) if finding.rows else ""
        console.print(
            f"{marks[finding.level]} · {finding.layer} · {say(finding.message, lang)}{rows}", markup=False, soft_wrap=True
        )
