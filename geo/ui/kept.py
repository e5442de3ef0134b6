"""Work kept for the planner: a reload of the page, or a new start of the program, loses no plan.

Every desk (one open page) has a file of its own in the cache folder, named by the page's secret. The page's address
carries that secret, so a reload finds its desk again; a new page may bring back the last plan for its study.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from geo.errors import OutputError
from geo.i18n import Lang  # noqa: TC001  (pydantic reads the fields' types)
from geo.messages import msg
from geo.settings import Settings
from geo.sources.atomic import write_whole
from geo.ui.history import History, Place
from geo.ui.state import StudyRef  # noqa: TC001  (likewise)

if TYPE_CHECKING:
    from pathlib import Path

    from geo.model import Study
    from geo.ui.state import Session
    from geo.ui.uploads import UploadFolder

_DESKS_KEPT = 200  # of about a kilobyte each
_UPLOADS_KEPT = 8
_TOKEN = re.compile(r"[0-9a-f]{32}")
# Uploaded files live in a folder of the program's own, which must outlive a reload of the page.
_uploads: OrderedDict[str, UploadFolder] = OrderedDict()


@dataclass(frozen=True)
class Desk:
    """What a page has to show again: the study, the plan and the question."""

    study: StudyRef
    crs: str  # that the plan's metres are in
    history: History
    choices: dict[str, Any]
    lang: Lang


_DESK = TypeAdapter(Desk)


def _folder() -> Path:
    return Settings().cache_dir / "desks"


def keep(one: Session, crs: str) -> None:
    """Write a page's desk down if it has changed.

    Raises
    ------
    OutputError
        When the cache folder can't be written.
    """
    if one.study is None:
        return
    desk = Desk(one.study, crs, one.history, dict(one.choices), one.lang)
    if desk == one.kept:
        return
    one.kept = desk
    if one.uploads is not None:
        _uploads[one.token] = one.uploads
        while len(_uploads) > _UPLOADS_KEPT:
            _uploads.popitem(last=False)
    folder, text = _folder(), _DESK.dump_json(desk)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in _newest_first(folder)[_DESKS_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            msg("“{path}” can't be written ({why}); choose another folder."), path=folder, why=error.strerror
        ) from error

    def write(file: IO[bytes]) -> None:
        file.write(text)

    write_whole(folder / f"{one.token}.json", write)


def find(token: str) -> Desk | None:
    """The desk of a page's secret; None when there is none, or it is of another version of the program."""
    return _read(_folder() / f"{token}.json") if _TOKEN.fullmatch(token) else None


def uploads_of(token: str) -> UploadFolder | None:
    """The uploaded files of that page, while the program runs."""
    return _uploads.get(token)


def last_plan(ref: StudyRef, crs: str, but: str) -> Desk | None:
    """The newest plan for a study that another page than ``but`` left; None when there is none."""
    for path in _newest_first(_folder()):
        desk = _read(path) if path.stem != but else None
        if desk and desk.history.in_force and desk.crs == crs and (desk.study.source, desk.study.name) == (ref.source, ref.name):
            return desk
    return None


def fitting(history: History, study: Study) -> History:
    """The history without edits of facilities that the study no longer has."""
    known = set(study.facilities.frame["id"].astype(str)) | {edit.site_id for edit in history.edits if isinstance(edit, Place)}
    keep_it = [edit.site_id in known for edit in history.edits]
    kept = tuple(edit for edit, fits in zip(history.edits, keep_it, strict=True) if fits)
    return replace(history, edits=kept, done=sum(keep_it[: history.done]))


def _newest_first(folder: Path) -> list[Path]:
    aged = [(path.stat().st_mtime_ns, path) for path in folder.glob("*.json") if _TOKEN.fullmatch(path.stem)]
    return [path for _, path in sorted(aged, reverse=True)]


def _read(path: Path) -> Desk | None:
    try:
        return _DESK.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):  # gone meanwhile, or written by another version: there is nothing to bring back
        return None
