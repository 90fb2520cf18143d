"""A competition with any number of runs whose files are whole and whose scores are made up: nothing was trained."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tamesu.artifacts.competition import Part
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import RunSpec, TargetSpec, run_name

FOLDS = 5
COMPETITION: dict[str, Any] = {
    "name": "many",
    "train": {"table": "data/train.csv", "image": "data/train/{id}.png"},
    "targets": {"kind": {"kind": "class", "column": "kind"}},
    "main": "kind",
    "metric": "accuracy",
    "folds": {"n_splits": FOLDS},
}


def write_many(folder: Path, count: int, *, recipes: int = 40, seeds: int = 2, **facts: Any) -> list[str]:
    """Write a competition with scored runs.

    Args:
        folder: made.
        count: of runs.
        recipes: that many names, in turn.
        seeds: each run has.
        **facts: keys of competition.yaml.

    Returns:
        The names of the runs, in the order made.
    """
    (folder / "data" / "train").mkdir(parents=True)
    (folder / "recipes").mkdir()
    (folder / "competition.yaml").write_text(yaml.safe_dump(COMPETITION | facts, allow_unicode=True), encoding="utf-8")
    (folder / "data" / "train.csv").write_text("id,kind\n" + "".join(f"{row},{'ab'[row % 2]}\n" for row in range(20)))
    draws = np.random.default_rng(0)
    names = []
    for number in range(count):
        level = 0.7 + 0.2 * (1 - math.exp(-number / max(1, count) * 3)) + draws.normal(0, 0.02)
        scores = level + draws.normal(0, 0.015, (seeds, FOLDS))
        # A minute apart, so that the order of time is that of the names' making.
        names.append(
            write_scored(folder, f"recipe{number % recipes:02d}", scores, epochs=number + 1, time_s=1_790_000_000 + 60 * number)
        )
    return names


def write_scored(folder: Path, recipe_name: str, scores: np.ndarray, *, epochs: int, time_s: float, question: str = "") -> str:
    """Write one run with scores of shape (seeds, folds); returns its name."""
    recipe = Recipe(
        name=recipe_name,
        question=question,
        backbone={"name": "resnet18"},
        heads={"kind": {"loss": {"name": "cross_entropy"}}},
        epochs=epochs,
        seeds=list(range(len(scores))),
    )
    spec = RunSpec(
        recipe_digest=recipe.digest(),
        data_digest="d" * 64,
        folds="folds.csv",
        folds_digest="f" * 64,
        n_splits=scores.shape[1],
        repeats=1,
        targets={"kind": TargetSpec(kind="class", labels=["a", "b"])},
        main="kind",
        metric=Part(name="accuracy"),
        plugins="",
        weights="",
    )
    path = folder / "runs" / run_name(recipe_name, spec.digest())
    path.mkdir(parents=True)
    jobs = [
        {"repeat": 0, "fold": fold, "seed": seed, "rows": 4, "score": float(score)}
        for seed, row in enumerate(scores)
        for fold, score in enumerate(row)
    ]
    spread = float(scores.std(ddof=1))
    found = {
        "metric": "accuracy",
        "greater_is_better": True,
        "cv": float(scores.mean()),
        "oof": [float(row.mean()) for row in scores],
        "folds": jobs,
        "spread": spread,
        "standard_error": spread / math.sqrt(scores.shape[1]),
        "rows": 20,
        "unreadable": 0,
        "seeds": list(range(len(scores))),
        "diverged": [],
    }
    seal(path / "run.json", spec.model_dump(mode="json"))
    seal(path / "recipe.json", recipe.model_dump(mode="json"))
    seal(path / "scores.json", found)
    os.utime(path / "scores.json", (time_s, time_s))
    return path.name


def seal(path: Path, value: Any) -> None:
    """What `write_sealed` writes, without its fsync: 6,000 of them would take minutes."""
    path.write_text(json.dumps({"content": value, "sha256": digest_of(value)}), encoding="utf-8")
