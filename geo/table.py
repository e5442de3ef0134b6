"""Tables of plain arrays: what building and storing a network need of a frame, without pandas, which takes long to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

F = TypeVar("F")


@dataclass(frozen=True, eq=False)
class Words:
    """A text column: each row's number in a list of words that are all different; -1 for a row without any.

    Raises
    ------
    ValueError
        When a word is there twice, or a row has none of the words.
    """

    words: list[str]
    code: NDArray[np.int32]  # (n,)

    def __post_init__(self) -> None:
        if len(set(self.words)) < len(self.words):
            message = "a word is there twice"
            raise ValueError(message)
        if len(self.code) and not -1 <= int(self.code.min()) <= int(self.code.max()) < len(self.words):
            message = "a row has none of the words"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.code)

    @classmethod
    def of(cls, texts: list[str]) -> Words:
        """The texts as a column, words in alphabetical order."""
        number = {word: at for at, word in enumerate(sorted(set(texts)))}
        return cls(list(number), np.array([number[text] for text in texts], dtype=np.int32))

    def among(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """Which rows have one of the words, shape (n,)."""
        result: NDArray[np.bool_] = np.array([word in wanted for word in self.words], dtype=np.bool_)[self.code]
        return result

    def take(self, rows: NDArray[np.integer]) -> Words:
        """Some of the rows, with the words that they have in alphabetical order."""
        used, number = distinct(self.code[rows])
        words = [self.words[at] for at in used.tolist()]
        order = sorted(range(len(words)), key=words.__getitem__)
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        return Words([words[at] for at in order], rank[number])


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of one length by name: numbers and flags as arrays, text as :class:`Words`.

    Raises
    ------
    ValueError
        When the columns are not of one length.
    """

    columns: Mapping[str, Array | Words]

    def __post_init__(self) -> None:
        if len({len(column) for column in self.columns.values()}) > 1:
            message = "columns of different lengths"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Table:
        """A frame's columns; categories become words."""
        import pandas as pd

        def plain(column: pd.Series[Any]) -> Array | Words:
            if isinstance(column.dtype, pd.CategoricalDtype):
                return Words([str(word) for word in column.cat.categories], np.asarray(column.cat.codes, dtype=np.int32))
            return column.to_numpy()

        return cls({str(name): plain(frame[name]) for name in frame.columns})

    def frame(self) -> pd.DataFrame:
        """The same as a frame, words as categories."""
        import pandas as pd

        def known(column: Array | Words) -> Array | pd.Categorical:
            if isinstance(column, Words):
                return pd.Categorical.from_codes(column.code, categories=pd.Index(column.words, dtype="str"))
            return column

        return pd.DataFrame({name: known(column) for name, column in self.columns.items()}, copy=False)


class Framed(Generic[F]):
    """A field of a class that takes a frame or a table and gives a frame, made when it is first asked for."""

    def __init__(self, *default: F) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> F:
        if instance is None:  # how a dataclass asks whether there is a default
            if not self._default:
                raise AttributeError(self._name)
            return self._default[0]
        held = vars(instance)[self._name]
        if isinstance(held, Table):
            held = vars(instance)[self._name] = held.frame()
        return cast("F", held)

    def __set__(self, instance: object, value: F | Table) -> None:
        vars(instance)[self._name] = value


def as_table(held: pd.DataFrame | Table) -> Table:
    """A table, or a frame as one."""
    return held if isinstance(held, Table) else Table.of(held)


def distinct(numbers: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """As ``np.unique`` with the inverse, for numbers from zero to not many more than there are: without sorting."""
    there = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.bool_)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]
