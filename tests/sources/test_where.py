import pandas as pd
import pytest

from geo.errors import InputDataError, StudyFileError
from geo.sources.where import rows_where

FRAME = pd.DataFrame({"beds": ["0", "5", "", "x"], "类型": ["食堂", "老年食堂", "学校", ""], "a b": [1.0, 2.0, 3.0, 4.0]})


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("beds > 0", [1]),
        ("beds >= 0", [0, 1]),
        ("beds = 5", [1]),
        ("beds == 5", [1]),
        ("beds != 5", [0, 2, 3]),
        ("beds<5", [0]),
        ("beds <= 5", [0, 1]),
        ("类型 = 食堂", [0]),
        ("beds＞0", [1]),
        ("beds≥0", [0, 1]),
        ("类型 != '食堂'", [1, 2, 3]),
        ("类型 contains 食堂", [0, 1]),
        ('"a b" > 2', [2, 3]),
    ],
)
def test_conditions(condition, rows):
    assert rows_where(FRAME, condition, "a.csv").nonzero()[0].tolist() == rows


@pytest.mark.parametrize("condition", ["beds", "beds >", "__import__('os')", "", "类型 > 食堂"])
def test_what_is_not_understood(condition):
    with pytest.raises(StudyFileError):
        rows_where(FRAME, condition, "a.csv")


def test_a_missing_column_names_the_nearest():
    with pytest.raises(InputDataError, match="did you mean “beds”"):
        rows_where(FRAME, "bed > 0", "a.csv")
