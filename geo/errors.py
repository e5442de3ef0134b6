"""The error family, on one screen.

Every error that a planner can cause is a :class:`GeoError` and says in one plain
sentence what is wrong, where (row, value) and what to do. Core and sources raise;
only ``geo.cli`` and ``geo.ui`` catch, and they show the sentence.
"""

from __future__ import annotations

from geo.messages import Message


class GeoError(Exception):
    """A problem in the data or the question, said in one sentence."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way between processes with the values still apart."""
        return _rebuild, (type(self), self.message)


def _rebuild(kind: type[GeoError], message: Message) -> GeoError:
    return kind(message.template, **dict(message.values))


class StudyFileError(GeoError, ValueError):
    """The study file has an unknown key, a missing table or a value of the wrong sort."""


class InputMissingError(GeoError, FileNotFoundError):
    """A file that the study names is not there."""


class InputDataError(GeoError, ValueError):
    """A file was read, but what it holds can't be used."""


class InputWarning(UserWarning):
    """Rows of the inputs were left out; the rest is used."""


class NetworkError(GeoError, ValueError):
    """There is no usable walk network in the source."""


class DownloadError(GeoError, OSError):
    """The street server gave no answer, or only part of one."""


class CrsError(GeoError, ValueError):
    """Coordinates without a reference system, or in one that can't measure metres."""


class StandardError(GeoError, ValueError):
    """The service standard contradicts itself or asks for something impossible."""


class SettingError(GeoError, ValueError):
    """A setting of this machine has a value that it can't have."""


class OutputError(GeoError, OSError):
    """A result could not be written."""
