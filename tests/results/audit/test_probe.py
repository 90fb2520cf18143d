"""Cheap CV, against scikit-learn's discriminant and ridge regression."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tamesu.results.audit.probe import (
    RIDGE,
    SHRINKAGE,
    TEMPERATURES,
    find_temperature,
    probe_classes,
    probe_values,
    soften,
    standardise,
)


def draw(seed: int, n: int = 240, d: int = 12, classes: int = 4) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    codes = random.choice(classes, n, p=np.arange(1, classes + 1) / (classes * (classes + 1) / 2))
    x = random.normal(0, 1, (n, d)) @ random.normal(0, 1, (d, d)) + random.normal(0, 1.5, (classes, d))[codes]
    return x * random.uniform(0.1, 50, d) + 7, codes


def log_loss(probs: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    return float(-np.log(np.clip(probs[np.arange(len(codes)), codes], 1e-12, None)).mean())


@pytest.mark.parametrize("seed", range(4))
def test_classes_against_scikit_learn(seed: int) -> None:
    """scikit-learn shrinks each class's covariance, divided by its rows, towards its own mean variance and takes their mean
    weighted by rows: that is (n - C) / n times ours, which divides by n - C. Without priors the scores differ by that factor.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    x, codes = draw(seed)
    folds = np.random.default_rng(seed).integers(0, 4, len(x))
    probs, scaled = probe_classes(x, codes, folds, 4), (x - x.mean(0)) / x.std(0)
    logits = np.empty((len(x), 4))
    for fold in range(4):
        taught = folds != fold
        reference = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE).fit(scaled[taught], codes[taught])
        priors, n = np.log(reference.priors_), int(taught.sum())
        logits[~taught] = (reference.decision_function(scaled[~taught]) - priors) * (n - 4) / n + priors
    # One temperature, found over all rows.
    losses = []
    for temperature in TEMPERATURES:
        shifted = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
        losses.append(log_loss(shifted / shifted.sum(1, keepdims=True), codes))
    shifted = np.exp((logits - logits.max(1, keepdims=True)) / TEMPERATURES[int(np.argmin(losses))])
    assert probs == pytest.approx(shifted / shifted.sum(1, keepdims=True), abs=2e-3)
    assert (probs.argmax(1) == logits.argmax(1)).mean() > 0.99
    assert log_loss(probs, codes) == pytest.approx(min(losses), abs=1e-3)


@pytest.mark.parametrize(("n", "d"), [(200, 8), (60, 150), (90, 60), (60, 60)])
def test_values_against_scikit_learn(n: int, d: int) -> None:
    from sklearn.linear_model import Ridge

    random = np.random.default_rng(n)
    x = random.normal(3, 2, (n, d))
    values = np.stack([x[:, 0] - 2 * x[:, 1], random.normal(5, 1, n)], 1)
    values[3] = np.nan
    folds = np.arange(n) % 3
    told, scaled = probe_values(x, values, folds), (x - x.mean(0)) / x.std(0)
    for fold in range(3):
        taught = (folds != fold) & np.isfinite(values[:, 0])
        mean = values[taught].mean(0)
        alpha = RIDGE * (scaled[taught] ** 2).sum() / taught.sum()
        reference = Ridge(alpha=alpha, fit_intercept=False).fit(scaled[taught], values[taught] - mean)
        assert told[folds == fold] == pytest.approx(reference.predict(scaled[folds == fold]) + mean, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_the_temperature_never_makes_the_loss_worse(seed: int) -> None:
    random = np.random.default_rng(seed)
    logits, codes = random.normal(0, random.uniform(0.1, 30), (80, 3)), random.integers(0, 3, 80)
    logits[np.arange(80), codes] += random.uniform(0, 10)
    found = find_temperature(logits, codes)
    assert log_loss(soften(logits, found), codes) <= log_loss(soften(logits, 1.0), codes) + 1e-12
    assert found in TEMPERATURES


def test_softmax() -> None:
    from scipy.special import softmax

    logits = np.random.default_rng(0).normal(0, 300, (50, 4))
    logits[:, 2] = -np.inf
    assert soften(logits, 2.0) == pytest.approx(softmax(logits / 2.0, axis=1))
    assert soften(np.full((2, 4), -np.inf), 1.0) == pytest.approx(np.full((2, 4), 0.25))


def test_a_class_that_a_fold_does_not_know_gets_nothing() -> None:
    x, codes = draw(0)
    folds = np.arange(len(x)) % 4
    folds[codes == 3] = 1
    probs = probe_classes(x, codes, folds, 4)
    assert (probs[folds == 1, 3] == 0).all()
    assert (probs[folds != 1, 3] > 0).all()
    assert probs.sum(1) == pytest.approx(np.ones(len(x)))
    never = probe_classes(x, codes, folds, 6)
    assert (never[:, 4:] == 0).all()


@pytest.mark.parametrize(("rows", "width", "classes"), [(200, 3, 200), (60, 3, 3), (600, 128, 599), (600, 128, 300)])
def test_classes_whose_rows_are_equal_or_alone(rows: int, width: int, classes: int) -> None:
    random = np.random.default_rng(0)
    codes = np.arange(rows) % classes
    x = random.normal(0, 1, (classes, width))[codes]
    folds = np.where(np.arange(rows) < classes, 0, 1)
    probs = probe_classes(x, codes, folds if classes < rows else np.arange(rows) % 5, classes)
    assert np.isfinite(probs).all()
    twins = np.flatnonzero(np.arange(rows) >= classes)
    assert (probs[twins].argmax(1) == codes[twins]).all()


def test_rows_of_an_unknown_class_are_told_and_teach_nothing() -> None:
    x, codes = draw(1)
    folds = np.random.default_rng(0).integers(0, 4, len(x))
    hidden = np.where(np.arange(len(x)) % 3 == 0, -1, codes)
    probs = probe_classes(x, hidden, folds, 4)
    assert (probs.argmax(1) == codes)[hidden < 0].mean() > 0.6
    # The same when the hidden rows stand in folds of their own: nobody learned of them.
    apart = probe_classes(x, hidden, np.where(hidden < 0, folds + 4, folds), 4)
    assert apart[hidden >= 0] == pytest.approx(probs[hidden >= 0], abs=1e-3)


def test_nothing_to_learn() -> None:
    x = np.random.default_rng(0).normal(0, 1, (10, 3))
    assert probe_classes(x, np.full(10, -1), np.arange(10) % 2, 2) == pytest.approx(np.full((10, 2), 0.5))
    one_fold = probe_classes(x, np.arange(10) % 2, np.zeros(10, np.int64), 2)
    assert one_fold == pytest.approx(np.full((10, 2), 0.5))
    assert (probe_values(x, np.full((10, 1), np.nan), np.arange(10) % 2) == 0).all()
    constant = probe_classes(np.ones((10, 3)), np.array([0] * 7 + [1] * 3), np.arange(10) % 2, 2)
    assert (constant.argmax(1) == 0).all()


def test_standardised_columns() -> None:
    x = np.random.default_rng(0).normal(5, 3, (40, 3))
    x[:, 1] = 2.5
    found = standardise(x)
    assert found.mean(0) == pytest.approx([0, 0, 0], abs=1e-12)
    assert found.std(0) == pytest.approx([1, 0, 1])
