"""Two runs side by side: states by a loop, the p-value from the binomial sum, refusals."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pytest
from tests.results.runs import lay_run, make_folds, make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.errors import InputError
from tamesu.results.averaged import Averaged
from tamesu.results.changed import STATES, compare_answers, compare_runs, weigh_signs


def say(kind: str, labels: tuple[str, ...], truth: np.ndarray, output: np.ndarray, rows: np.ndarray | None = None) -> Averaged:
    rows = np.arange(len(truth)) if rows is None else rows
    return Averaged(kind, labels, rows, truth, output, np.ones(len(truth), int))


def test_states_of_classes_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 200)
    one, two = rng.dirichlet(np.ones(3), 200), rng.dirichlet(np.ones(3), 200)
    labels = ("a", "b", "c")
    found = compare_answers(say("class", labels, truth, one), say("class", labels, truth, two))
    counts = dict.fromkeys(STATES, 0)
    for row in range(200):
        before, after = one[row].argmax() == truth[row], two[row].argmax() == truth[row]
        if before and after:
            state = "right"
        elif after:
            state = "fixed"
        elif before:
            state = "broke"
        else:
            state = "alike" if one[row].argmax() == two[row].argmax() else "apart"
        counts[state] += 1
        assert STATES[found.state[row]] == state
        assert found.rise[row] == pytest.approx(two[row, truth[row]] - one[row, truth[row]])
    assert {state: found.count(state) for state in STATES} == counts
    assert found.by_label.sum(axis=0).tolist() == [counts[state] for state in STATES]
    assert found.by_label.sum(axis=1).tolist() == np.bincount(truth).tolist()


def test_p_is_the_exact_binomial_sum() -> None:
    for fixed, broke in ((8, 1), (5, 5), (0, 6), (0, 0)):
        state = np.repeat([0, 1, 4], [fixed, broke, 3])
        n, few = fixed + broke, min(fixed, broke)
        expected = min(1.0, 2 * sum(comb(n, k) for k in range(few + 1)) / 2**n) if n else 1.0
        assert weigh_signs(state) == pytest.approx(expected)


def test_a_row_of_several_labels_is_fixed_when_fewer_are_wrong() -> None:
    truth = np.array([[1, 0], [1, 1], [0, 0], [1, 0]])
    before = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    after = np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    found = compare_answers(say("multilabel", ("x", "y"), truth, before), say("multilabel", ("x", "y"), truth, after))
    assert [STATES[state] for state in found.state] == ["fixed", "broke", "apart", "alike"]
    # x: fixed in rows 0 and 2, broken in row 1, wrong in both in row 3.
    assert found.by_label.tolist() == [[2, 1, 1, 0, 0], [0, 1, 1, 0, 2]]


def test_values_come_nearer_or_not() -> None:
    truth = np.array([1.0, 1.0, 1.0])
    found = compare_answers(
        say("value", (), truth, np.array([[2.0], [1.0], [0.0]])), say("value", (), truth, np.array([[1.5], [3.0], [2.0]]))
    )
    assert [STATES[state] for state in found.state] == ["fixed", "broke", "alike"]
    assert found.largest("broke", 5).tolist() == [1]


def test_only_rows_of_both_count() -> None:
    probs = np.eye(2)[[0, 1, 0]]
    one = say("class", ("a", "b"), np.array([0, 1, 1]), probs, np.array([2, 5, 9]))
    two = say("class", ("a", "b"), np.array([1, 1, 0]), probs, np.array([5, 9, 11]))
    assert compare_answers(one, two).rows.tolist() == [5, 9]


def test_runs_with_other_folds_or_labels_are_refused(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", ("a", "b"), np.arange(12) % 2))

    def half(rows: np.ndarray, _key: object) -> np.ndarray:
        return np.full((len(rows), 2), 0.5)

    first = lay_run(tmp_path, train, make_folds(train, 2), half, seeds=(0, 1))
    second = lay_run(tmp_path, train, make_folds(train, 2), half, epochs=2, seeds=(1, 2), diverged=["r0-f0-s1"])
    found = compare_runs(first, second, train)
    # One job is done, and not diverged, in both.
    assert found.rows.tolist() == make_folds(train, 2).val_rows(0, 1).tolist()
    other = lay_run(tmp_path, train, make_folds(train, 3), half, epochs=3)
    with pytest.raises(InputError) as caught:
        compare_runs(first, other, train)
    assert caught.value.codes == ("COMPARE_FOLDS",)
    labels = lay_run(tmp_path, train, make_folds(train, 2), half, epochs=4, labels_digests={"y": "x"})
    with pytest.raises(InputError) as caught:
        compare_runs(first, labels, train)
    assert "COMPARE_LABELS" in caught.value.codes
    alone = lay_run(tmp_path, train, make_folds(train, 2), half, epochs=5, seeds=(7,))
    with pytest.raises(InputError) as caught:
        compare_runs(first, alone, train)
    assert caught.value.codes == ("COMPARE_FEW",)
