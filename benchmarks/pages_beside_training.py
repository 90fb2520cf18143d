"""How much slower training is while the local pages are open, and while somebody does them harm.

    python benchmarks/pages_beside_training.py [--rounds 5] [--epochs 12]

Each round trains the digits of `tamesu demo` three ways one after the other, in an order that turns: `alone`; `watched`, with
an open page of the competition, which asks for what is new each second, and one look at every page each ten seconds; `harmed`,
with 200 connections that send a byte every second and a body of 100 MB again and again. Seconds are those of the journals'
epochs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from tamesu import workflow
from tamesu.intake.digits import write_digits
from tamesu.web.starts import FOLDER

PAGES = ("competition", "runs", "verdicts", "ideas", "data", "leaderboard", "submissions")
SLOW, BODY = 200, 100 << 20
Worker = Callable[[int, str, threading.Event], None]


def ask(port: int, token: str, path: str, body: bytes | None = None) -> None:
    """One request, whatever its answer."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", body, headers)
    with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def watch(port: int, token: str, ended: threading.Event) -> None:
    """What a browser does with an open page, and its user now and then."""
    second = 0
    while not ended.wait(1.0):
        ask(port, token, "live.json")
        second += 1
        if second % 10 == 0:
            for page in PAGES:
                ask(port, token, page)


def harm(port: int, token: str, ended: threading.Event) -> None:
    """Slow connections and a large body."""
    held: list[socket.socket] = []
    body = bytes(BODY)
    while not ended.wait(1.0):
        while len(held) < SLOW:
            held.append(socket.create_connection(("127.0.0.1", port), timeout=5))
        alive = []
        for one in held:
            try:
                one.sendall(b"G")
                alive.append(one)
            except OSError:
                one.close()
        held = alive
        ask(port, token, "tries", body)
    for one in held:
        one.close()


@contextlib.contextmanager
def beside(folder: Path, work: Worker | None) -> Iterator[None]:
    """The pages, and what somebody does with them, while the block runs."""
    if work is None:
        yield
        return
    command = [sys.executable, "-m", "tamesu", "ui", "--no-browser", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline()).group(1))  # type: ignore[union-attr]
        token = (folder / FOLDER / f"token-{port}").read_text().strip()
        # What a page costs the first time is not what an open one costs.
        for page in PAGES:
            ask(port, token, page)
        ended = threading.Event()
        thread = threading.Thread(target=work, args=(port, token, ended))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            server.send_signal(signal.SIGINT)


def train(folder: Path) -> float:
    """Seconds of all epochs of a run from nothing."""
    shutil.rmtree(folder / "runs", ignore_errors=True)
    words = [sys.executable, "-m", "tamesu", "train", "base", "--folder", str(folder), "--parallel", "1", "--device", "cpu"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    lines = (line for path in folder.glob("runs/*/jobs/*/journal.jsonl") for line in path.read_text().splitlines())
    return sum(json.loads(line.split(" ", 2)[2])["seconds"] for line in lines)


def main() -> int:
    """Train in turns, print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=12)
    options = parser.parse_args()
    ways: list[tuple[str, Worker | None]] = [("alone", None), ("watched", watch), ("harmed", harm)]
    seconds: dict[str, list[float]] = {name: [] for name, _ in ways}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "digits"
        folder.mkdir()
        write_digits(folder, 300)
        workflow.init(folder, backbone="test_resnet", weights="none", size_px=32, epochs=options.epochs)
        train(folder)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
        for number in range(options.rounds):
            for name, work in ways[number % 3 :] + ways[: number % 3]:
                with beside(folder, work):
                    time.sleep(2.0)
                    seconds[name].append(train(folder))
            print("  ".join(f"{name} {found[-1]:.2f} s" for name, found in seconds.items()), flush=True)
    for name in ("watched", "harmed"):
        ratios = sorted(one / alone for one, alone in zip(seconds[name], seconds["alone"], strict=True))
        print(f"{name} / alone: median {statistics.median(ratios):.3f}, {ratios[0]:.3f} to {ratios[-1]:.3f}, n {len(ratios)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
