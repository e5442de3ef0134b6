"""python meter.py REPORT COMMAND…: run a command with bounded memory and report what it and its children used.

A process counts what its parent held when it was born, so a small one of its own has to be the parent.
"""

import json
import resource
import subprocess
import sys

ROOM_BYTES = 9_000_000_000  # of addresses
WAIT_S = 120

resource.setrlimit(resource.RLIMIT_AS, (ROOM_BYTES, ROOM_BYTES))
status = subprocess.run(sys.argv[2:], check=False, timeout=WAIT_S).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w", encoding="utf-8") as report:  # noqa: PTH123  (nothing is imported that is not needed)
    json.dump({"status": status, "work_s": used.ru_utime + used.ru_stime, "memory_mb": used.ru_maxrss / 1000}, report)
