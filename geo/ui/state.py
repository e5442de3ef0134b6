"""What one open page remembers: the only file that touches ``st.session_state``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

import streamlit as st

from geo.ui.history import History
from geo.ui.layers import new_token

if TYPE_CHECKING:
    from geo.errors import GeoError
    from geo.i18n import Lang
    from geo.messages import Message
    from geo.ui.kept import Desk, Plan, Step
    from geo.ui.upload_folders import UploadFolder
    from geo.ui.waiting import Waiting

MAP = "planning-map"  # the map's place in the session; constant, or the frame would be built anew

Bounds = tuple[tuple[float, float], tuple[float, float]]  # (south, west), (north, east)


@dataclass(frozen=True)
class StudyRef:
    """Where a study comes from. ``stamp`` changes when it is opened again."""

    source: Literal["sample", "file", "upload"]
    name: str  # name of the sample, or path of the study file
    stamp: int = 0


@dataclass
class Session:
    """One planner at work in one page."""

    lang: Lang
    token: str = field(default_factory=new_token)  # of the plan; another page may work on the same
    page: str = field(default_factory=new_token)  # of this page alone: what its map is shown lies under it
    study: StudyRef | None = None
    crs: str = ""  # of the study, and of the plan's metres
    history: History = field(default_factory=History)
    selected: str = ""
    home: int | None = None  # row of the home that was asked about
    handled: int = 0  # number of the last map event that was dealt with
    turn: int = 0  # counts what was sent to the map
    fit_number: int = 0
    fit_bounds: Bounds | None = None
    notice: Message | GeoError | str | None = None
    choices: dict[str, Any] = field(default_factory=dict)  # of the question, so that they outlive a change of language
    uploads: UploadFolder | None = None  # kept while the page is open, then cleaned away
    waiting: Waiting | None = None  # an upload that is being read
    uploaded: int = 0  # counts uploads, so that each begins with an empty field
    saved: History = field(default_factory=History)  # the plan as it was last written down or read …
    version: int = 0  # … its number there …
    pending: tuple[Step, ...] = ()  # … edits that are not in it yet …
    written: Desk | None = None  # … all else that was last written …
    heard: tuple[int, ...] = ()  # … and the numbers of the map's events that are in it
    acting: tuple[int, bool] = (0, False)  # the event that is being handled, and whether it was sent before a reload
    unkept: Message | None = None  # that and why the plan can't be written down, while it lasts
    placed: tuple[int, str] = (0, "")  # the event that placed a site last, and the site
    awaited: str = ""  # the plan that comes back when its files are uploaded again
    may_restore: bool = True  # whether to offer the last plan that another page left …
    left: tuple[StudyRef, Plan | None] | None = None  # … and that plan, by its study, once looked for

    @property
    def files(self) -> str:
        """The digest of the uploaded files that the study is made of; empty where it is not an upload."""
        return self.uploads.digest if self.uploads and self.study and self.study.source == "upload" else ""

    @property
    def large(self) -> bool:
        """Whether letters are large."""
        return bool(self.choices.get("large"))

    def look_at(self, bounds: Bounds) -> None:
        """Bring a place into view at the next drawing of the map."""
        self.fit_number += 1
        self.fit_bounds = bounds

    def begin(self, token: str, history: History, version: int, heard: tuple[int, ...] = ()) -> None:
        """Go on with a plan as it was written down; what went before stays with its own secret."""
        self.token, self.version = token, version
        self.history = self.saved = history
        self.pending, self.written, self.unkept, self.heard = (), None, None, heard

    def forget_notice(self) -> None:
        """The planner has read it."""
        self.notice = None

    def open(self, ref: StudyRef) -> None:
        """Begin work on another study; the edits belonged to the old one, and stay with its plan."""
        self.study = ref
        self.begin(new_token(), History(), 0)
        self.selected, self.home = "", None
        self.choices = {"large": self.large}  # the eyes stay the same
        self.fit_bounds = None
        self.notice = None
        self.may_restore = True


def session(lang: Lang) -> Session:
    """The memory of the page, begun in the given language on the first call."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session(lang)
    return cast("Session", st.session_state["session"])


def begun() -> bool:
    """Whether the page has a memory yet; a reload begins a new one."""
    return "session" in st.session_state


def desk_named() -> str:
    """The desk that the page's address names; empty for none."""
    return st.query_params.get("desk", "")


def name_desk(token: str) -> None:
    """Put the page's desk into its address, so that a reload finds it again."""
    if st.query_params.get("desk") != token:
        st.query_params["desk"] = token


def widget(key: str, default: object = None) -> object:
    """What a widget stands at now."""
    return st.session_state.get(key, default)


def set_widget(key: str, value: object) -> None:
    """Put a widget to a value before it is drawn."""
    st.session_state[key] = value
