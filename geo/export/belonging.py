"""An answer and the study it belongs to: files name the streets that were walked, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo.core.barriers import applied
from geo.errors import InputDataError
from geo.messages import msg

if TYPE_CHECKING:
    import pandas as pd

    from geo.model import Coverage, Study


def asked_about(study: Study, coverage: Coverage) -> Study:
    """The study as it was when the answer was found: barriers, links and mends on its streets.

    Other facilities are no other study: an answer may be that of a plan. The water is only drawn.

    Raises
    ------
    InputDataError
        When the answer is that of another study.
    """
    walked = coverage.study
    if walked is None:  # put together by hand: nobody knows
        return study
    if not (_same_people(study, walked) and _same_streets(study, walked)):
        text = msg("This is the answer of another study (“{answer}”), not of “{study}”; evaluate this one first.")
        raise InputDataError(text, answer=walked.name, study=study.name)
    return replace(walked, facilities=study.facilities, water=study.water)


def _same_people(one: Study, other: Study) -> bool:
    """Whether two studies ask about the same people in the same communities, from the same files."""
    files = ([(item.layer, item.digest) for item in study.inputs] for study in (one, other))
    return (
        one.name == other.name
        and len({tuple(each) for each in files}) == 1
        and all(_same(one.demand[name], other.demand[name]) for name in ("id", "weight", "community_id"))
        and _same(one.communities["id"], other.communities["id"])
    )


def _same(one: pd.Series, other: pd.Series) -> bool:
    return np.array_equal(one.to_numpy(), other.to_numpy())


def _same_streets(study: Study, walked: Study) -> bool:
    """Whether the streets are those walked, as they are or once the study's mends, barriers and links are laid on them."""
    if study.network.digest == walked.network.digest:
        return True
    # Where walls stand, the homes and facilities behind them are part of how the streets are closed.
    return applied(replace(study, facilities=walked.facilities)).network.digest == walked.network.digest
