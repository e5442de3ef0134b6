"""Every export, one by one or all in one file; made only when a planner asks for it."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.export.outputs import OUTPUTS
from geo.i18n import say
from geo.messages import msg
from geo.ui import cached

if TYPE_CHECKING:
    from geo.export.outputs import Outputs
    from geo.i18n import Lang
    from geo.ui.history import Edit
    from geo.ui.question import Question
    from geo.ui.state import Session

_UNFIT = re.compile(r"[^\w.-]+")


def show(one: Session, question: Question) -> None:
    """A button per file; the files hold the plan as it stands on the screen."""
    lang, edits = one.lang, one.history.in_force
    st.caption(say(msg("The files hold what the screen shows: your plan, this standard, these services."), lang))
    name = cached.study(question.study).name
    st.download_button(
        say(msg("All files in one (.zip)"), lang),
        data=partial(all_files, question, edits, lang),
        file_name=f"lifecircle-{_UNFIT.sub('-', name).strip('-.') or 'study'}.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        key="download-all",
        type="primary",
        width="stretch",
        on_click="ignore",
    )
    for file, output in OUTPUTS.items():
        st.download_button(
            f"{say(output.title, lang)} · {file}",
            data=partial(one_file, question, edits, lang, file),
            file_name=file,
            mime=output.mime,
            key=f"download-{file}",
            width="stretch",
            on_click="ignore",
        )


def _outputs(question: Question, edits: tuple[Edit, ...], lang: Lang) -> Outputs:
    return cached.outputs(question.study, question.standard, question.kinds, edits, lang)


def one_file(question: Question, edits: tuple[Edit, ...], lang: Lang, file: str) -> bytes:
    """One export as bytes."""
    return _outputs(question, edits, lang).content(file)


def all_files(question: Question, edits: tuple[Edit, ...], lang: Lang) -> bytes:
    """Every export in one archive."""
    made = _outputs(question, edits, lang)
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in OUTPUTS:
            archive.writestr(file, made.content(file))
    return box.getvalue()
