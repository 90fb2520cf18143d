from __future__ import annotations

import numpy as np

from tamesu.report.class_target import show_classes
from tamesu.report.outcomes import Outcome, join_outcome, read_oof
from tamesu.report.words import Words

EN = Words("en")


def make_outcome(truth: np.ndarray, probs: np.ndarray, labels: tuple[str, ...], jobs: int = 1) -> Outcome:
    rows = len(truth)
    job = np.arange(rows) * jobs // rows
    ids = np.array([str(row) for row in range(rows)])
    return Outcome("y", "class", labels, ids, truth, probs, job, tuple(f"r0-f{j}-s0" for j in range(jobs)), 0, 0)


def outcome_of(made) -> Outcome:
    return join_outcome(made.run, made.train, made.run.spec.main, read_oof(made.run, [0]))


def test_hostile_names_stay_text(hostile) -> None:
    body, _ = show_classes(outcome_of(hostile), "t", EN)
    assert "<script" not in body and "<img" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body and ">=1+1<" in body


def test_with_many_classes_only_the_most_confused_are_shown_and_it_is_said() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 130, 900)
    probs = rng.dirichlet(np.ones(130), 900) + 0.1 * np.eye(130)[truth]
    body, _ = show_classes(make_outcome(truth, probs, tuple(f"c{i}" for i in range(130))), "t", EN)
    assert "Only the 25 most confused of 130 classes" in body
    assert "The 100 worst of 130" in body


def test_jobs_that_collapsed_are_named_unless_all_of_them_have() -> None:
    labels = ("猫", "<dog>")
    truth = np.arange(200) % 2
    mixed = truth.copy()
    mixed[40:80] = 1
    outcome = make_outcome(truth, np.eye(2)[mixed], labels, jobs=5)
    body, (notice,) = show_classes(outcome, "t", EN)
    assert "Collapse to one class in r0-f1-s0" in notice.text and notice.text in body
    assert show_classes(outcome, "t", EN, collapsed=True)[1] == []
    assert show_classes(make_outcome(truth, np.eye(2)[truth], labels, jobs=5), "t", EN)[1] == []
    # All are called the same, yet the probabilities tell them apart.
    ranked = np.stack([0.7 - 0.1 * truth, 0.3 + 0.1 * truth], axis=1)
    assert show_classes(make_outcome(truth, ranked, labels, jobs=5), "t", EN)[1] == []


def test_a_perfect_result_has_no_pairs() -> None:
    truth = np.arange(30) % 3
    body, _ = show_classes(make_outcome(truth, np.eye(3)[truth], ("a", "b", "c")), "t", EN)
    assert "Not one row is wrong." in body
