"""Rounding so that what is written adds up.

Weights are written with six decimals, seconds and metres with three. A rounded column
must still add up to its rounded total, so what rounding loses in a group is given back
to the values that lost most (largest remainder). Everything that is a sum (communities,
catchments, totals) is then computed again from the rounded weights as whole millionths,
so that a user who adds up any column gets the total that is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHT_DECIMALS = 6
MILLION = 10**WEIGHT_DECIMALS
MEASURE_DECIMALS = 3
_RELATIVE = 1e-15


def millionths(weight: NDArray[np.float64], group: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Each weight in whole millionths, adding up in every group to the group's rounded sum.

    Parameters
    ----------
    weight
        People, shape (n,), finite, zero or more.
    group
        A group's number from 0 for each row, shape (n,); all in one when None. Weights that
        have no more than six decimals are never touched.

    Returns
    -------
    NDArray[np.int64]
        Shape (n,); ``weight ≈ result / 1e6``, off by less than one millionth.
    """
    scaled = np.asarray(weight, dtype=np.float64) * MILLION
    near = np.rint(scaled)
    exact = np.abs(scaled - near) <= _RELATIVE * np.maximum(near, 1.0)
    scaled = np.where(exact, near, scaled)
    low = np.floor(scaled)
    result: NDArray[np.int64] = low.astype(np.int64)
    if not len(result):
        return result
    label = np.zeros(len(result), dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    lost = scaled - low
    owed = np.rint(np.bincount(label, lost)).astype(np.int64)
    # Within each group, those that lost most come first; equal losses in the order of the rows.
    order = np.lexsort((np.arange(len(label)), -lost, label))
    starts = np.searchsorted(label[order], np.arange(len(owed)))
    rank = np.arange(len(order)) - starts[label[order]]
    result[order[rank < owed[label[order]]]] += 1
    return result


def sums(millions: NDArray[np.int64], label: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Whole sums per group, shape (groups,); rows labelled -1 count nowhere."""
    result: NDArray[np.int64] = np.zeros(groups, dtype=np.int64)
    keep = label >= 0
    np.add.at(result, label[keep], millions[keep])
    return result


def people(millions: NDArray[np.int64]) -> NDArray[np.float64]:
    """Millionths as people: the float nearest to the decimal, so it prints with six decimals."""
    result: NDArray[np.float64] = np.asarray(millions, dtype=np.int64) / MILLION
    return result


def measure(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds or metres to three decimals; NaN stays NaN."""
    result: NDArray[np.float64] = np.asarray(np.round(values, MEASURE_DECIMALS), dtype=np.float64)
    return result
