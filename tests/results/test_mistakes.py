"""Galleries of mistakes, against a plain loop over rows."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.results.averaged import Averaged
from tamesu.results.mistakes import Gallery, expect_distance, find_margin, find_mistakes


def say(kind: str, labels: tuple[str, ...], truth: np.ndarray, output: np.ndarray) -> Averaged:
    return Averaged(kind, labels, np.arange(len(truth)) * 10, truth, output, np.ones(len(truth), int))


def by_key(galleries: list[Gallery]) -> dict[tuple[str, int], Gallery]:
    return {(one.look, one.label): one for one in galleries}


@pytest.fixture
def classes() -> Averaged:
    rng = np.random.default_rng(1)
    probs = rng.dirichlet(np.ones(4), 300)
    return say("class", ("a", "b", "c", "d"), rng.integers(0, 4, 300), probs)


def test_the_most_wrong_are_those_with_the_least_probable_truth(classes: Averaged) -> None:
    found = by_key(find_mistakes(classes, most=5))
    assert len(found) == 12
    for label in range(4):
        wrong, sure, unsure = [], [], []
        for place, (truth, probs) in enumerate(zip(classes.truth, classes.output, strict=True)):
            if truth != label:
                continue
            first, second = sorted(probs.tolist(), reverse=True)[:2]
            unsure.append((first - second, place * 10))
            (sure if probs.argmax() == truth else wrong).append((probs[truth], place * 10))
        assert found["wrong", label].rows.tolist() == [row for _, row in sorted(wrong)[:5]]
        assert found["wrong", label].total == len(wrong)
        assert found["sure", label].rows.tolist() == [row for _, row in sorted(sure, reverse=True)[:5]]
        assert found["unsure", label].rows.tolist() == [row for _, row in sorted(unsure)[:5]]
        assert (found["wrong", label].told != label).all()


def test_labels_with_most_mistakes_come_first_and_no_more_than_asked_for(classes: Averaged) -> None:
    counts = [int(((classes.output.argmax(axis=1) != classes.truth) & (classes.truth == label)).sum()) for label in range(4)]
    found = find_mistakes(classes, most_labels=2)
    order = list(dict.fromkeys(one.label for one in found))
    assert order == sorted(range(4), key=lambda label: -counts[label])[:2]


def test_of_ordered_labels_the_furthest_is_the_worst() -> None:
    probs = np.array([[0.05, 0.9, 0.05], [0.1, 0.0, 0.9], [0.9, 0.05, 0.05]])
    found = by_key(find_mistakes(say("ordinal", ("1", "2", "3"), np.array([0, 0, 0]), probs)))
    # The first has the less probable truth, the second is told two steps away.
    assert found["wrong", 0].rows.tolist() == [10, 0]
    np.testing.assert_allclose(expect_distance(probs, np.array([0, 0, 0])), [1.0, 1.8, 0.15])


def test_a_label_of_several_is_missed_or_told_falsely() -> None:
    truth = np.array([[1, 0], [0, 0], [1, 1], [1, 0]])
    chance = np.array([[0.1, 0.2], [0.8, 0.1], [0.9, 0.95], [0.45, 0.0]])
    found = by_key(find_mistakes(say("multilabel", ("x", "y"), truth, chance)))
    assert found["wrong", 0].rows.tolist() == [0, 10, 30]
    assert found["wrong", 0].told.tolist() == [0, 1, 0]
    np.testing.assert_allclose(found["wrong", 0].truth_chance, [0.1, 0.2, 0.45])
    assert found["unsure", 0].rows.tolist()[0] == 30
    assert found["sure", 1].rows.tolist() == [20] and ("wrong", 1) not in found


def test_residuals_stand_on_both_sides() -> None:
    found = find_mistakes(say("value", (), np.array([1.0, 2.0, 3.0]), np.array([[4.0], [0.5], [3.0]])))
    assert [(one.look, one.label, one.rows.tolist(), one.score.tolist()) for one in found] == [
        ("above", -1, [0], [3.0]),
        ("below", -1, [10], [-1.5]),
    ]
    two = find_mistakes(say("value", ("w", "h"), np.zeros((2, 2)), np.array([[1.0, -1.0], [2.0, 0.0]])))
    assert [(one.look, one.label, one.rows.tolist()) for one in two] == [("above", 0, [10, 0]), ("below", 1, [0])]


def test_nothing_to_look_at() -> None:
    assert find_mistakes(say("class", ("a",), np.zeros(0, int), np.zeros((0, 1)))) == []
    assert find_mistakes(say("soft", ("a", "b"), np.ones((1, 2)), np.ones((1, 2)))) == []
    assert find_margin(np.array([[0.7]])).tolist() == [0.7]
