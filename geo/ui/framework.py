"""The framework's own words, which it says in English only, in the planner's language; and how large letters are."""

from __future__ import annotations

import json
from html import escape

from geo.i18n import Lang, say
from geo.messages import msg
from geo.ui.assets import page_address
from geo.ui.upload_room import FULL, NO_ROOM, ROOM

# As the framework writes them, and what the page says instead.
_SAYS = {
    "Skip to main content": msg("Skip to the map"),
    "Sidebar": msg("Study and question"),
    "Expand sidebar": msg("Settings"),
    "Collapse sidebar": msg("Hide"),
    "Main menu": msg("Main menu"),
    "Selected values": msg("Chosen"),
    "Select all": msg("Select all"),
    "Select {count} matches": msg("Select {count} matches"),
    "Clear all": msg("Clear all"),
    "Clear value": msg("Clear"),
    "Clear entry": msg("Clear"),
    "Multiselect options": msg("Choices"),
    "Selectbox options": msg("Choices"),
    "Choose an option": msg("Choose one"),
    "Choose options": msg("Choose"),
    "No results": msg("Nothing found"),
    "No options to select": msg("Nothing to choose from"),
    "{count} options available.": msg("{count} choices"),
    "{count} option available.": msg("{count} choices"),
    "Running...": msg("Working it out …"),
    "Stop": msg("Stop"),
    "Open": msg("Open"),
    "Dismiss": msg("Close"),
    "Close": msg("Close"),
    "Remove {name}": msg("Remove {name}"),
    "Delete {name}": msg("Remove {name}"),
    "Help for {name}": msg("About: {name}"),
    "Upload": msg("Choose files"),
    "Add files": msg("Add files"),
    "file upload": msg("Choose files"),
    "Drag and drop a file here": msg("Drag files here"),
    "{size} per file": msg("or drag them here; at most {size} a file"),
    f"Request failed with status code {FULL}": NO_ROOM,
    f"AxiosError: Request failed with status code {FULL}": NO_ROOM,
    "Press Enter to apply": msg("Press Enter to apply"),
    "Press ⌘+Enter to apply": msg("Press Enter to apply"),
    "Press Ctrl+Enter to apply": msg("Press Enter to apply"),
    "Number is above the allowed range.": msg("This number is too large."),
    "Number is below the allowed range.": msg("This number is too small."),
    "Increment": msg("More"),
    "Decrement": msg("Less"),
    "Plus": msg("More"),
    "Minus": msg("Less"),
}

_GAPS = {"name": "{name}", "count": "{count}", "size": "{size}"}  # the script fills them


def page_words(lang: Lang, *, large: bool) -> str:
    """HTML for the page's script and style: the words of its language, and whether letters are large."""
    words = {text: say(ours, lang, **(ROOM if ours == NO_ROOM else _GAPS)) for text, ours in _SAYS.items()}
    told = escape(json.dumps(words, ensure_ascii=False))
    code = "zh-CN" if lang == "zh" else "en"
    size = "yes" if large else "no"
    return f'<div class="lc-page" data-lang="{code}" data-large="{size}" data-words="{told}"></div>'


def page_script() -> str:
    """HTML that loads the page's script."""
    return f'<script src="{page_address("page.js")}"></script>'
