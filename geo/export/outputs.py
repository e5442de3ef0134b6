"""Every output of a study: which there are, how each is made, and writing them all."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geo import crs
from geo.errors import OutputError
from geo.export.belonging import asked_about
from geo.export.files import replace_files
from geo.export.geojson import to_geojson
from geo.export.geopackage import geopackage
from geo.export.results import LAYERS, Results, round_results
from geo.export.sheets import demand_csv, to_csv
from geo.export.summary import summary_json
from geo.export.web import map_html
from geo.export.workbook import workbook
from geo.i18n import LANGS
from geo.maps.picture import Picture
from geo.maps.print import draw_sheet, map_pdf, map_png
from geo.maps.words import study_title
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from matplotlib.figure import Figure

    from geo.i18n import Lang
    from geo.model import Coverage, Study


@dataclass(frozen=True, eq=False)
class Outputs:
    """The outputs of one answer, made when they are asked for and rounded only once."""

    study: Study
    coverage: Coverage
    lang: Lang
    made: datetime

    @cached_property
    def results(self) -> Results:
        """The tables and layers as all files hold them."""
        return round_results(self.study, self.coverage)

    @cached_property
    def picture(self) -> Picture:
        """The answer as maps draw it."""
        study, results = self.study, self.results
        return Picture(
            replace(self.coverage, totals=results.totals),
            study.network,
            **{name: results.layer(name) for name in (*LAYERS, "demand")},
            made=self.made.date(),
            barriers=study.barriers,
            water=None if study.water is None else crs.to_metric(study.water, self.coverage.crs),
            planned=results.planned,
        )

    @cached_property
    def sheet(self) -> Figure:
        """The printed map, drawn once for PNG and PDF."""
        return draw_sheet(self.picture, self.lang)

    def content(self, name: str) -> bytes:
        """One output by its file name.

        Raises
        ------
        KeyError
            When there is no output of that name; ``OUTPUTS`` has them all.
        """
        return OUTPUTS[name].make(self)


@dataclass(frozen=True)
class Output:
    """One sort of output: what it is called, what it is for, and how it is made."""

    mime: str
    title: str  # for a person who chooses what to download
    make: Callable[[Outputs], bytes]


def _layer(name: str) -> Callable[[Outputs], bytes]:
    return lambda made: to_geojson(made.results.layer(name))


_GEOJSON = "application/geo+json"
OUTPUTS: dict[str, Output] = {
    "summary.json": Output(
        "application/json",
        msg("Summary: the standard, the totals and where the data come from"),
        lambda o: summary_json(o.study, o.coverage, o.results, lang=o.lang, made=o.made),
    ),
    "demand.csv": Output("text/csv", msg("Walking time of every demand point"), lambda o: demand_csv(o.results.demand)),
    "communities.geojson": Output(_GEOJSON, msg("Communities with their coverage"), _layer("communities")),
    "service_areas.geojson": Output(_GEOJSON, msg("Service areas"), _layer("service_areas")),
    "gaps.geojson": Output(_GEOJSON, msg("Gaps"), _layer("gaps")),
    "facilities.geojson": Output(_GEOJSON, msg("Facilities"), _layer("facilities")),
    "coverage.gpkg": Output(
        "application/geopackage+sqlite3",
        msg("All layers for QGIS, with styles"),
        lambda o: geopackage(o.results, o.study.network, o.picture.surroundings, lang=o.lang),
    ),
    "map.html": Output(
        "text/html", msg("Map for any browser, also without a network"), lambda o: map_html(o.picture, lang=o.lang)
    ),
    "map.png": Output("image/png", msg("Map to print, as a picture"), lambda o: map_png(o.sheet)),
    "map.pdf": Output(
        "application/pdf", msg("Map to print, as PDF"), lambda o: map_pdf(o.sheet, study_title(o.coverage, o.lang))
    ),
    "coverage.xlsx": Output(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        msg("All tables for Excel or WPS"),
        lambda o: workbook(o.study, o.coverage, o.results, lang=o.lang, made=o.made),
    ),
}


EXTRAS: Mapping[str, bytes] = {"profiles.csv": b"profile,speed_kmh,", "bases.csv": b"id,community_id,weight,time_s,"}
"""Tables that only some runs write, and how each begins."""


def outputs_of(study: Study, coverage: Coverage, *, lang: Lang, made: datetime | None = None) -> Outputs:
    """The outputs of an answer, none of them made yet.

    Parameters
    ----------
    made
        The date that the files bear; now when None, or what ``SOURCE_DATE_EPOCH`` says for builds that must repeat.

    Raises
    ------
    InputDataError
        When the answer is that of another study.
    OutputError
        For a language that we don't speak.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC).astimezone()
    if lang not in LANGS:
        raise OutputError(msg("The language must be one of {known}; this is “{lang}”."), known=LANGS, lang=lang)
    return Outputs(asked_about(study, coverage), coverage, lang, made or now)


def output_bytes(study: Study, coverage: Coverage, name: str, *, lang: Lang) -> bytes:
    """One output as bytes, by its file name (a key of ``OUTPUTS``)."""
    return outputs_of(study, coverage, lang=lang).content(name)


def write_outputs(
    study: Study, coverage: Coverage, directory: str | Path, *, lang: Lang, more: Mapping[str, pd.DataFrame] | None = None
) -> list[Path]:
    """Write every output into a folder, all of them or none.

    Files of other names in the folder stay as they are. All outputs are made before the
    first old file is replaced.

    Parameters
    ----------
    more
        Tables that belong to this answer, by their file names (one or all of ``EXTRAS``). Those that an
        earlier answer left in the folder, and this one has not, go with the rest of it.

    Returns
    -------
    list[Path]
        The files written.

    Raises
    ------
    OutputError
        When the folder or a file in it can't be written.
    """
    made, folder, more = outputs_of(study, coverage, lang=lang), Path(directory), more or {}
    contents = {name: made.content(name) for name in OUTPUTS}
    contents |= {name: to_csv(frame, tuple(frame.columns)) for name, frame in more.items()}
    return replace_files(folder, contents, [name for name in EXTRAS if name not in more and _is_ours(folder / name)])


def _is_ours(table: Path) -> bool:
    """Whether a file of that name is such a table of ours, by its first columns, and no file of the user's."""
    try:
        with table.open("rb") as file:
            return file.readline(200).startswith(EXTRAS[table.name])
    except OSError:
        return False


def write_output(study: Study, coverage: Coverage, path: str | Path, name: str, *, lang: Lang) -> Path:
    """Write one output (a key of ``OUTPUTS``) to a path of any name."""
    path = Path(path)
    return replace_files(path.parent, {path.name: output_bytes(study, coverage, name, lang=lang)})[0]


def write_geojson(study: Study, coverage: Coverage, directory: str | Path, layers: Sequence[str] = LAYERS) -> list[Path]:
    """Write layers as GeoJSON (RFC 7946): communities, service_areas, gaps and facilities, or some of them.

    Returns
    -------
    list[Path]
        ``<layer>.geojson`` for each layer, in the order given.
    """
    results = round_results(asked_about(study, coverage), coverage)
    return replace_files(Path(directory), {f"{layer}.geojson": to_geojson(results.layer(layer)) for layer in layers})


def write_table(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a table as CSV (UTF-8, no text a formula), beside the old file and swapped in."""
    path = Path(path)
    return replace_files(path.parent, {path.name: to_csv(frame, tuple(frame.columns))})[0]


def write_layer(frame: gpd.GeoDataFrame, path: str | Path) -> Path:
    """Write any layer as GeoJSON (RFC 7946), beside the old file and swapped in."""
    path = Path(path)
    return replace_files(path.parent, {path.name: to_geojson(frame)})[0]
