import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.numbers import as_they_are, read_numbers


@pytest.mark.parametrize(
    ("text", "number", "mended"),
    [
        ("12", 12, False),
        ("-1.5", -1.5, False),
        ("1e3", 1000, False),
        (" 7 ", 7, False),
        (".5", 0.5, False),
        ("1,234", 1234, True),
        ("1,234,567.5", 1234567.5, True),
        ("１２３", 123, True),
        ("１，２３４", 1234, True),
        ("120人", 120, True),
        ("35 ㎡", 35, True),
        ("3,5", 3.5, True),
        ("1 234", 1234, True),
    ],
)
def test_numbers_as_people_write_them(text, number, mended):
    found = read_numbers(pd.Series([text], dtype="str"))
    assert found.value[0] == number
    assert found.mended[0] == mended
    assert not found.unreadable[0]
    assert not found.blank[0]


@pytest.mark.parametrize(
    "text", ["约120", "abc", "NaN", "inf", "-Infinity", "1e999", "12-13", "1;2", "=1+1", "二十", "0x10", "1_000"]
)
def test_what_is_no_number_is_unreadable(text):
    found = read_numbers(pd.Series([text], dtype="str"))
    assert found.unreadable[0]
    assert np.isnan(found.value[0])


@pytest.mark.parametrize("text", ["", "  ", "-", "—", "无", "N/A", "null"])
def test_blank_is_not_unreadable(text):
    found = read_numbers(pd.Series([text], dtype="str"))
    assert found.blank[0]
    assert not found.unreadable[0]


def test_a_comma_in_a_coordinate_stands_before_decimals():
    assert read_numbers(pd.Series(["114,305"], dtype="str"), coordinates=True).value[0] == 114.305
    assert read_numbers(pd.Series(["114,305"], dtype="str")).value[0] == 114305


@pytest.mark.parametrize(
    ("text", "degrees"), [("114°18′18″", 114.305), ("30°30'", 30.5), ("114度18分18.0秒", 114.305), ("30°15'36\"N", 30.26)]
)
def test_degrees_minutes_and_seconds(text, degrees):
    found = read_numbers(pd.Series([text], dtype="str"), coordinates=True)
    assert found.value[0] == pytest.approx(degrees)
    assert found.mended[0]
    assert read_numbers(pd.Series(["114°78′18″"], dtype="str"), coordinates=True).unreadable[0]


def test_columns_of_numbers_pass_and_infinities_are_named():
    found = read_numbers(pd.Series([1.0, np.nan, np.inf]))
    assert found.value[0] == 1
    assert found.blank.tolist() == [False, True, False]
    assert found.unreadable.tolist() == [False, False, True]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_whatever_python_writes_is_read_back(numbers):
    found = read_numbers(pd.Series([repr(number) for number in numbers], dtype="str"))
    assert found.value.tolist() == numbers


@given(st.lists(st.text(max_size=12), max_size=20))
def test_every_cell_is_a_number_or_blank_or_unreadable(cells):
    found = read_numbers(pd.Series(cells, dtype="str"))
    assert (np.isfinite(found.value) ^ found.blank ^ found.unreadable).all()


def test_a_users_column_becomes_numbers_only_where_all_are():
    assert as_they_are(pd.Series(["1", "2", ""])).dtype == "Int64"
    assert as_they_are(pd.Series(["1.5", "2"])).dtype == "float64"
    for codes in (["007", "8"], ["1", "x"], ["", ""], ["110101199003071234"]):
        assert as_they_are(pd.Series(codes, dtype="str")).tolist() == codes
