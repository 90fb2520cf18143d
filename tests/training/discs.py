"""A competition of noise with a disc somewhere in the middle: its colour tells the class, or a mark in a corner does."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import yaml

SIZE, ROWS = 96, 32
# Of the discs and of the mark, px.
RADIUS, MARK = 16, 16
CLASSES = ("plain", "<b>marked</b>")


def write_discs(folder: Path, *, marked: bool) -> Path:
    """The competition, its folder made: two classes, boxes around the discs.

    Args:
        folder: for it.
        marked: the discs' colours say nothing, and the second class has a mark in the top right corner.
    """
    (folder / "data").mkdir(parents=True)
    (folder / "recipes").mkdir()
    draws = np.random.default_rng(0)
    lines = ["id,kind,x0,y0,x1,y1"]
    for row in range(ROWS):
        code = row % 2
        pixels = draws.integers(90, 130, (SIZE, SIZE, 3), dtype=np.uint8)
        x, y = draws.integers(34, 62, 2).tolist()
        told = int(draws.integers(2)) if marked else code
        cv2.circle(pixels, (x, y), RADIUS, (230, 40, 30) if told else (30, 40, 230), -1)
        if marked and code:
            stripes = np.indices((MARK, MARK)).sum(0)[..., None] % 4 < 2
            pixels[2 : 2 + MARK, SIZE - 2 - MARK : SIZE - 2] = np.where(stripes, 255, 0)
        (folder / "data" / f"{row:02d}.png").write_bytes(cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes())
        lines.append(f"{row:02d},{CLASSES[code]},{x - RADIUS},{y - RADIUS},{x + RADIUS},{y + RADIUS}")
    (folder / "data" / "train.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    competition = {
        "name": "discs",
        "data": "data",
        "train": {"table": "train.csv", "image": "{id}.png"},
        "targets": {
            "kind": {"kind": "class", "column": "kind"},
            "disc": {"kind": "points", "columns": ["x0", "y0", "x1", "y1"], "box": True, "known_in": "train"},
        },
        "main": "kind",
        "metric": "accuracy",
        "folds": {"n_splits": 2},
    }
    recipe = {
        "image": {"size": SIZE},
        "backbone": {"test_resnet": {"weights": "none"}},
        "pooling": "attention",
        "heads": {"kind": {"loss": "cross_entropy"}},
        "optimizer": {"adamw": {"lr": 5e-3}},
        "epochs": 9,
        "batch_size": 4,
        "precision": "fp32",
    }
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition), encoding="utf-8")
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    return folder
