"""The command line: a thin door. It reads words, calls the three doors below, and shows sentences.

Exit status: 0 done, 1 a problem in the data (one line on standard error), 2 wrong usage.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from geo import __version__
from geo.errors import GeoError
from geo.i18n import LANGS, Lang, say, system_lang
from geo.messages import msg
from geo.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.model import Finding, ServiceStandard, Study

app = typer.Typer(
    name="lifecircle",
    help="Who can walk to a service in 15 minutes, who cannot and why. · 谁能步行15分钟到达服务设施，谁不能，为什么。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

StudyPath = Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it · 研究文件 study.toml 或其所在文件夹")]


def _lang() -> Lang:
    return system_lang(Settings().lang)


def _line(template: str, /, **values: object) -> None:
    """One line for the user, in their language; text from files is never read as markup."""
    _out.print(say(template, _lang(), **values), markup=False, soft_wrap=True)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A line that shows what is going on, on a terminal; nothing in a pipe."""
    if not _err.is_terminal:
        yield lambda _stage, _share: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_err, transient=True) as bars:
        task = bars.add_task("", total=1.0)
        yield lambda stage, share: bars.update(task, description=say(stage, _lang()), completed=share)


def _both(*given: object) -> bool:
    return sum(value is not None for value in given) > 1


def _wrong_usage(text: str) -> typer.BadParameter:
    return typer.BadParameter(say(text, _lang()))


def _chosen(
    study: Study, minutes: float | None, distance_m: float | None, profile: str | None, speed_kmh: float | None
) -> ServiceStandard:
    """The study's standard with what the command line says instead."""
    from geo.sources.profiles import find_profile, plain_profile

    standard = study.standard
    if minutes is not None:
        standard = standard.with_minutes(minutes)
    if distance_m is not None:
        standard = standard.with_distance(distance_m)
    if profile is not None:
        standard = standard.with_profile(find_profile(study.profiles, profile))
    if speed_kmh is not None:
        standard = standard.with_profile(plain_profile(speed_kmh))
    return standard


@app.command()
def run(  # noqa: PLR0913, PLR0917  (one parameter for each option of the command)
    study: StudyPath,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; default: out beside the study · 结果文件夹")] = None,
    minutes: Annotated[float | None, typer.Option(help="Time rule, minutes · 步行时间（分钟）")] = None,
    distance_m: Annotated[float | None, typer.Option("--distance-m", help="Distance rule, metres · 步行距离（米）")] = None,
    profile: Annotated[str | None, typer.Option(help="Who walks, by name · 步行人群")] = None,
    speed_kmh: Annotated[float | None, typer.Option("--speed-kmh", help="Walking speed, km/h · 步行速度（千米/时）")] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind of facility; may be repeated · 只算此类设施，可重复")
    ] = None,
) -> None:
    """Work a study out and write every table, layer and map. · 计算并输出全部表格、图层和地图。"""
    if _both(minutes, distance_m):
        raise _wrong_usage(msg("Give --minutes or --distance-m, not both."))
    if _both(profile, speed_kmh):
        raise _wrong_usage(msg("Give --profile or --speed-kmh, not both."))
    with _progress() as tell:
        from geo.core.planner import draw, measure, prepare
        from geo.export import write_outputs
        from geo.sources.study import load_study

        loaded = load_study(study, progress=lambda stage, share: tell(stage, 0.5 * share))
        standard = _chosen(loaded, minutes, distance_m, profile, speed_kmh)
        kinds = tuple(kind or ())
        _check_kinds(loaded, kinds)
        tell(msg("Walking the streets"), 0.5)
        prepared = prepare(loaded, standard)
        answer = measure(prepared, kinds=kinds)
        tell(msg("Drawing service areas"), 0.6)
        answer = draw(prepared, answer)
        tell(msg("Writing the results"), 0.8)
        folder = out or (study if study.is_dir() else study.parent) / "out"
        written = write_outputs(loaded, answer, folder, lang=_lang())
    _show_findings(answer.findings)
    totals = answer.totals
    people = {"served": f"{totals.served_weight:,.0f}", "total": f"{totals.demand_weight:,.0f}"}
    if totals.coverage_ratio is None:
        _line(msg("{name}: nobody lives here, so there is no coverage to tell."), name=loaded.name)
    else:
        text = msg("{name}: {served} of {total} people served ({percent} %), {rule}, {count} facilities.")
        percent = f"{100 * totals.coverage_ratio:.1f}"
        _line(text, name=loaded.name, **people, percent=percent, rule=_rule(standard), count=totals.facilities)
    _line(msg("{count} files written to {folder}"), count=len(written), folder=folder)


def _rule(standard: ServiceStandard) -> str:
    lang = _lang()
    label = (standard.profile.label_zh if lang == "zh" else standard.profile.label_en) or standard.profile.name
    if standard.rule == "time":
        text = msg("within {minutes} minutes on foot ({profile}, {speed} km/h)")
        return say(text, lang, minutes=standard.minutes, profile=label, speed=round(standard.profile.speed_kmh, 3))
    return say(msg("within {metres} m along the streets"), lang, metres=standard.distance_m)


def _check_kinds(study: Study, kinds: tuple[str, ...]) -> None:
    known = sorted(set(study.facilities.frame["kind"].dropna()) - {""})
    for kind in kinds:
        if kind not in known:
            raise GeoError(msg("The study has no facility of the kind “{kind}”; its kinds are: {known}."), kind=kind, known=known)


@app.command()
def times(  # noqa: PLR0913, PLR0917  (one parameter for each option of the command)
    network: Annotated[Path, typer.Option(help="Street file · 路网文件")],
    origins: Annotated[Path, typer.Option("--from", help="Table with id, lon, lat · 起点表")],
    destinations: Annotated[Path, typer.Option("--to", help="Table with id, lon, lat · 终点表")],
    out: Annotated[Path, typer.Option(help="The table to write · 输出表")],
    speed_kmh: Annotated[float, typer.Option("--speed-kmh", help="Walking speed, km/h · 步行速度（千米/时）")] = 4.8,
    max_minutes: Annotated[
        float | None, typer.Option("--max-minutes", help="Leave out longer walks · 只保留不超过此分钟数的")
    ] = None,
    snap_limit_m: Annotated[
        float, typer.Option("--snap-limit-m", help="Farthest from a street, metres · 距道路最远（米）")
    ] = 200.0,
) -> None:
    """Walking time and distance for every pair of points. · 计算两组点之间的步行时间和距离。"""
    from geo.core.pairs import pair_times
    from geo.crs import project
    from geo.export.times import write_times
    from geo.model import ServiceStandard
    from geo.sources.network import read_network
    from geo.sources.profiles import plain_profile
    from geo.sources.tables import read_places

    with _progress() as tell:
        streets = read_network(network, progress=tell)
        ids_a, lonlat_a = read_places(origins)
        ids_b, lonlat_b = read_places(destinations)
        # Without a cutoff any number of minutes will do: the pairs are not judged, only measured.
        standard = ServiceStandard(plain_profile(speed_kmh), minutes=max_minutes or 15.0, snap_limit_m=snap_limit_m)
        limit = standard.cutoff if max_minutes is not None else float("inf")
        from_xy = project(lonlat_a[:, 0], lonlat_a[:, 1], streets.crs)
        to_xy = project(lonlat_b[:, 0], lonlat_b[:, 1], streets.crs)
        tell(msg("Walking the streets"), 0.5)
        found = pair_times(streets, from_xy, to_xy, standard, limit)
        count = write_times(out, ids_a, ids_b, found.batches)
    for path, ids, refused in ((origins, ids_a, found.refused_origins), (destinations, ids_b, found.refused_destinations)):
        if len(refused):
            text = msg("{path}: {count} points are farther than {limit} m from any street and have no times, first {ids}.")
            first = [ids[i] for i in refused[:5]]
            warning = say(text, _lang(), path=path.name, count=len(refused), limit=snap_limit_m, ids=first)
            _err.print(warning, markup=False, soft_wrap=True)
    _line(msg("{count} pairs written to {path}"), count=count, path=out)


@app.command()
def check(study: StudyPath) -> None:
    """Tell everything that is wrong or doubtful in the inputs. · 检查输入数据并逐条说明问题。"""
    from geo.sources.study import check_study

    with _progress() as tell:
        findings = check_study(study, progress=tell)
    _show_findings(findings, to=_out)
    errors = sum(finding.level == "error" for finding in findings)
    doubts = sum(finding.level in {"doubtful", "mended"} for finding in findings)
    _line(msg("{errors} errors, {doubts} doubtful or mended."), errors=errors, doubts=doubts)
    if errors:
        raise typer.Exit(1)


def _show_findings(findings: tuple[Finding, ...] | list[Finding], to: Console = _err) -> None:
    lang = _lang()
    marks = {
        "error": say(msg("error"), lang),
        "doubtful": say(msg("doubtful"), lang),
        "mended": say(msg("mended"), lang),
        "info": say(msg("note"), lang),
    }
    for finding in findings:
        rows = say(msg(" (rows {rows})"), lang, rows=finding.rows) if finding.rows else ""
        to.print(f"{marks[finding.level]} · {finding.layer} · {say(finding.message, lang)}{rows}", markup=False, soft_wrap=True)


@app.command()
def network(
    source: Annotated[Path, typer.Argument(help="Street file · 路网文件")],
    out: Annotated[Path, typer.Option(help="The compiled network to write (.lcnet) · 输出的路网文件")],
) -> None:
    """Build a walk network once, for reuse. · 一次生成步行路网，反复使用。"""
    from geo.sources.network import describe, read_network
    from geo.sources.network_store import save_network

    with _progress() as tell:
        streets = read_network(source, progress=tell)
        save_network(streets, out)
    numbers = describe(streets)
    _show_findings(streets.findings)
    _line(
        msg("{nodes} nodes, {edges} edges, {km} km; {islands} islands with {off} km off the main network; data of {date}."),
        nodes=numbers.nodes,
        edges=numbers.edges,
        km=f"{numbers.length_m / 1000:,.1f}",
        islands=max(numbers.components - 1, 0),
        off=f"{numbers.off_main_m / 1000:,.1f}",
        date=numbers.source_date or say(msg("unknown date"), _lang()),
    )
    _line(msg("Saved as {path}"), path=out)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder for the sample study · 示例研究的文件夹")] = Path("lifecircle-demo"),
    study: Annotated[str, typer.Option(help="qinghe or helsinki · 示例名")] = "qinghe",
) -> None:
    """Write a sample study and run it. · 写出示例研究并计算。"""
    from geo.sources.samples import helsinki_study, qinghe_study

    samples = {"qinghe": qinghe_study, "helsinki": helsinki_study}
    if study not in samples:
        raise _wrong_usage(msg("There are two sample studies: qinghe and helsinki."))
    path = samples[study](folder)
    _line(msg("The sample study is in {folder}"), folder=folder)
    run(path)


@app.command("app")
def open_app(
    study: Annotated[Path | None, typer.Argument(help="study.toml; default: the sample town · 默认打开示例县城")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine · 本机端口")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser · 不打开浏览器")] = False,  # noqa: FBT002
) -> None:
    """Open the planner in the browser. · 在浏览器中打开规划工具。"""
    from geo.ui.launch import launch

    if study is not None and not study.exists():
        raise GeoError(msg("There is no study file {path}."), path=study)
    raise typer.Exit(launch(study, port, headless=headless))


@app.callback(invoke_without_command=True)
def _top(
    lang: Annotated[str | None, typer.Option(help="zh or en · 语言")] = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version · 版本")] = False,  # noqa: FBT002
) -> None:
    """Lifecircle: 15-minute service circles. · 十五分钟生活圈规划。"""
    if version:
        _out.print(f"lifecircle {__version__}")
        raise typer.Exit
    if lang is not None:
        if lang not in LANGS:
            raise _wrong_usage(msg("The language is zh or en."))
        os.environ["LIFECIRCLE_LANG"] = lang


def main() -> None:
    """Run a command; a problem in the data is one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in GBK can't show every name: show a mark instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except GeoError as error:
        _err.print(say(error, _lang()), markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
