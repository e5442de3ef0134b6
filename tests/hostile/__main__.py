"""python -m tests.hostile FOLDER [WORDS]: write the cases, try them, print what each used.

WORDS: only cases whose names hold one of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hostile.cases import CASES
from tests.hostile.tries import listening, tried


def main(folder: Path, words: list[str]) -> None:
    worst = {"s": 0.0, "MB": 0.0}
    with listening() as (port, calls):
        for case in CASES:
            if words and not any(word in case.name for word in words):
                continue
            study = case.write(folder / case.name, port)
            for command in (("check", study), ("run", study, "--out", folder / "out")):
                got = tried(*command)
                lines = [line for line in (got.err + got.out).splitlines() if line.strip()]
                told = next((line for line in lines if case.says and case.says in line), lines[-1] if lines else "")
                bad = "Traceback" in got.err or got.status not in {0, 1} or (got.status == 0) != (not case.says)
                mark, used = "!!" if bad else "  ", f"{got.work_s:5.1f} s {got.memory_mb:5.0f} MB"
                print(f"{mark} {case.name:34} {command[0]:5} {got.status:3} {used}  {told[:120]}", flush=True)  # noqa: T201
                worst = {"s": max(worst["s"], got.work_s), "MB": max(worst["MB"], got.memory_mb)}
    print(f"worst {worst['s']:.1f} s, {worst['MB']:.0f} MB; {len(calls)} requests {calls}")  # noqa: T201


main(Path(sys.argv[1]), sys.argv[2:])
