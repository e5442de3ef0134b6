"""The table of walking times, written batch by batch so that any number of pairs fits."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from geo.errors import OutputError
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.core.pairs import Pairs


def write_times(path: Path, origin_ids: Sequence[str], destination_ids: Sequence[str], batches: Iterable[Pairs]) -> int:
    """Write from_id, to_id, distance_m, time_s beside the file and swap it in; give the number of pairs.

    Distances and times carry six decimals, so that adding legs up loses nothing.
    """
    path = Path(path)
    count = 0
    origins, destinations = pd.Series(list(origin_ids), dtype=object), pd.Series(list(destination_ids), dtype=object)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8", newline=""
        ) as file:
            beside = Path(file.name)
            try:
                file.write("from_id,to_id,distance_m,time_s\n")
                for batch in batches:
                    count += len(batch.origin)
                    table = pd.DataFrame(
                        {
                            "from_id": origins.to_numpy()[batch.origin],
                            "to_id": destinations.to_numpy()[batch.destination],
                            "distance_m": batch.distance_m,
                            "time_s": batch.time_s,
                        }
                    )
                    table.to_csv(file, header=False, index=False, float_format="%.6f", lineterminator="\n")
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                file.close()
                beside.unlink(missing_ok=True)
                raise
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            msg("{path} could not be written ({why}); choose another place."), path=path, why=error.strerror or error
        ) from error
    return count
