"""What the command line says, and in which language: lines, progress, findings."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo.i18n import Lang, say, system_lang
from geo.messages import msg, one_line
from geo.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from geo.model import Finding


PATH = click.Path(path_type=Path)


def language() -> Lang:
    """The language of this run: the setting, else the system's."""
    return system_lang(Settings().lang)


def line(template: str, /, **values: object) -> None:
    """One line for the user, in their language; text from files is never read as markup."""
    click.echo(say(template, language(), **values))


def words(template: str, /, **values: object) -> str:
    """A piece of a sentence or a heading, in the language of this run."""
    return say(template, language(), **values)


def warn(template: str, /, **values: object) -> None:
    """One line on standard error."""
    click.echo(say(template, language(), **values), err=True)


def complain(sentence: str) -> None:
    """A sentence already said, on standard error."""
    click.echo(sentence, err=True)


def wrong_usage(text: str) -> click.BadParameter:
    """The error for contradicting options (exit status 2)."""
    return click.BadParameter(say(text, language()))


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """A bar that shows what is going on, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _stage, _share: None
        return
    from rich.console import Console  # here: it takes long to import
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bars:
        task = bars.add_task("", total=1.0)
        yield lambda stage, share: bars.update(task, description=say(stage, language()), completed=share)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small table of text already said; the first column to the left, figures to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        shown.add_column(Text(one_line(heading)), justify="right" if place else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(one_line(cell)) for cell in row))
    Console(highlight=False).print(shown)


def findings(found: Iterable[Finding], *, on_error_stream: bool) -> None:
    """Each finding on a line: how bad, where, what, and the rows."""
    from geo.export.codes import in_words  # here: the command line starts quicker

    lang = language()
    marks = {
        "error": say(msg("error"), lang),
        "doubtful": say(msg("doubtful"), lang),
        "mended": say(msg("mended"), lang),
        "info": say(msg("note"), lang),
    }
    for finding in found:
        rows = say(msg(" (rows {rows})"), lang, rows=finding.rows) if finding.rows else ""
        # In English a layer is called as its table in study.toml.
        layer = finding.layer if lang == "en" else in_words("layer", finding.layer, lang)
        click.echo(f"{marks[finding.level]} · {layer} · {say(finding.message, lang)}{rows}", err=on_error_stream)
