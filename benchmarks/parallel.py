"""Jobs per minute: one job at a time with all threads, one at a time with one thread, and side by side with one thread each.

python benchmarks/parallel.py [FOLDER] [--rounds 3] [--seeds 2] [CHANGES ...]

Each round runs all three ways one after the other, each in a fresh copy of FOLDER (handwritten digits as in `tamesu demo`
when none is named) with images already decoded, and counts the whole command: imports, worker starts and scoring included.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tamesu import workflow
from tamesu.artifacts.files import write_sealed
from tamesu.execution.capacity import count_cores
from tamesu.intake.digits import write_digits
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run


def make_digits(folder: Path, train_rows: int = 300) -> Path:
    """The competition of `tamesu demo`, ready to train."""
    folder.mkdir()
    write_digits(folder, train_rows)
    workflow.init(folder, backbone="test_resnet", weights="none", size_px=32, epochs=12)
    return folder


def private_bytes(parent: int) -> int:
    """The most that one process of this family holds for itself, now: memory that no file backs."""
    family, most = {parent}, 0
    stats = sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name))
    for path in stats:
        try:
            pid, ppid = int(path.parent.name), int(path.read_text().rpartition(") ")[2].split()[1])
            if pid == parent or ppid in family:
                family.add(pid)
                status = dict(line.split(":", 1) for line in (path.parent / "status").read_text().splitlines())
                most = max(most, int(status["RssAnon"].split()[0]) << 10)
        except (OSError, KeyError, ValueError):
            continue
    return most


def measure(folder: Path, changes: list[str], seeds: int, threads: int, parallel: int) -> tuple[float, float, int]:
    """Seconds of one `tamesu train`, seconds of processor time, and the most memory one of its processes held for itself."""
    run = open_run(prepare(folder, "base", changes, seeds=range(seeds)))
    # What a run has decided when it began is not decided again.
    write_sealed(run.path / "precision.json", {"precision": "fp32", "device": "cpu", "threads": threads})
    words = [sys.executable, "-m", "tamesu", "train", "base", *changes, "--folder", str(folder)]
    words += ["--seeds", str(seeds), "--parallel", str(parallel), "--device", "cpu"]
    started, before = time.perf_counter(), sum(os.times()[2:4])
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    most = [0]

    def watch() -> None:
        while process.poll() is None:
            most[0] = max(most[0], private_bytes(process.pid))
            time.sleep(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - started
    watcher.join()
    assert code == 0
    return seconds, sum(os.times()[2:4]) - before, most[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("changes", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    cores = count_cores()
    ways = {
        f"1 job, {cores} threads": (cores, 1),
        "1 job, 1 thread": (1, 1),
        f"{cores} jobs, 1 thread each": (1, cores),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as temp:
        source = options.folder or make_digits(Path(temp) / "source")
        prepared = prepare(source, "base", options.changes)
        load_material(prepared, open_run(prepared), None, 20 * 2**30, Silent()).close()
        jobs = len(open_run(prepared).jobs(range(options.seeds)))
        for number in range(options.rounds):
            for name, (threads, parallel) in ways.items():
                # Beside the source, so that relative paths to data and weights hold.
                copy = source.absolute().with_name(f"{source.name}-copy")
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("runs", "reports", "submissions"))
                took, used, most = measure(copy, options.changes, options.seeds, threads, parallel)
                shutil.rmtree(copy)
                seconds[name].append(took)
                load = os.getloadavg()[0]
                print(
                    f"round {number + 1}: {name}: {took:.1f} s, {60 * jobs / took:.1f} jobs a minute, "
                    f"{used / jobs:.1f} s of processor a job, {most / 2**30:.2f} GiB in one process at most (load {load:.1f})",
                    flush=True,
                )
    first = next(iter(ways))
    for name, values in seconds.items():
        ratios = [before / now for before, now in zip(seconds[first], values, strict=True)]
        print(
            f"{name}: {60 * jobs / statistics.median(values):.1f} jobs a minute (median of {len(values)}); "
            f"{statistics.median(ratios):.2f} times as many ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
