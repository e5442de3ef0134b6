"""Frames that a value lends out: whoever changes what he got changes his own copy, never the value."""

from __future__ import annotations

from typing import Generic, TypeVar, cast

F = TypeVar("F")


class Lent(Generic[F]):
    """A field of a frozen class that holds a frame (or None) and gives a copy of it each time it is asked.

    The copies are shallow: pandas copies a column only when somebody writes into it, so that lending a
    frame takes a quarter of a millisecond, however long it is. The frame that was handed in is
    copied as well: what its owner does to it afterwards changes nothing here. Writing into the arrays
    beneath a frame (``frame.geometry.array[0] = …``) is beyond what pandas guards.
    """

    def __init__(self, *default: F) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> F:
        if instance is None:  # how a dataclass asks whether there is a default
            if not self._default:
                raise AttributeError(self._name)
            return self._default[0]
        return cast("F", _copied(vars(instance)[self._name]))

    def __set__(self, instance: object, value: F) -> None:
        vars(instance)[self._name] = _copied(value)


def _copied(held: object) -> object:
    """A shallow copy of a frame; what is no frame is given as it is, for whoever checks it to say so."""
    copy = getattr(held, "copy", None)
    return held if copy is None or not hasattr(held, "columns") else copy(deep=False)
