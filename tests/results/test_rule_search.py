from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, f1_score

from tamesu.results import rule_search
from tamesu.results.rule_search import (
    best_of,
    choose_places,
    count_moves,
    search_cuts,
    search_factors,
    search_shared,
    search_strength,
    search_thresholds,
    thin,
)
from tamesu.results.tallies import tally_balanced, tally_f1, tally_labels_macro, tally_labels_micro, tally_quadratic


def draw_classes(seed: int, rows: int = 400, shares: tuple[float, ...] = (0.85, 0.1, 0.05)) -> tuple[np.ndarray, np.ndarray]:
    """Truth, and the exact probs of each class given a feature of 2 numbers drawn around the class's own place."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(len(shares), rows, p=shares)
    places = 1.5 * np.stack([np.cos(np.arange(len(shares)) * 2.1), np.sin(np.arange(len(shares)) * 2.1)], axis=1)
    seen = places[truth] + rng.normal(size=(rows, 2))
    joint = np.array(shares) * np.exp(-0.5 * ((seen[:, None] - places) ** 2).sum(axis=2))
    return truth, joint / joint.sum(axis=1, keepdims=True)


def test_counts_at_each_candidate_are_those_of_counting_anew() -> None:
    rng = np.random.default_rng(0)
    truth, before, after = (rng.integers(0, 4, 60) for _ in range(3))
    place = rng.integers(0, 8, 60)
    found = count_moves(truth, before, after, place, 7, 4)
    for candidate in range(7):
        counts = np.zeros((4, 4))
        np.add.at(counts, (truth, np.where(place <= candidate, after, before)), 1)
        assert found[candidate].tolist() == counts.tolist()


def test_the_closed_form_is_the_probs_over_the_prior() -> None:
    truth, probs = draw_classes(0, rows=4000)
    factors = search_strength(lambda changed: balanced_accuracy_score(truth, changed.argmax(axis=1)), truth, probs)
    counts = np.bincount(truth)
    # Saerens et al. 2002: with even priors in the new set, each posterior is divided by the old prior.
    divided = probs / (counts / len(truth))
    divided /= divided.sum(axis=1, keepdims=True)
    moved = probs * np.exp(factors)
    assert moved / moved.sum(axis=1, keepdims=True) == pytest.approx(divided)


def test_a_perfect_prediction_is_left_alone() -> None:
    truth = np.arange(30) % 3
    probs = 0.1 + 0.7 * np.eye(3)[truth]
    assert search_factors(tally_f1, truth, probs).tolist() == [0, 0, 0]
    assert search_thresholds(tally_labels_macro, np.eye(3)[truth], probs, 0.5).tolist() == [0.5] * 3
    assert search_cuts(tally_quadratic, truth, truth.astype(np.float64), 3).tolist() == [0.5, 1.5]


def test_factors_of_two_classes_are_as_good_as_the_best_of_all() -> None:
    truth, probs = draw_classes(1, 60, (0.8, 0.2))
    found = search_factors(tally_f1, truth, probs)
    told = (np.log(probs) + found).argmax(axis=1)
    every = [f1_score(truth, (probs[:, 1] >= at).astype(int), average="macro") for at in [*probs[:, 1], 2.0]]
    assert f1_score(truth, told, average="macro") == pytest.approx(max(every))
    assert found.mean() == pytest.approx(0)


def test_factors_of_three_classes_are_about_as_good_as_the_best_of_a_grid() -> None:
    truth, probs = draw_classes(2, 150)
    grid = np.linspace(-1, 4, 11)

    def score(factors: np.ndarray) -> float:
        return float(balanced_accuracy_score(truth, (np.log(probs) + factors).argmax(axis=1)))

    best = max(score(np.array([0.0, a, b])) for a, b in itertools.product(grid, grid))
    assert score(search_factors(tally_balanced, truth, probs)) >= best - 0.01 > score(np.zeros(3)) + 0.1


def test_thresholds_for_macro_f1_are_the_best_of_each_label() -> None:
    rng = np.random.default_rng(3)
    there = rng.random((80, 3)) < (0.5, 0.2, 0.05)
    probs = np.clip(0.2 * there + 0.4 * rng.random((80, 3)), 0, 1)
    found = search_thresholds(tally_labels_macro, there.astype(np.float32), probs, 0.5)
    for label in range(3):
        every = max(f1_score(there[:, label], probs[:, label] >= at) for at in probs[there[:, label], label])
        assert f1_score(there[:, label], probs[:, label] >= found[label]) >= every - 0.02
    micro = search_thresholds(tally_labels_micro, there.astype(np.float32), probs, 0.5)
    best = max(f1_score(there, probs >= at, average="micro") for at in np.unique(probs)[::4])
    assert f1_score(there, probs >= micro, average="micro") >= best - 0.01


def test_cuts_of_three_ordered_labels_are_as_good_as_the_best_of_all() -> None:
    rng = np.random.default_rng(4)
    truth = rng.choice(3, 30, p=(0.2, 0.6, 0.2))
    expected = np.clip(1 + 0.4 * (truth - 1) + rng.normal(0, 0.2, 30), 0, 2)
    cuts = search_cuts(tally_quadratic, truth, expected, 3)

    def kappa(pair: tuple[float, float]) -> float:
        return float(cohen_kappa_score(truth, np.searchsorted(pair, expected, side="right"), weights="quadratic"))

    every = max(kappa(pair) for pair in itertools.combinations(np.sort(expected), 2))
    assert kappa(tuple(cuts)) >= every - 0.01
    assert cuts[0] <= cuts[1]


def test_places_stand_where_the_marked_rows_are() -> None:
    values = np.linspace(0, 1, 1001)
    marked = values > 0.99
    places = choose_places(values, marked, 16)
    assert len(places) <= 2 * 16 + 2
    assert (places > 0.98).sum() >= 6
    assert len(choose_places(values[:0], marked[:0], 16)) == 0


def test_of_equal_scores_the_nearest_place_is_taken_and_none_that_is_no_better() -> None:
    scores, places = np.array([0.5, 0.9, 0.9, np.nan]), np.array([0.0, 1.0, 2.0, 3.0])
    assert best_of(scores, places, 1.9, 0.6) == 2
    assert best_of(scores, places, 1.9, 0.9) is None
    assert search_shared(lambda _: 0.5, 0.3) == 0.3


def test_many_classes_share_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_search, "MOST_NUMBERS", 2)
    truth, probs = draw_classes(5)
    found = search_factors(tally_balanced, truth, probs)
    prior = np.log(np.bincount(truth) / len(truth))
    strength = found / prior
    assert strength == pytest.approx(np.full(3, strength[0]))
    shared = search_thresholds(tally_labels_macro, np.eye(3)[truth], probs, 0.5)
    assert len(set(shared.tolist())) == 1
    assert search_cuts(tally_quadratic, truth, probs @ np.arange(3), 4).shape == (3,)


def test_very_many_rows_are_thinned() -> None:
    assert len(range(999_990)[thin(999_990, 60)]) * 60 <= rule_search.MOST_CELLS
