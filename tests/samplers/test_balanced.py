from __future__ import annotations

import numpy as np

from tamesu.samplers import Balanced, SquareRoot, draw_copies
from tamesu.testing.samplers import make_marks


def epoch_shares(rates: np.ndarray, marks: np.ndarray, epochs: int = 2000) -> np.ndarray:
    """What share of the rows used over many epochs each label has, by drawing them."""
    rng = np.random.default_rng(0)
    used = sum(draw_copies(rates, rng.random(len(rates))) for _ in range(epochs))
    counts = (used[:, None] * marks).sum(axis=0)
    return counts / counts.sum()


def test_every_class_equally_often() -> None:
    marks = make_marks("class")
    np.testing.assert_allclose(epoch_shares(Balanced().rates(marks), marks), [0.25, 0.25, 0.25, 0.25, 0.0], atol=0.005)


def test_shares_go_with_the_root_of_the_counts() -> None:
    marks = make_marks("class")
    roots = np.sqrt([64.0, 32.0, 16.0, 8.0, 0.0])
    np.testing.assert_allclose(epoch_shares(SquareRoot().rates(marks), marks), roots / roots.sum(), atol=0.005)


def test_rates_from_the_counts() -> None:
    marks = make_marks("class")
    counts = np.array([64.0, 32.0, 16.0, 8.0])
    codes = marks.argmax(axis=1)
    np.testing.assert_allclose(Balanced().rates(marks), (120 / 4 / counts)[codes])
    np.testing.assert_allclose(SquareRoot().rates(marks), (120 * np.sqrt(counts) / np.sqrt(counts).sum() / counts)[codes])


def test_several_labels_are_drawn_label_first() -> None:
    # The expectation by drawing in two steps: a label, then one of its rows.
    marks = make_marks("multilabel", rows=30)
    rng = np.random.default_rng(1)
    there = np.flatnonzero(marks.any(axis=0))
    hits = np.zeros(len(marks))
    for label, turns in zip(*np.unique(rng.choice(there, 200_000), return_counts=True), strict=True):
        np.add.at(hits, rng.choice(np.flatnonzero(marks[:, label]), turns), 1)
    labelled = marks.any(axis=1)
    expected = hits[labelled] / hits[labelled].mean()
    np.testing.assert_allclose(Balanced().rates(marks)[labelled], expected, rtol=0.05)


def test_rows_without_labels_take_no_share_of_the_others() -> None:
    marks = make_marks("class").astype(float)
    holed = np.concatenate([marks, np.zeros((40, 5)), np.full((40, 5), np.nan)])
    np.testing.assert_allclose(Balanced().rates(holed), np.concatenate([Balanced().rates(marks), np.ones(80)]))
