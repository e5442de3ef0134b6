"""A job for the guarded child that goes wrong in the way it is asked to."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from geo.sources.guarded_child import Says


def get_ready() -> None:
    pass


def run(request: dict[str, Any], says: Says) -> dict[str, Any]:  # noqa: C901, PLR0912  (one branch a way to go wrong)
    says.file("a.csv")
    do = request["do"]
    if do == "spin":
        while True:
            pass
    if do == "sleep":
        time.sleep(60)
    if do == "fill":
        held = []
        while True:
            held.append(np.ones(1_000_000))
            time.sleep(0.005)
    if do == "abort":
        os.abort()
    if do == "end":
        sys.stdout.flush()
        os._exit(0)
    if do == "babble":
        while True:
            says.line(stage="x", share=0)
    if do == "shout":
        says.line(stage="x" * 1_000_000, share=0)
    if do == "bad json":
        says._out.write("[" * 100_000 + "\n")
        says._out.flush()
    if do == "bad template":
        says.line(sort="InputDataError", error={"template": "{a.__class__.__init__.__globals__}", "values": {"a": "x"}})
    if do == "bad sort":
        says.line(sort="msg", error={"template": "a plain sentence", "values": {}})
    if do == "raise":
        raise RuntimeError("what\nnobody\x1b[2J foresaw " * 100)
    if do == "memory":
        np.ones(10**13)
    if do == "deep":
        deep: list[Any] = []
        for _ in range(50_000):
            deep = [deep]
        return {"deep": deep}
    if do == "stages":
        says.stage("begun", 0.0)
        time.sleep(0.5)
        says.stage("ended", 1.0)
        return {}
    time.sleep(5)
    return {}
