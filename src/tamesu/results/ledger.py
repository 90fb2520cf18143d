"""The ledger: every run of a competition as one line of a spreadsheet, tied to the commit it was trained from."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import read_json, write_text
from tamesu.artifacts.journal import read_journal
from tamesu.artifacts.run import Run, find_runs
from tamesu.errors import DamagedError
from tamesu.results.scores import read_scores

COLUMNS = (
    "run",
    "recipe",
    "question",
    "backbone",
    "size",
    "epochs",
    "metric",
    "cv",
    "standard_error",
    "spread",
    "seeds",
    "rows",
    "minutes",
    "quick",
    "commit",
    "clean",
)


def write_ledger(folder: Path) -> Path:
    """Write `runs/runs.csv`: one line per run that has a score, best first within each metric.

    Args:
        folder: the competition's folder.

    Returns:
        The file's path. Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    rows = []
    for path in find_runs(folder):
        try:
            rows.append(describe_run(Run(path)))
        except DamagedError:
            continue
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    rows.sort(key=lambda row: (row["metric"], row["order"], row["run"]))
    writer.writerows({name: guard(row[name]) for name in COLUMNS} for row in rows)
    target = folder / "runs" / "runs.csv"
    write_text(target, buffer.getvalue())
    return target


def describe_run(run: Run) -> dict[str, Any]:
    """A run's line.

    Raises:
        DamagedError: it has no scores yet.
    """
    scores = read_scores(run)
    git = read_json(run.path / "environment.json").get("git") or {}
    seconds = sum(
        record["seconds"]
        for job in run.jobs(run.trained_seeds())
        for record in read_journal(run.job_path(job) / "journal.jsonl").records
    )
    cv = scores.cv
    return {
        "run": run.name,
        "recipe": run.recipe.name,
        "question": run.recipe.question,
        "backbone": run.recipe.backbone.name,
        "size": run.recipe.image.size,
        "epochs": run.recipe.epochs,
        "metric": scores.metric,
        "cv": "undefined" if cv is None else round(cv, 6),
        "standard_error": "" if scores.standard_error is None else round(scores.standard_error, 6),
        "spread": "" if scores.spread is None else round(scores.spread, 6),
        "seeds": " ".join(str(seed) for seed in scores.seeds),
        "rows": scores.rows,
        "minutes": round(seconds / 60, 1),
        "quick": "yes" if run.spec.quick else "",
        "commit": git.get("commit", ""),
        "clean": "" if not git else ("yes" if git.get("clean") else "no"),
        "order": float("inf") if cv is None else (-cv if scores.greater_is_better else cv),
    }


def guard(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain.

    Examples:
        >>> guard("=1+1"), guard("base"), guard(-0.5)
        ("'=1+1", 'base', -0.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
