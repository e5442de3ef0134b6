"""run and check: work a study out, and tell what is wrong with its inputs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from geo.cli import voice
from geo.maps.words import (
    count,
    group_name,
    people_counted,
    percent,
    plain_number,
    profile_name,
    share_head,
    speed_words,
    study_title,
)
from geo.messages import msg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.core.compare import Bases
    from geo.core.doctor import Diagnosis
    from geo.core.prepared import Prepared
    from geo.model import Coverage, ServiceStandard, Study

study_file = click.argument(
    "study", type=voice.PATH, help="study.toml, or the folder that holds it · 项目文件 study.toml 或其所在文件夹"
)


_SUSPECTS = msg(
    '{count} suspects are in {folder}: keep the rows of mends.csv that are right, and write mends = "mends.csv" in [network].'
)


@click.command()
@study_file
@click.option("--out", type=voice.PATH, help="Folder for the results; default: out beside the study · 结果文件夹")
@click.option("--minutes", type=float, help="Time rule, minutes · 步行时限（分钟）")
@click.option("--distance-m", type=float, help="Distance rule, metres · 沿路步行距离（米）")
@click.option("--profile", "profiles", multiple=True, help="Who walks; repeat for a table of several · 步行口径，可重复")
@click.option("--speed-kmh", type=float, help="Walking speed, km/h · 步速（千米/时）")
@click.option("--kind", "kinds", multiple=True, help="Only this kind of facility; may be repeated · 只算此类设施，可重复")
@click.option("--compare-bases", is_flag=True, help="Minutes, metres and circles side by side · 步行时间、路网、直线三种口径对比")
def run(  # noqa: PLR0913, PLR0917  (one parameter for each option of the command)
    study: Path,
    out: Path | None,
    minutes: float | None,
    distance_m: float | None,
    profiles: tuple[str, ...],
    speed_kmh: float | None,
    kinds: tuple[str, ...],
    compare_bases: bool,  # noqa: FBT001
) -> None:
    """Work a study out and write every table, layer and map · 计算并输出全部表格、图层和地图。"""
    if minutes is not None and distance_m is not None:
        raise voice.wrong_usage(msg("Give --minutes or --distance-m, not both."))
    if profiles and speed_kmh is not None:
        raise voice.wrong_usage(msg("Give --profile or --speed-kmh, not both."))
    with voice.progress() as tell:
        from geo.core.asking import check_kinds
        from geo.core.barriers import applied
        from geo.core.compare import profile_table
        from geo.core.planner import draw, measure, prepare
        from geo.export import OUTPUTS, spare_inputs, write_outputs
        from geo.sources.study import read_study
        from geo.sources.water import water_of

        loaded = applied(read_study(study, progress=lambda stage, share: tell(stage, 0.5 * share)))
        standard = _chosen(loaded, minutes, distance_m, profiles[:1], speed_kmh)
        check_kinds(kinds, loaded.facilities)
        home = study if study.is_dir() else study.parent
        folder = out or home / "out"
        results = (*OUTPUTS, "profiles.csv", "bases.csv")
        spare_inputs((folder / name for name in results), (home / item.path for item in loaded.inputs))
        tell(msg("Walking the streets"), 0.5)
        prepared = prepare(loaded, standard)
        answer = measure(prepared, kinds=kinds)
        tell(msg("Drawing service areas"), 0.6)
        answer = draw(prepared, answer)
        tell(msg("Writing the results"), 0.8)
        several = _several_profiles(prepared, profiles, kinds) if len(profiles) > 1 else None
        bases = _three_bases(prepared, kinds) if compare_bases else None
        more = {"profiles.csv": profile_table(several)} if several else {}
        more |= {"bases.csv": bases.demand} if bases else {}
        loaded = replace(loaded, water=water_of(study))
        # Every file is whole before the first word: who reads only the head of what is said loses none.
        written = write_outputs(loaded, answer, folder, lang=voice.language(), more=more)
    voice.findings(answer.findings, on_error_stream=True)
    _say_totals(answer)
    if several:
        _say_profiles(several)
    if bases:
        _say_bases(bases)
    voice.line(msg("{count} files written to {folder}"), count=len(written), folder=folder)


def _chosen(
    study: Study, minutes: float | None, distance_m: float | None, profile: Sequence[str], speed_kmh: float | None
) -> ServiceStandard:
    """The study's standard with what the command line says instead."""
    from geo.sources.profiles import find_profile, plain_profile

    standard = study.standard
    if minutes is not None:
        standard = standard.with_minutes(minutes)
    if distance_m is not None:
        standard = standard.with_distance(distance_m)
    if profile:
        standard = standard.with_profile(find_profile(study.profiles, profile[0]))
    if speed_kmh is not None:
        standard = standard.with_profile(plain_profile(speed_kmh, hilly=study.network.vertex_z is not None))
    return standard


def _say_totals(answer: Coverage) -> None:
    totals = answer.totals
    if totals.coverage_ratio is None:
        voice.line(msg("{name}: nobody lives here, so there is no coverage to tell."), name=study_title(answer, voice.language()))
        return
    text = (
        msg("{name}: {served} of {total} people served ({percent}), {rule}, {count} facilities.")
        if people_counted(answer)
        else msg("{name}: {served} of {total} homes served ({percent}), {rule}, {count} facilities.")
    )
    voice.line(
        text,
        name=study_title(answer, voice.language()),
        served=count(totals.served_weight),
        total=count(totals.demand_weight),
        percent=_percent(totals.coverage_ratio),
        rule=_rule(answer.standard),
        count=totals.facilities,
    )


def _percent(ratio: float | None) -> str:
    return percent(ratio, voice.language())


def _rule(standard: ServiceStandard) -> str:
    if standard.minutes is not None:
        text = msg("within {minutes} minutes on foot ({profile}, {speed})")
        speed = speed_words(standard.profile, voice.language())
        return voice.words(text, minutes=plain_number(standard.minutes), profile=_label(standard), speed=speed)
    return voice.words(msg("within {metres} m along the streets"), metres=plain_number(standard.distance_m or 0.0))


def _label(standard: ServiceStandard) -> str:
    return profile_name(standard.profile, voice.language())


def _several_profiles(prepared: Prepared, names: Sequence[str], kinds: Sequence[str]) -> list[Coverage]:
    """Coverage for each group of walkers, the slowest first."""
    from geo.core.compare import compare_profiles
    from geo.sources.profiles import find_profile

    return compare_profiles(prepared, [find_profile(prepared.study.profiles, name) for name in dict.fromkeys(names)], kinds)


def _say_profiles(answers: list[Coverage]) -> None:
    groups = list(answers[0].groups)
    shown = [group_name(group, voice.language()) for group in groups]
    rows = [
        (
            _label(a.standard),
            speed_words(a.standard.profile, voice.language()),
            _percent(a.totals.coverage_ratio),
            *(_percent(a.groups[group]["coverage_ratio"]) for group in groups),
        )
        for a in answers
    ]
    everyone = msg("Everyone") if people_counted(answers[0]) else msg("All homes")
    voice.table([voice.words(msg("Who walks")), voice.words(msg("Speed")), voice.words(everyone), *shown], rows)


def _three_bases(prepared: Prepared, kinds: Sequence[str]) -> Bases:
    """Coverage by minutes, by metres and by circles, with what each uncovered home lacks."""
    from geo.core.compare import compare_bases

    return compare_bases(prepared, kinds)


def _say_bases(got: Bases) -> None:
    from geo.maps.basis_words import basis_rows, lack_lines

    rows = basis_rows(got, voice.language())
    heads = (msg("Measured how"), share_head(got.time))
    shown = [(f"{row.name} · {row.note}", _percent(got.ratio(row.column))) for row in rows]
    voice.table([voice.words(head) for head in heads], shown)
    for line in lack_lines(got, voice.language()):
        click.echo(line)


@click.command()
@study_file
@click.option(
    "--doctor",
    type=voice.PATH,
    help="Folder for what the streets seem to lack, and mends · 路网疑点检查结果与修补建议的文件夹",
)
def check(study: Path, doctor: Path | None) -> None:
    """Tell everything that is wrong or doubtful in the inputs · 数据检查：逐条列出输入数据与路网的问题。"""
    with voice.progress() as tell:
        from geo.core.barriers import applied
        from geo.core.doctor import diagnose
        from geo.sources.study import examine_study
        from geo.sources.water import water_of

        diagnosis = None
        loaded, found = examine_study(study, progress=lambda stage, share: tell(stage, 0.5 * share))
        if loaded is not None:
            found += tuple(finding for finding in applied(loaded).findings if finding not in found)
            water = water_of(study)
            diagnosis = diagnose(loaded.network, water=water, progress=lambda stage, share: tell(stage, 0.5 + 0.5 * share))
        if doctor is not None and diagnosis is not None:
            _write_diagnosis(diagnosis, doctor)
    found += diagnosis.findings if diagnosis else ()
    voice.findings(found, on_error_stream=False)
    errors = sum(finding.level == "error" for finding in found)
    doubts = sum(finding.level in {"doubtful", "mended"} for finding in found)
    voice.line(msg("{errors} errors, {doubts} doubtful or mended."), errors=errors, doubts=doubts)
    if doctor is not None and diagnosis is not None:
        voice.line(_SUSPECTS, count=len(diagnosis.suspects), folder=doctor)
    if errors:
        sys.exit(1)


def _write_diagnosis(diagnosis: Diagnosis, folder: Path) -> None:
    """The suspects as a layer to look at, and their mends as a table to choose from: nothing is mended by itself."""
    from geo.core.doctor import suggested
    from geo.export import write_layer
    from geo.sources.mends import write_mends

    write_layer(diagnosis.suspects, folder / "suspects.geojson")
    write_mends(suggested(diagnosis.suspects), folder / "mends.csv")
