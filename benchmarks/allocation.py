"""What it gives to keep freed memory: forward passes and training steps on the CPU, with and without, side by side.

    python benchmarks/allocation.py --weights mobilenetv2_100.safetensors --rounds 5

Each way runs in its own process, one after the other in every round; ratios are of the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PX, BATCH, REPEATS = 160, 32, 6


def measure(way: str, weights: Path) -> None:
    """Print seconds of a forward pass and of a training step (medians), seconds spent in the kernel, and the peak in bytes."""
    from tamesu.allocation import keep_memory
    from tamesu.threads import wait_politely

    wait_politely()
    if way == "kept":
        assert keep_memory(), "this machine's C library cannot be told"
    import resource

    import torch

    from tamesu.backbones import BACKBONES

    options = {"weights": str(weights), "pad_type": "same", "mean": (0.5,) * 3, "std": (0.5,) * 3}
    network = BACKBONES.build("mobilenetv2_100", options, size_px=PX).to(memory_format=torch.channels_last)
    images = torch.randn(BATCH, 3, PX, PX).to(memory_format=torch.channels_last)

    def look() -> None:
        network.eval()
        with torch.no_grad():
            network(images)

    def step() -> None:
        network.train()
        network(images).mean().backward()
        network.zero_grad()

    seconds = []
    for work in (look, step):
        times = []
        for _ in range(REPEATS + 1):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
        seconds.append(statistics.median(times[1:]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([*seconds, used.ru_stime, used.ru_maxrss * 1024]))


def main() -> None:
    """Run the rounds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--way", choices=["plain", "kept"], help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.way:
        measure(words.way, words.weights)
        return
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    rounds = []
    for _ in range(words.rounds):
        found = []
        for way in ("plain", "kept"):
            command = [sys.executable, __file__, "--weights", str(words.weights), "--way", way]
            found.append(json.loads(subprocess.run(command, capture_output=True, check=True, env=environ).stdout))
        rounds.append(found)
        print(found, file=sys.stderr)
    for place, name in enumerate(("forward pass, s", "training step, s", "kernel, s", "peak, bytes")):
        plain, kept = ([each[way][place] for each in rounds] for way in (0, 1))
        ratios = sorted(one / two for one, two in zip(plain, kept, strict=True))
        print(
            f"{name}: {statistics.median(plain):.3g} -> {statistics.median(kept):.3g}, "
            f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), n = {len(rounds)}"
        )


if __name__ == "__main__":
    main()
