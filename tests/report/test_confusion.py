from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from tamesu.report.confusion import (
    count_pairs,
    find_confused_classes,
    find_confused_pairs,
    score_classes,
)


def draw(rows: int = 500, classes: int = 7, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, rows)
    return truth, rng.dirichlet(np.ones(classes), rows) + 0.4 * np.eye(classes)[truth]


def test_counts_agree_with_scikit_learn() -> None:
    truth, probs = draw()
    expected = confusion_matrix(truth, probs.argmax(axis=1), labels=range(7))
    np.testing.assert_array_equal(count_pairs(truth, probs).matrix(range(7)), expected)
    np.testing.assert_array_equal(count_pairs(truth, probs).matrix([5, 2]), expected[np.ix_([5, 2], [5, 2])])


@pytest.mark.parametrize("never", [None, 3])
def test_class_scores_agree_with_scikit_learn(never: int | None) -> None:
    truth, probs = draw()
    if never is not None:
        probs[:, never] = 0.0
    pairs = count_pairs(truth, probs)
    scores = score_classes(pairs.hits, pairs.rows, pairs.calls)
    precision, recall, f1, rows = precision_recall_fscore_support(
        truth, probs.argmax(axis=1), labels=range(7), zero_division=np.nan
    )
    np.testing.assert_allclose(scores.precision, precision)
    np.testing.assert_allclose(scores.recall, recall)
    np.testing.assert_allclose(scores.f1, f1)
    np.testing.assert_array_equal(pairs.rows, rows)


def test_a_class_that_is_nowhere_is_undefined() -> None:
    pairs = count_pairs(np.array([0, 1]), np.eye(3)[[0, 1]])
    scores = score_classes(pairs.hits, pairs.rows, pairs.calls)
    assert np.isnan([scores.precision[2], scores.recall[2], scores.f1[2]]).all()


def test_the_most_confused_agree_with_the_matrix() -> None:
    truth, probs = draw(rows=900)
    wrong = confusion_matrix(truth, probs.argmax(axis=1), labels=range(7))
    rows = wrong.sum(axis=1)
    np.fill_diagonal(wrong, 0)
    found = find_confused_pairs(count_pairs(truth, probs), limit=6)
    assert [pair.rows for pair in found] == sorted(wrong.ravel().tolist(), reverse=True)[:6]
    assert all(wrong[pair.truth, pair.predicted] == pair.rows for pair in found)
    assert all(pair.share == pytest.approx(pair.rows / rows[pair.truth]) for pair in found)
    errors = wrong.sum(axis=0) + wrong.sum(axis=1)
    assert find_confused_classes(count_pairs(truth, probs), 3) == sorted(np.argsort(-errors, kind="stable")[:3].tolist())


def test_thousands_of_classes_stay_small() -> None:
    truth = np.arange(15_587)
    told = np.zeros((40, 15_587), np.float32)
    told[truth[:40], truth[:40]] = 1.0
    pairs = count_pairs(truth[:40], told)
    assert pairs.count.nbytes < 1000
    assert find_confused_pairs(pairs) == []
