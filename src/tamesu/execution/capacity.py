"""How many jobs run at once: what the user said, the cores, and the memory that is free."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tamesu.errors import Fault, InputError, Where

# Measured at their peaks, what no file backs: 0.45 GiB for digits at 32 px (`benchmarks/parallel.py`).
WORKER_BYTES = 3 << 29
PARALLEL_VARIABLE = "TAMESU_PARALLEL"


def count_cores(quota: Path = Path("/sys/fs/cgroup/cpu.max"), processors: Path = Path("/sys/devices/system/cpu")) -> int:
    """The cores this process may use: those it may be put on, or a container's share where that is less.

    Two processors that share one core count once, as torch counts them: they share what computes, too.

    Args:
        quota: the kernel's file with microseconds of processor time and the period they are given for.
        processors: the kernel's folder with a folder for each processor.
    """
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    cores = len({read_core(processors, number) for number in os.sched_getaffinity(0)})
    try:
        given, period = quota.read_text().split()
        return max(1, min(cores, int(given) // int(period)))
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max": no share was set
        return cores


def read_core(processors: Path, number: int) -> str:
    """What names the core of a processor: the numbers of all processors on it; its own number where that is not said."""
    try:
        return (processors / f"cpu{number}" / "topology" / "thread_siblings_list").read_text().strip()
    except OSError:
        return str(number)


def read_available_bytes(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Memory that new processes can take without swapping; None where the system does not say."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, ValueError, KeyError):
        return None


def read_wish(environ: Mapping[str, str] | None = None) -> int | None:
    """How many jobs at once the environment asks for (`TAMESU_PARALLEL`); None when it says nothing.

    Raises:
        InputError: PARALLEL_WRONG, it is not a whole number from 1.

    Examples:
        >>> read_wish({"TAMESU_PARALLEL": "2"}), read_wish({})
        (2, None)
    """
    text = (os.environ if environ is None else environ).get(PARALLEL_VARIABLE, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise InputError(Fault("PARALLEL_WRONG", "refuse", Where(key=PARALLEL_VARIABLE), {"value": text}))
    return int(text)


def choose_parallel(jobs: int, threads: int, cores: int, available_bytes: int | None) -> tuple[int, int]:
    """How many jobs to run at once on a CPU.

    Args:
        jobs: how many there are.
        threads: that each of them computes with.
        cores: that may be used.
        available_bytes: memory that is free; None when unknown.

    Returns:
        As many as the cores are good for, and as many of those as fit into the memory; 1 at least.

    Examples:
        >>> choose_parallel(5, 1, 4, 64 << 30), choose_parallel(5, 1, 4, 3 << 30), choose_parallel(5, 4, 4, None)
        ((4, 4), (4, 2), (1, 1))
    """
    wanted = max(1, min(jobs, cores // threads))
    if available_bytes is None:
        return wanted, wanted
    return wanted, max(1, min(wanted, available_bytes // WORKER_BYTES))
