"""Strings made inert: in HTML, in a template that is compiled twice, and inside a script."""

from __future__ import annotations

import html
import json
from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.maps.inert import inert, script_json, to_script_json

EVIL = [
    "{{ 1 + 1 }}",
    "{% raw %}",
    "<img src=x onerror=alert(1)>",
    "${x}",
    "`tick`",
    "</script><script>alert(1)</script>",
    "\\u12",
    "a\u2028b",
    "&lt;b&gt;",
    "line\nbreak",
    "'\"",
]


class Parts(HTMLParser):
    """What a browser would see: text, and tags if there are any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(f"{tag}{attrs}")

    def handle_comment(self, data: str) -> None:
        self.tags.append(data)


def shown(markup: str) -> Parts:
    parts = Parts()
    parts.feed(markup)
    parts.close()
    return parts


def check(value: str) -> None:
    safe = inert(value)
    assert not set(safe) & set("<>`${}\\\n\r\u2028\u2029\"'")
    # Compiled as a template as often as folium likes, it stays what it is.
    assert jinja2.Template(jinja2.Template(safe).render()).render() == safe
    parts = shown(safe)
    assert parts.tags == []
    assert html.unescape(safe) == parts.text


@pytest.mark.parametrize("value", EVIL)
def test_known_attacks_show_as_text(value: str) -> None:
    check(value)
    assert shown(inert(value)).text == value.replace("\u2028", " ")


@given(st.text())
def test_any_text_is_inert(value: str) -> None:
    check(value)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029")))
def test_printable_text_shows_unchanged(value: str) -> None:
    assert shown(inert(value)).text == value


def test_folium_shows_it_as_text() -> None:
    import folium

    for value in EVIL:
        drawn = folium.Map(location=[30, 114])
        folium.Marker([30, 114], popup=inert(value), tooltip=inert(value)).add_to(drawn)
        page = drawn.get_root().render()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert inert(value) in page


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_in_a_script_reads_back_and_cannot_close_it(value: object) -> None:
    text = to_script_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value
    assert script_json(text) == text


def test_json_refuses_numbers_that_it_cannot_hold() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_script_json(float("nan"))
