"""Label noise: confident learning against `cleanlab`, planted errors on real digits, and sets without any."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tamesu.messages.audit_labels import BY_PROBE, BY_RUN
from tamesu.results.audit.noise import (
    calibrate,
    calibrate_joint,
    choose_probs,
    explain,
    find_noise,
    guess_confidently,
    measure_noise,
)


def draw(rows: int, classes: int, sharp: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated probabilities and labels drawn from them: a network that knows its own errors, and no noise."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, sharp, (rows, classes))
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    codes = (probs.cumsum(axis=1) < random.random((rows, 1))).sum(axis=1)
    return probs, np.minimum(codes, classes - 1)


def flip(codes: np.ndarray, share: float, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    bad = random.choice(len(codes), round(share * len(codes)), replace=False)
    noisy = codes.copy()
    noisy[bad] = (codes[bad] + random.integers(1, classes, len(bad))) % classes
    return noisy, np.isin(np.arange(len(codes)), bad)


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def out_of_fold(features: np.ndarray, codes: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    probs = np.zeros((len(codes), codes.max() + 1))
    for fit, held in StratifiedKFold(5, shuffle=True, random_state=0).split(features, codes):
        model = LogisticRegression(C=0.1, max_iter=300).fit(features[fit] / 16, codes[fit])
        probs[held] = model.predict_proba(features[held] / 16)
    return probs


@pytest.mark.parametrize(("rows", "classes", "sharp", "share"), [(300, 3, 3, 0.1), (900, 10, 4, 0.05), (200, 20, 2, 0.3)])
def test_confident_learning_is_cleanlabs(rows: int, classes: int, sharp: float, share: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        count = pytest.importorskip("cleanlab.count", reason="needs the extra `labels`")
        from cleanlab.filter import find_label_issues
    probs, codes = draw(rows, classes, sharp, 1)
    noisy, _ = flip(codes, share, classes, 2)
    noise = measure_noise(probs, noisy)
    assert np.unique(noisy).size == classes
    joint = count.compute_confident_joint(noisy, probs, calibrate=False)
    ours = guess_confidently(probs, noisy)
    table = np.zeros_like(joint)
    np.add.at(table, (noisy[ours >= 0], ours[ours >= 0]), 1)
    off = ~np.eye(classes, dtype=bool)
    assert (table[off] == joint[off]).all()
    theirs = count.estimate_joint(noisy, probs)
    # Theirs is rounded to whole rows.
    assert noise.joint / noise.joint.sum() == pytest.approx(theirs, abs=1 / rows)
    listed = find_label_issues(
        noisy, probs, filter_by="confident_learning", return_indices_ranked_by="normalized_margin", n_jobs=1
    )
    assert set(noise.learnt.tolist()) == set(listed.tolist())
    assert (noise.learnt == listed).mean() > 0.95  # equal margins may stand either way


def test_the_joint_by_hand() -> None:
    # Class 0 has two rows of which one is confidently of class 1; class 1 has one row, of which nothing is sure.
    joint = calibrate_joint(np.array([0, 1, -1]), np.array([0, 0, 1]), 2)
    assert joint.tolist() == [[1, 1], [0, 1]]


def test_temperature_is_found_again() -> None:
    probs, codes = draw(20_000, 5, 2.0, 3)
    hot = probs**0.5 / (probs**0.5).sum(axis=1, keepdims=True)
    mended, temperature = calibrate(hot, codes)
    assert temperature == pytest.approx(0.5, abs=0.03)
    assert mended == pytest.approx(probs, abs=0.03)


def test_planted_errors_on_digits_are_found(digits) -> None:
    features, codes = digits
    noisy, bad = flip(codes, 0.05, 10, 0)
    noise = measure_noise(out_of_fold(features, noisy), noisy)
    assert noise.is_evident
    precision, recall = bad[noise.rows].mean(), bad[noise.rows].sum() / bad.sum()
    assert precision >= 3 * 0.05 and precision > 0.7, precision
    assert recall > 0.8, recall
    assert noise.low <= bad.mean() <= noise.high
    planted = noise.rows[bad[noise.rows]]
    assert (noise.proposed[bad[noise.rows]] == codes[planted]).mean() > 0.9
    (found,) = find_noise([str(n) for n in range(10)], noise, len(codes))
    assert (found.code, found.weight) == ("AUDIT_LABEL_NOISE", "warning")
    assert found.rows == tuple(noise.rows.tolist()) and len(found.captions) == len(found.sets) == len(found.rows)
    assert "→" in found.captions[0]
    assert found.text("en") and found.text("ja")
    assert sum(found.charts[0].series["3"]) == pytest.approx(1)


def test_digits_as_they_are_raise_no_alarm(digits) -> None:
    features, codes = digits
    noise = measure_noise(out_of_fold(features, codes), codes)
    assert not noise.is_evident
    assert noise.low == 0
    for finding in find_noise([str(n) for n in range(10)], noise, len(codes)):
        assert (finding.code, finding.weight) == ("AUDIT_LABELS_DOUBTFUL", "note")
        assert len(finding.rows) <= 20


@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_a_network_that_knows_its_errors_is_no_evidence(temperature: float) -> None:
    alarms = 0
    for seed in range(20):
        probs, codes = draw(1000, 6, 2.5, 100 + seed)
        powers = probs ** (1 / temperature)
        alarms += measure_noise(powers / powers.sum(axis=1, keepdims=True), codes).is_evident
    assert alarms <= 1


@pytest.mark.parametrize("pixels", [[20], [20, 28], [10, 20, 28, 43], [10, 12, 20, 21, 28, 36, 43, 52]])
def test_poor_models_on_clean_labels_raise_no_alarm(digits, pixels: list[int]) -> None:
    features, codes = digits
    noise = measure_noise(out_of_fold(features[:, pixels], codes), codes)
    assert not noise.is_evident
    if noise.explained < 0.3:
        assert find_noise([str(n) for n in range(10)], noise, len(codes)) == []


@pytest.mark.parametrize("share", [0.02, 0.1, 0.2])
def test_little_and_much_noise_is_told(digits, share: float) -> None:
    features, codes = digits
    noisy, bad = flip(codes, share, 10, 0)
    noise = measure_noise(out_of_fold(features, noisy), noisy)
    assert noise.is_evident
    assert noise.low <= bad.mean() <= noise.high
    assert bad[noise.rows].mean() >= 3 * share


def test_explained_entropy_by_hand() -> None:
    # Labels 3 to 1: H = 0.75 ln(4/3) + 0.25 ln 4; probabilities of 0.9 for each: loss ln(1/0.9).
    entropy = 0.75 * np.log(4 / 3) + 0.25 * np.log(4)
    assert explain(np.full(4, 0.9), np.array([0, 0, 0, 1])) == pytest.approx(1 - np.log(1 / 0.9) / entropy)


def test_rows_without_label_or_prediction_are_left_out() -> None:
    probs, codes = draw(500, 4, 3, 5)
    noisy, _ = flip(codes, 0.1, 4, 6)
    whole = measure_noise(probs, noisy)
    more = np.concatenate([np.full((3, 4), np.nan), probs, probs[:2]])
    again = measure_noise(more, np.concatenate([[0, 1, 2], noisy, [-1, -1]]))
    assert (again.rows == whole.rows + 3).all()
    assert again.joint == pytest.approx(whole.joint)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        measure_noise(np.ones((3, 2)) / 2, np.zeros(4, np.int64))
    with pytest.raises(ValueError, match="train all folds first"):
        measure_noise(np.full((3, 2), np.nan), np.zeros(3, np.int64))


def test_a_class_without_rows_takes_none() -> None:
    probs = np.array([[0.1, 0.2, 0.7], [0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.8, 0.1, 0.1]])
    noise = measure_noise(probs, np.array([0, 0, 1, 0]))
    assert noise.joint[:, 2].sum() == 0


def test_a_poor_run_does_not_hide_what_a_probe_knows() -> None:
    random, codes = np.random.default_rng(0), np.arange(300) % 3
    poor = random.dirichlet(np.ones(3), 300)
    good = 0.8 * np.eye(3)[codes] + 0.2 / 3
    told, whose = choose_probs(poor, good, codes)
    assert told is good and whose is BY_PROBE
    told, whose = choose_probs(good, poor, codes)
    assert told is good and whose is BY_RUN
    # Only rows that both tell are compared: the run is right on all others, and there the probe did not look.
    half = np.where(np.arange(300)[:, None] < 40, good, np.nan)
    mixed = np.where(np.arange(300)[:, None] < 40, poor, good)
    assert choose_probs(mixed, half, codes)[0] is half
    # Too sure of itself, yet it knows more: a temperature mends that, and no log loss as given would.
    sure = np.where(random.random(300)[:, None] < 0.9, np.eye(3)[codes], np.eye(3)[(codes + 1) % 3])
    assert choose_probs(sure * (1 - 3e-9) + 1e-9, random.dirichlet(np.ones(3), 300), codes)[1] is BY_RUN
    assert choose_probs(None, good, codes)[0] is good and choose_probs(good, None, codes)[1] is BY_RUN
    assert choose_probs(good, np.full((300, 3), np.nan), codes)[1] is BY_RUN
