"""Work kept for the planner: every edit is written down before anything is shown of it.

Every plan (a desk) has a file of its own in the cache folder, named by a secret that its page's address carries, so
that a reload finds it again. Several pages, also of several programs, may work on one plan: an edit is done, under a lock,
on what the file holds then, so that no page overwrites what another has done.
"""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from geo.errors import OutputError
from geo.i18n import Lang  # noqa: TC001  (pydantic reads the fields' types)
from geo.messages import Message, msg
from geo.settings import Settings
from geo.sources.atomic import write_whole
from geo.ui.filelock import locked
from geo.ui.history import History, Place
from geo.ui.state import StudyRef  # noqa: TC001  (likewise)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo.model import Study
    from geo.ui.state import Session

Act = Callable[[History], History]

_PLANS_KEPT, _BARE_KEPT = 500, 50  # files of about a kilobyte each; bare ones hold a question and no plan
_EVENTS_KEPT = 200  # numbers: many more than any page has waiting
_TOKEN = re.compile(r"[0-9a-f]{32}")
_ALSO_THERE = msg("This plan was changed in another window meanwhile; its changes are shown here now, beside yours.")
_NOT_DONE = msg(
    "This plan was changed in another window meanwhile; your last step was not taken, since it no longer fits. "
    "Look at the plan as it is now, and repeat the step if you still want it."
)


@dataclass(frozen=True)
class Desk:
    """What a page has to show again: the study, the plan and the question.

    ``version`` counts the changes of the plan; ``files`` is the digest of the uploaded files it is about.
    """

    study: StudyRef
    crs: str  # that the plan's metres are in
    history: History
    choices: dict[str, Any]
    lang: Lang
    version: int = 0
    files: str = ""
    heard: tuple[int, ...] = ()  # numbers of the map's last events that are in it, so that none is done a second time


class Step(NamedTuple):
    """An edit that is not written down yet.

    ``blind``: it may be done on a plan that another page has changed meanwhile. ``number`` of the map's event, 0 for a
    button's; ``again``: it was sent before a reload already, and may be done.
    """

    act: Act
    blind: bool
    number: int = 0
    again: bool = False


class Plan(NamedTuple):
    """A plan that was left: its secret, when it was last changed, and what it holds."""

    token: str
    at: datetime
    desk: Desk


_DESK = TypeAdapter(Desk)


def _folder() -> Path:
    return Settings().cache_dir / "desks"


def change(one: Session, act: Act, *, blind: bool = True) -> None:
    """Do one edit on the plan as it stands, by whatever page, and write it down.

    Parameters
    ----------
    blind
        Whether it may be done on a plan that another page has changed since this one last looked; undo may not.
    """
    one.pending = (*one.pending, Step(act, blind, *one.acting))
    settle(one)


def settle(one: Session) -> None:
    """Take up what other pages did to the plan, and write down what this one did.

    When it can't be written, ``one.unkept`` says so, the edits stand on this page only, and the next call tries again.
    """
    if one.study is None:
        return
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / ".lock"):
            _exchange(one, folder / f"{one.token}.json")
    except (OSError, OutputError) as error:
        one.history, _ = _done(one, one.saved, strange=False)
        text = msg(
            "Your changes can't be written down now ({why}): they stand on this page only. Make room in {path}; "
            "with your next step all of them are kept."
        )
        one.unkept = Message(text, {"why": _why(error), "path": str(folder)})
    else:
        one.unkept = None


def _why(error: OSError) -> str:
    if isinstance(error, OutputError):  # an OSError as well, but with a sentence for its text
        return str(error.message.values.get("why"))
    return error.strerror or type(error).__name__


def _exchange(one: Session, path: Path) -> None:
    """Do the waiting edits on what the file holds, and put the outcome in its place."""
    left = _read(path)
    strange = left is not None and left.version != one.version
    base = left.history if left is not None and strange else one.saved
    before = left.heard if left else one.heard
    history, all_done = _done(one, base, strange=strange, heard=before)
    heard = tuple(dict.fromkeys((*before, *(step.number for step in one.pending if step.number))))[-_EVENTS_KEPT:]
    mine = Desk(_named(one.study), one.crs, history, dict(one.choices), one.lang, files=one.files, heard=heard)
    version = (left.version if left else one.version) + (history != base)
    if left is None or history != base or replace(mine, history=History()) != one.written:
        if left is None:
            _clear(path.parent)
        text = _DESK.dump_json(replace(mine, version=version))

        def write(file: IO[bytes]) -> None:
            file.write(text)

        write_whole(path, write)
    one.history = one.saved = history
    one.version, one.pending, one.written, one.heard = version, (), replace(mine, history=History()), heard
    if strange:
        one.notice = Message(_ALSO_THERE if all_done else _NOT_DONE)


def _named(study: StudyRef | None) -> StudyRef:
    assert study is not None  # noqa: S101  (settle is for pages with a study)
    return study


def _done(one: Session, base: History, *, strange: bool, heard: tuple[int, ...] = ()) -> tuple[History, bool]:
    """The history with the edits that wait, and whether each of them did something, now or before a reload."""
    history, all_done = base, True
    for step in one.pending:
        if step.again and step.number in heard:
            continue
        after = step.act(history) if step.blind or not strange else history
        all_done = all_done and after != history
        history = after
    return history, all_done


def find(token: str) -> Desk | None:
    """The desk of a page's secret; None when there is none, or it is of another version of the program."""
    return _read(_folder() / f"{token}.json") if _TOKEN.fullmatch(token) else None


def plans(ref: StudyRef, crs: str, files: str, but: str) -> Iterator[Plan]:
    """The plans with edits for a study, the newest first, without that of the page ``but``.

    Parameters
    ----------
    files
        Digest of the study's uploaded files; an upload is the same study when its files are, wherever they lie.
    """
    for path, changed_ns in _newest_first(_folder()):
        desk = _read_once(path, changed_ns) if path.stem != but else None
        if desk is None or not desk.history.in_force or desk.crs != crs:
            continue
        same = (desk.study.source, desk.study.name) == (ref.source, ref.name)
        if same or (files and desk.files == files):
            yield Plan(path.stem, datetime.fromtimestamp(changed_ns / 1e9).astimezone(), desk)


def last_plan(ref: StudyRef, crs: str, files: str, but: str) -> Plan | None:
    """The newest of them; None when there is none."""
    return next(plans(ref, crs, files, but), None)


def fitting(history: History, study: Study) -> History:
    """The history without edits of facilities that the study no longer has."""
    known = set(study.facilities.frame["id"].astype(str)) | {edit.site_id for edit in history.edits if isinstance(edit, Place)}
    keep_it = [edit.site_id in known for edit in history.edits]
    kept = tuple(edit for edit, fits in zip(history.edits, keep_it, strict=True) if fits)
    return replace(history, edits=kept, done=sum(keep_it[: history.done]))


def _clear(folder: Path) -> None:
    """Let the oldest desks go when there are very many: plans and bare ones apart, so that no visit costs a plan."""
    room = {True: _PLANS_KEPT, False: _BARE_KEPT}
    for path, changed_ns in _newest_first(folder):
        desk = _read_once(path, changed_ns)
        planned = desk is None or bool(desk.history.edits)
        room[planned] -= 1
        if room[planned] < 0:
            with contextlib.suppress(OSError):  # gone meanwhile, or not ours to take: it hurts nobody where it lies
                path.unlink()


def _newest_first(folder: Path) -> list[tuple[Path, int]]:
    """The files of desks with when they were last changed; what is no file is none of them."""
    aged = []
    for path in folder.glob("*.json"):
        with contextlib.suppress(OSError):  # gone meanwhile
            seen = path.stat()
            if _TOKEN.fullmatch(path.stem) and stat.S_ISREG(seen.st_mode):
                aged.append((path, seen.st_mtime_ns))
    return sorted(aged, key=lambda one: (one[1], one[0]), reverse=True)


@lru_cache(maxsize=1000)
def _read_once(path: Path, _changed_ns: int) -> Desk | None:
    return _read(path)


def _read(path: Path) -> Desk | None:
    try:
        return _DESK.validate_json(path.read_bytes())
    except (OSError, ValidationError):  # gone, no file, closed to us, or of another version: there is nothing to bring back
        return None
