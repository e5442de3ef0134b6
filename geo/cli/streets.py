"""times and network: ask the streets themselves, and build them once for reuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geo.cli import voice
from geo.i18n import say
from geo.messages import msg

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--network", type=voice.PATH, required=True, help="Street file · 路网文件")
@click.option("--from", "origins", type=voice.PATH, required=True, help="Table with id, lon, lat · 起点表")
@click.option("--to", "destinations", type=voice.PATH, required=True, help="Table with id, lon, lat · 终点表")
@click.option("--out", type=voice.PATH, required=True, help="The table to write · 输出表")
@click.option("--speed-kmh", default=4.8, show_default=True, help="Walking speed, km/h · 步速（千米/时）")
@click.option("--max-minutes", type=float, help="Leave out longer walks · 只保留此分钟数内的")
@click.option("--snap-limit-m", default=200.0, show_default=True, help="Farthest from a street, metres · 接入限距（米）")
def times(  # noqa: PLR0913, PLR0917  (one parameter for each option of the command)
    network: Path,
    origins: Path,
    destinations: Path,
    out: Path,
    speed_kmh: float,
    max_minutes: float | None,
    snap_limit_m: float,
) -> None:
    """Walking time and distance for every pair of points · 计算两组点之间的步行时间和距离。"""
    from geo.core.pairs import pair_times
    from geo.crs import project
    from geo.export import spare_inputs
    from geo.export.times import write_times
    from geo.model import ServiceStandard
    from geo.sources.network import read_network
    from geo.sources.places import read_places
    from geo.sources.profiles import plain_profile

    spare_inputs([out], [network, origins, destinations])
    with voice.progress() as tell:
        streets = read_network(network, progress=tell)
        ids_a, lonlat_a, noticed_a = read_places(origins)
        ids_b, lonlat_b, noticed_b = read_places(destinations)
        # Without a cutoff any number of minutes will do: the pairs are not judged, only measured.
        standard = ServiceStandard(
            plain_profile(speed_kmh), minutes=15.0 if max_minutes is None else max_minutes, snap_limit_m=snap_limit_m
        )
        limit = standard.cutoff if max_minutes is not None else float("inf")
        from_xy = project(lonlat_a[:, 0], lonlat_a[:, 1], streets.crs)
        to_xy = project(lonlat_b[:, 0], lonlat_b[:, 1], streets.crs)
        tell(msg("Walking the streets"), 0.5)
        found = pair_times(streets, from_xy, to_xy, standard, limit)
        count = write_times(out, ids_a, ids_b, found.batches)
    voice.findings((*noticed_a, *noticed_b), on_error_stream=True)
    for path, ids, refused in ((origins, ids_a, found.refused_origins), (destinations, ids_b, found.refused_destinations)):
        if len(refused):
            text = msg("{path}: {count} points are farther than {limit} m from any street and have no times, first {ids}.")
            first = [ids[i] for i in refused[:5]]
            voice.warn(text, path=path.name, count=len(refused), limit=snap_limit_m, ids=first)
    voice.line(msg("{count} pairs written to {path}"), count=count, path=out)


@click.command()
@click.argument("source", type=voice.PATH, help="Street file · 路网文件")
@click.option("--out", type=voice.PATH, required=True, help="The compiled network to write (.lcnet) · 输出的预处理路网（.lcnet）")
def network(source: Path, out: Path) -> None:
    """Build a walk network once, for reuse · 一次生成预处理路网，反复使用。"""
    from geo.export import spare_inputs
    from geo.sources.network import describe, read_network
    from geo.sources.network_store import save_network

    spare_inputs([out], [source])
    with voice.progress() as tell:
        streets = read_network(source, progress=tell)
        save_network(streets, out)
    numbers = describe(streets)
    voice.findings(streets.findings, on_error_stream=True)
    voice.line(
        msg("{nodes} nodes, {edges} edges, {km} km; {islands} islands with {off} km off the main network; data of {date}."),
        nodes=numbers.nodes,
        edges=numbers.edges,
        km=f"{numbers.length_m / 1000:,.1f}",
        islands=max(numbers.components - 1, 0),
        off=f"{numbers.off_main_m / 1000:,.1f}",
        date=numbers.source_date or say(msg("unknown date"), voice.language()),
    )
    voice.line(msg("Saved as {path}"), path=out)
