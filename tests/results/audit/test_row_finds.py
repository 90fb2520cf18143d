"""Doubts and sets of an audit: their order, the probabilities behind them, and the rows that look alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.results.audit.made import make_data

from tamesu.results.audit.copies import Copies, CopySet
from tamesu.results.audit.inspection import Inspection
from tamesu.results.audit.noise import measure_noise
from tamesu.results.audit.row_finds import MOST_NEAR, doubt_rows, find_chances, find_near, find_rows
from tamesu.results.finding import Finding

ROWS = 90


def draw(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sharp probabilities of three classes, and labels of which the first four are wrong."""
    codes = np.random.default_rng(seed).integers(0, 3, ROWS)
    probs = np.full((ROWS, 3), 0.01)
    probs[np.arange(ROWS), codes] = 0.98
    wrong = codes.copy()
    wrong[:4] = (codes[:4] + 1) % 3
    return probs, wrong


def look(**parts: object) -> Inspection:
    return replace(Inspection((), None, {}, "kfold"), **parts)  # type: ignore[arg-type]


def test_pictures_that_disagree_come_first_then_doubts_then_rows_without_a_label() -> None:
    probs, codes = draw(0)
    codes[80] = -1
    data = make_data(ROWS, codes=codes)
    noise = measure_noise(probs, codes)
    finding = Finding("AUDIT_COPIES_CONFLICT", "warning", {}, rows=(50, 2))
    labels = [data.labels[code] if code >= 0 else "" for code in codes]
    found = doubt_rows(data, look(findings=(finding,), label_noise=noise), labels)
    assert [row for row, _ in found[:2]] == [50, 2]
    assert sorted(row for row, _ in found[2:-1]) == [0, 1, 3]
    assert found[-1][0] == 80
    assert [one.reason for _, one in found] == ["copies", "copies", "probs", "probs", "probs", "missing"]
    for row, one in found[2:-1]:
        assert (one.id, one.label) == (data.ids[row], labels[row])
        assert one.proposed == data.labels[probs[row].argmax()]


def test_probabilities_are_those_that_were_calibrated() -> None:
    probs, codes = draw(1)
    noise = measure_noise(probs, codes)
    own, other = find_chances(noise)
    # Calibration divides the logits by one temperature, so that rows of equal probabilities stay equal.
    logits = np.log(probs[noise.rows]) / noise.temperature
    calibrated = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    each = np.arange(len(noise.rows))
    np.testing.assert_allclose(own, calibrated[each, noise.own], rtol=1e-6)
    np.testing.assert_allclose(other, calibrated[each, noise.proposed], rtol=1e-6)


def test_near_rows_are_those_with_the_highest_cosine() -> None:
    features = np.random.default_rng(2).normal(size=(ROWS, 8)).astype(np.float32)
    features[5] = np.nan
    data = make_data(ROWS, train=70, features=features)
    near = find_near(data, [3, 5, 9])
    assert sorted(near) == [3, 9]
    known = features[:70] / np.linalg.norm(features[:70], axis=1, keepdims=True)
    for row in (3, 9):
        alike = known @ known[row]
        alike[[row, 5]] = -np.inf
        order = np.argsort(-alike)[:MOST_NEAR]
        assert [one.id for one in near[row]] == [data.ids[place] for place in order]
        assert [one.likeness for one in near[row]] == pytest.approx(alike[order].tolist(), abs=1e-4)
    assert find_near(make_data(ROWS), [3]) == {}


def test_sets_stand_whole_and_the_largest_first() -> None:
    groups = np.arange(ROWS)
    groups[[10, 11, 12]] = 10
    data = make_data(ROWS, train=80, groups=groups[:80])
    copies = Copies((CopySet((1, 2)), CopySet((3, 85, 4))))
    rows = find_rows(data, look(copies=copies, leaks={"groups": [(5, 6)], "copies": []}), [], "then")
    named = {kind: [[data.ids.index(row) for row in one] for one in sets] for kind, sets in rows.sets.items()}
    assert named == {"copies": [[3, 85, 4], [1, 2]], "groups": [[5, 6]], "kept": [[10, 11, 12]]}
    assert find_rows(make_data(ROWS), look(), [], "then").sets == {}
