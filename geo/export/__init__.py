"""Everything that leaves the program: tables, layers and maps, whole and in agreement with each other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from geo.export.files import spare_inputs

if TYPE_CHECKING:
    from geo.export.fields import Field, describe_fields, schema
    from geo.export.geojson import to_geojson
    from geo.export.outputs import (
        OUTPUTS,
        output_bytes,
        outputs_of,
        write_geojson,
        write_layer,
        write_output,
        write_outputs,
        write_table,
    )

__all__ = [
    "OUTPUTS",
    "Field",
    "describe_fields",
    "output_bytes",
    "outputs_of",
    "schema",
    "spare_inputs",
    "to_geojson",
    "write_geojson",
    "write_layer",
    "write_output",
    "write_outputs",
    "write_table",
]

_HOMES = {"Field": "fields", "describe_fields": "fields", "schema": "fields", "to_geojson": "geojson"}


def __getattr__(name: str) -> object:
    """Fetch a door when it is first used: commands that write no study start quicker."""
    if name in __all__:
        return getattr(import_module(f"geo.export.{_HOMES.get(name, 'outputs')}"), name)
    message = f"module 'geo.export' has no attribute '{name}'"
    raise AttributeError(message)
