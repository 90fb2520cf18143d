"""clothing10 with every fault an audit must find planted into it, and the truth about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import yaml
from tests.results.audit.planted import Planted, plant_copies

RARE = "cape"
DARKER = 0.7


@dataclass(frozen=True)
class Faults:
    """The competition's folder and what is wrong with it.

    Attributes:
        folder: with competition.yaml and recipes/base.yaml.
        copies: as planted, with the same labels.
        conflicts: id of a planted copy with another label → id of the photo it equals.
        noisy: id → its true label, of photos that were given another.
        unreadable: ids.
        rare: ids of the class of three.
        train: id → label as in the table.
    """

    folder: Path
    copies: Planted
    conflicts: dict[str, str]
    noisy: dict[str, str]
    unreadable: list[str]
    rare: list[str]
    train: dict[str, str]


def plant_faults(shared: Path, folder: Path, seed: int = 0) -> Faults:
    """Copy clothing10 and plant: 20 equal and 20 altered copies, 10 conflicting labels, 5 % label noise, 15 unreadable files, a
    class of 3, and test images darkened by 30 %.

    Args:
        shared: the folder with `data` and `weights`.
        folder: made.
        seed: of everything that is drawn.
    """
    random = np.random.default_rng([seed, 1])
    root = folder / "data"
    copies = plant_copies(shared / "data" / "clothing10", root, seed)
    labels = dict(copies.train)
    classes = sorted(set(labels.values()))
    touched = set(copies.equal) | set(copies.equal.values()) | set(copies.altered)
    touched |= {name for name, _ in copies.altered.values()}
    free = [name for name in labels if name not in touched]
    chosen = random.permutation(free).tolist()

    def other(label: str) -> str:
        return str(random.choice([name for name in classes if name != label]))

    conflicts = {}
    for name in [chosen.pop() for _ in range(10)]:
        copy = f"{random.integers(2**62):016x}"
        (root / "train" / f"{copy}.jpg").write_bytes((root / "train" / f"{name}.jpg").read_bytes())
        labels[copy], conflicts[copy] = other(labels[name]), name
    rare = [chosen.pop() for _ in range(3)]
    for name in rare:
        labels[name] = RARE
    noisy = {}
    for name in [chosen.pop() for _ in range(round(0.05 * len(copies.train)))]:
        noisy[name] = labels[name]
        labels[name] = other(labels[name])
    unreadable = [chosen.pop() for _ in range(15)]
    for place, name in enumerate(unreadable):
        path = root / "train" / f"{name}.jpg"
        content = path.read_bytes()
        path.write_bytes([b"", content[: len(content) // 3], b"<html>not found</html>"][place % 3])
    for name in copies.test:
        path = root / "test" / f"{name}.jpg"
        pixels = cv2.imread(str(path))
        path.write_bytes(cv2.imencode(".jpg", (pixels * DARKER).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes())
    with (root / "train.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "label"), *labels.items()])
    write_recipe(shared, folder)
    return Faults(folder, copies, conflicts, noisy, unreadable, rare, labels)


def write_recipe(shared: Path, folder: Path) -> None:
    """competition.yaml and a recipe with the mobilenetv2_100 of `shared`."""
    competition = {
        "name": "clothing",
        "data": "data",
        "train": {"table": "train.csv", "image": "train/{id}.jpg"},
        "test": {"table": "test.csv", "image": "test/{id}.jpg"},
        "targets": {"label": {"kind": "class", "column": "label"}},
        "main": "label",
        "metric": "accuracy",
    }
    weights = shared / "weights" / "mobilenetv2_100.safetensors"
    options = {"weights": str(weights), "pad_type": "same", "mean": [0.5] * 3, "std": [0.5] * 3}
    recipe = {
        "image": {"size": 224},
        "backbone": {"mobilenetv2_100": options},
        "heads": {"label": {"loss": "cross_entropy"}},
        "optimizer": {"adamw": {"lr": 2e-3}},
        "epochs": 1,
        "batch_size": 32,
    }
    (folder / "recipes").mkdir(exist_ok=True)
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition), encoding="utf-8")
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
