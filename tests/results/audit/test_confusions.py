"""Confused labels: planted twins, classes nobody is sure of, rare classes that are missed; and sets where nothing is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.results.audit.confusions import (
    expected_confusion,
    find_confusions,
    merged_accuracy,
    told_apart,
    usual_area,
)

NAMES = ("cat", "dog", "fox", "owl")


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def draw(counts: tuple[int, ...], separation: float = 3.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and logits that tell them apart in most rows."""
    codes = np.repeat(np.arange(len(counts)), counts)
    logits = np.random.default_rng(seed).normal(0, 1, (len(codes), len(counts)))
    logits[np.arange(len(codes)), codes] += separation
    return codes, logits


def test_nothing_is_said_of_classes_that_are_told_apart() -> None:
    codes, logits = draw((100, 100, 100, 100))
    assert find_confusions(NAMES, codes, softmax(logits)) == []


@pytest.mark.parametrize("counts", [(150, 150, 150, 150), (300, 60, 150, 150)])
def test_twins_are_found_whatever_their_counts(counts: tuple[int, ...]) -> None:
    codes, logits = draw(counts)
    random = np.random.default_rng(1)
    twins = codes < 2
    # Which of the two it is, the logits do not know.
    logits[twins, :2] = logits[twins, :2].max(axis=1, keepdims=True) + random.normal(0, 0.5, (int(twins.sum()), 2))
    probs = softmax(logits)
    found = [f for f in find_confusions(NAMES, codes, probs) if f.code == "AUDIT_LABELS_ALIKE"]
    assert [(f.values["one"], f.values["other"]) for f in found] == [("cat", "dog")]
    (only,) = found
    told = probs.argmax(axis=1)
    mixed = np.flatnonzero(twins & (told != codes) & (told < 2))
    assert set(only.rows) == set(mixed.tolist()) and only.values["swapped"] == len(mixed)
    merged = np.where(told == 1, 0, told) == np.where(codes == 1, 0, codes)
    assert only.values["after"] - only.values["before"] == pytest.approx(merged.mean() - (told == codes).mean(), abs=0.02)
    assert only.weight == "warning" and only.text("en") and only.text("ja")


def test_label_noise_alone_makes_no_twins() -> None:
    codes, logits = draw((200, 200, 200, 200), 4.0)
    random = np.random.default_rng(2)
    bad = random.random(len(codes)) < 0.15
    noisy = np.where(bad, (codes + random.integers(1, 4, len(codes))) % 4, codes)
    assert not [f for f in find_confusions(NAMES, noisy, softmax(logits)) if f.code == "AUDIT_LABELS_ALIKE"]


def test_a_network_that_knows_nothing_makes_no_twins() -> None:
    codes, logits = draw((200, 200, 200, 200), 0.0)
    assert not [f for f in find_confusions(NAMES, codes, softmax(logits)) if f.code == "AUDIT_LABELS_ALIKE"]


def test_a_weak_network_judges_no_labels() -> None:
    codes, logits = draw((300, 300, 40, 30), 1.0)
    logits[codes < 2, :2] = logits[codes < 2, :2].max(axis=1, keepdims=True)
    assert 0.5 < usual_area(softmax(logits), codes, np.bincount(codes)) < 0.9
    assert find_confusions(NAMES, codes, softmax(logits)) == []


def test_area_and_its_error_are_the_librarys() -> None:
    from sklearn.metrics import roc_auc_score

    codes, logits = draw((80, 50, 30, 10), 1.0)
    probs = softmax(logits)
    rows = codes < 2
    area, error = told_apart(probs, codes, 0, 1)
    assert area == pytest.approx(roc_auc_score(codes[rows] == 0, np.log(probs[rows, 0] / probs[rows, 1])))
    # The error against the spread over new draws of the same size.
    areas = []
    for seed in range(200):
        again, other = draw((80, 50, 30, 10), 1.0, 1000 + seed)
        areas.append(told_apart(softmax(other), again, 0, 1)[0])
    assert error == pytest.approx(np.std(areas), rel=0.3)


def test_expected_confusion_by_hand() -> None:
    # 10 wrong rows of the first label over answers 50 and 50 of the others, 20 of the second over 100 and 50.
    table = np.array([[90, 5, 5], [10, 40, 10], [0, 5, 35]])
    answers = table.sum(axis=0)
    by_hand = 10 * answers[1] / (answers[1] + answers[2]) + 20 * answers[0] / (answers[0] + answers[2])
    assert expected_confusion(table, 0, 1) == pytest.approx(by_hand)


def test_merging_adds_the_probabilities() -> None:
    codes, logits = draw((40, 40, 40, 40), 1.0)
    probs = softmax(logits)
    three = np.stack([probs[:, 0] + probs[:, 3], probs[:, 1], probs[:, 2]], axis=1)
    assert merged_accuracy(codes, probs, 0, 3) == (three.argmax(axis=1) == np.where(codes == 3, 0, codes)).mean()


def test_an_ambiguous_class_is_named_with_its_rivals() -> None:
    codes, logits = draw((100, 100, 100, 100), 5.0)
    logits[codes == 2] = np.random.default_rng(3).normal([1, 0, 1.2, -3], 0.2, (100, 4))
    found = [f for f in find_confusions(NAMES, codes, softmax(logits)) if f.code == "AUDIT_AMBIGUOUS_CLASS"]
    assert [f.values["name"] for f in found] == ["fox"]
    assert found[0].values["rivals"].startswith("cat (")
    assert set(found[0].rows) <= set(np.flatnonzero(codes == 2).tolist())
    assert found[0].weight == "note" and found[0].text("en") and found[0].text("ja")


def test_rare_classes_that_are_missed() -> None:
    codes, logits = draw((300, 300, 40, 30), 4.0)
    rare = np.flatnonzero(codes >= 2)
    logits[rare[::2], 0] += 9
    found = [f for f in find_confusions(NAMES, codes, softmax(logits)) if f.code == "AUDIT_RARE_RECALL"]
    assert len(found) == 1 and found[0].weight == "warning"
    told = softmax(logits).argmax(axis=1)
    assert found[0].values["recall"] == pytest.approx((told == codes)[codes >= 2].mean())
    assert found[0].values["rest"] == pytest.approx((told == codes)[codes < 2].mean())
    assert set(found[0].rows) == set(rare.tolist())
    assert found[0].text("en") and found[0].text("ja")


def test_rare_classes_that_are_found_as_often_are_no_matter() -> None:
    codes, logits = draw((300, 300, 40, 30), 4.0)
    assert find_confusions(NAMES, codes, softmax(logits)) == []


def test_rows_without_label_or_prediction_are_left_out_and_shapes_checked() -> None:
    codes, logits = draw((100, 100, 100, 100))
    probs = softmax(logits)
    probs[:5] = np.nan
    codes[5:8] = -1
    assert find_confusions(NAMES, codes, probs) == []
    assert find_confusions(NAMES, np.full(400, -1), probs) == []
    with pytest.raises(ValueError, match="do not fit"):
        find_confusions(NAMES, codes, probs[:, :3])
