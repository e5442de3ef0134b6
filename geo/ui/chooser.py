"""Choosing another study: a sample, a file on this machine, or files uploaded. A bad one leaves the old one open."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.errors import GeoError
from geo.i18n import say
from geo.messages import msg
from geo.ui import cached, uploads, words
from geo.ui.opening import SAMPLES
from geo.ui.state import StudyRef

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from geo.ui.state import Session

_SAMPLE_NAMES = {"qinghe": msg("Qinghe (invented town)"), "helsinki": msg("Helsinki, centre")}
LOCAL = ("127.0.0.1", "localhost", "::1")
_NONE = ""


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
    """Read a study and put it on the screen; when it can't be read, the old one stays and the reason is shown."""
    try:
        with st.spinner(say(msg("Reading the study …"), one.lang)):
            cached.study(ref)
    except GeoError as error:
        one.notice = error
        return False
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
    with st.container(key=f"upload-{lang}"):
        files: list[UploadedFile] = st.file_uploader(
            say(
                msg(
                    "Or upload all its files at once: study.toml with its data, or streets, service points, communities and homes"
                ),
                lang,
            ),
            accept_multiple_files=True,
            key="upload",
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
    before, one.uploads = one.uploads, folder
    if open_ref(one, StudyRef("upload", str(path), time.time_ns())):
        st.rerun()
    one.uploads = before


def show_notice(one: Session) -> None:
    """What went wrong last, in one sentence, until it is read or something goes right."""
    if one.notice is None:
        return
    with st.container(key="notice", horizontal=True, vertical_alignment="center"):
        st.error(words.plain(say(one.notice, one.lang)), icon=":material/error:")
        st.button(say(msg("Understood"), one.lang), key="understood", on_click=one.forget_notice)
