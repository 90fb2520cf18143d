from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.samplers import RepeatFactor, draw_copies
from tamesu.testing.samplers import make_marks


def reference(marks: np.ndarray, threshold: float) -> list[float]:
    """The paper's formula, row by row."""
    rows = [set(np.flatnonzero(row)) for row in marks]
    share = {label: sum(label in row for row in rows) / len(rows) for label in range(marks.shape[1])}
    repeat = {label: max(1.0, math.sqrt(threshold / f)) for label, f in share.items() if f > 0}
    return [max((repeat[label] for label in row), default=1.0) for row in rows]


@pytest.mark.parametrize("threshold", [0.001, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("kind", ["class", "multilabel"])
def test_agrees_with_the_formula(kind: str, threshold: float) -> None:
    marks = make_marks(kind)
    np.testing.assert_allclose(RepeatFactor(threshold=threshold).rates(marks), reference(marks, threshold))


def test_no_row_is_ever_left_out_and_repeats_come_as_often_as_said() -> None:
    marks = make_marks("multilabel")
    rates = RepeatFactor(threshold=0.5).rates(marks)
    rng = np.random.default_rng(0)
    epochs = np.array([draw_copies(rates, rng.random(len(rates))) for _ in range(4000)])
    assert epochs.min() == 1
    np.testing.assert_allclose(epochs.mean(axis=0), rates, atol=0.04)


def test_soft_labels_count_from_one_half_on() -> None:
    marks = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.5, 0.5]])
    np.testing.assert_allclose(RepeatFactor(threshold=1.0).rates(marks), reference(marks >= 0.5, 1.0))
