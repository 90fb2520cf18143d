from __future__ import annotations

import numpy as np
import pytest

from tamesu.metrics import METRICS
from tamesu.metrics.log_loss import LogLoss
from tamesu.results.tallies import CLASS_TALLIES, LABEL_TALLIES, find_class_tally, find_label_tally

NAMES = {part: name for name, part in METRICS.items()}


def draw(seed: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    # The last class is told but never there, the one before it never told, in some draws.
    return rng.integers(0, classes - 1, 50), rng.integers(0, classes, 50) * (rng.random(50) < 0.8)


@pytest.mark.parametrize("part", CLASS_TALLIES, ids=lambda part: NAMES[part])
def test_a_tally_over_classes_is_its_metric(part: type) -> None:
    metric, tables, expected = part(), [], []
    for seed in range(20):
        truth, told = draw(seed, 5)
        if seed == 18:
            told = np.zeros_like(told)
        if seed == 19:
            truth = told.copy()
        counts = np.zeros((5, 5))
        np.add.at(counts, (truth, told), 1)
        tables.append(counts)
        expected.append(metric.score(truth, np.eye(5)[told], tuple("abcde")))
    tally = find_class_tally(metric)
    assert tally is not None
    assert tally(np.stack(tables)) == pytest.approx(expected)


@pytest.mark.parametrize("part", CLASS_TALLIES, ids=lambda part: NAMES[part])
def test_without_rows_a_tally_is_undefined(part: type) -> None:
    assert np.isnan(CLASS_TALLIES[part](np.zeros((1, 3, 3)))[0])


@pytest.mark.parametrize("part", LABEL_TALLIES, ids=lambda part: NAMES[part])
def test_a_tally_over_labels_is_its_metric(part: type) -> None:
    metric, lines, expected = part(), [], []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        there, told = rng.random((30, 4)) < (0.3, 0.5, 0.1, 0.0), rng.random((30, 4)) < (0.3, 0.5, 0.0, 0.0)
        lines.append([(there & told).sum(axis=0), told.sum(axis=0), there.sum(axis=0)])
        expected.append(metric.score(there.astype(np.int64), told.astype(np.float64), tuple("abcd")))
    right, told_counts, positives = np.array(lines, dtype=np.float64).transpose(1, 0, 2)
    tally = find_label_tally(metric)
    assert tally is not None
    assert tally(right, told_counts, positives) == pytest.approx(expected)


def test_a_metric_of_probs_has_no_tally() -> None:
    assert find_class_tally(LogLoss()) is None and find_label_tally(LogLoss()) is None
