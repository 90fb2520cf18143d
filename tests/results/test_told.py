"""A few numbers a row, against the averaged predictions they were made of; fold by fold and all at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.results.runs import lay_run, make_folds, make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.errors import InputError
from tamesu.results.averaged import Averaged, average_oof
from tamesu.results.pairs import ScoredRun, common_keys
from tamesu.results.told import condense, gather_told, join_told


def say(kind: str, labels: tuple[str, ...], truth: np.ndarray, output: np.ndarray) -> Averaged:
    return Averaged(kind, labels, np.arange(len(truth)) * 3, truth, output, np.ones(len(truth), int))


def test_chances_and_badness_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(3)
    truth, probs = rng.integers(0, 4, 50), rng.dirichlet(np.ones(4), 50)
    for kind in ("class", "identity", "ordinal"):
        told = condense(say(kind, tuple("abcd"), truth, probs))
        for row in range(50):
            answer = max(range(4), key=lambda code, row=row: probs[row, code])
            assert told.told[row] == answer
            assert told.chance[row].tolist() == pytest.approx([probs[row, truth[row]], probs[row, answer]], abs=1e-6)
            steps = sum(p * abs(code - truth[row]) for code, p in enumerate(probs[row]))
            assert told.badness[row] == pytest.approx(steps if kind == "ordinal" else 1 - probs[row, truth[row]])


def test_shares_are_as_far_as_half_the_sum_of_their_differences() -> None:
    told = condense(say("soft", ("a", "b"), np.array([[0.7, 0.3]]), np.array([[0.4, 0.6]])))
    assert (told.truth.tolist(), told.told.tolist()) == ([0], [1])
    assert told.badness.tolist() == pytest.approx([0.3])
    assert told.chance[0].tolist() == pytest.approx([0.4, 0.6])


def test_labels_and_values_keep_each_of_theirs() -> None:
    told = condense(say("multilabel", ("a", "b"), np.array([[1, 0], [0, 0]]), np.array([[0.2, 0.5], [0.49, 0.9]])))
    assert told.truth.tolist() == [[True, False], [False, False]]
    assert told.told.tolist() == [[False, True], [False, True]]
    told = condense(say("value", (), np.array([1.0, 2.0]), np.array([[1.5], [1.0]])))
    assert (told.truth.tolist(), told.told.tolist(), told.chance.shape) == ([[1.0], [2.0]], [[1.5], [1.0]], (2, 0))


def test_parts_are_put_together_in_the_order_of_the_rows() -> None:
    whole = say("class", ("a", "b"), np.array([0, 1, 1, 0]), np.array([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4], [0.2, 0.8]]))
    parts = [condense(whole.take(np.array(rows))) for rows in ([3, 9], [0, 6])]
    joined, told = join_told(parts), condense(whole)
    for name in ("rows", "truth", "told", "chance", "badness", "margin", "votes"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(told, name))


@pytest.mark.parametrize("repeats", [1, 2])
def test_fold_by_fold_is_all_at_once(tmp_path: Path, repeats: int) -> None:
    rng = np.random.default_rng(5)
    train = make_train(TargetValues("class", ("a", "b", "c"), rng.integers(0, 3, 30).astype(np.int64)))
    table = make_folds(train, 3, repeats=repeats)
    drawn = {key: rng.dirichlet(np.ones(3), 30) for key in np.ndindex(repeats, 3, 2)}
    run = lay_run(tmp_path, train, table, lambda rows, key: drawn[key][rows], seeds=(0, 1), unreadable=["004"])
    scored = ScoredRun(run, train)
    keys = common_keys(scored, scored)
    found, wanted = gather_told(scored, keys), condense(average_oof(scored, keys))
    assert len(found) == 29
    for name in ("rows", "truth", "told", "chance", "badness", "margin", "votes"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))
    # One job alone gives its own rows alone.
    assert gather_told(scored, keys[:1]).rows.tolist() == [row for row in table.val_rows(0, 0).tolist() if row != 4]
    assert len(gather_told(scored, [])) == 0


def test_what_does_not_fit_into_memory_and_what_is_no_target_is_refused(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", ("a", "b"), np.zeros(12, np.int64)))
    run = lay_run(tmp_path, train, make_folds(train, 3), lambda rows, key: np.full((len(rows), 2), 0.5))
    scored = ScoredRun(run, train)
    keys = common_keys(scored, scored)
    # A fold has four rows with two outputs each: the limit is for one fold at a time.
    assert len(gather_told(scored, keys, most_cells=8)) == 12
    with pytest.raises(InputError) as caught:
        gather_told(scored, keys, most_cells=7)
    assert caught.value.codes == ("ERRORS_LARGE",)
    with pytest.raises(InputError) as caught:
        gather_told(scored, keys, "nobody")
    assert caught.value.codes == ("ERRORS_KIND",)
