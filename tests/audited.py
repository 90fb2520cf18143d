"""A small competition in which one thing was photographed several times, for the audit: names tell it, and pixels may."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml

from tests.tiny import RECIPE

PATIENTS, EACH, SIDE = 24, 5, 64


def write_grouped(folder: Path, *, alike: bool = True, test_rows: int = 0, patients: int = PATIENTS, **facts: Any) -> Path:
    """Write a competition of 24 patients with 5 images each, two classes.

    Args:
        folder: made.
        alike: whether the images of a patient are one picture with noise, so that random folds leak; else every image is a
            picture of its own, and a bright or dark corner tells the class.
        test_rows: images of further patients.
        patients: of train.
        **facts: keys of competition.yaml.
    """
    random = np.random.default_rng(3)
    images = folder / "data" / "images"
    images.mkdir(parents=True)
    (folder / "recipes").mkdir()
    earlier = time.time() - 3600
    rows = []
    for patient in range(patients + -(-test_rows // EACH)):
        own = draw_picture(random)
        for number in range(EACH):
            picture = own if alike else draw_picture(random)
            code = patient % 2 if alike else int(random.integers(2))
            noisy = np.clip(picture + random.normal(0, 8, picture.shape), 0, 255)
            if not alike:
                noisy[:24, :24] = 230 if code else 20
            path = images / f"患者{patient:02d}_{number}.png"
            path.write_bytes(cv2.imencode(".png", noisy.astype(np.uint8))[1].tobytes())
            os.utime(path, (earlier, earlier))
            rows.append((path.name, f"{'陽性' if code else '陰性'}"))
    count = patients * EACH
    lines = "\n".join(f"{name},{label}" for name, label in rows[:count])
    (folder / "data" / "train.csv").write_text(f"image,label\n{lines}\n", encoding="utf-8")
    competition: dict[str, Any] = {
        "name": "grouped",
        "data": "data",
        "id": "image",
        "train": {"table": "train.csv", "image": "images/{image}"},
        "targets": {"label": {"kind": "class", "column": "label"}},
        "main": "label",
        "metric": "accuracy",
        "folds": {"splitter": "stratified_kfold", "n_splits": 4},
    }
    if test_rows:
        lines = "\n".join(name for name, _ in rows[count : count + test_rows])
        (folder / "data" / "test.csv").write_text(f"image\n{lines}\n", encoding="utf-8")
        competition["test"] = {"table": "test.csv", "image": "images/{image}"}
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition | facts, allow_unicode=True), encoding="utf-8")
    recipe = RECIPE | {"heads": {"label": {"loss": "cross_entropy"}}, "epochs": 1}
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    return folder


def draw_picture(random: np.random.Generator) -> np.ndarray:
    """A picture with structure at the scale of an eighth of it, float64 (64, 64, 3)."""
    coarse = random.uniform(30, 220, (8, 8, 3))
    return np.asarray(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float64)
