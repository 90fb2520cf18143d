"""How long the local pages take on a competition of many runs: seconds from the request to the whole page.

    python benchmarks/pages.py --runs 2000 --rounds 5

Each round starts `tamesu ui` in a process of its own: the request sent when it has printed its address is `cold`, the median of
the next is `warm`.
The runs are written by script, their scores made up; their files are whole.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.web.many import write_many

from tamesu.web.starts import FOLDER

ADDRESSES = ("/runs", "/competition", "/runs?group=recipe", "/runs.json?count=1000", "/live.json")
WARM = 7


def ask(address: str, token: str) -> float:
    """Seconds until an answer is here, whole."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    return time.perf_counter() - began


def measure(folder: Path, path: str) -> tuple[float, float]:
    """Seconds of the first request to a new server, and of the median of the next."""
    command = [sys.executable, "-m", "tamesu", "ui", "--no-browser", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline()).group(1)  # type: ignore[union-attr]
            token = (folder / FOLDER / f"token-{port}").read_text().strip()
            address = f"http://127.0.0.1:{port}{path}"
            cold = ask(address, token)
            return cold, statistics.median(ask(address, token) for _ in range(WARM))
        finally:
            server.send_signal(signal.SIGINT)


def main() -> int:
    """Write the runs, ask for every address, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "many"
        write_many(folder, options.runs)
        print(f"{options.runs} runs, {options.rounds} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(f"{'address':24} {'cold: median':>12} {'most':>6} {'warm: median':>13} {'most':>6}")
        for path in ADDRESSES:
            found = [measure(folder, path) for _ in range(options.rounds)]
            colds, warms = zip(*found, strict=True)
            figures = statistics.median(colds), max(colds), statistics.median(warms), max(warms)
            print(f"{path:24} {figures[0]:12.3f} {figures[1]:6.3f} {figures[2]:13.3f} {figures[3]:6.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
