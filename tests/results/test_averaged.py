"""Averaged out-of-fold predictions, against sums made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.results.runs import lay_run, make_folds, make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.results.averaged import average_oof
from tamesu.results.pairs import ScoredRun, common_keys


def test_rows_are_averaged_over_repeats_and_seeds_and_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    codes = np.array([0, 1, 0, 1, -1, 1, 0, 1], dtype=np.int64)
    train = make_train(TargetValues("class", ("a", "b"), codes))
    table = make_folds(train, 2, repeats=2)
    draws = {(repeat, seed): np.random.default_rng([repeat, seed]).random(8) for repeat in (0, 1) for seed in (0, 1)}

    def say(rows: np.ndarray, key: tuple[int, int, int]) -> np.ndarray:
        chance = draws[key[0], key[2]][rows]
        return np.stack([chance, 1 - chance], axis=1)

    run = lay_run(tmp_path, train, table, say, seeds=(0, 1), unreadable=["002"])
    scored = ScoredRun(run, train)
    found = average_oof(scored, common_keys(scored, scored))
    assert found.rows.tolist() == [0, 1, 3, 5, 6, 7]
    assert found.votes.tolist() == [4] * 6
    expected = np.mean(list(draws.values()), axis=0)[found.rows]
    np.testing.assert_allclose(found.output[:, 0], expected, atol=1e-6)
    np.testing.assert_array_equal(found.truth, codes[found.rows])
    part = found.take(np.array([3, 6]))
    assert part.rows.tolist() == [3, 6] and len(part) == 2
    np.testing.assert_array_equal(part.output, found.output[[2, 4]])


def test_diverged_jobs_give_no_rows(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", ("a", "b"), np.array([0, 1, 0, 1], dtype=np.int64)))
    table = make_folds(train, 2)
    run = lay_run(tmp_path, train, table, lambda rows, key: np.full((len(rows), 2), 0.5), diverged=["r0-f1-s0"])
    scored = ScoredRun(run, train)
    assert average_oof(scored, common_keys(scored, scored)).rows.tolist() == table.val_rows(0, 0).tolist()
