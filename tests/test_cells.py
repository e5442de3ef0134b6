"""No cell of ours is a formula, and no text is lost for it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.cells import as_it_was, harmless, is_formula

TEXT = st.one_of(st.text(max_size=8), st.text("'=+-@＝1a \t\r\n", max_size=5))


@pytest.mark.parametrize("value", ["=1+1", "+SUM(A1)", "-2+3|cmd", "@home", "\tx", "\rx", "＝1", "+86 10 1234", "-"])
def test_dangerous_text_gets_an_apostrophe(value):
    assert is_formula(value)
    assert harmless(value) == f"'{value}"
    assert harmless(f"'{value}") == f"''{value}"  # else it would be taken for the first


@pytest.mark.parametrize("value", ["-5", "+1.5", "-.5e3", "幸福里", "1=1", "", "'quoted'", "'", "o'clock"])
def test_harmless_text_stays(value):
    assert harmless(value) == as_it_was(value) == value


@given(TEXT, TEXT)
@example("=x", "'=x")
def test_every_text_comes_back_and_different_texts_stay_different(one, two):
    assert not is_formula(harmless(one))
    assert as_it_was(harmless(one)) == one
    assert (harmless(one) == harmless(two)) == (one == two)
