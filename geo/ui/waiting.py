"""An upload that is being read while the planner goes on with the study that is open."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from geo.errors import GeoError
from geo.sources.guarded import Cancelled
from geo.ui import cached

if TYPE_CHECKING:
    from geo.ui.state import StudyRef
    from geo.ui.upload_folders import UploadFolder


class Waiting:
    """One upload on its way; begun when it is made.

    When ``over``, ``error`` is why it can't be opened, None when it can; what nobody foresaw is raised by :meth:`look`.
    """

    def __init__(self, ref: StudyRef, folder: UploadFolder) -> None:
        self.ref, self.folder = ref, folder
        self.error: GeoError | None = None
        self._fault: Exception | None = None
        self._begun = time.monotonic()
        self._unwanted, self._over = threading.Event(), threading.Event()
        threading.Thread(target=self._read, name="upload", daemon=True).start()

    def _read(self) -> None:
        try:
            cached.opened(self.ref, self._unwanted.is_set)
            self.folder.seal()  # from now on a reload of the page finds it again
        except GeoError as error:
            self.error = error
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001  (raised again where the page can say so)
            self._fault = error
        finally:
            self._over.set()

    @property
    def seconds(self) -> int:
        """How long it has taken so far."""
        return int(time.monotonic() - self._begun)

    def give_up(self) -> None:
        """Nobody wants it any more."""
        self._unwanted.set()

    def look(self) -> bool:
        """Whether it is over."""
        if self._over.is_set() and self._fault is not None:
            raise self._fault
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for it, but not longer; whether it is over."""
        self._over.wait(seconds)
        return self.look()
