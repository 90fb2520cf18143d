"""Runs written through the Run API with made-up predictions: what the report reads, without training anything."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Part
from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import JobResult, Run, RunSpec, TargetSpec, make_run
from tamesu.artifacts.verdict import Pair, Verdict
from tamesu.results.scores import Scores, score_run

JAPANESE = ("風景", "人物", "静物", "花", "動物", "建築", "海", "抽象", "宗教", "歴史", "風俗", "夜景", "肖像画")
HOSTILE = ("<script>alert(1)</script>", "=1+1", "猫 & 犬", '"><img src=x onerror=alert(1)>', "$\\frac{1}{2}$")


@dataclass(frozen=True)
class Made:
    """A run with all that a report is made from."""

    run: Run
    train: Dataset
    scores: Scores


def make_target(kind: str, labels: tuple[str, ...], rows: int, rng: np.random.Generator) -> TargetValues:
    if kind == "class":
        shares = 1.0 / np.arange(1.5, len(labels) + 1.5)
        return TargetValues("class", labels, rng.choice(len(labels), rows, p=shares / shares.sum()).astype(np.int64))
    if kind == "multilabel":
        return TargetValues("multilabel", labels, (rng.random((rows, len(labels))) < 0.3).astype(np.float32))
    return TargetValues("value", (), rng.normal(1850.0, 60.0, rows))


def make_output(target: TargetValues, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Predictions that are mostly right."""
    if target.kind == "class":
        logits = rng.normal(size=(len(rows), len(target.labels))) + 2.6 * np.eye(len(target.labels))[target.values[rows]]
        # The second class is often taken for the first.
        logits[:, 0] += 1.2 * (target.values[rows] == 1)
        probs = np.exp(logits)
        return (probs / probs.sum(axis=1, keepdims=True)).astype(np.float32)
    if target.kind == "multilabel":
        logits = rng.normal(size=(len(rows), len(target.labels))) + 3.0 * (target.values[rows] - 0.5)
        return (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    return (target.values[rows] * 0.8 + 370.0 + rng.normal(0, 20, len(rows)))[:, None].astype(np.float32)


def draw_sheet(size: int, count: int, rng: np.random.Generator) -> bytes:
    """A contact sheet as `inputs.png`: `count` pictures, 8 a line."""
    from PIL import Image

    columns = min(8, count)
    sheet = np.zeros((-(-count // columns) * size, columns * size, 3), dtype=np.uint8)
    for place in range(count):
        y, x = place // columns * size, place % columns * size
        small = Image.fromarray(rng.integers(40, 255, (4, 4, 3), dtype=np.uint8))
        sheet[y : y + size, x : x + size] = np.asarray(small.resize((size, size), Image.Resampling.BICUBIC))
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, format="PNG")
    return buffer.getvalue()


def make_journal(path: Path, recipe: Recipe, rng: np.random.Generator) -> None:
    """Losses that fall; the validation loss turns up again after two thirds."""
    journal = Journal(path)
    shift = rng.normal(0, 0.04)
    for epoch in range(1, recipe.epochs + 1):
        t = epoch / recipe.epochs
        train = 0.15 + 2.1 * np.exp(-3.2 * t) + rng.normal(0, 0.01)
        val = 0.55 + shift + 1.8 * np.exp(-3.6 * t) + 1.3 * max(0.0, t - 0.6) ** 1.5 + rng.normal(0, 0.015)
        journal.append(
            {
                "epoch": epoch,
                "train_loss": {name: float(train) for name in recipe.heads},
                "val_loss": {name: float(val) for name in recipe.heads},
                "val_score": float(0.82 - 0.5 * np.exp(-4 * t) + shift / 2 + rng.normal(0, 0.006)),
                "learning_rate": float(1e-3 * 0.5 * (1 + np.cos(np.pi * t)) + 1e-6),
                "seconds": float(13.0 + rng.normal(0, 0.2)),
                "train_seconds": float(12.1 + rng.normal(0, 0.2)),
                "peak_memory_mib": 1234,
            }
        )


def build_run(
    folder: Path,
    targets: dict[str, tuple[str, tuple[str, ...]]],
    metric: str = "accuracy",
    *,
    rows: int = 600,
    n_splits: int = 5,
    repeats: int = 1,
    seeds: tuple[int, ...] = (0,),
    epochs: int = 12,
    name: str = "base",
    question: str = "What does a plain fine-tuned ResNet-34 reach?",
    unreadable: int = 0,
    skip: tuple[str, ...] = (),
    diverged: tuple[str, ...] = (),
    size: int = 32,
    quick: bool = False,
) -> Made:
    """A run whose jobs are all done, but for those named in `skip` (begun, not done) and `diverged`.

    `targets` are kind and labels by name, the main one first; the first `unreadable` rows are flagged.
    """
    rng = np.random.default_rng(0)
    losses = {"class": "cross_entropy", "multilabel": "bce", "value": "smooth_l1"}
    values = {target: make_target(kind, labels, rows, rng) for target, (kind, labels) in targets.items()}
    ids = tuple(f"{row:05d}" for row in range(rows))
    train = Dataset(ids, tuple(f"data/{row}.jpg" for row in ids), values, None, {"id": ids}, tuple(range(2, rows + 2)))
    columns = [rng.permutation(np.arange(rows) % n_splits) for _ in range(repeats)]
    table = FoldTable(ids, np.stack(columns, axis=1).astype(np.int32), n_splits)
    file = table.write(folder / "folds")
    recipe = Recipe(
        name=name,
        question=question,
        backbone=Part(name="resnet34", options={"weights": "imagenet"}),
        heads={target: {"loss": losses[kind]} for target, (kind, _) in targets.items()},
        augmentations=[Part(name="random_resized_crop", options={"scale": [0.6, 1.0]}), Part(name="horizontal_flip")],
        image={"size": size},
        epochs=epochs,
        seeds=list(seeds),
    )
    spec = RunSpec(
        recipe_digest=recipe.digest(),
        data_digest=train.digest(),
        folds=file.name,
        folds_digest=table.digest(),
        n_splits=n_splits,
        repeats=repeats,
        targets={target: TargetSpec(kind=kind, labels=list(labels)) for target, (kind, labels) in targets.items()},
        main=next(iter(targets)),
        metric=Part(name=metric),
        plugins="",
        weights="f" * 64,
        quick=quick,
    )
    environment = {
        "python": "3.11.15",
        "packages": {"tamesu": "0.1.0", "torch": "2.10.0"},
        "system": "Linux x86_64",
        "cores": 2,
        "git": {"commit": "3c0ffee5", "clean": False},
    }
    run = make_run(folder, spec, recipe, environment)
    sheet = draw_sheet(size, 16, rng)
    for job in run.jobs():
        path = run.job_path(job)
        path.mkdir(parents=True)
        make_journal(path / "journal.jsonl", recipe, rng)
        if job.name in skip:
            continue
        val = table.val_rows(job.repeat, job.fold)
        counts = {"train": rows - len(val), "val": len(val), "left_out": 0, "val_unreadable": 0}
        if job.name in diverged:
            result = JobResult(run.job_digest(job), {}, counts, None, {"epoch": 3, "step": 12})
        else:
            outputs = {target: make_output(values[target], val, rng) for target in targets}
            oof = Predictions(tuple(ids[row] for row in val), outputs, np.isin(val, np.arange(unreadable)))
            files = {"oof.npz": write_bytes(path / "oof.npz", oof.to_bytes())}
            files["inputs.png"] = write_bytes(path / "inputs.png", sheet)
            result = JobResult(run.job_digest(job), files, counts, 0.8)
        run.write_result(job, result)
    return Made(run, train, score_run(run, train))


@pytest.fixture(scope="session")
def make_synthetic() -> Callable[..., Made]:
    """`build_run`, for tests that need a run of their own."""
    return build_run


@pytest.fixture(scope="session")
def make_sheet() -> Callable[..., bytes]:
    """`draw_sheet`."""
    return draw_sheet


@pytest.fixture(scope="session")
def paintings(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """13 Japanese classes with an auxiliary value, 5 folds, 12 epochs; two images cannot be read."""
    targets = {"theme": ("class", JAPANESE), "century": ("value", ())}
    return build_run(tmp_path_factory.mktemp("芸術"), targets, unreadable=2)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Names and a question that would be markup, formulas or mathematics if they were not escaped."""
    targets = {"theme": ("class", HOSTILE)}
    return build_run(
        tmp_path_factory.mktemp("hostile"),
        targets,
        rows=100,
        n_splits=2,
        epochs=2,
        question="<b>bold</b> & </p><script>1</script>",
    )


def build_verdict(idea: str = "smoothing", gains: Sequence[float] = (0.01, 0.02, 0.03, 0.02, 0.015), **fields: Any) -> Verdict:
    """A verdict whose pairs have these gains: fold after fold of five, seed after seed. `fields` overwrite the rest.

    The interval is made up: the mean ± two spreads. Without a pair the figures are 0, as the ledger has them.
    """
    greater = fields.get("greater_is_better", True)
    pairs = [
        Pair(repeat=0, fold=i % 5, seed=i // 5, baseline=0.8, idea=0.8 + (gain if greater else -gain), gain=gain)
        for i, gain in enumerate(gains)
    ]
    mean, spread = (float(np.mean(gains)), float(np.std(gains))) if pairs else (0.0, 0.0)
    made: dict[str, Any] = {
        "recipe": "base",
        "changes": {"heads.theme.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
        "baseline_run": "base-1a2b3c4d",
        "idea_run": "base-99887766",
        "baseline_digest": "1" * 64,
        "idea_digest": "9" * 64,
        "folds": "f" * 64,
        "rows": 600,
        "metric": Part(name="accuracy"),
        "greater_is_better": True,
        "level": 0.95,
        "rope": 0.0012,
        "noise": 0.0048,
        "gain": mean,
        "low": mean - 2 * spread,
        "high": mean + 2 * spread,
        "better": 0.97 if pairs else 0.0,
        "same": 0.02 if pairs else 0.0,
        "worse": 0.01 if pairs else 0.0,
        "word": "keep",
        "because": "decided",
        "cv_baseline": 0.8 if pairs else None,
        "cv_idea": 0.8 + (mean if greater else -mean) if pairs else None,
        "seconds": 180.0,
        "baseline_seconds": 150.0,
        "time": "2026-10-03T08:15:00+00:00",
        "commit": "3c0ffee5",
        "clean": True,
    }
    return Verdict(idea=idea, pairs=pairs, **{**made, **fields})


@pytest.fixture(scope="session")
def make_verdict() -> Callable[..., Verdict]:
    """`build_verdict`."""
    return build_verdict


@pytest.fixture(scope="session")
def ledger() -> list[Verdict]:
    """One verdict of every kind, on two metrics, with names in Japanese."""
    rng = np.random.default_rng(0)
    log_loss: dict[str, Any] = {"metric": Part(name="log_loss"), "greater_is_better": False, "noise": None, "rope": 0.002}
    return [
        build_verdict("smoothing"),
        build_verdict(
            "セピア調の拡張", rng.normal(0.001, 0.01, 10), word="undecided", because="plan", better=0.6, more_pairs=35
        ),
        build_verdict("resnext", (0.03, 0.02, 0.04), changes={"backbone": "resnext50_32x4d", "batch_size": 16}, seconds=420.0),
        build_verdict("lr=1e-2", (-0.2, -0.02), word="drop", because="hopeless", better=0.02, worse=0.9, chance=0.013),
        build_verdict("hundreds", rng.normal(0.0003, 0.01, 300), word="same", better=0.1, same=0.85),
        build_verdict("epochs=12", (), word="same", because="identical", same=1.0, seconds=None),
        build_verdict("手作業", (), word="keep", because="hand", changes={}, seconds=None, note="規約で必要"),
        build_verdict("sgd", (-0.02,), word="drop", because="failed", failed=["r0-f1-s0"], better=0.0, same=0.0, worse=0.0),
        build_verdict("ラベル平滑化", (0.01, 0.03, 0.02), **log_loss),
        build_verdict("flip_v", (-0.02, -0.03, -0.01), word="drop", better=0.01, worse=0.97, **log_loss),
    ]
