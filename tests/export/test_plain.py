from __future__ import annotations

import json
import math
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.export.plain import column, plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
        (np.nan, None),
        (math.inf, None),
        (np.float32("-inf"), None),
        (12.0, 12),
        (12.5, 12.5),
        (True, True),
        (np.bool_(False), False),  # noqa: FBT003  (the value under test)
        (np.int64(7), 7),
        (np.float32(0.5), 0.5),
        (Decimal("1.25"), 1.25),
        (pd.Timestamp("2026-05-01 08:00"), "2026-05-01T08:00:00"),
        (date(2026, 5, 1), "2026-05-01"),
        (np.datetime64("2026-05-01"), "2026-05-01T00:00:00"),
        ([1, "a"], "[1, 'a']"),
        (np.array([1, 2]), "[1, 2]"),
        (b"ab\xff", "ab\ufffd"),
        ("清\ud800河\x00", "清\ufffd河\ufffd"),
        (2.0**60, 2.0**60),
    ],
)
def test_one_value(value: object, expected: object) -> None:
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


@given(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(), st.lists(st.integers()))
)
def test_everything_fits_into_json_and_utf8(value: object) -> None:
    json.dumps(plain(value), allow_nan=False, ensure_ascii=False).encode()


def test_columns_of_every_type_agree_with_their_single_values() -> None:
    for series in (
        pd.Series([1, 2]),
        pd.Series([1.0, np.nan, np.inf]),
        pd.Series([True, False]),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([1, None], dtype="Int64"),
        pd.Series(["a", None, "="]),
        pd.Series(["a", None], dtype="category"),
        pd.Series([pd.Timestamp("2026-01-01"), pd.NaT]),
        pd.Series([1, "a", None, 2.0]),
    ):
        assert column(series) == [plain(value) for value in series]
