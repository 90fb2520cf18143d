"""How long the local pages take on a competition of many runs: seconds from the request to the whole page.

    python benchmarks/pages.py --runs 2000 --rounds 5

Each round starts `tamesu ui` twice, in processes of their own; the request sent when it has printed its address is `first`
where no server has read these runs before, `cold` where one has; the median of the next is `warm`.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.web.many import write_many

from tamesu.web.kept_lines import FILE
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


def measure(folder: Path, path: str) -> tuple[float, float, float]:
    """Seconds of a request to a server that knows nothing, to one that a server came before, and the median of the next."""
    (folder / FILE).unlink(missing_ok=True)
    with serving(folder) as (address, token):
        first = ask(address + path, token)
        while not (folder / FILE).exists():
            time.sleep(0.05)
    with serving(folder) as (address, token):
        cold = ask(address + path, token)
        return first, cold, statistics.median(ask(address + path, token) for _ in range(WARM))


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """The address and the token of `tamesu ui` while the block runs."""
    command = [sys.executable, "-m", "tamesu", "ui", "--no-browser", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline()).group(1)  # type: ignore[union-attr]
            yield f"http://127.0.0.1:{port}", (folder / FOLDER / f"token-{port}").read_text().strip()
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
        print(f"{'address':24}" + "".join(f"{name + ': median':>15}{'most':>7}" for name in ("first", "cold", "warm")))
        for path in ADDRESSES:
            found = zip(*(measure(folder, path) for _ in range(options.rounds)), strict=True)
            print(f"{path:24}" + "".join(f"{statistics.median(one):15.3f}{max(one):7.3f}" for one in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
