"""How close is a real epoch to the pure compute limit?

The limit: the same network in the same precision, stepping on one resident batch for the same number of steps, plus the same
validation. Both are measured side by side in one run, epoch by epoch, so that a noisy machine disturbs both alike.

    python benchmarks/compute_limit.py                          on the CPU: resnet18 and mobilenetv2_100, 160 px
    python benchmarks/compute_limit.py --device cuda --backbone resnet34 --backbone convnext_tiny --size 224 --batch 128
"""

from __future__ import annotations

from tamesu.threads import wait_politely

wait_politely()

import argparse
import json
import shutil
import statistics
import tempfile
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import yaml

from tamesu.artifacts.environment import describe_environment
from tamesu.preparation import count_workers, prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training import Machine, choose_device, choose_precision
from tamesu.training.checkpoint import Checkpoints
from tamesu.training.fold import VALIDATION_BATCHES
from tamesu.training.job import make_setup, open_job
from tamesu.training.loop import Progress, train_network

SHARED = Path(__file__).resolve().parents[2] / "shared"
AUGMENTATIONS = [
    {"random_resized_crop": {"scale": [0.6, 1.0]}},
    "horizontal_flip",
    {"color_jitter": {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.02}},
]


def write_competition(folder: Path, data: Path, backbone: str, options: argparse.Namespace) -> None:
    """A competition of `rows` training and `val` validation images, as one fold of a given column."""
    lines = (data / "train.csv").read_text().splitlines()
    header, rows = lines[0], lines[1 : 1 + options.rows + options.val]
    marked = [f"{row},{0 if number < options.val else 1}" for number, row in enumerate(rows)]
    (folder / "train.csv").write_text("\n".join([f"{header},fold", *marked]) + "\n")
    competition = {
        "name": "limit",
        "train": {"table": "train.csv", "image": "images/{id}.jpg"},
        "targets": {"label": {"kind": "class", "column": "label"}},
        "main": "label",
        "metric": "accuracy",
        "folds": {"splitter": {"column": {"column": "fold"}}, "n_splits": 2},
    }
    recipe = {
        "image": {"size": options.size},
        "backbone": {backbone: {"weights": "none"}},
        "heads": {"label": {"loss": "cross_entropy"}},
        "augmentations": AUGMENTATIONS,
        "optimizer": {"adamw": {"lr": 1e-3, "weight_decay": 0.05}},
        "schedule": "one_cycle",
        "epochs": options.epochs + 1,
        "batch_size": options.batch,
        "precision": options.precision,
    }
    (folder / "recipes").mkdir()
    # A link would lead out of the competition's folder, which is refused.
    shutil.copytree(data / "train", folder / "images")
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition))
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe))


class Limit:
    """The pure compute limit: one resident batch, the same number of steps, and validation."""

    def __init__(self, setup: Any, val_rows: int) -> None:
        self.setup = setup
        device = setup.device
        size, batch = setup.recipe.image.size, setup.recipe.batch_size
        self.steps = -(-len(setup.train_rows) // batch)
        self.val_steps = -(-val_rows // (VALIDATION_BATCHES * batch))
        self.network = deepcopy(setup.network)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=1e-6, fused=setup.optimizer.defaults.get("fused"))
        layout = {"memory_format": torch.channels_last}
        train_size = round(len(setup.train_rows) / self.steps)
        self.train_batch = torch.randn(train_size, 3, size, size, device=device).contiguous(**layout)
        self.val_batch = torch.randn(round(val_rows / self.val_steps), 3, size, size, device=device).contiguous(**layout)
        self.target = torch.zeros(train_size, dtype=torch.int64, device=device)

    def epoch(self) -> float:
        """Seconds of one epoch's steps and validation on the resident batches."""
        network, autocast = self.network, self.setup.autocast
        synchronise(self.setup.device)
        started = time.perf_counter()
        network.train()
        for _ in range(self.steps):
            with autocast():
                logits = network.see_normalised(self.train_batch).logits
            torch.nn.functional.cross_entropy(next(iter(logits.values())), self.target).backward()
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
        network.eval()
        with torch.inference_mode(), autocast():
            for _ in range(self.val_steps):
                network.see_normalised(self.val_batch)
        synchronise(self.setup.device)
        return time.perf_counter() - started


def synchronise(device: torch.device) -> None:
    """Wait for the accelerator."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def measure(backbone: str, options: argparse.Namespace, data: Path) -> dict[str, Any]:
    """Epoch and limit seconds of one backbone, in pairs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_competition(folder, data, backbone, options)
        prepared = prepare(folder, "base")
        run = open_run(prepared)
        material = load_material(prepared, run, options.workers, 20 * 2**30, Silent())
        device = choose_device(options.device)
        precision = choose_precision(run, device, lambda: None)
        job = run.jobs()[0]
        path = run.job_path(job)
        path.mkdir(parents=True)
        opened = open_job(material, job, device)
        rows = opened.rows
        setup = make_setup(material, job, Machine(device, precision), opened, Checkpoints(path))
        limit = Limit(setup, len(rows.val))
        epochs, limits = [], []
        started = time.perf_counter()

        def report(record: dict[str, Any]) -> None:
            nonlocal started
            synchronise(device)
            inner(record)
            epochs.append(time.perf_counter() - started)
            limits.append(float("nan") if options.no_limit else limit.epoch())
            started = time.perf_counter()

        inner = setup.report
        limit.epoch()
        started = time.perf_counter()
        train_network(replace(setup, report=report), Progress())
    # The first epoch warms caches, the allocator and the kernels' own choices.
    ratios = [epoch / pure for epoch, pure in zip(epochs[1:], limits[1:], strict=True)]
    return {
        "backbone": backbone,
        "precision": precision,
        "rows": len(rows.train),
        "val_rows": len(rows.val),
        "n": len(ratios),
        "epoch_s": summary(epochs[1:]),
        "limit_s": summary(limits[1:]),
        "ratio": summary(ratios),
        "first_epoch_s": round(epochs[0], 2),
    }


def summary(values: list[float]) -> dict[str, float]:
    """Median, least and largest."""
    return {"median": round(statistics.median(values), 4), "min": round(min(values), 4), "max": round(max(values), 4)}


def main() -> None:
    """Measure and print; `--out` keeps the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backbone", action="append")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "clothing10")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rows", type=int, default=1024)
    parser.add_argument("--val", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=5, help="measured, after one that warms up")
    parser.add_argument("--precision", default="auto", choices=["auto", "fp32", "bf16"])
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--no-limit", action="store_true", help="only our epochs, for peers.py")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = []
    for backbone in options.backbone or ["resnet18", "mobilenetv2_100"]:
        result = measure(backbone, options, options.data)
        results.append(result)
        print(json.dumps(result), flush=True)
    if options.out:
        about = {"environment": describe_environment(), "workers": count_workers(options.workers), "results": results}
        options.out.write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    main()
