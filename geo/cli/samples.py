"""demo and app: a sample to try, and the planner in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo.cli import voice
from geo.cli.study import run
from geo.errors import InputMissingError
from geo.messages import msg


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder for the sample study · 示例研究的文件夹")] = Path("lifecircle-demo"),
    study: Annotated[str, typer.Option(help="qinghe or helsinki · 示例名")] = "qinghe",
) -> None:
    """Write a sample study and run it · 写出示例研究并计算。"""
    from geo.sources.samples import helsinki_study, qinghe_study

    samples = {"qinghe": qinghe_study, "helsinki": helsinki_study}
    if study not in samples:
        raise voice.wrong_usage(msg("There are two sample studies: qinghe and helsinki."))
    path = samples[study](folder)
    voice.line(msg("The sample study is in {folder}"), folder=folder)
    run(path)


def open_app(
    study: Annotated[Path | None, typer.Argument(help="study.toml; default: the sample town · 默认打开示例县城")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine · 本机端口")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser · 不打开浏览器")] = False,
) -> None:
    """Open the planner in the browser · 在浏览器中打开规划工具。"""
    from geo.ui.launch import launch

    if study is not None and not study.exists():
        raise InputMissingError(msg("There is no study file {path}."), path=study)
    raise typer.Exit(launch(study, port, headless=headless))
