"""Everything that leaves the program: tables, layers and maps, whole and in agreement with each other."""

from geo.export.fields import Field, describe_fields, schema
from geo.export.files import spare_inputs
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
