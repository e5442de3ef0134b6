"""Choosing another study: a sample, a file on this machine, or files uploaded. A bad one leaves the old one open."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import GeoError
from geo.i18n import say
from geo.messages import msg
from geo.ui import cached, kept, upload_room, uploads, words
from geo.ui.opening import SAMPLES
from geo.ui.state import StudyRef
from geo.ui.waiting import Waiting

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from geo.ui.state import Session

_SAMPLE_NAMES = {"qinghe": msg("Qinghe (invented town)"), "helsinki": msg("Helsinki, centre")}
LOCAL = ("127.0.0.1", "localhost", "::1")
_NONE = ""
_SOON_S, _LOOK_S = 1.0, 0.5


def choose_study(one: Session) -> None:
    """A button that opens the ways to another study."""
    lang = one.lang
    with st.expander(say(msg("Open another study"), lang), icon=":material/folder_open:", key="chooser"):
        st.caption(say(msg("Samples"), lang))
        with st.container(horizontal=True, gap="small"):
            for name in SAMPLES:
                if st.button(say(_SAMPLE_NAMES[name], lang), key=f"sample-{name}"):
                    _open_and_show(one, StudyRef("sample", name))
        if st.get_option("server.address") in LOCAL:
            _by_path(one)
        _by_upload(one)


def open_ref(one: Session, ref: StudyRef) -> bool:
    """Read a study and put it on the screen; when it can't be read, the old one stays and the reason is shown.

    A plan that can't be written down is not left.
    """
    kept.settle(one)
    if one.unkept is not None:
        return False
    try:
        with st.spinner(say(msg("Reading the study …"), one.lang)):
            cached.study(ref)
    except GeoError as error:
        one.notice = error
        return False
    _give_up(one)
    one.open(ref)
    return True


def _open_and_show(one: Session, ref: StudyRef) -> None:
    if open_ref(one, ref):
        st.rerun()


def _by_path(one: Session) -> None:
    path = (
        st.text_input(
            say(msg("Study file on this computer"), one.lang),
            placeholder=say(msg("for example D:\\plan\\study.toml"), one.lang),
            key="study-path",
        )
        .strip()
        .strip('"')
    )  # as Windows copies paths
    if st.button(say(msg("Open"), one.lang), key="open-path", disabled=not path):
        _open_and_show(one, StudyRef("file", str(Path(path).expanduser()), time.time_ns()))


def _by_upload(one: Session) -> None:
    lang = one.lang
    if one.waiting is not None:
        _wait(one)
        return
    with st.container(key=f"upload-{lang}"):
        files: list[UploadedFile] = st.file_uploader(
            say(
                msg(
                    "Or upload all its files at once: study.toml with its data, or streets, service points, communities and homes"
                ),
                lang,
            ),
            accept_multiple_files=True,
            key=f"upload-files-{one.uploaded}",
        )
    if not files:
        return
    names = [file.name for file in files]
    roles, weight = uploads.Roles(), ""
    if uploads.STUDY_FILE not in {name.lower() for name in names}:
        roles = _choose_roles(one, names)
        if roles.demand:
            weight = st.text_input(
                say(msg("Column with the number of people"), lang), say(msg("population"), lang), key="upload-weight"
            )
    if st.button(say(msg("Open the uploaded files"), lang), key="open-upload", type="primary"):
        _open_upload(one, files, roles, weight)


def _choose_roles(one: Session, names: list[str]) -> uploads.Roles:
    """What each file is for: our guess, which the planner can change."""
    guess = uploads.guess_roles(names)
    options = [_NONE, *names]
    labels = {
        "network": msg("Streets"),
        "facilities": msg("Service points"),
        "communities": msg("Communities (boundaries)"),
        "demand": msg("Homes (where people live)"),
    }
    chosen = {
        role: st.selectbox(
            say(label, one.lang),
            options,
            index=options.index(getattr(guess, role)),
            format_func=lambda name: name or say(msg("none"), one.lang),
            key=f"role-{role}-{'|'.join(names)}",
        )
        for role, label in labels.items()
    }
    return uploads.Roles(**chosen)


def _open_upload(one: Session, files: list[UploadedFile], roles: uploads.Roles, weight: str) -> None:
    try:
        folder = uploads.keep(files)
        path = uploads.study_file(folder.path, roles, name=say(msg("Uploaded study"), one.lang), weight=weight.strip())
    except GeoError as error:
        one.notice = error
        return
    one.forget_notice()
    upload_room.let_go()  # they lie in their folder now
    one.uploaded += 1
    one.waiting = Waiting(StudyRef("upload", str(path), time.time_ns()), folder)
    one.waiting.wait(_SOON_S)  # most are read before anybody would look at a clock
    _settle(one)
    st.rerun()


@st.fragment(run_every=_LOOK_S)
def _wait(one: Session) -> None:
    """That an upload is being read, and the way out; the rest of the page goes on with the study that is open."""
    waiting = one.waiting
    if waiting is None or _settle(one):
        st.rerun()
    text = msg("Reading the uploaded files: {seconds} s. You can go on with the study that is open.")
    st.info(say(text, one.lang, seconds=waiting.seconds), icon=":material/hourglass_top:")
    st.button(say(msg("Stop reading"), one.lang), icon=":material/close:", key="stop-reading", on_click=partial(_give_up, one))


def _settle(one: Session) -> bool:
    """Open an upload that has been read, or tell why it can't be; whether it was over."""
    waiting = one.waiting
    if waiting is None or not waiting.look():
        return False
    if waiting.error is None:
        kept.settle(one)
        if one.unkept is not None:  # a plan that can't be written down is not left
            return False
    one.waiting = None
    if waiting.error is not None:
        one.notice = waiting.error
        return True
    one.open(waiting.ref)
    one.uploads = waiting.folder
    return True


def _give_up(one: Session) -> None:
    if one.waiting is not None:
        one.waiting.give_up()
        one.waiting = None


def show_notice(one: Session) -> None:
    """What went wrong last, in one sentence, until it is read or something goes right; a plan not kept as long as it lasts."""
    place = st.container(key="notice-place")  # there in any case, or the map would be built anew below it
    if one.unkept is not None:
        with place.container(key="unkept"):
            st.error(words.plain(say(one.unkept, one.lang)), icon=":material/error:")
        return
    if one.notice is None:
        return
    with place.container(key="notice", horizontal=True, vertical_alignment="center"):
        st.error(words.plain(say(one.notice, one.lang)), icon=":material/error:")
        st.button(say(msg("Understood"), one.lang), key="understood", on_click=one.forget_notice)
