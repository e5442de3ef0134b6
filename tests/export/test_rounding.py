from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.export import rounding

weights = st.lists(st.floats(0, 1e6, allow_nan=False), max_size=60)


@given(weights, st.data())
def test_every_group_adds_up_to_its_rounded_sum_and_no_weight_moves_by_a_millionth(
    values: list[float], data: st.DataObject
) -> None:
    weight = np.array(values)
    group = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(values), max_size=len(values))), dtype=np.int64)
    millions = rounding.millionths(weight, group)
    assert (np.abs(millions - weight * 1e6) < 1 + 1e-9 * np.abs(weight * 1e6)).all()
    for one in range(4):
        whole = millions[group == one].sum()
        exact = weight[group == one].sum() * 1e6
        assert abs(whole - exact) <= 0.5 + 1e-9 * exact


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_weights_of_six_decimals_stay_as_they_are(millions: list[int]) -> None:
    weight = np.array(millions, dtype=np.int64) / 1e6
    assert rounding.millionths(weight).tolist() == millions


def test_a_total_that_was_spread_stays_whole() -> None:
    assert rounding.millionths(np.full(7, 4512 / 7)).sum() == 4512 * 10**6


def test_order_of_rows_does_not_change_the_sum() -> None:
    weight = np.random.default_rng(3).uniform(0, 5, 200)
    assert rounding.millionths(weight).sum() == rounding.millionths(weight[::-1]).sum()


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(-1, 4)), max_size=40))
def test_sums_agree_with_a_plain_loop(rows: list[tuple[int, int]]) -> None:
    expected = [sum(value for value, label in rows if label == group) for group in range(5)]
    values = np.array([value for value, _ in rows], dtype=np.int64)
    labels = np.array([label for _, label in rows], dtype=np.int64)
    assert rounding.sums(values, labels, 5).tolist() == expected


def test_measures_keep_nan() -> None:
    assert np.isnan(rounding.measure(np.array([np.nan]))).all()
    assert rounding.measure(np.array([899.99951])).tolist() == [900.0]
