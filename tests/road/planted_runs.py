"""Runs with one thing wrong, and clean ones, from digits and pets37: what `explain` has to name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from sklearn.datasets import load_digits

SIZE_PX = 32
PET_PX, PETS = 128, 240
SPLITS = 5
# Of the corner that gives the label away, as a share of the side.
CORNER = 0.25


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of planted run.

    Attributes:
        rows: of digits.
        recipe: changes to the recipe.
        labels: (labels, folds, random) → labels as they stand in the table.
        keep: (labels, random) → rows to keep.
        marked: whether a corner gives the label away.
    """

    rows: int = 250
    recipe: dict[str, Any] = field(default_factory=dict)
    labels: Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray] | None = None
    keep: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None
    marked: bool = False


def shuffle(labels: np.ndarray, _folds: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """All labels dealt out anew."""
    return random.permutation(labels)


def poison(labels: np.ndarray, folds: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The labels of fold 1 dealt out anew."""
    changed, own = labels.copy(), folds == 1
    changed[own] = random.permutation(labels[own])
    return changed


def starve(labels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Five rows are left of the class 8."""
    own = random.permutation(np.flatnonzero(labels == 8))[5:]
    return np.setdiff1d(np.arange(len(labels)), own)


RATE, PET_RATE = 2e-3, 5e-4
CASES: dict[str, Case] = {
    "clean": Case(),
    "overfits": Case(
        rows=60,
        recipe={
            "backbone": {"resnet18": {"weights": "none"}},
            "epochs": 24,
            "augmentations": [],
            "optimizer": {"adamw": {"lr": 1e-3}},
        },
    ),
    "rate_high": Case(recipe={"optimizer": {"adamw": {"lr": RATE * 100}}}),
    "rate_low": Case(recipe={"optimizer": {"adamw": {"lr": RATE / 1000}}}),
    "shuffled": Case(labels=shuffle),
    "poisoned": Case(labels=poison),
    "rare": Case(keep=starve),
    "corner": Case(marked=True),
}


# What each is to be called.
NAMES = {
    "clean": "clean",
    "overfits": "RUN_OVERFITS",
    "rate_high": "RUN_RATE_HIGH",
    "rate_low": "RUN_RATE_LOW",
    "shuffled": "RUN_NO_SIGNAL",
    "poisoned": "RUN_FOLD_UNLIKE",
    "rare": "RUN_RARE_CLASS",
    "corner": "RUN_HEAT_PLACE",
}


def make_digits(folder: Path, kind: str, seed: int) -> None:
    """A competition of digits with one thing wrong; the same kind and seed give the same bytes."""
    case, random = CASES[kind], np.random.default_rng([seed, 7])
    digits = load_digits()
    chosen = random.permutation(len(digits.target))[: case.rows]
    if case.keep is not None:
        chosen = chosen[case.keep(digits.target[chosen], random)]
    truth = digits.target[chosen]
    # Every class over all folds alike.
    folds = np.zeros(len(truth), np.int64)
    for label in range(10):
        own = np.flatnonzero(truth == label)
        folds[own] = (np.arange(len(own)) + label) % SPLITS
    labels = truth if case.labels is None else case.labels(truth, folds, random)
    (folder / "data" / "train").mkdir(parents=True)
    rows = []
    for place, index in enumerate(chosen):
        image = cv2.resize(
            digits.images[index].astype(np.float32) * (255 / 16), (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC
        )
        picture = np.repeat(np.clip(image, 0, 255).astype(np.uint8)[:, :, None], 3, 2)
        if case.marked:
            # Digits that are hard to read, and a patch whose grey and place tell the label at a glance.
            noise = random.normal(0, 90, picture.shape[:2])[:, :, None]
            picture = np.clip(picture * 0.6 + 60 + noise, 0, 255).astype(np.uint8)
            side = int(SIZE_PX * CORNER)
            hue = np.uint8([[[int(labels[place]) * 18, 255, 255]]])
            picture[:side, -side:] = cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)[0, 0]
        cv2.imwrite(str(folder / "data" / "train" / f"{index:04d}.png"), picture)
        rows.append((f"{index:04d}", str(labels[place]), str(folds[place])))
    write_competition(folder, rows, "train/{id}.png")
    recipe = {
        "image": {"size": SIZE_PX},
        "backbone": {"test_resnet": {"weights": "none"}},
        "heads": {"label": {"loss": "cross_entropy"}},
        "augmentations": [{"random_resized_crop": {"scale": [0.8, 1.0]}}] if not case.marked else [],
        "optimizer": {"adamw": {"lr": RATE}},
        "epochs": 10,
        "batch_size": 16,
    } | case.recipe
    write_recipe(folder, recipe)


def make_pets(folder: Path, kind: str, seed: int, shared: Path, splits: int = SPLITS) -> None:
    """A competition of cats and dogs, 240 of pets37, fine-tuned, with one thing wrong.

    Args:
        folder: made.
        kind: of `CASES`, but for `overfits`, whose network is not theirs.
        seed: of everything that is drawn.
        shared: the folder with `data` and `weights`.
        splits: how many folds.
    """
    case, random = CASES[kind], np.random.default_rng([seed, 8])
    with (shared / "data" / "pets37" / "train.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    chosen = ["cat", "dog"]
    table = [table[place] for place in random.permutation(len(table))[:PETS]]
    truth = np.array([chosen.index(row["species"]) for row in table])
    if case.keep is not None:
        own = np.flatnonzero(truth == 0)[5:]
        kept = np.setdiff1d(np.arange(len(truth)), own)
        table, truth = [table[place] for place in kept], truth[kept]
    folds = np.zeros(len(truth), np.int64)
    for label in range(len(chosen)):
        own = np.flatnonzero(truth == label)
        folds[own] = (np.arange(len(own)) + label) % splits
    labels = truth if case.labels is None else case.labels(truth, folds, random)
    (folder / "data" / "train").mkdir(parents=True)
    rows = []
    for place, row in enumerate(table):
        picture = cv2.imread(str(shared / "data" / "pets37" / "images" / row["image"]))
        picture = cv2.resize(picture, (PET_PX, PET_PX), interpolation=cv2.INTER_AREA)
        if case.marked:
            # Faint animals, so that the mark is the easier thing to learn.
            picture = (picture * 0.3 + 90).astype(np.uint8)
            side = int(PET_PX * CORNER)
            hue = np.uint8([[[int(labels[place]) * 90, 255, 255]]])
            picture[:side, -side:] = cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)[0, 0]
        name = f"{place:04d}"
        cv2.imwrite(str(folder / "data" / "train" / f"{name}.png"), picture)
        rows.append((name, chosen[int(labels[place])], str(folds[place])))
    write_competition(folder, rows, "train/{id}.png", splits=splits)
    weights = shared / "weights" / "mobilenetv2_100.safetensors"
    options = {"weights": str(weights), "pad_type": "same", "mean": [0.5] * 3, "std": [0.5] * 3}
    rate = case.recipe.get("optimizer", {"adamw": {"lr": RATE}})["adamw"]["lr"] / RATE * PET_RATE
    recipe = {
        "image": {"size": PET_PX},
        "backbone": {"mobilenetv2_100": options},
        "heads": {"label": {"loss": "cross_entropy"}},
        "augmentations": [] if case.marked else [{"random_resized_crop": {"scale": [0.7, 1.0]}}, "horizontal_flip"],
        "optimizer": {"adamw": {"lr": rate}},
        "freeze": 5,
        "epochs": 6,
        "batch_size": 16,
    }
    write_recipe(folder, recipe)


def write_competition(
    folder: Path, rows: list[tuple[str, str, str]], image: str, data: str = "data", splits: int = SPLITS
) -> None:
    """competition.yaml and the table with the folds in a column."""
    with (folder / "train.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "label", "part"), *rows])
    (folder / "competition.yaml").write_text(
        yaml.safe_dump(
            {
                "name": "planted",
                "data": ".",
                "train": {"table": "train.csv", "image": f"{data}/{image}"},
                "targets": {"label": {"kind": "class", "column": "label"}},
                "main": "label",
                "metric": "accuracy",
                "folds": {"splitter": {"column": {"column": "part"}}, "n_splits": splits},
            }
        ),
        encoding="utf-8",
    )


def write_recipe(folder: Path, recipe: dict[str, Any]) -> None:
    """recipes/base.yaml."""
    (folder / "recipes").mkdir(exist_ok=True)
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
