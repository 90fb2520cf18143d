"""A competition whose runs have predictions drawn by hand, of any kind of target: nothing was trained."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from tests.results.runs import lay_run, make_folds

from tamesu.artifacts.dataset import Dataset, load_train
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.results.scores import write_scores

ROWS, FOLDS = 30, 3
# HTML, quotes, template braces, right-to-left, a line break: what a class or an image may be called.
HOSTILE = ("<img src=x onerror=alert(1)>", "\"'><script>alert(1)</script>", "{{7*7}}\u202egpj", "犬 & 猫")
COLUMNS = {"class": ["y"], "ordinal": ["y"], "multilabel": list("abc"), "soft": list("abc"), "value": ["y"]}
METRICS = {
    "class": "accuracy",
    "ordinal": "quadratic_kappa",
    "multilabel": "f1_macro",
    "soft": "kl_divergence",
    "value": "rmse",
}


def draw(kind: str, rows: int, seed: int, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Truth and answers of a kind."""
    rng = np.random.default_rng(seed)
    if kind == "multilabel":
        return (np.random.default_rng(0).random((rows, width)) < 0.4).astype(np.int64), rng.random((rows, width))
    if kind == "value":
        truth = np.random.default_rng(0).normal(0, 2, rows).round(2)
        return truth, (truth + rng.normal(0, 1, rows))[:, None]
    shares = rng.dirichlet(np.ones(width), rows)
    if kind == "soft":
        return np.random.default_rng(0).dirichlet(np.ones(width), rows), shares
    return np.arange(rows) % width, shares


def write_answered(
    folder: Path,
    kind: str = "class",
    *,
    labels: Sequence[str] = ("a", "b", "c"),
    ids: Sequence[str] = (),
    rows: int = ROWS,
    seeds: Sequence[int] = (0,),
    runs: int = 1,
) -> tuple[list[Run], Dataset, list[np.ndarray]]:
    """Write the competition.

    Args:
        folder: made.
        kind: of the target, which is called y.
        labels: of a class target.
        ids: of the first rows; the others are n000, n001, ...
        rows: to train on.
        seeds: of each run.
        runs: how many; each one's answers are its own.

    Returns:
        The runs, the training rows, and of each run what it said of every row, whichever the seed.
    """
    (folder / "data").mkdir(parents=True)
    names = [*ids, *(f"n{row:03d}" for row in range(len(ids), rows))]
    truth = draw(kind, rows, 0, len(labels))[0]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = COLUMNS[kind]
    writer.writerow(["id", "file", *columns])
    for row, name in enumerate(names):
        cells = [labels[truth[row]]] if kind in ("class", "ordinal") else np.atleast_1d(truth[row]).tolist()
        writer.writerow([name, row, *cells])
        cv2.imwrite(str(folder / "data" / f"{row}.png"), np.full((8, 8, 3), 5 * row % 256, np.uint8))
    (folder / "data" / "train.csv").write_text(text.getvalue(), encoding="utf-8")
    target: dict[str, Any] = {"kind": kind}
    target |= {"columns": columns} if kind in ("multilabel", "soft") else {"column": "y"}
    target |= {"labels": list(labels)} if kind in ("class", "ordinal") else {}
    facts = {
        "name": "answered",
        "train": {"table": "data/train.csv", "image": "data/{file}.png"},
        "targets": {"y": target},
        "main": "y",
        "metric": METRICS[kind],
        "folds": {"n_splits": FOLDS},
    }
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    train = load_train(folder, load_competition(folder))
    table = make_folds(train, FOLDS)
    said = [draw(kind, rows, 10 + number, len(labels))[1] for number in range(runs)]
    made = []
    for number in range(runs):
        run = lay_run(
            folder, train, table, lambda at, key, number=number: said[number][at], epochs=number + 1, seeds=seeds,
            metric=METRICS[kind],
        )  # fmt: skip
        for job in run.jobs():
            write_journal(run.job_path(job) / "journal.jsonl")
        write_scores(run, train)
        made.append(run)
    return made, train, said


def write_journal(path: Path) -> None:
    """A journal of one epoch that says what real ones do."""
    path.unlink()
    losses = {"y": 1.0}
    Journal(path).append(
        {
            "epoch": 1,
            "train_loss": losses,
            "val_loss": losses,
            "val_score": 0.5,
            "learning_rate": 1e-3,
            "seconds": 2.0,
            "train_seconds": 1.5,
            "peak_memory_mib": 100.0,
        }
    )
