"""What more heads and the guards cost: seconds per training epoch beside the same recipe with one head, in one process.

    python benchmarks/heads_overhead.py FOLDER [--shared ../shared] [--rounds 5] [--size 160] [--backbone resnet18]

FOLDER gets a competition of 600 photos (pets3). In every round each variant trains one epoch of the same fold, in turn, so that
a slow minute of the machine slows all of them. Written: median and range of the ratio to the first variant.

one       one head (cross-entropy)
four      three more: a class, a value, points
four, unwatched   the same with the guards off

The guards' own seconds within the epochs of `four` are written beside: they are far below what two epochs differ by.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import yaml

from tamesu.artifacts.run import Job
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training.checkpoint import Checkpoints
from tamesu.training.job import Machine, make_setup, open_job
from tamesu.training.loop import Progress, train_network
from tamesu.training.network import Seen

MORE = {
    "size": {"loss": "smooth_l1", "weight": 0.3},
    "split": {"loss": "cross_entropy", "weight": 0.3},
    "box": {"loss": "smooth_l1", "weight": 0.3},
}


def make_folder(folder: Path, shared: Path, backbone: str, size_px: int) -> Path:
    """pets3 with three more targets, and two recipes."""
    path = folder / "overhead"
    if (path / "competition.yaml").exists():
        return path
    (path / "recipes").mkdir(parents=True)
    train_only = {"known_in": "train"}
    facts: dict[str, Any] = {
        "name": "overhead",
        "data": str(shared / "data" / "pets3"),
        "id": "image",
        "train": {"table": "train.csv", "image": "images/{image}"},
        "targets": {
            "label": {"kind": "class", "column": "label"},
            "size": {"kind": "value", "column": "x1"} | train_only,
            "split": {"kind": "class", "column": "orig_split"} | train_only,
            "box": {"kind": "points", "columns": ["x0", "y0", "x1", "y1"], "unit": "fraction", "box": True} | train_only,
        },
        "main": "label",
        "metric": "accuracy",
        "symmetries": {"horizontal_flip": "allowed"},
        "accept": ["TABLE_LABEL_MISSING"],
    }
    recipe: dict[str, Any] = {
        "image": {"size": size_px},
        "backbone": {backbone: {"weights": "none"}},
        "heads": {"label": {"loss": "cross_entropy"}},
        "augmentations": [
            {"random_resized_crop": {"scale": [0.6, 1.0]}},
            "horizontal_flip",
            {"color_jitter": {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2}},
        ],
        "optimizer": {"adamw": {"lr": 1e-3, "weight_decay": 0.05}},
        "epochs": 1,
        "batch_size": 32,
        "precision": "fp32",
    }
    for name, plain in (
        ("competition", facts),
        ("recipes/one", recipe),
        ("recipes/four", recipe | {"heads": recipe["heads"] | MORE}),
    ):
        (path / f"{name}.yaml").write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    return path


class Epoch:
    """One recipe's first fold, ready to train an epoch over and over."""

    def __init__(self, folder: Path, recipe: str, *, guarded: bool = True) -> None:
        prepared = prepare(folder, recipe)
        self.run = open_run(prepared)
        self.material = load_material(prepared, self.run, 2, 2**33, Silent())
        self.job = Job(str(folder), self.run.name, 0, 0, 0)
        self.machine = Machine(torch.device("cpu"), "fp32")
        self.guarded = guarded
        self.watching: list[float] = []

    def seconds(self) -> float:
        """Training one epoch from the start, without its validation."""
        opened = open_job(self.material, self.job, self.machine.device)
        path = self.run.job_path(self.job)
        path.mkdir(parents=True, exist_ok=True)
        setup = make_setup(self.material, self.job, self.machine, opened, Checkpoints(path))
        done: list[dict[str, Any]] = []
        watched = setup.guards if self.guarded else None
        if watched is not None:
            measure = watched.measure
            self.watching.append(0.0)

            def timed(terms: torch.Tensor, weights: torch.Tensor, seen: Seen) -> None:
                start = time.perf_counter()
                measure(terms, weights, seen)
                self.watching[-1] += time.perf_counter() - start

            watched.measure = timed  # type: ignore[method-assign]
        setup = replace(
            setup,
            guards=watched,
            due=lambda: False,
            validate=lambda _network: ({}, {}),
            report=done.append,
            tick=lambda _position: None,
        )
        train_network(setup, Progress())
        return float(done[0]["train_seconds"])


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--backbone", default="resnet18")
    options = parser.parse_args(argv)
    folder = make_folder(options.folder, options.shared.resolve(), options.backbone, options.size)
    variants = {
        "one": Epoch(folder, "one"),
        "four": Epoch(folder, "four"),
        "four, unwatched": Epoch(folder, "four", guarded=False),
    }
    found: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(options.rounds + 1):
        # The first round warms caches and is not counted. The order turns, so that none always comes first.
        names = list(variants)
        for name in names[number % 3 :] + names[: number % 3]:
            seconds = variants[name].seconds()
            if number:
                found[name].append(seconds)
            print(f"{time.strftime('%H:%M:%S')} round {number} {name}: {seconds:.2f} s", flush=True)
    for name, seconds_of in found.items():
        ratios = [one / base for one, base in zip(seconds_of, found["one"], strict=True)]
        middle, spread = statistics.median(ratios), f"{min(ratios):.3f} to {max(ratios):.3f}"
        print(
            f"{name:16s} median {statistics.median(seconds_of):6.2f} s, ratio to one {middle:.3f} ({spread}), n = {len(ratios)}"
        )
    guards = [a / b for a, b in zip(found["four"], found["four, unwatched"], strict=True)]
    print(f"guards: ratio {statistics.median(guards):.3f} ({min(guards):.3f} to {max(guards):.3f})")
    shares = [own / whole for own, whole in zip(variants["four"].watching[1:], found["four"], strict=True)]
    print(f"inside the guards: {statistics.median(shares):.5f} of an epoch ({min(shares):.5f} to {max(shares):.5f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
