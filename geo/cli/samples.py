"""demo and app: a sample to try, and the planner in the browser."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from geo.cli import voice
from geo.errors import InputMissingError
from geo.messages import msg


@click.command()
@click.argument("folder", type=voice.PATH, required=False, help="Folder for the sample study · 示例项目的文件夹")
@click.option("--study", default="qinghe", show_default=True, help="qinghe or helsinki · 示例项目名")
def demo(folder: Path | None, study: str) -> None:
    """Write a sample study and run it · 写出示例项目并计算。"""
    from geo.cli.study import run
    from geo.sources.samples import helsinki_study, qinghe_study

    samples = {"qinghe": qinghe_study, "helsinki": helsinki_study}
    usual = {"qinghe": "lifecircle-demo", "helsinki": "lifecircle-demo-helsinki"}  # two towns never share a folder
    if study not in samples:
        raise voice.wrong_usage(msg("There are two sample studies: qinghe and helsinki."))
    place = folder or Path(usual[study])
    path = samples[study](place)
    voice.line(msg("The sample study is in {folder}"), folder=place)
    click.get_current_context().invoke(run, study=path)


@click.command("app")
@click.argument("study", type=voice.PATH, required=False, help="study.toml; default: the sample town · 默认打开示例县城")
@click.option("--port", default=8501, show_default=True, help="Port on this machine · 本机端口")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on · 监听地址")
@click.option("--allow-host", "allow_hosts", multiple=True, help="Name it answers to; may be repeated · 允许访问的主机名，可重复")
@click.option("--headless", is_flag=True, help="Do not open a browser · 不打开浏览器")
def open_app(study: Path | None, port: int, host: str, allow_hosts: tuple[str, ...], headless: bool) -> None:  # noqa: FBT001
    """Open the planner in the browser · 在浏览器中打开规划工具。"""
    from geo.ui.launch import Listening, launch

    if study is not None and not study.exists():
        raise InputMissingError(msg("There is no study file {path}."), path=study)
    sys.exit(launch(study, Listening(port, host, allow_hosts), headless=headless))
