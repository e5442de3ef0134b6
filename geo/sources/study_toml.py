"""Reading ``study.toml``: every key is known by name, every fault is one sentence.

The file is data: nothing in it is run.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import GeoError, InputMissingError, StudyFileError
from geo.messages import msg
from geo.sources.findings import some
from geo.sources.osm_filter import FILTERS
from geo.sources.sane import check_crs, check_encoding, check_text, clipped, shown
from geo.sources.spelling import meant
from geo.sources.study_file import (
    DATUMS,
    RESERVED,
    BarriersTable,
    CommunitiesTable,
    DemandTable,
    EntrancesTable,
    FacilitiesTable,
    LayerTable,
    NetworkTable,
    ProfileTable,
    SitesTable,
    StandardTable,
    StudyFile,
    StudyTable,
    WalkingTable,
)
from geo.sources.toml_text import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLES: Mapping[str, type] = {
    "study": StudyTable,
    "network": NetworkTable,
    "communities": CommunitiesTable,
    "facilities": FacilitiesTable,
    "entrances": EntrancesTable,
    "demand": DemandTable,
    "standard": StandardTable,
    "walking": WalkingTable,
    "candidates": SitesTable,
    "requests": SitesTable,
    "residential": SitesTable,
    "barriers": BarriersTable,
}
_SPELLINGS = {("facilities", "entrance"): "entrances"}  # other ways to write a key
_FAULTS_TOLD = 50  # of one study file; what follows is mostly the same mistake again
_FARTHEST_M = 100_000
_MOST = 1e15  # no number of a study is as large
_LAYERS = ("communities", "facilities", "entrances", "demand", "candidates", "requests", "residential", "barriers")


def read_study_file(path: Path | str) -> StudyFile:
    """Read and check ``study.toml``.

    Raises
    ------
    InputMissingError
        When there is no such file.
    StudyFileError
        For the first thing that is wrong with it; :func:`parse_study_file` tells all of them.
    """
    study, faults = parse_study_file(path)
    if faults:
        raise faults[0]
    return study


def parse_study_file(path: Path | str) -> tuple[StudyFile, list[GeoError]]:
    """Read ``study.toml`` as far as it can be understood, and list everything that is wrong with it."""
    path = Path(path)
    if path.is_dir():
        path = path / "study.toml"
    if not path.is_file():
        raise InputMissingError(msg("There is no study file {path}."), path=path)
    faults: list[GeoError] = []
    raw = read_toml(path)
    known = _tables(raw, faults)
    known.setdefault("study", StudyTable())
    known.setdefault("standard", StandardTable())
    if "network" not in known:
        known["network"] = NetworkTable()
        if "network" not in raw:
            faults.append(StudyFileError(msg('The table [network] is missing; write [network] and path = "streets.osm.pbf".')))
    study = StudyFile(path=path, **known)
    faults += _contradictions(study, raw)
    if len(faults) >= _FAULTS_TOLD:
        more = StudyFileError(msg("The study file has more faults than these; mend these {count} first."), count=_FAULTS_TOLD)
        faults = [*faults[:_FAULTS_TOLD], more]
    return _without_second_rule(study), faults


def _tables(raw: Mapping[str, Any], faults: list[GeoError]) -> dict[str, Any]:
    """Each table of the file typed, as far as it is understood."""
    known: dict[str, Any] = {}
    for key, value in raw.items():
        if len(faults) >= _FAULTS_TOLD:
            break
        if key == "profiles":
            known[key] = _profiles(value, faults)
        elif key not in _TABLES:
            faults.append(_unknown(key, [*_TABLES, "profiles"], ""))
        elif not isinstance(value, dict):
            faults.append(StudyFileError(msg("“{key}” must be a table: write [{key}] on a line of its own."), key=key))
        else:
            known[key] = _fill(_TABLES[key], value, key, faults)
    return known


def _fill(kind: type[Any], table: Mapping[str, Any], where: str, faults: list[GeoError]) -> Any:  # noqa: ANN401  (one of the tables)
    """A dataclass from a raw table; every fault is noted and its key left at the default."""
    hints = {f.name: str(f.type) for f in fields(kind)}
    good: dict[str, Any] = {}
    for written, value in table.items():
        if len(faults) >= _FAULTS_TOLD:
            break
        key = _SPELLINGS.get((where, written), written)
        if key not in hints or (key != written and key in table):
            faults.append(_unknown(written, list(hints), where))
            continue
        try:
            good[key] = _value(value, hints[key], key, where)
        except StudyFileError as fault:
            faults.append(fault)
    return kind(**good)


def _value(value: object, hint: str, key: str, where: str) -> object:
    """The value if it is of the sort that the key takes; ``hint`` is the field's annotation."""
    sort = hint.removesuffix(" | None")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    good = {
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and number,
        "float": number,
        "tuple[str, ...]": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "Mapping[str, str]": isinstance(value, dict) and all(isinstance(item, str) for item in value.values()),
    }
    if not good[sort]:
        raise StudyFileError(_MUST_BE[sort], key=key, table=where, value=shown(value))
    if isinstance(value, int | float) and abs(value) > _MOST:
        sentence = msg("“{key}” in [{table}] is too large a number: {value}.")
        raise StudyFileError(sentence, key=key, table=where, value=shown(value))
    for text in _texts(value):
        check_text(text, key, where)
    if key == "encoding":
        check_encoding(str(value), where)
    if key == "crs" and where != "study":
        check_crs(str(value), where)
    return tuple(value) if isinstance(value, list) else value


def _texts(value: object) -> list[str]:
    """Every text in a value: itself, or those of a list or a table of texts."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*value, *value.values()]
    return list(value) if isinstance(value, list) else []


_MOST_GROUPS = 200
_MUST_BE = {
    "str": msg("“{key}” in [{table}] must be a text in quotes; it is {value}."),
    "bool": msg("“{key}” in [{table}] must be true or false; it is {value}."),
    "int": msg("“{key}” in [{table}] must be a whole number; it is {value}."),
    "float": msg("“{key}” in [{table}] must be a number without quotes; it is {value}."),
    "tuple[str, ...]": msg("“{key}” in [{table}] must be a list of texts; it is {value}."),
    "Mapping[str, str]": msg("[{table}.{key}] must hold a column name for each group; it holds {value}."),
}


def _unknown(key: str, known: list[str], where: str) -> StudyFileError:
    near = meant(key, known)
    key = clipped(key)
    if where and near:
        return StudyFileError(msg("“{key}” in [{table}] is not known; did you mean “{near}”?"), key=key, table=where, near=near)
    if where:
        sentence = msg("“{key}” in [{table}] is not known; what can stand there: {known}.")
        return StudyFileError(sentence, key=key, table=where, known=tuple(known))
    if near:
        return StudyFileError(msg("The table [{key}] is not known; did you mean [{near}]?"), key=key, near=near)
    return StudyFileError(msg("The table [{key}] is not known; there can be: {known}."), key=key, known=tuple(known))


def _profiles(raw: object, faults: list[GeoError]) -> dict[str, ProfileTable]:
    if not isinstance(raw, dict):
        faults.append(StudyFileError(msg("Write each walking profile as a table of its own, such as [profiles.slow].")))
        return {}
    tables = {name: table for name, table in raw.items() if isinstance(table, dict)}
    if stray := set(raw) - set(tables):
        faults.append(_unknown(min(stray), ["NAME"], "profiles"))
    return {name: _fill(ProfileTable, table, f"profiles.{name}", faults) for name, table in tables.items()}


def _contradictions(study: StudyFile, raw: Mapping[str, Any]) -> list[GeoError]:
    """What the tables say that can't be so together."""
    faults: list[GeoError] = []
    network, standard = study.network, study.standard
    given = sum((bool(network.path), bool(network.place), network.overpass))
    if "network" in raw and given != 1:
        sentence = msg("[network] needs exactly one of path, place and overpass = true; it has {count}.")
        faults.append(StudyFileError(sentence, count=given))
    if network.overpass and study.communities is None and study.demand is None:
        faults.append(StudyFileError(msg("overpass = true needs [communities]: the streets within them are asked for.")))
    for name in _LAYERS:
        table = getattr(study, name)
        if table is not None:
            faults += _layer_faults(name, table)
    if study.walking.filter not in FILTERS:
        sentence = msg("“{value}” in [walking] is no known filter; write one of {known}.")
        faults.append(StudyFileError(sentence, value=study.walking.filter, known=some(FILTERS)))
    if standard.at and study.walking.at and standard.at != study.walking.at:
        faults.append(StudyFileError(msg("[standard] and [walking] name two different times (at); keep one of them.")))
    if standard.snap_limit_m > _FARTHEST_M:
        sentence = msg("snap_limit_m = {value} is too far; write at most {limit} metres.")
        faults.append(StudyFileError(sentence, value=f"{standard.snap_limit_m:.0f}", limit=_FARTHEST_M))
    if standard.minutes is not None and standard.distance_m is not None:
        faults.append(StudyFileError(msg("[standard] has both minutes and distance_m; keep one of them.")))
    if standard.profile and standard.speed_kmh is not None:
        faults.append(StudyFileError(msg("[standard] has both profile and speed_kmh; keep one of them.")))
    return faults


def _without_second_rule(study: StudyFile) -> StudyFile:
    """Of two rules, which is a fault by now, the minutes: what comes after has one to go on with."""
    if study.standard.minutes is None:
        return study
    return replace(study, standard=replace(study.standard, distance_m=None))


def _layer_faults(name: str, table: LayerTable) -> list[GeoError]:
    """What one layer's table lacks or contradicts."""
    faults: list[GeoError] = []
    if not table.path:
        faults.append(StudyFileError(msg("“path” is missing in [{table}]; write the name of its file."), table=name))
    if table.datum not in DATUMS:
        sentence = msg("“{value}” in [{table}] is no known datum; write one of {known}.")
        faults.append(StudyFileError(sentence, value=table.datum, table=name, known=some(DATUMS)))
    groups = getattr(table, "groups", {})
    if len(groups) > _MOST_GROUPS:  # raised, not noted: to go on would take hours
        sentence = msg("[{table}.groups] names {count} groups; at most {limit} can be counted.")
        raise StudyFileError(sentence, table=name, count=len(groups), limit=_MOST_GROUPS)
    if taken := sorted(set(groups) & RESERVED):
        sentence = msg("A group can't be called “{name}”, which has a meaning of its own; choose another name.")
        faults.append(StudyFileError(sentence, name=taken[0]))
    if bool(table.lon) != bool(table.lat) or bool(table.x) != bool(table.y):
        faults.append(StudyFileError(msg("[{table}] names only one of its two coordinate columns; name both."), table=name))
    return faults


def known_tables() -> dict[str, list[str]]:
    """Every table and its keys, for the documentation and its test."""
    tables = {name: [f.name for f in fields(kind)] for name, kind in _TABLES.items()}
    return {**tables, "profiles.NAME": [f.name for f in fields(ProfileTable)]}
