"""Whoever sees less well can read every word: the colours of letters against the lightest and the darkest ground below them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.maps.test_style import contrast

GEO = Path(__file__).parents[2] / "geo"
_LETTERS = re.compile(r"[^-]color: ?(#[0-9a-f]{6})")
_GROUNDS = {  # white, and the darkest ground on which letters lie there
    "ui/static/page.css": ("#ffffff", "#f3f2ed"),
    "ui/static/map.css": ("#ffffff", "#f7f6f2"),
    "maps/page.css": ("#ffffff", "#f4f2ec"),
}


@pytest.mark.parametrize("sheet", _GROUNDS)
def test_letters_of_page_map_and_handed_on_map_can_be_read(sheet: str) -> None:
    text = (GEO / sheet).read_text(encoding="utf-8")
    colours = set(_LETTERS.findall(text))
    assert colours
    faint = {(colour, ground) for colour in colours for ground in _GROUNDS[sheet] if contrast(colour, ground) < 4.5}
    assert faint == set()
