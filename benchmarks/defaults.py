"""The evidence behind what `tamesu init` writes: one fold of a competition under several settings, one line each.

    python benchmarks/defaults.py FOLDER --folds 1 "optimizer.adamw.lr=2e-3" "optimizer.adamw.lr=1e-3 epochs=12"

Each setting is a set of changes to `recipes/base.yaml` (an empty text is the recipe itself). Nothing done is done again.
"""

from __future__ import annotations

from tamesu.threads import wait_politely

wait_politely()

import argparse
import json
import time
from pathlib import Path

import numpy as np

from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training import Machine, choose_device, choose_precision, run_job


def measure(folder: Path, changes: list[str], folds: int) -> dict[str, object]:
    """Scores and seconds of the first folds under some changes."""
    prepared = prepare(folder, "base", changes)
    run = open_run(prepared)
    material = load_material(prepared, run, None, 20 * 2**30, Silent())
    device = choose_device("auto")
    precision = choose_precision(run, device, lambda: None)
    started, scores = time.perf_counter(), []
    for job in run.jobs()[:folds]:
        score = run_job(material, job, Machine(device, precision)).score
        scores.append(float("nan") if score is None else score)
    seconds = (time.perf_counter() - started) / folds
    mean = round(float(np.mean(scores)), 4)
    return {"changes": changes, "mean": mean, "scores": np.round(scores, 4).tolist(), "seconds_per_fold": round(seconds, 1)}


def main() -> None:
    """Measure each setting and print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("settings", nargs="+")
    parser.add_argument("--folds", type=int, default=1)
    options = parser.parse_args()
    for setting in options.settings:
        print(json.dumps(measure(options.folder, setting.split(), options.folds)), flush=True)


if __name__ == "__main__":
    main()
