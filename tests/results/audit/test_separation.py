"""AUC and its interval against scikit-learn, closed forms and repeated draws; held-out chances; moves of columns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.results.audit.separation import FOLDS, Teller, compare_columns, deal_folds, measure_auc, tell_apart


def draw(seed: int, shift: float, first: int = 150, second: int = 80) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    scores = np.concatenate([random.normal(0, 1, first), random.normal(shift, 1, second)])
    return scores, np.arange(first + second) >= first


def test_the_auc_is_scikit_learns() -> None:
    from sklearn.metrics import roc_auc_score

    scores, second = draw(0, 0.7)
    scores = np.round(scores, 1)  # ties
    assert measure_auc(scores, second).value == pytest.approx(roc_auc_score(second, scores), abs=1e-12)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    truth = 0.5 * (1 + math.erf(1.0 / 2))  # of two normals one deviation apart: Φ(1 / √2)
    held = 0
    for seed in range(400):
        found = measure_auc(*draw(seed, 1.0))
        held += found.low <= truth <= found.high
    # 380 expected with a deviation of 4.4
    assert 362 <= held <= 396


def test_the_interval_is_the_variance_of_placements() -> None:
    scores, second = draw(3, 0.5, 12, 9)
    wins = (scores[second][:, None] > scores[~second][None, :]).astype(float)
    by_second, by_first = wins.mean(1), wins.mean(0)
    deviation = math.sqrt(by_second.var(ddof=1) / 9 + by_first.var(ddof=1) / 12)
    found = measure_auc(scores, second)
    assert found.low == pytest.approx(wins.mean() - 1.959964 * deviation)


@pytest.mark.parametrize("trees", [True, False])
def test_what_is_planted_is_found_and_nothing_else(trees: bool) -> None:
    random = np.random.default_rng(0)
    table = random.normal(0, 1, (400, 12))
    second = np.arange(400) >= 300
    nothing = measure_auc(tell_apart(table, second, trees=trees)[0], second)
    assert nothing.low < 0.5
    table[second, 3] += 1.5
    chances, tellers = tell_apart(table, second, trees=trees)
    # The best there is: Φ(1.5 / √2) = 0.856
    assert 0.78 < measure_auc(chances, second).value < 0.9
    assert len(tellers) == FOLDS
    # Both sets weigh the same, whatever their sizes.
    assert 0.15 < chances[~second].mean() < 0.5 < chances[second].mean() < 0.85


def test_trees_take_nan_and_columns_that_say_nothing() -> None:
    random = np.random.default_rng(1)
    table = random.normal(0, 1, (200, 3))
    table[:, 1] = np.nan
    table[:, 2] = 4.0
    second = np.arange(200) % 2 == 0
    table[second, 0] = np.where(random.random(100) < 0.9, np.nan, table[second, 0])
    assert measure_auc(tell_apart(table, second, trees=True)[0], second).value > 0.9
    empty = tell_apart(np.full((200, 2), np.nan), second, trees=True)[0]
    assert np.allclose(empty, empty[0], atol=0.1)


def test_groups_stay_in_one_fold_and_each_part_is_dealt_evenly() -> None:
    groups = np.repeat(np.arange(60), 4)
    second = np.arange(240) >= 160
    folds = deal_folds(second, groups, 0)
    assert all(len(set(folds[groups == group])) == 1 for group in range(60))
    assert np.bincount(folds[second]).tolist() == [16] * 5
    assert np.bincount(folds[~second]).tolist() == [32] * 5


def test_copies_in_two_folds_are_known_by_heart_unless_grouped() -> None:
    random = np.random.default_rng(2)
    things = random.normal(0, 1, (60, 40))
    table = np.repeat(things, 6, axis=0) + random.normal(0, 0.01, (360, 40))
    groups, second = np.repeat(np.arange(60), 6), np.repeat(random.random(60) < 0.5, 6)
    apart = measure_auc(tell_apart(table, second, trees=False)[0], second).value
    together = measure_auc(tell_apart(table, second, groups, trees=False)[0], second).value
    assert apart > 0.8 > together


def test_moves_are_scipys_and_in_order() -> None:
    from scipy.stats import ks_2samp

    random = np.random.default_rng(0)
    first, second = random.normal(0, 1, (200, 3)), random.normal([0, 2, 0.5], 1, (100, 3))
    first[:5, 1] = np.nan
    moves = compare_columns(("still", "far", "near"), first, second)
    assert [move.name for move in moves][:2] == ["far", "near"]
    assert moves[0].distance == pytest.approx(ks_2samp(first[5:, 1], second[:, 1]).statistic)
    assert moves[0].effect == pytest.approx(2.0, abs=0.4)
    assert moves[0].p < 1e-12 < moves[2].p


def test_columns_without_spread_or_numbers() -> None:
    first = np.stack([np.full(30, np.nan), np.full(30, 5.0), np.full(30, 5.0)], axis=1)
    second = np.stack([np.full(30, np.nan), np.full(30, 7.0), np.full(30, 5.0)], axis=1)
    moves = compare_columns(("empty", "other", "same"), first, second)
    assert [(move.name, move.effect) for move in moves] == [("other", math.inf), ("same", 0.0)]


def test_few_rows_have_few_components() -> None:
    teller = Teller(trees=False, seed=0)
    random = np.random.default_rng(0)
    teller.learn(random.normal(0, 1, (20, 100)), np.arange(20) % 2 == 0)
    assert teller.tell(random.normal(0, 1, (3, 100))).shape == (3,)
