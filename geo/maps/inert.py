"""Strings from files made inert before they reach HTML, JavaScript or folium.

Folium compiles what it is given as a template, leaflet sets popups and layer names as
HTML, and both put text into scripts. A string that has passed through here shows as the
characters it is made of in each of these places, and as nothing more.
"""

from __future__ import annotations

import html
import json
import re

# What means something to Jinja, to JavaScript strings and to template literals.
_ACTIVE = re.compile(r"[\\`${}\r\n]")
_LINE_ENDS = re.compile("[\u2028\u2029]")
_UNWRITABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_JSON_ACTIVE = re.compile("[<>&\u2028\u2029]")


def inert(value: object) -> str:
    """Text for any place where folium or leaflet takes HTML.

    HTML-escaped, and beyond that every character with a meaning in a template or a script
    (backslash, backtick, dollar, braces, line ends) as a numeric entity. Characters that no
    page can show become U+FFFD.
    """
    text = _UNWRITABLE.sub("\ufffd", _LINE_ENDS.sub(" ", str(value)))
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", html.escape(text, quote=True))


def script_json(text: str) -> str:
    """A JSON text made fit to stand inside a ``<script>`` element: it can neither close it nor open a comment.

    The escapes are JSON's own, so that parsing it gives the same values.
    """
    return _JSON_ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def to_script_json(value: object) -> str:
    """A value as such a JSON text.

    Raises
    ------
    ValueError
        For numbers that are not finite, which JSON can't hold.
    """
    return script_json(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
