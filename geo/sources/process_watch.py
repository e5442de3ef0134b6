"""How much memory and time another process has used so far, as the system counts it."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import NamedTuple


class Used(NamedTuple):
    """Bytes of memory in use now, and seconds of work; None where the system doesn't tell."""

    memory_bytes: int | None
    work_s: float | None


def used_by(pid: int) -> Used:
    """What the process of that number uses; nothing is known of one that has ended."""
    system = platform.system()
    if system == "Linux":
        return _from_proc(pid)
    if system == "Windows":
        return Used(_windows_memory(pid), None)
    return Used(_from_ps(pid), None)


def _from_proc(pid: int) -> Used:
    """Linux: pages in use, and ticks on all its threads together."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        # The name of the program stands in brackets and may hold spaces; the fields are counted after it.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, IndexError, ValueError):  # it has ended
        return Used(None, None)
    ticks = int(fields[11]) + int(fields[12])
    return Used(pages * os.sysconf("SC_PAGE_SIZE"), ticks / os.sysconf("SC_CLK_TCK"))


def _from_ps(pid: int) -> int | None:
    """MacOS and the like: the resident kilobytes that ``ps`` tells."""
    told = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603  (a number)
    return int(told.stdout) * 1024 if told.stdout.strip().isdigit() else None


def _windows_memory(pid: int) -> int | None:
    """Windows: the working set, from the system's own library."""
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS."""

        _fields_ = [
            ("cb", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in ("peak", "now", "a", "b", "c", "d", "pagefile", "peak_pagefile")),
        ]

    may_ask = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
    kernel = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009  (only Windows has it)
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
    kernel.CloseHandle.argtypes = [wintypes.HANDLE]
    handle = kernel.OpenProcess(may_ask, False, pid)  # noqa: FBT003  (no heir)
    if not handle:
        return None
    try:
        counters = Counters(cb=ctypes.sizeof(Counters))
        good = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb)
        return int(counters.now) if good else None
    finally:
        kernel.CloseHandle(handle)
