from __future__ import annotations

import csv
from pathlib import Path

from tests.artifacts.test_run import finish, make
from tests.results.test_scores import truth

from tamesu.results.ledger import guard, write_ledger
from tamesu.results.scores import write_scores


def test_one_line_per_scored_run_best_first_with_its_commit(tmp_path: Path) -> None:
    for letter, value in (("a", 0.9), ("b", 0.1)):
        run = make(tmp_path, data_digest=letter * 64)
        for job in run.jobs():
            finish(run, job, value)
        write_scores(run, truth([1, 1, 1, 0]))
    make(tmp_path, data_digest="c" * 64)
    rows = list(csv.DictReader(write_ledger(tmp_path).read_text(encoding="utf-8").splitlines()))
    # Saying "b" is right three times of four, saying "a" once.
    assert [float(row["cv"]) for row in rows] == [0.75, 0.25]
    assert {row["recipe"] for row in rows} == {"base"}
    assert {row["commit"] for row in rows} == {""}


def test_formulas_are_made_plain() -> None:
    assert [guard(text) for text in ("=1", "@x", "a=1", 3)] == ["'=1", "'@x", "a=1", 3]
