"""The tiny competition with two runs that a pretending trainer left, and whatever the pages show beside them."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from tests.ledger import verdict_of
from tests.pretend import noisy, write_job
from tests.tiny import write_competition

from tamesu.artifacts.journal import Journal
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import write_verdict
from tamesu.preparation import prepare
from tamesu.results.noise import measure_noise, write_noise
from tamesu.results.scores import write_scores
from tamesu.running import open_run

HOSTILE = "<img src=x onerror=alert(1)>'\"\u202e犬 " + "長" * 60
IDEAS = {
    "longer": {"epochs": 6, "why": HOSTILE, "expected": "better"},
    "平滑": {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
    "kept": {"epochs": 9},
}


def write_trained(folder: Path) -> tuple[Run, Run]:
    """Write the competition with a base run of two seeds and a longer one, ideas, verdicts, noise and a submission."""
    write_competition(folder)
    (folder / "ideas.yaml").write_text(yaml.safe_dump(IDEAS, allow_unicode=True), encoding="utf-8")
    runs = train(folder, [], 0.5, 2), train(folder, ["epochs=5", f"question={json.dumps(HOSTILE)}"], 0.8, 2)
    write_verdict(folder, verdict_of("kept", {"epochs": 9}, "keep", day=1))
    write_verdict(folder, verdict_of(HOSTILE, {"epochs": 7}, "drop", day=2, why=HOSTILE))
    noise = measure_noise("accuracy", {(0, 0): [0.5, 0.6], (0, 1): [0.55, 0.5]}, [0, 1])
    assert noise is not None
    write_noise(runs[0], noise)
    place = folder / "submissions"
    place.mkdir()
    for run, public in zip(runs, (0.5, None), strict=True):
        (place / f"{run.name}.csv").write_text("id,kind\n")
        about = {"run": run.name, "seeds": [0, 1], "unreadable_rows": 0} | ({} if public is None else {"public": public})
        (place / f"{run.name}.json").write_text(json.dumps(about))
    (place / "half.json").write_text("{")
    return runs


def train(folder: Path, changes: list[str], share: float, seeds: int) -> Run:
    """A finished run whose journals say of each epoch what real ones do."""
    prepared = prepare(folder, "base", changes)
    run = open_run(prepared)
    for job in run.jobs(range(seeds)):
        write_job(run, job, prepared.train[0], share + noisy(run.recipe, job, 0.1))
        path = run.job_path(job) / "journal.jsonl"
        path.unlink()
        journal = Journal(path)
        for epoch in range(1, run.recipe.epochs + 1):
            losses = {"kind": 1.0 / epoch, "size": 0.5 / epoch}
            journal.append(
                {
                    "epoch": epoch,
                    "train_loss": losses,
                    "val_loss": losses,
                    "val_score": share * (1 - 0.5**epoch),
                    "learning_rate": 1e-3,
                    "seconds": 2.0,
                    "train_seconds": 1.5,
                    "peak_memory_mib": 100.0,
                }
            )
    write_scores(run, prepared.train[0])
    return run
