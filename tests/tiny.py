"""A tiny competition on which the whole road runs in seconds: three classes of coloured noise, 48 rows, 16 px."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml

from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run

LABELS = ("猫", "犬", "鳥")

RECIPE: dict[str, Any] = {
    "image": {"size": 16},
    "backbone": {"test_resnet": {"weights": "none"}},
    "heads": {"kind": {"loss": "cross_entropy"}, "size": {"loss": "smooth_l1", "weight": 0.1}},
    "augmentations": [{"random_resized_crop": {"scale": [0.6, 1.0]}}, {"color_jitter": {"brightness": 0.1}}],
    "optimizer": {"adamw": {"lr": 3e-3, "weight_decay": 0.05}},
    "schedule": {"cosine": {"warmup_epochs": 1}},
    "epochs": 3,
    "batch_size": 8,
    "precision": "fp32",
}


def write_competition(folder: Path, broken: tuple[int, ...] = (), *, fresh: bool = False, **changes: Any) -> Path:
    """Write the competition into `folder`: 36 rows to train on, 12 test rows.

    Args:
        folder: made; its images are decoded already, as after a first run, unless they are of another size.
        broken: numbers of images that are cut short.
        fresh: nothing is decoded yet.
        **changes: keys of the recipe.
    """
    if fresh:
        write_plainly(folder, broken)
    else:
        shutil.copytree(make_template(broken), folder, dirs_exist_ok=True)
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(RECIPE | changes), encoding="utf-8")
    return folder


@cache
def make_template(broken: tuple[int, ...]) -> Path:
    """The competition with the plain recipe and its images in the cache: a helper process a test would be a minute in all."""
    folder = Path(tempfile.mkdtemp(prefix="tamesu-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_plainly(folder, broken)
    prepared = prepare(folder, "base")
    load_material(prepared, open_run(prepared), 1, 1 << 20, Silent())
    for name in ("runs", "folds", ".cache/recipes.json"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


def write_plainly(folder: Path, broken: tuple[int, ...]) -> None:
    """The competition with the plain recipe, nothing decoded."""
    for part in ("train", "test"):
        (folder / "data" / part).mkdir(parents=True)
    # Files changed a moment ago are read again.
    earlier = time.time() - 3600
    draws = np.random.default_rng(0)
    rows = []
    for index in range(48):
        code = index % 3
        pixels = draws.integers(0, 90, (20, 24, 3), dtype=np.uint8)
        pixels[:, :, code] += 120
        path = folder / "data" / ("train" if index < 36 else "test") / f"{index:03d}.png"
        content = cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes()
        path.write_bytes(content[:40] if index in broken else content)
        os.utime(path, (earlier, earlier))
        rows.append((f"{index:03d}", LABELS[code], 100.0 + 10 * code))
    lines = [f"{row},{label},{size}" for row, label, size in rows[:36]]
    (folder / "data" / "train.csv").write_text("id,kind,size\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "data" / "test.csv").write_text("id\n" + "\n".join(row for row, _, _ in rows[36:]) + "\n")
    sample = "\n".join(f"{row},{LABELS[0]}" for row, _, _ in rows[36:])
    (folder / "data" / "sample_submission.csv").write_text(f"id,kind\n{sample}\n", encoding="utf-8")
    competition = {
        "name": "tiny",
        "train": {"table": "data/train.csv", "image": "data/train/{id}.png"},
        "test": {"table": "data/test.csv", "image": "data/test/{id}.png"},
        "targets": {
            "kind": {"kind": "class", "column": "kind"},
            "size": {"kind": "value", "column": "size", "known_in": "train"},
        },
        "main": "kind",
        "metric": "accuracy",
        "folds": {"n_splits": 3},
        "submission": {"sample": "data/sample_submission.csv"},
    }
    (folder / "recipes").mkdir()
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True), encoding="utf-8")
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(RECIPE), encoding="utf-8")
