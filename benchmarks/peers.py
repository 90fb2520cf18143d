"""Seconds per epoch beside what people use: plain Lightning with torchvision transforms, and fastai. Same work, same machine.

The peers live in an environment of their own (see peers-requirements.txt). Each round runs every tool once, one after the
other, so that a noisy machine disturbs all alike; the first epoch of each is thrown away.

    python benchmarks/peers.py --peers-python .venv-peers/bin/python --rounds 3
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
TOOLS = ("tamesu", "lightning", "lightning-bf16", "fastai")


def run_tool(tool: str, options: argparse.Namespace, scratch: Path) -> float:
    """Seconds of the median measured epoch of one tool, in a process of its own."""
    if tool == "tamesu":
        out = scratch / "ours.json"
        words = [sys.executable, str(HERE / "compute_limit.py"), "--backbone", options.backbone, "--no-limit"]
        words += ["--out", str(out), "--data", str(options.data), "--rows", str(options.rows), "--val", str(options.val)]
        words += ["--size", str(options.size), "--batch", str(options.batch), "--epochs", str(options.epochs)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return float(json.loads(out.read_text())["results"][0]["epoch_s"]["median"])
    words = [str(options.peers_python), str(HERE / "peer_scripts.py"), tool, str(options.data), options.backbone]
    words += [str(value) for value in (options.rows, options.val, options.size, options.batch, options.epochs)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=scratch)
    seconds = json.loads(done.stdout.strip().splitlines()[-1])
    return statistics.median(seconds[1:])


def main() -> None:
    """Run the rounds and print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers-python", type=Path, default=HERE.parent / ".venv-peers" / "bin" / "python")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "clothing10")
    parser.add_argument("--backbone", default="resnet18")
    parser.add_argument("--rows", type=int, default=1024)
    parser.add_argument("--val", type=int, default=256)
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=1, help="measured per round, after one that warms up")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    # The virtual environment is found by the path of its interpreter: no resolving of links.
    options.peers_python = options.peers_python.absolute()
    seconds: dict[str, list[float]] = {tool: [] for tool in TOOLS}
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as scratch:
            for tool in TOOLS:
                seconds[tool].append(run_tool(tool, options, Path(scratch)))
                print(f"round {number + 1}: {tool} {seconds[tool][-1]:.2f} s per epoch", flush=True)
    ratios = {tool: [peer / ours for peer, ours in zip(seconds[tool], seconds["tamesu"], strict=True)] for tool in TOOLS[1:]}
    for tool, values in ratios.items():
        low, high = min(values), max(values)
        print(f"{tool}: {statistics.median(values):.2f} times our epoch ({low:.2f} to {high:.2f}, n={len(values)})")
    if options.out:
        options.out.write_text(json.dumps({"seconds": seconds, "ratios": ratios}, indent=2) + "\n")


if __name__ == "__main__":
    main()
