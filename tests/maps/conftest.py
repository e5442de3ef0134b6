from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from geo.export import outputs_of
from tests.export import handmade

if TYPE_CHECKING:
    from geo.export.outputs import Outputs
    from geo.model import Coverage, Study

MADE = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def study() -> Study:
    return handmade.study()


@pytest.fixture(scope="session")
def coverage(study: Study) -> Coverage:
    return handmade.coverage(study)


@pytest.fixture(scope="session")
def made(study: Study, coverage: Coverage) -> Outputs:
    """Every output of the handmade answer, in Chinese."""
    return outputs_of(study, coverage, lang="zh", made=MADE)
